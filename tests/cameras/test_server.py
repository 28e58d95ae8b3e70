"""The test cameras play to a client that is not ours: PyAV, that is FFmpeg."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cameras import Account, CameraProcess, CameraServer, session
from tests.cameras.process import REPOSITORY
from tests.cameras.tls import certificate
from tests.cameras.watching import Seen, watch, watch_all

PICTURE = 6000  # 90 kHz at 15 pictures a second


def even(seen: Seen) -> bool:
    """Every picture came, in time and whole."""
    return set(seen.steps) == {PICTURE} and seen.broken == 0 and not seen.ended


def test_clips_of_2_s_play_on_without_a_seam() -> None:
    clips = ("brief", "brief-hevc", "brief-bframes")
    with CameraServer("tiny") as server:
        for name in clips:
            server.add(name, name)
        seen = watch_all({f"{n}{c}": server.url(c) for c in clips for n in range(3)}, 3.2)
        assert len(seen) == 9
        for one in seen.values():
            assert even(one), one
            assert one.packets > 30
            assert one.sizes == [(320, 180)]
        assert server.setups("video") == 9


@pytest.mark.slow
@pytest.mark.parametrize("name", ["hd", "hevc", "bframes", "short-gop", "small"])
def test_25_s_over_a_clip_of_10_s(name: str) -> None:
    with CameraServer(name) as server:
        seen = watch(server.url(), 25)
    assert even(seen), seen
    assert seen.packets >= 24 * 15


def test_sound_is_offered_and_who_asks_for_it_is_counted() -> None:
    codecs = {"aac": "aac", "pcma": "pcm_alaw", "pcmu": "pcm_mulaw"}
    with CameraServer("tiny") as server:
        for name in codecs:
            server.add(name, "tiny", audio=name)
        urls = {name: server.url(name) for name in codecs}
        assert all(seen.packets > 1 for seen in watch_all(urls, 0.3).values())
        assert server.setups("audio") == 0
        for name, seen in watch_all(urls, 1.0, media="video+audio").items():
            assert seen.audio == {codecs[name]}
            assert even(seen), seen
            assert server.setups("audio", name) == 1


@pytest.mark.parametrize(
    ("ways", "qop"),
    [
        (("digest",), False),
        (("digest",), True),
        (("basic",), False),
        (("digest-sha256", "digest"), True),
    ],
)
def test_passwords(ways: tuple[str, ...], qop: bool) -> None:
    account = Account("me", "p@ss:w/rd#", ways, qop)
    with CameraServer("tiny", account=account) as server:
        assert watch(server.url(), 0.3).packets > 1
        wrong = server.url().replace("p%40ss", "pass")
        assert watch(wrong, 0.3).error == "HTTPUnauthorizedError"
        assert watch(f"rtsp://127.0.0.1:{server.port}/cam0", 0.3).error == "HTTPUnauthorizedError"
        for request in server.transcript.requests():
            assert "p@ss" not in str(request)
            assert request.headers.get("authorization", "Digest ***") in ("Digest ***", "Basic ***")


def test_tls(tmp_path: Path) -> None:
    with CameraServer("tiny", certificate=certificate(tmp_path)) as server:
        assert server.url().startswith("rtsps://")
        seen = watch(server.url(), 1.0)
        assert even(seen), seen


def test_still_after_still_over_http() -> None:
    with CameraServer("tiny") as server:
        seen = watch(server.mjpeg_url(), 1.0, options={"f": "mpjpeg"})
        assert seen.decoded >= 8
        server.fault("cam0", "missing")
        assert watch(server.mjpeg_url(), 0.5).error == "HTTPNotFoundError"


def test_the_second_client_of_a_camera_waits_for_a_keyframe() -> None:
    with CameraServer("tiny") as server:
        seen = watch_all({str(n): server.url("one") for n in range(4)}, 1.8)
        for one in seen.values():
            assert even(one), one
        assert server.viewers("one") == 0  # all have left


def test_a_killed_listener_refuses_and_comes_back_at_the_same_port() -> None:
    with CameraServer("tiny") as server:
        port = server.port
        server.kill_listener()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), 2)
        server.listen_again()
        assert server.port == port
        assert watch(server.url(), 0.3).packets > 1


def test_each_camera_at_an_address_of_its_own() -> None:
    with CameraServer("tiny", hosts=3) as server:
        assert server.url("cam2") == f"rtsp://127.0.0.3:{server.port}/cam2"
        assert watch(server.url("cam2"), 0.3).packets > 1
        assert server.url("yard").startswith("rtsp://127.0.0.1:")


def test_only_named_cameras_exist() -> None:
    with CameraServer("tiny", only=frozenset({"yard"})) as server:
        assert watch(server.url("yard"), 0.3).packets > 1
        assert watch(server.url("cellar"), 0.3).error == "HTTPNotFoundError"


def test_requests_are_kept() -> None:
    with CameraServer("tiny") as server:
        watch(server.url("yard"), 0.2)
        asked = server.transcript.requests("yard")
        assert [r.method for r in asked][:4] == ["OPTIONS", "DESCRIBE", "SETUP", "PLAY"]
        assert all(r.status == 200 for r in asked)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\r\n\r\n",
        b"hello\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"$\x00\x00\x04abcd",
        os.urandom(512),
    ],
)
def test_what_is_no_request_hurts_nobody(sent: bytes) -> None:
    with (
        CameraServer("tiny") as server,
        socket.create_connection(("127.0.0.1", server.port), 5) as stranger,
    ):
        stranger.sendall(sent)
        assert watch(server.url(), 0.3).packets > 1


def test_a_process_of_its_own_obeys_and_ends() -> None:
    with CameraProcess("--video", "tiny", "--n", "2", "--fault", "cam1:missing") as cameras:
        assert watch(cameras.urls[0], 0.3).packets > 1
        assert watch(cameras.urls[1], 0.3).error == "HTTPNotFoundError"
        cameras.tell("clear cam1")
        assert watch(cameras.urls[1], 0.3).packets > 1
        assert cameras.tell("counts")["audio_setups"] == 0
        with pytest.raises(ValueError, match="is no fault"):
            cameras.tell("fault cam0 bogus")


def test_the_process_ends_when_nobody_comes() -> None:
    with CameraProcess("--video", "tiny", "--idle", "0.5") as cameras:
        assert cameras.wait(10) == 0


def test_the_process_ends_with_its_parent() -> None:
    script = (
        "from tests.cameras import CameraProcess\n"
        "import os\n"
        "cameras = CameraProcess('--video', 'tiny').__enter__()\n"
        "print(cameras.pid, flush=True)\n"
        "os._exit(1)\n"
    )
    path = os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "src")])
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True, text=True, timeout=30, check=False,
        env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip
    process = Path("/proc") / done.stdout.strip()
    deadline = time.monotonic() + 10
    while process.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not process.exists()


def test_a_client_that_says_nothing_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "TIMEOUT_S", 0.3)
    with (
        CameraServer("tiny") as server,
        socket.create_connection(("127.0.0.1", server.port), 10) as silent,
    ):
        assert silent.recv(1) == b""


def test_a_client_that_does_not_read_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "BACKLOG", 1)
    with CameraServer("hd") as server, socket.socket() as lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.settimeout(10)
        lazy.connect(("127.0.0.1", server.port))
        url = server.url()
        for request in (
            f"SETUP {url}/track1 RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP/TCP;interleaved=0-1\r\n",
            f"PLAY {url} RTSP/1.0\r\nCSeq: 2\r\nSession: 00000001\r\n",
        ):
            lazy.sendall(request.encode() + b"\r\n")
            assert lazy.recv(17) == b"RTSP/1.0 200 OK\r\n"
            while server.viewers("cam0") == 0 and request.startswith("PLAY"):
                time.sleep(0.01)
            lazy.recv(500) if request.startswith("SETUP") else None
        deadline = time.monotonic() + 60
        while server.viewers("cam0") and time.monotonic() < deadline:
            time.sleep(0.05)
        assert server.viewers("cam0") == 0
