"""One client of the test server: RTSP requests (RFC 2326) and packets on one socket."""

import asyncio
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol as Interface
from urllib.parse import urlsplit

from tests.cameras import mjpeg, sdp
from tests.cameras.auth import Account
from tests.cameras.camera import Camera
from tests.cameras.faults import Kind
from tests.cameras.transcript import Transcript

TIMEOUT_S = 60.0  # told to clients; who is silent for longer is dropped
BACKLOG = 8_000_000  # bytes; a client that is so far behind is dropped
WIRE = 256 * 1024  # bytes that the system may hold for a client: a keyframe or two, as in cameras
METHODS = "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, GET_PARAMETER, SET_PARAMETER, TEARDOWN"
REASONS = {
    200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found",
    453: "Not Enough Bandwidth", 454: "Session Not Found", 455: "Method Not Valid in This State",
    461: "Unsupported Transport", 501: "Not Implemented",
}  # fmt: skip
NOT_RTSP = b"HTTP/1.1 400 Bad Request\r\nServer: httpd\r\nContent-Length: 0\r\n\r\n"
NOISE = bytes(range(256)) * 2


class House(Interface):
    """What a session needs of the server."""

    account: Account | None
    transcript: Transcript

    def camera(self, path: str) -> Camera | None:
        """The camera at a path."""

    def arrived(self, session: "Session") -> int:
        """A number for this connection."""

    def left(self, session: "Session") -> None:
        """The connection is closed."""


@dataclass(frozen=True)
class Asked:
    """A request."""

    method: str
    url: str
    headers: dict[str, str]  # names in lower case


