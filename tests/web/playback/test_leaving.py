"""A viewer of film who goes away, or takes nothing any more, costs nothing any more."""

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from curtilage.web.api import streamed
from curtilage.web.guard.rights import Role
from tests.record.mp4.clips import video
from tests.web.playback.taped import Tape, at
from tests.web.serving import Served, serving

WAIT_S = 10.0


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A site with a film of 24 MB."""
    with serving(tmp_path) as one:
        one.house.add("ada", Role.ADMINISTRATOR)
        info, packets = video(seconds=4)
        large = [replace(packet, data=packet.data + bytes(400_000)) for packet in packets]
        Tape.of(one.house).add(info, large)
        yield one


def watch(served: Served) -> socket.socket:
    """Asks for the film and takes its beginning only."""
    port = int(served.address.rpartition(":")[2])
    viewer = socket.socket()
    viewer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
    viewer.settimeout(WAIT_S)
    viewer.connect(("127.0.0.1", port))
    headers = {"host": f"127.0.0.1:{port}", **served.house.as_session("ada")}
    lines = [f"{name}: {value}" for name, value in headers.items()]
    path = f"/api/cameras/front/recordings/media?from={at(0)}&to={at(4)}"
    viewer.sendall("\r\n".join([f"GET {path} HTTP/1.1", *lines, "", ""]).encode())
    assert viewer.recv(4096).startswith(b"HTTP/1.1 200")
    return viewer


def open_recordings() -> int:
    """How many this process has open."""
    found = 0
    for one in Path("/proc/self/fd").iterdir():
        try:
            found += one.readlink().suffix == ".mp4"
        except OSError:
            continue
    return found


def wait_for(what: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_S
    while not what():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def test_a_viewer_who_leaves_ends_the_reading(served: Served) -> None:
    viewer = watch(served)
    wait_for(lambda: open_recordings() == 1)
    viewer.close()
    wait_for(lambda: open_recordings() == 0)


def test_a_viewer_who_takes_nothing_is_cut_off(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streamed, "STALLED_S", 0.3)
    viewer = watch(served)
    wait_for(lambda: open_recordings() == 1)
    wait_for(lambda: open_recordings() == 0)
    taken = 0
    try:
        while data := viewer.recv(1 << 20):
            taken += len(data)
    except ConnectionError:
        pass
    assert taken < 24_000_000
    viewer.close()
