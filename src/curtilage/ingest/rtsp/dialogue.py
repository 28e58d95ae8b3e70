"""Requests to a camera and its answers, with the password where it is asked for.

Used by who only asks (`probe`) and by who plays (`client`). What a camera sends between its answers
is kept for whoever plays.
"""

import socket
import time

from curtilage.config.address import Address
from curtilage.ingest.errors import CameraError, Cause
from curtilage.ingest.rtsp.auth import Challenge, Credentials, read_challenges, strongest
from curtilage.ingest.rtsp.dial import dial, port_of
from curtilage.ingest.rtsp.message import (
    Headers,
    Interleaved,
    MessageError,
    Reader,
    Request,
    Response,
)
from curtilage.model import GapReason

AGENT = "Curtilage"
MEDIA_MOST = 1024 * 1024  # bytes of media kept while an answer is waited for


class Dialogue:
    """A connection to a camera that speaks RTSP.

    Args:
        address: of the camera.
        timeout_s: for all that is asked before `begin_playing`.

    Raises:
        CameraError: it cannot be reached; the sentence begins with the host.

    """

    def __init__(self, address: Address, timeout_s: float) -> None:
        self._address = address
        self._until = time.monotonic() + timeout_s
        self.socket: socket.socket = dial(address, timeout_s)
        self._reader = Reader()
        self._media: list[Interleaved] = []
        self._kept = 0
        self._cseq = 0
        self._credentials = (
            Credentials(address.user, address.password or "") if address.user is not None else None
        )
        self.challenge: Challenge | None = None
        self.session: str | None = None  # once the camera has named it

    def close(self) -> None:
        """Hang up."""
        self.socket.close()

    def ask(self, method: str, url: str, *headers: tuple[str, str]) -> Response:
        """Ask, and once more with the password if that is what the camera wants.

        Raises:
            CameraError: no answer, or none in RTSP.

        """
        response = self._once(method, url, headers)
        if response.status == 401 and self.challenged(response):
            response = self._once(method, url, headers)
        return response

    def challenged(self, response: Response) -> bool:
        """Take how the camera asks for the password; False if we cannot answer it."""
        challenge = strongest(read_challenges(response.headers.all("WWW-Authenticate")))
        if challenge is None or self._credentials is None:
            return False
        self.challenge = challenge
        return True

    def request(self, method: str, url: str, *headers: tuple[str, str]) -> bytes:
        """The bytes of the next request."""
        self._cseq += 1
        pairs = [("CSeq", str(self._cseq)), ("User-Agent", AGENT), *headers]
        if self.session is not None:
            pairs.append(("Session", self.session))
        if self.challenge is not None and self._credentials is not None:
            answer = self._credentials.answer(self.challenge, method, url)
            pairs.append(("Authorization", answer))
        return Request(method, url, Headers(tuple(pairs))).encode()

    def begun(self) -> bytes:
        """The media that came between the answers, and what came after the last of them."""
        pieces = [
            b"".join((b"$", bytes((m.channel,)), len(m.data).to_bytes(2, "big"), m.data))
            for m in self._media
        ]
        self._media = []
        return b"".join((*pieces, self._reader.rest()))

    def _once(self, method: str, url: str, headers: tuple[tuple[str, str], ...]) -> Response:
        host, port = self._address.host, port_of(self._address)
        try:
            self.socket.settimeout(max(self._until - time.monotonic(), 0.01))
            self.socket.sendall(self.request(method, url, *headers))
            return self._receive()
        except MessageError as error:
            raise CameraError(
                GapReason.UNREACHABLE,
                f"{host} answers at port {port}, but {error}",
                Cause.NOT_RTSP,
            ) from None
        except TimeoutError:
            raise CameraError(
                GapReason.UNREACHABLE,
                f"{host} takes connections at port {port}, but does not answer",
                Cause.SILENT,
            ) from None
        except (OSError, ValueError):
            raise CameraError(
                GapReason.UNREACHABLE,
                f"{host} hangs up at port {port} without an answer",
                Cause.SILENT,
            ) from None

    def _receive(self) -> Response:
        while (left := self._until - time.monotonic()) > 0:
            self.socket.settimeout(left)
            data = self.socket.recv(65536)
            if not data:
                raise ConnectionError
            for message in self._reader.feed(data):
                if isinstance(message, Interleaved):
                    self._kept += len(message.data)
                    if self._kept <= MEDIA_MOST:
                        self._media.append(message)
                elif isinstance(message, Response) and message.cseq in (None, self._cseq):
                    return message
        raise TimeoutError


def refusal(address: Address, response: Response) -> CameraError | None:
    """Why the camera did not do as asked; None if it did."""
    host, status, path = address.host, response.status, address.shown_path or "/"
    refused, away = GapReason.REFUSED, GapReason.UNREACHABLE
    if status == 200:
        return None
    if status == 401:
        return _unauthorised(address, response)
    if status == 403:
        who = address.user or "nobody"
        return CameraError(refused, f"{host} forbids this stream to user {who}", Cause.FORBIDDEN)
    if status in (404, 410, 454, 457):
        return CameraError(refused, f"{host} has no stream {path}", Cause.NO_STREAM)
    if status in (300, 301, 302, 303, 305, 307):
        said = f"{host} has moved this stream to another address"
        return CameraError(refused, said, Cause.NO_STREAM)
    if status in (453, 503):
        said = f"{host} is busy: too many viewers, or it is starting"
        return CameraError(away, said, Cause.BUSY)
    if status == 461:
        said = f"{host} does not offer RTSP over TCP; switch it on there"
        return CameraError(GapReason.UNSUPPORTED, said)
    if status >= 500:
        return CameraError(away, f"{host} has a fault of its own (RTSP {status})")
    return CameraError(refused, f"{host} refuses stream {path} (RTSP {status})")


def _unauthorised(address: Address, response: Response) -> CameraError:
    host, refused = address.host, GapReason.REFUSED
    if address.user is None:
        return CameraError(
            refused,
            f"{host} asks for a user and a password; write them into its address "
            f"as in '{address.scheme}://user:password@{host}/...'",
            Cause.PASSWORD_NEEDED,
        )
    if strongest(read_challenges(response.headers.all("WWW-Authenticate"))) is None:
        return CameraError(refused, f"{host} asks for the password in a way that is not known")
    said = f"{host} refuses the password of user {address.user}"
    return CameraError(refused, said, Cause.WRONG_PASSWORD)