class Session(asyncio.Protocol):
    """A connection. Also a ``Viewer`` of the camera that it plays."""

    def __init__(self, house: House) -> None:
        self.waits_for_key = False
        self.video_channel: int | None = None
        self.audio_channel: int | None = None
        self._house, self._input = house, bytearray()
        self._loop = asyncio.get_running_loop()
        self._heard, self._id = self._loop.time(), ""
        self._camera: Camera | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.set_write_buffer_limits(high=BACKLOG)
        wire: socket.socket = transport.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, WIRE)
        self.number = self._house.arrived(self)
        self._watch = self._loop.call_later(TIMEOUT_S, self._look)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (asyncio's form)
        if self._watch is not None:
            self._watch.cancel()
        for task in self._tasks:
            task.cancel()
        if self._camera is not None:
            self._camera.leave(self)
        self._house.left(self)

    def send(self, data: bytes | bytearray) -> None:
        """Queue bytes; a client that does not read is dropped, as cameras do."""
        if self._transport.get_write_buffer_size() > BACKLOG:
            self.cut()
        else:
            self._transport.write(data)

    def cut(self) -> None:
        """Close at once."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._heard = self._loop.time()
        self._input += data
        while not self._transport.is_closing():
            if self._input[:1] == b"$":  # RTCP of the client
                size = 4 + int.from_bytes(self._input[2:4], "big")
                if len(self._input) < max(4, size):
                    return
                del self._input[:size]
                continue
            end = self._input.find(b"\r\n\r\n")
            if end < 0:
                return
            asked = _parse(bytes(self._input[:end]))
            body = int(asked.headers.get("content-length", "0")) if asked else 0
            if len(self._input) < end + 4 + body:
                return
            del self._input[: end + 4 + body]
            if asked is None:
                self._answer(None, 400)
                self._transport.close()
                return
            self._handle(asked)

    def _look(self) -> None:
        """Drop who sent neither request nor RTCP for too long."""
        left = self._heard + TIMEOUT_S - self._loop.time()
        if self._tasks:  # MJPEG: there is nothing to say for the client
            left = TIMEOUT_S
        if left <= 0:
            self.cut()
        else:
            self._watch = self._loop.call_later(left, self._look)

    def _handle(self, asked: Asked) -> None:
        path, track = _place(asked.url)
        camera = self._house.camera(path)
        if asked.method == "SETUP" and track is None:
            track = "video" if self.video_channel is None else "audio"

        def note(status: int) -> None:
            self._house.transcript.add(
                self.number, asked.method, asked.url, path, track, asked.headers, status
            )

        if camera is None:
            note(404)
            self._answer(asked, 404)
            return
        camera.settle()
        now, active = self._loop.time(), camera.troubles.active
        if active(Kind.MUTE, now) or active(Kind.FREEZE, now):
            note(0)
        elif active(Kind.DOWN, now):
            note(0)
            self.cut()
        elif active(Kind.HTTP, now) or active(Kind.GARBAGE, now):
            note(0)
            self._transport.write(NOT_RTSP if active(Kind.HTTP, now) else NOISE)
            self._transport.close()
        elif slow := active(Kind.SLOW, now):
            self._loop.call_later(slow.value, self._serve, asked, camera, track, note)
        else:
            self._serve(asked, camera, track, note)

    def _serve(
        self, asked: Asked, camera: Camera, track: str | None, note: Callable[[int], None]
    ) -> None:
        if self._transport.is_closing():
            return
        now = self._loop.time()
        if asked.method == "GET":
            note(self._stills(asked, camera))
            return
        if asked.method == "OPTIONS":
            note(200)
            self._answer(asked, 200, {"Public": METHODS})
            return
        account = self._house.account
        refused = camera.troubles.active(Kind.REFUSE, now) is not None
        proof = asked.headers.get("authorization", "")
        if refused or (account is not None and not account.accepts(asked.method, proof)):
            note(401)
            challenges = (account or Account()).challenges()
            self._answer(asked, 401, {"WWW-Authenticate": challenges})
            return
        if camera.troubles.active(Kind.MISSING, now):
            note(404)
            self._answer(asked, 404)
            return
        act = {
            "DESCRIBE": self._describe,
            "SETUP": self._setup,
            "PLAY": self._play,
            "PAUSE": self._pause,
            "TEARDOWN": self._teardown,
            "GET_PARAMETER": self._keep_alive,
            "SET_PARAMETER": self._keep_alive,
        }.get(asked.method)
        if act is None:
            note(501)
            self._answer(asked, 501)
        else:
            note(act(asked, camera, track))

    def _stills(self, asked: Asked, camera: Camera) -> int:
        """MJPEG over HTTP; this is a viewer of the camera all the same, so that faults reach it."""
        account, proof = self._house.account, asked.headers.get("authorization", "")
        status = mjpeg.refusal(camera, asked.url, self._loop.time())
        if status == 200 and account is not None and not account.accepts("GET", proof):
            status = 401
        self._transport.write(mjpeg.answer(status))
        if status != 200:
            self._transport.close()
        elif self._camera is None:
            self._camera = camera
            camera.join(self)
            self._tasks.add(self._loop.create_task(mjpeg.serve(self._transport, camera)))
        return status

    def _describe(self, asked: Asked, camera: Camera, _: str | None) -> int:
        wrong = camera.troubles.active(Kind.SDP, self._loop.time())
        text = sdp.describe(camera.pictures, camera.sound, wrong.name if wrong else "")
        base = asked.url.rstrip("/") + "/"
        headers = {"Content-Base": base, "Content-Type": "application/sdp"}
        return self._answer(asked, 200, headers, text.encode())

    def _setup(self, asked: Asked, camera: Camera, track: str | None) -> int:
        if camera.troubles.active(Kind.BUSY, self._loop.time()):
            return self._answer(asked, 453)
        transport = asked.headers.get("transport", "")
        if "RTP/AVP/TCP" not in transport:
            return self._answer(asked, 461)
        wanted = re.search(r"interleaved=(\d+)", transport)
        used = [c for c in (self.video_channel, self.audio_channel) if c is not None]
        channel = int(wanted[1]) if wanted else 2 * len(used)
        if track == "audio":
            flow, self.audio_channel = camera.audio_flow, channel
        else:
            flow, self.video_channel = camera.video_flow, channel
        self._id = self._id or f"{self.number:08X}"
        how = f"RTP/AVP/TCP;unicast;interleaved={channel}-{channel + 1};ssrc={flow.source:08X}"
        return self._answer(asked, 200, {"Transport": how, "Session": self._session()})

    def _play(self, asked: Asked, camera: Camera, _: str | None) -> int:
        if not self._id or asked.headers.get("session", "").split(";")[0] != self._id:
            return self._answer(asked, 454)
        if self._camera is None:
            self._camera = camera
            camera.join(self)
        base = asked.url.rstrip("/")
        info = [
            f"url={base}/{name};seq={sequence};rtptime={time}"
            for name, channel, (sequence, time) in zip(
                ("track1", "track2"),
                (self.video_channel, self.audio_channel),
                camera.rtp_info(),
                strict=True,
            )
            if channel is not None
        ]
        headers = {"Session": self._session(), "Range": "npt=now-", "RTP-Info": ",".join(info)}
        return self._answer(asked, 200, headers)

    def _pause(self, asked: Asked, camera: Camera, _: str | None) -> int:
        camera.leave(self)
        self._camera = None
        return self._keep_alive(asked, camera, None)

    def _keep_alive(self, asked: Asked, _: Camera, __: str | None) -> int:
        return self._answer(asked, 200, {"Session": self._session()} if self._id else {})

    def _teardown(self, asked: Asked, camera: Camera, _: str | None) -> int:
        camera.leave(self)
        status = self._answer(asked, 200)
        self._transport.close()
        return status

    def _session(self) -> str:
        return f"{self._id};timeout={TIMEOUT_S:.0f}"

    def _answer(
        self,
        asked: Asked | None,
        status: int,
        headers: dict[str, str | list[str]] | dict[str, str] | dict[str, list[str]] | None = None,
        body: bytes = b"",
    ) -> int:
        lines = [f"RTSP/1.0 {status} {REASONS[status]}"]
        if asked is not None and "cseq" in asked.headers:
            lines.append(f"CSeq: {asked.headers['cseq']}")
        for name, value in (headers or {}).items():
            lines += [f"{name}: {one}" for one in ([value] if isinstance(value, str) else value)]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        self._transport.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        return status


def _parse(head: bytes) -> Asked | None:
    lines = head.decode("utf-8", "replace").lstrip("\r\n").split("\r\n")
    words = lines[0].split()
    if len(words) != 3 or not words[2].startswith(("RTSP/1.", "HTTP/1.")):
        return None
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return Asked(words[0], words[1], headers)


def _place(url: str) -> tuple[str, str | None]:
    """Path of the camera and track of a request's URL."""
    path = urlsplit(url).path.strip("/")
    for name, track in (("track1", "video"), ("track2", "audio")):
        if path.endswith("/" + name):
            return path.removesuffix("/" + name), track
    return path.removesuffix(".mjpeg"), None
