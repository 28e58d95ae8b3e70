"""The live view as a browser without a screen meets it; cameras, recorder and web are real."""

import contextlib
import io
import itertools
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from curtilage.ingest.bus import Publisher
from curtilage.ingest.live.items import Opened
from curtilage.model import StreamInfo
from curtilage.record.recorder import BUS_NAME
from curtilage.web.live.hub import Hub
from tests.cameras import CameraServer
from tests.record.mp4.clips import video
from tests.web.live.site import (
    NAME,
    PASSWORD,
    Web,
    free_port,
    running,
    settings,
    wait_for,
    web,
)


@pytest.fixture(scope="module")
def cameras() -> Iterator[CameraServer]:
    with CameraServer("tiny") as server:
        server.add("big", "brief")
        server.add("hevc", "brief-hevc")
        server.add("only-hevc", "brief-hevc")
        yield server


@pytest.fixture(scope="module")
def site(cameras: CameraServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    def streams(**urls: str) -> list[dict[str, Any]]:
        return [{"name": n, "url": url, "record": False} for n, url in urls.items()]

    listed: list[dict[str, Any]] = [
        {"name": "yard", "streams": streams(main=cameras.url("big"), sub=cameras.url("small"))},
        {"name": "new", "streams": streams(main=cameras.url("hevc"), sub=cameras.url("sub"))},
        {"name": "newest", "streams": streams(main=cameras.url("only-hevc"))},
        {"name": "web", "streams": streams(main=cameras.mjpeg_url("web"))},
        {"name": "gone", "streams": streams(main="rtsp://127.0.0.1:9/none")},
        {"name": "off", "url": "rtsp://127.0.0.1:9/none", "enabled": False},
    ]
    with running(tmp_path_factory.mktemp("site"), listed) as served:
        yield served


@contextlib.contextmanager
def watching(site: Web, path: str) -> Iterator[ClientConnection]:
    with connect(
        site.socket(f"/api/cameras/{path}"), additional_headers=site.headers(), max_size=None
    ) as socket:
        yield socket


def words(socket: ClientConnection, wanted: str) -> dict[str, Any]:
    """The next word of that kind; heads, pictures and other words are passed over."""
    for _ in range(2000):
        said = socket.recv(timeout=20)
        if isinstance(said, str) and (told := json.loads(said))["is"] == wanted:
            return dict(told)
    raise AssertionError(f"never said {wanted}")


def film(socket: ClientConnection, many: int) -> bytes:
    """Head and so many messages of fragments."""
    data = b""
    while many >= 0:
        said = socket.recv(timeout=20)
        if isinstance(said, bytes):
            data += said
            many -= 1
    return data


def closed(socket: ClientConnection, seconds: float = 10) -> int:
    """The code with which the server closes."""
    try:
        while True:
            socket.recv(timeout=seconds)
    except ConnectionClosed as over:
        return 0 if over.rcvd is None else over.rcvd.code


def test_a_film_that_plays_from_its_first_byte(site: Web) -> None:
    with watching(site, "yard/live") as socket:
        said = words(socket, "opened")
        data = film(socket, 10)
    assert (said["stream"], said["width"], said["codec"]) == ("main", 320, "h264")
    with av.open(io.BytesIO(data), "r") as file:
        assert len(list(file.decode(video=0))) >= 10


def test_small_is_the_last_stream_and_streams_have_names(site: Web) -> None:
    for query, stream in (("?size=small", "sub"), ("?stream=sub", "sub"), ("?stream=main", "main")):
        with watching(site, f"yard/live{query}") as socket:
            assert words(socket, "opened")["stream"] == stream


def test_h265_goes_to_who_can_show_it(site: Web) -> None:
    with watching(site, "new/live?codecs=h264,hevc") as socket:
        assert words(socket, "opened")["type"].startswith('video/mp4; codecs="hvc1.1.6.L')


def test_who_cannot_show_h265_gets_the_h264_stream_and_is_told(site: Web) -> None:
    with watching(site, "new/live") as socket:
        sentence = words(socket, "instead")["sentence"]
        assert sentence == "stream main of new is H.265, which this browser cannot show"
        assert words(socket, "opened")["stream"] == "sub"


def test_what_a_browser_finds_it_cannot_show_is_changed(site: Web) -> None:
    with watching(site, "yard/live") as socket:
        assert words(socket, "opened")["stream"] == "main"
        socket.send(json.dumps({"cannot": "main"}))
        assert words(socket, "instead")["stream"] == "sub"
        assert words(socket, "opened")["stream"] == "sub"


def test_a_camera_that_cannot_be_shown_says_what_to_do(site: Web) -> None:
    with watching(site, "newest/live") as socket:
        sentence = words(socket, "refused")["sentence"]
        assert sentence.endswith("cannot show; set one of the camera's streams to H.264")
        assert closed(socket) == 4415


def test_nonsense_of_a_browser_does_nothing(site: Web) -> None:
    with watching(site, "yard/live") as socket:
        for said in ("{", "[]", "7", '{"cannot": 7}', '{"cannot": "else"}', "x" * 5000):
            socket.send(said)
        socket.send(b"\0\1")
        words(socket, "opened")
        assert film(socket, 5)


def test_jpegs_come_one_by_one(site: Web) -> None:
    with watching(site, "web/live") as socket:
        assert words(socket, "opened")["type"] == "image/jpeg"
        said = socket.recv(timeout=20)
    assert isinstance(said, bytes)
    assert said[8:10] == b"\xff\xd8"


def test_a_camera_that_is_gone_says_why(site: Web) -> None:
    with watching(site, "gone/live") as socket:
        said = words(socket, "lost")
    assert said["reason"] == "camera unreachable"
    assert "gone" in said["sentence"]
    assert said["since"].endswith("Z")


@pytest.mark.parametrize("path", ["off/live", "yard/live?stream=third"])
def test_no_such_stream(site: Web, path: str) -> None:
    with watching(site, path) as socket:
        assert closed(socket) == 4404


def test_what_nobody_watches_is_not_listened_to(site: Web) -> None:
    hub = site.context.part(Hub, lambda _: Hub(""))
    wait_for(lambda: hub.health().streams == 0)
    with watching(site, "yard/live") as one, watching(site, "yard/live?stream=main") as other:
        words(one, "opened")
        words(other, "opened")
        assert (hub.health().streams, hub.health().viewers) == (1, 2)
        with watching(site, "yard/live?size=small") as third:
            words(third, "opened")
            assert hub.health().streams == 2
    wait_for(lambda: hub.health().streams == 0)
    with watching(site, "yard/live") as again:
        words(again, "opened")
        assert film(again, 3)


def test_a_camera_lost_and_back(site: Web, cameras: CameraServer) -> None:
    with watching(site, "yard/live?size=small") as socket:
        before = words(socket, "opened")
        cameras.fault("small", "down")
        cameras.fault("small", "drop")
        assert words(socket, "lost")["reason"] == "camera unreachable"
        cameras.clear("small")
        after = words(socket, "opened")
        assert film(socket, 3)
    assert after["zero_ms"] == before["zero_ms"]
    assert after["from_s"] > before["from_s"]


def test_only_with_the_right_and_from_our_page(site: Web) -> None:
    address = site.socket("/api/cameras/yard/live")
    good = site.headers()
    for headers in ({}, {"cookie": good["cookie"]}, good | {"origin": "http://evil.invalid"}):
        with pytest.raises(InvalidStatus) as refused:
            connect(address, additional_headers=headers)
        assert refused.value.response.status_code in (401, 403)
    with pytest.raises(InvalidStatus) as missing:
        connect(site.socket("/api/cameras/nowhere/live"), additional_headers=good)
    assert missing.value.response.status_code == 404


def test_it_ends_when_the_session_does(site: Web) -> None:
    other = Web(site.port, site.context)
    assert other.ask("POST", "/api/login", {"name": NAME, "password": PASSWORD})[0] == 200
    with watching(other, "yard/live") as socket:
        words(socket, "opened")
        assert other.ask("POST", "/api/logout")[0] == 204
        assert closed(socket) == 4401


def test_it_ends_when_the_grant_is_taken_away(site: Web) -> None:
    given = {"name": "guest", "password": "a long enough secret", "role": "viewer"}
    status, user = site.ask("POST", "/api/users", given | {"cameras": ["yard"]})
    assert status == 201, user
    guest = Web(site.port, site.context)
    assert guest.ask("POST", "/api/login", {k: given[k] for k in ("name", "password")})[0] == 200
    with pytest.raises(InvalidStatus) as refused, watching(guest, "web/live"):
        pass
    assert refused.value.response.status_code == 404
    with watching(guest, "yard/live") as socket:
        words(socket, "opened")
        status, told = site.ask("PUT", "/api/users/guest/cameras", {"cameras": []})
        assert status == 200, told
        assert closed(socket) == 4401


def test_a_slow_browser_loses_whole_gops_and_is_told(tmp_path: Path) -> None:
    site = settings(tmp_path, [{"name": "yard", "url": "rtsp://127.0.0.1:9/none"}], free_port())
    info, packets = video(seconds=1, gop=15)
    with web(site) as served, Publisher(f"ipc://{site.state / BUS_NAME}") as publisher:
        served.set_up()
        with watching(served, "yard/live") as slow:
            wait_for(lambda: publisher.readers == 1)
            publisher.publish("yard", "main", Opened(StreamInfo(info), packets[0].dts_ns, False))

            def publish(numbers: range, size: int, pause_s: float) -> None:
                for n in numbers:
                    at = packets[0].dts_ns + n * 100_000_000
                    data = n.to_bytes(4, "big") + bytes(size)
                    one = replace(packets[0], dts_ns=at, pts_ns=at, key=n % 10 == 0, data=data)
                    publisher.publish("yard", "main", one)
                    time.sleep(pause_s)

            publish(range(300), 200_000, 0.005)  # 60 MB, which no socket holds
            words(slow, "opened")
            # The last of them may be lost on the way here, too: more come while it reads.
            more = threading.Thread(target=publish, args=(range(300, 400), 100, 0.05))
            more.start()
            came, said = numbers(slow, 390)
            more.join()
        hub = served.context.part(Hub, lambda _: Hub(""))
        wait_for(lambda: hub.health().viewers == 0)
    assert said > 0
    # On a busy machine the bus loses some before they come here: nobody counts those.
    assert len(came) + said <= 400
    holes = [b for a, b in itertools.pairwise(came) if b != a + 1]
    assert holes
    assert all(number % 10 == 0 for number in holes)


def numbers(socket: ClientConnection, last: int) -> tuple[list[int], int]:
    """Numbers of the pictures that come, and how many were said to be missed."""
    came: list[int] = []
    missed = 0
    with contextlib.suppress(TimeoutError):
        while not came or came[-1] < last:
            said = socket.recv(timeout=4)
            if isinstance(said, str):
                told = json.loads(said)
                missed += told["pictures"] if told["is"] == "skipped" else 0
                if told["is"] == "lost":
                    break
                continue
            at = 0
            while at < len(said):
                size = int.from_bytes(said[at + 104 : at + 108], "big")
                if said[at + 4 : at + 8] == b"moof":
                    came.append(int.from_bytes(said[at + 112 : at + 116], "big"))
                    at += 104 + size
                else:
                    break
    return came, missed
