"""What a camera offers, and why not, in one sentence."""

import socket
import threading
from collections.abc import Iterator

import pytest

from curtilage.config.address import Address
from curtilage.ingest.rtsp.probe import examine
from curtilage.model import GapReason
from tests.cameras import Account, CameraServer


@pytest.fixture(scope="module")
def server() -> Iterator[CameraServer]:
    with CameraServer("tiny", audio="pcma") as cameras:
        yield cameras


def test_what_is_offered(server: CameraServer) -> None:
    found = examine(Address(server.url()))
    assert found.ok
    assert found.description is not None
    assert [medium.codec for medium in found.description.media] == ["h264", "pcm_alaw"]
    assert "DESCRIBE" in found.methods
    assert not server.transcript.requests(method="SETUP")  # nothing is set up


@pytest.mark.parametrize("ways", [("basic",), ("digest",), ("digest-sha256",)])
@pytest.mark.parametrize("qop", [False, True])
def test_passwords(ways: tuple[str, ...], qop: bool) -> None:
    account = Account("admin", "s3cret:@/#ü", ways, qop)
    with CameraServer("tiny", account=account) as server:
        assert examine(Address(server.url())).ok
        wrong = examine(Address(f"rtsp://admin:guess@127.0.0.1:{server.port}/x"))
        nobody = examine(Address(f"rtsp://127.0.0.1:{server.port}/x"))
    assert wrong.reason is GapReason.REFUSED
    assert wrong.sentence == "127.0.0.1 refuses the password of user admin"
    assert nobody.reason is GapReason.REFUSED
    assert "asks for a user and a password" in nobody.sentence


def test_a_stream_that_is_not_there(server: CameraServer) -> None:
    server.fault("gone", "missing")
    found = examine(Address(server.url("gone")))
    assert found.reason is GapReason.REFUSED
    assert found.sentence == "127.0.0.1 has no stream /gone"


def test_a_password_in_the_path_is_not_shown(server: CameraServer) -> None:
    server.fault("user=admin_password=tlJwpbo6_channel=1", "missing")
    found = examine(Address(server.url("user=admin_password=tlJwpbo6_channel=1")))
    assert "tlJwpbo6" not in found.sentence


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (b"", "hangs up"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "speaks HTTP, not RTSP"),
        (b"RTSP/1.0 301 Moved\r\nLocation: rtsp://192.0.2.9/\r\n\r\n", "moved"),
        (b"RTSP/1.0 453 Not Enough Bandwidth\r\n\r\n", "busy"),
        (b"RTSP/1.0 500 Oops\r\n\r\n", "fault of its own"),
        (b"RTSP/1.0 200 OK\r\n\r\n", "without a picture"),
        (
            b"RTSP/1.0 200 OK\r\nContent-Length: 49\r\n\r\n"
            b"v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 VP9/90000\r\n",
            "sends its picture as VP9; set it to H.264 or H.265",
        ),
        (b"RTSP/1.0 418 Teapot\r\n\r\n", "RTSP 418"),
    ],
)
def test_odd_answers(reply: bytes, words: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def serve() -> None:
            line, _ = listener.accept()
            with line:
                line.settimeout(5.0)
                line.recv(65536)
                if reply:
                    line.sendall(b"RTSP/1.0 200 OK\r\n\r\n" if reply[:4] == b"RTSP" else reply)
                    line.recv(65536)
                    line.sendall(reply)

        thread = threading.Thread(target=serve)
        thread.start()
        found = examine(Address(f"rtsp://127.0.0.1:{port}/x"), 3.0)
        thread.join()
    assert not found.ok
    assert words in found.sentence
    assert found.sentence.startswith("127.0.0.1 ")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("rtsp://127.0.0.1:1/x", "refuses connections at port 1"),
        ("rtsp://no-such-host.invalid/x", "no host of this name is known"),
    ],
)
def test_nobody_there(url: str, words: str) -> None:
    found = examine(Address(url), 3.0)
    assert found.reason is GapReason.UNREACHABLE
    assert words in found.sentence


def test_plain_rtsp_where_tls_is_asked_for(server: CameraServer) -> None:
    found = examine(Address(f"rtsps://127.0.0.1:{server.port}/x"), 1.0)
    assert "TLS at port" in found.sentence  # it waits for RTSP, and says nothing


def test_silence(server: CameraServer) -> None:
    server.fault("silent", "mute")
    found = examine(Address(server.url("silent")), 0.5)
    assert "takes connections" in found.sentence
    assert "does not answer" in found.sentence
