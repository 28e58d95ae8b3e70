"""Bytes as they come, and as they gather, over a real connection."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from curtilage.ingest.live.receiving import MUCH, Receiver


@contextmanager
def connected() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two ends of a TCP connection of this machine."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as far,
        server.accept()[0] as near,
    ):
        yield near, far


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curtilage.ingest.live.receiving.AT_FIRST_S", 0.0)


def test_what_comes_while_nobody_hurries_is_read_at_once_and_then_as_it_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("curtilage.ingest.live.receiving.CALM_S", 1.0)
    hurried = threading.Event()
    with connected() as (near, far):
        receiver, room = Receiver(near, 5.0, hurried.is_set), memoryview(bytearray(1 << 16))
        far.sendall(b"a")
        threading.Timer(0.05, far.sendall, (b"b",)).start()
        assert bytes(room[: receiver.into(room)]) == b"ab"
        assert receiver.calm
        hurried.set()
        far.sendall(b"c")
        threading.Timer(0.1, far.sendall, (b"d",)).start()
        assert bytes(room[: receiver.into(room)]) == b"c"
        assert bytes(room[: receiver.into(room)]) == b"d"
        assert not receiver.calm


def test_much_is_read_though_nobody_hurries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curtilage.ingest.live.receiving.CALM_S", 30.0)
    with connected() as (near, far):
        receiver, room = Receiver(near, 60.0, lambda: False), memoryview(bytearray(1 << 22))
        far.settimeout(10.0)
        sent = 40 * MUCH  # more than a socket takes that nobody reads

        def send() -> None:
            far.sendall(bytes(sent))
            far.shutdown(socket.SHUT_WR)

        threading.Thread(target=send, daemon=True).start()
        came = 0
        while count := receiver.into(room):
            came += count
        assert came == sent


def test_now_and_then_it_is_read_as_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curtilage.ingest.live.receiving.EVERY_S", 0.3)
    monkeypatch.setattr("curtilage.ingest.live.receiving.STRETCH_S", 0.2)
    with connected() as (near, far):
        receiver, room = Receiver(near, 5.0, lambda: False), memoryview(bytearray(16))
        calm = set()
        end_s = time.monotonic() + 1.5
        while time.monotonic() < end_s:
            far.sendall(b"x")
            receiver.into(room)
            calm.add(receiver.calm)
            time.sleep(0.01)
        assert calm == {True, False}


@pytest.mark.parametrize("hurries", [True, False])
def test_a_connection_on_which_nothing_comes_fails_in_time(hurries: bool) -> None:
    with connected() as (near, _far):
        receiver = Receiver(near, 0.5, lambda: hurries)
        with pytest.raises(BlockingIOError):
            receiver.into(memoryview(bytearray(16)))


@pytest.mark.parametrize("theirs", [True, False])
def test_an_end_is_seen_at_once_though_nobody_hurries(
    theirs: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curtilage.ingest.live.receiving.CALM_S", 30.0)
    with connected() as (near, far):
        receiver, room = Receiver(near, 60.0, lambda: False), memoryview(bytearray(16))
        end, how = (far, socket.SHUT_WR) if theirs else (near, socket.SHUT_RD)
        threading.Timer(0.1, end.shutdown, (how,)).start()
        assert receiver.into(room) == 0
