"""RTSP cameras: what goes over the wire, and what is made of damage."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise

import pytest

from curtilage.config.address import Address
from curtilage.ingest.errors import CameraError
from curtilage.ingest.live import LiveSource, Lost, Opened, Patience
from curtilage.ingest.live.connection import Raw
from curtilage.ingest.live.rtsp import RtspConnection, open_rtsp
from curtilage.ingest.rtsp.message import Reader, Request
from curtilage.model import GapReason, Packet
from tests.cameras import CameraServer
from tests.ingest.rtsp.packets import DELTA, KEY, packets

SDP = (
    b"v=0\r\ns=x\r\na=control:*\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
    b"a=control:rtsp://192.0.2.77/other/track1\r\n"
)


def connect(url: str, open_s: float = 5.0) -> RtspConnection:
    return open_rtsp(
        "yard", Address(url), audio=False, open_s=open_s, stall_s=4.0, connected=lambda _: None
    )


@contextmanager
def watch(url: str, seconds: float) -> Iterator[list[Opened | Packet | Lost]]:
    stop = threading.Event()
    timer = threading.Timer(seconds, stop.set)
    timer.start()
    found = list(LiveSource("yard", "main", Address(url), patience=Patience()).items(stop))
    timer.cancel()
    yield found


@pytest.mark.parametrize("fault", ["order=0.3", "desync=0.3", "loss=0.05", "truncate=0.05"])
def test_damage_on_the_way_ends_nothing(fault: str) -> None:
    with CameraServer("small") as server:
        server.fault("cam0", fault)
        with watch(server.url(), 3.0) as items:
            sent = server.sent("cam0")
    shown = [item for item in items if isinstance(item, Packet)]
    assert not [item for item in items if isinstance(item, Lost)]
    assert len(shown) > (0.9 * sent - 3 if fault[0] in "od" else 0.3 * sent)
    assert min(b.dts_ns - a.dts_ns for a, b in pairwise(shown)) > 0


def test_losses_are_noted() -> None:
    with CameraServer("small") as server:
        server.fault("cam0", "loss=0.2")
        stop = threading.Event()
        source = LiveSource("yard", "main", Address(server.url()))
        deadline = time.monotonic() + 20
        for _ in source.items(stop):
            if source.note or time.monotonic() > deadline:
                stop.set()
    assert source.note is not None
    assert source.note.startswith("camera yard left out ")


class Script(threading.Thread):
    """A camera that answers by heart, and keeps what it is asked."""

    def __init__(self, *, transport: str = "RTP/AVP/TCP;unicast;interleaved=0-1") -> None:
        super().__init__(daemon=True)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"rtsp://u:secretword@127.0.0.1:{self._listener.getsockname()[1]}/x"
        self.asked: list[Request] = []
        self.reports = 0
        self.transport = transport
        self.early = self.media = b""
        self.stale = False
        self.timeout_s = 2
        self.status: dict[str, str] = {}
        self.ended = threading.Event()
        self.start()

    def run(self) -> None:
        line, _ = self._listener.accept()
        line.settimeout(10)
        reader = Reader()
        with line, suppress(OSError):
            while data := line.recv(65536):
                for message in reader.feed(data):
                    if isinstance(message, Request):
                        self.asked.append(message)
                        line.sendall(self._answer(message))
                    else:
                        self.reports += 1
        self._listener.close()
        self.ended.set()

    def _answer(self, asked: Request) -> bytes:
        head = f"CSeq: {asked.headers.get('CSeq')}\r\n"
        if status := self.status.get(asked.method):
            return f"RTSP/1.0 {status}\r\n{head}\r\n".encode()
        proof = asked.headers.get("Authorization") or ""
        nonce = "new" if self.stale else "old"
        if asked.method != "OPTIONS" and f'nonce="{nonce}"' not in proof:
            challenge = f'Digest realm="r", nonce="{nonce}", qop="auth", stale=true'
            return f"RTSP/1.0 401 No\r\n{head}WWW-Authenticate: {challenge}\r\n\r\n".encode()
        body, media, before = b"", b"", b""
        match asked.method:
            case "OPTIONS":
                head += "Public: DESCRIBE, GET_PARAMETER\r\n"
            case "DESCRIBE":
                body = SDP
            case "SETUP":
                head += f"Transport: {self.transport}\r\nSession: 77;timeout={self.timeout_s}\r\n"
            case "PLAY":
                before, media = self.early, self.media
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        return before + f"RTSP/1.0 200 OK\r\n{head}{length}\r\n".encode() + body + media

    def methods(self) -> list[str]:
        return [asked.method for asked in self.asked]


def read_for(connection: RtspConnection, seconds: float) -> list[Raw]:
    """What comes until the connection is interrupted."""
    timer = threading.Timer(seconds, connection.interrupt)
    timer.start()
    found = list(connection.packets())
    timer.cancel()
    return found


def test_what_is_said_to_a_camera() -> None:
    script = Script()
    script.media = b"".join(p for one in packets([[KEY], [DELTA], [DELTA]]) for p in one)
    connection = connect(script.url)
    found = read_for(connection, 1.5)
    connection.close()
    assert script.ended.wait(5)
    assert [raw.plain for raw in found] == [False, True, True]
    said = script.methods()
    assert said[:5] == ["OPTIONS", "DESCRIBE", "DESCRIBE", "SETUP", "PLAY"]
    assert said[-1] == "TEARDOWN"
    setup = script.asked[3]
    assert setup.url == "rtsp://192.0.2.77/other/track1"  # as it was said; nobody connects there
    assert "interleaved=0-1" in (setup.headers.get("Transport") or "")
    assert all(asked.headers.get("Session") == "77" for asked in script.asked[4:])
    assert "secretword" not in repr(script.asked)


def test_a_camera_is_kept_awake_and_may_change_its_nonce() -> None:
    script = Script()
    script.media = b"".join(p for one in packets([[KEY], [DELTA]]) for p in one)
    connection = connect(script.url)
    script.stale = True
    connection._every = 0  # at each arrival, and each answer is one
    assert read_for(connection, 1.0)
    connection.close()
    assert script.ended.wait(5)
    assert "GET_PARAMETER" in script.methods()
    last = [a for a in script.asked if a.method == "GET_PARAMETER"][-1]
    assert 'nonce="new"' in (last.headers.get("Authorization") or "")


def test_media_before_the_answer_and_on_other_channels() -> None:
    script = Script(transport="RTP/AVP/TCP;unicast;interleaved=6-7")
    made = [p[:1] + b"\6" + p[2:] for one in packets([[KEY], [DELTA], [DELTA]]) for p in one]
    script.early, script.media = b"".join(made[:3]), b"".join(made[3:])
    connection = connect(script.url)
    found = read_for(connection, 0.5)
    connection.close()
    assert len(found) == 3


@pytest.mark.parametrize(
    ("method", "status", "reason", "words"),
    [
        ("SETUP", "461 Unsupported Transport", GapReason.UNSUPPORTED, "RTSP over TCP"),
        ("SETUP", "453 Not Enough Bandwidth", GapReason.UNREACHABLE, "too many viewers"),
        ("PLAY", "404 Not Found", GapReason.REFUSED, "has no stream /x"),
        ("DESCRIBE", "302 Moved", GapReason.REFUSED, "moved this stream"),
    ],
)
def test_what_a_camera_refuses(method: str, status: str, reason: GapReason, words: str) -> None:
    script = Script()
    script.status[method] = status
    with pytest.raises(CameraError, match=words) as told:
        connect(script.url)
    assert told.value.reason is reason
    assert str(told.value).startswith("camera yard: 127.0.0.1 ")
    assert script.ended.wait(5)  # the connection is closed


def test_a_camera_that_sends_over_udp_all_the_same() -> None:
    script = Script(transport="RTP/AVP;unicast;client_port=5000-5001")
    with pytest.raises(CameraError, match="RTSP over TCP"):
        connect(script.url)
