"""A camera that sends MJPEG over HTTP: one answer that never ends, a JPEG after the other.

Spoken by ourselves and not by FFmpeg, so that a wait can be interrupted, an error has a sentence
and the password goes nowhere but into the request. The pictures have no time but their arrival.
"""

import http.client
import socket
import time
from collections.abc import Iterator
from contextlib import suppress

from curtilage.config.address import Address
from curtilage.ingest.errors import CameraError, Cause
from curtilage.ingest.live.connection import BROKEN, Change, Raw
from curtilage.ingest.live.multipart import Multipart, boundary_of
from curtilage.ingest.rtsp.auth import Credentials, read_challenges, strongest
from curtilage.ingest.rtsp.dial import dial
from curtilage.model import AudioInfo, GapReason, Medium, VideoCodec


def open_http(name: str, address: Address, *, audio: bool, open_s: float) -> "HttpConnection":
    """Ask for the pictures.

    Raises:
        CameraError: the camera does not send MJPEG.

    """
    until = time.monotonic() + open_s
    try:
        line, response = _ask(address, None, until)
        if response.status == 401 and address.user is not None:
            asked = strongest(read_challenges(response.headers.get_all("WWW-Authenticate") or []))
            line.close()
            if asked is not None:
                credentials = Credentials(address.user, address.password or "")
                answer = credentials.answer(asked, "GET", _target(address))
                line, response = _ask(address, answer, until)
        problem = _refusal(address, response)
        if problem is not None:
            line.close()
            raise problem
    except CameraError as error:
        said = address.redact(f"camera {name}: {error}")
        raise CameraError(error.reason, said, error.cause) from None
    boundary = boundary_of(response.headers.get("Content-Type", "")) or b""
    note = f"camera {name}: MJPEG over HTTP has no sound" if audio else None
    return HttpConnection(address, line, response, boundary, note)


class HttpConnection:
    """The pictures of one answer."""

    framed = False
    codec = VideoCodec.MJPEG
    extradata = b""
    audio: AudioInfo | None = None

    def __init__(
        self,
        address: Address,
        line: socket.socket,
        response: http.client.HTTPResponse,
        boundary: bytes,
        note: str | None,
    ) -> None:
        self._address, self._line, self._response = address, line, response
        self._parts = Multipart(boundary)
        self.note = note

    def packets(self) -> Iterator[Raw | Change]:
        """The pictures, by the time of their arrival."""
        self._line.settimeout(None)  # the watch ends a wait
        while data := self._response.read1(65536):
            for picture in self._parts.feed(data):
                now = time.monotonic_ns()
                yield Raw(Medium.VIDEO, now, now, 0, None, picture)

    def interrupt(self) -> None:
        """Hang up; a read ends at once."""
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the camera."""
        self._response.close()
        self._line.close()


def _ask(
    address: Address, authorization: str | None, until: float
) -> tuple[socket.socket, http.client.HTTPResponse]:
    left = max(until - time.monotonic(), 0.1)
    line = dial(address, left)
    client = http.client.HTTPConnection(address.host)
    client.sock = line
    headers = {"User-Agent": "Curtilage", "Accept": "multipart/x-mixed-replace, */*"}
    headers["Host"] = address.bare.split("/")[2]
    if authorization is not None:
        headers["Authorization"] = authorization
    try:
        client.request("GET", _target(address), headers=headers)
        return line, client.getresponse()
    except TimeoutError:
        line.close()
        raise CameraError(
            GapReason.UNREACHABLE,
            f"{address.host} takes connections, but does not answer",
            Cause.SILENT,
        ) from None
    except BROKEN:
        line.close()
        raise CameraError(
            GapReason.UNREACHABLE, f"{address.host} answers, but not in HTTP"
        ) from None


def _target(address: Address) -> str:
    """Path and query, as they stand in the request."""
    return "/" + "/".join(address.bare.split("/")[3:])


def _refusal(address: Address, response: http.client.HTTPResponse) -> CameraError | None:
    host, status, refused = address.host, response.status, GapReason.REFUSED
    if status == 401:
        if address.user is None:
            said = f"{host} asks for a user and a password"
            return CameraError(refused, said, Cause.PASSWORD_NEEDED)
        said = f"{host} refuses the password of user {address.user}"
        return CameraError(refused, said, Cause.WRONG_PASSWORD)
    if status == 404:
        return CameraError(refused, f"{host} has nothing at this path", Cause.NO_STREAM)
    if status in (301, 302, 303, 307, 308):
        said = f"{host} has moved this stream to another address"
        return CameraError(refused, said, Cause.NO_STREAM)
    if status != 200:
        return CameraError(refused, f"{host} refuses this stream (HTTP {status})")
    kind = response.headers.get("Content-Type", "nothing").split(";")[0].strip()
    if kind.lower() == "image/jpeg":
        return CameraError(
            GapReason.UNSUPPORTED,
            f"{host} sends one picture at this address, not a stream; use its MJPEG or RTSP one",
            Cause.CODEC,
        )
    if boundary_of(kind) is None:
        said = f"{host} sends {kind} at this address, not MJPEG"
        return CameraError(GapReason.UNSUPPORTED, said, Cause.CODEC)
    return None
