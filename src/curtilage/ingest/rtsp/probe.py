"""Asks a camera what it offers, and says in one sentence why it gives nothing.

Speaks just enough RTSP for that: OPTIONS and DESCRIBE, with a password if it is asked for. Nothing
is set up and nothing plays; the sound's track is not touched.
"""

import contextlib
import re
import socket
import time
from dataclasses import dataclass

from curtilage.config.address import Address
from curtilage.ingest.errors import CameraError
from curtilage.ingest.rtsp.auth import Challenge, Credentials, read_challenges, strongest
from curtilage.ingest.rtsp.dial import dial, port_of
from curtilage.ingest.rtsp.message import (
    Headers,
    MessageError,
    Reader,
    Request,
    Response,
)
from curtilage.ingest.rtsp.sdp import Description, base_url, parse
from curtilage.model import GapReason

PLAYABLE = ("h264", "hevc", "mjpeg")
AGENT = "Curtilage"
_SECRET = re.compile(r"((?:pass|pwd|psw|token|secret|auth)[a-z]*[=:])[^&_/;?]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Examination:
    """What came of asking a camera."""

    reason: GapReason | None  # None: it describes a stream that can be recorded
    sentence: str  # for the owner, without passwords; what it offers, or why not
    description: Description | None = None
    server: str | None = None  # what the camera calls itself
    methods: tuple[str, ...] = ()
    authentication: str | None = None  # how it asked who we are: basic, digest MD5 ...
    secure: bool = False  # over TLS

    @property
    def ok(self) -> bool:
        """Whether it describes a stream that can be recorded."""
        return self.reason is None


def examine(address: Address, timeout_s: float = 5.0) -> Examination:
    """Ask the camera at an RTSP address what it offers; never raises for what it does."""
    try:
        with contextlib.closing(_Dialogue(address, timeout_s)) as dialogue:
            return _ask(address, dialogue)
    except CameraError as error:
        return Examination(error.reason, address.redact(str(error)))


def _ask(address: Address, dialogue: "_Dialogue") -> Examination:
    host, port = address.host, port_of(address)
    options = dialogue.ask("OPTIONS")
    methods = tuple(
        m.strip() for m in (options.headers.get("Public") or "").split(",") if m.strip()
    )
    response = dialogue.ask("DESCRIBE", ("Accept", "application/sdp"))
    server = response.headers.get("Server") or options.headers.get("Server")
    asked = dialogue.challenge
    how = None if asked is None else asked.scheme
    if asked is not None and asked.scheme == "digest":
        how = f"digest {asked.algorithm}"
    secure = address.scheme == "rtsps"

    def outcome(
        reason: GapReason | None, sentence: str, description: Description | None = None
    ) -> Examination:
        said = address.redact(sentence)
        name = address.redact(server) if server else None
        return Examination(reason, said, description, name, methods, how, secure)

    refusal = _refusal(address, response)
    if refusal is not None:
        return outcome(*refusal)
    headers = response.headers
    base = base_url(address.bare, headers.get("Content-Base"), headers.get("Content-Location"))
    description = parse(response.body, base)
    videos = description.of_kind("video")
    if not videos:
        return outcome(
            GapReason.UNSUPPORTED, f"{host} describes a stream without a picture", description
        )
    if all(video.codec not in PLAYABLE for video in videos):
        codec = videos[0].encoding or f"payload type {videos[0].payload}"
        return outcome(
            GapReason.UNSUPPORTED,
            f"{host} sends its picture as {codec}; set it to H.264 or H.265",
            description,
        )
    offers = ", ".join(m.encoding or m.kind for m in description.media)
    return outcome(None, f"{host} offers {offers} at port {port}", description)


def _refusal(address: Address, response: Response) -> tuple[GapReason, str] | None:
    """Why the camera did not describe the stream; None if it did."""
    host, status = address.host, response.status
    if status == 200:
        return None
    if status == 401:
        if address.user is None:
            return (
                GapReason.REFUSED,
                f"{host} asks for a user and a password; write them into its address "
                f"as in '{address.scheme}://user:password@{host}/...'",
            )
        if strongest(read_challenges(response.headers.all("WWW-Authenticate"))) is None:
            return GapReason.REFUSED, f"{host} asks for the password in a way that is not known"
        return GapReason.REFUSED, f"{host} refuses the password of user {address.user}"
    if status == 403:
        return GapReason.REFUSED, f"{host} forbids this stream to user {address.user or 'nobody'}"
    if status in (404, 410, 454, 457):
        return GapReason.REFUSED, f"{host} has no stream {_shown(address)}"
    if status in (300, 301, 302, 303, 305, 307):
        return GapReason.REFUSED, f"{host} has moved this stream to another address"
    if status in (453, 503):
        return GapReason.REFUSED, f"{host} is busy: too many viewers, or it is starting"
    if status >= 500:
        return GapReason.UNREACHABLE, f"{host} has a fault of its own (RTSP {status})"
    return GapReason.REFUSED, f"{host} refuses stream {_shown(address)} (RTSP {status})"


def _shown(address: Address) -> str:
    """The path for a message; some cameras take the password in it."""
    return _SECRET.sub(r"\1***", address.path or "/")


class _Dialogue:
    """Requests and responses over one connection, with the password where it is asked for."""

    def __init__(self, address: Address, timeout_s: float) -> None:
        self._address = address
        self._until = time.monotonic() + timeout_s
        self._socket: socket.socket = dial(address, timeout_s)
        self._reader = Reader()
        self._cseq = 0
        self._credentials = (
            Credentials(address.user, address.password or "") if address.user is not None else None
        )
        self.challenge: Challenge | None = None

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def ask(self, method: str, *headers: tuple[str, str]) -> Response:
        """Ask, and once more with the password if that is what the camera wants.

        Raises:
            CameraError: no answer, or none in RTSP.

        """
        response = self._once(method, headers)
        if response.status != 401 or self._credentials is None:
            return response
        challenge = strongest(read_challenges(response.headers.all("WWW-Authenticate")))
        if challenge is None:
            return response
        self.challenge = challenge
        return self._once(method, headers)

    def _once(self, method: str, headers: tuple[tuple[str, str], ...]) -> Response:
        self._cseq += 1
        url = self._address.bare
        pairs = [("CSeq", str(self._cseq)), ("User-Agent", AGENT), *headers]
        if self.challenge is not None and self._credentials is not None:
            answer = self._credentials.answer(self.challenge, method, url)
            pairs.append(("Authorization", answer))
        host, port = self._address.host, port_of(self._address)
        try:
            self._socket.sendall(Request(method, url, Headers(tuple(pairs))).encode())
            return self._receive()
        except MessageError as error:
            raise CameraError(
                GapReason.UNREACHABLE, f"{host} answers at port {port}, but {error}"
            ) from None
        except TimeoutError:
            raise CameraError(
                GapReason.UNREACHABLE,
                f"{host} takes connections at port {port}, but does not answer",
            ) from None
        except OSError:
            raise CameraError(
                GapReason.UNREACHABLE, f"{host} hangs up at port {port} without an answer"
            ) from None

    def _receive(self) -> Response:
        while (left := self._until - time.monotonic()) > 0:
            self._socket.settimeout(left)
            data = self._socket.recv(65536)
            if not data:
                raise ConnectionError
            for message in self._reader.feed(data):
                if isinstance(message, Response) and message.cseq in (None, self._cseq):
                    return message
        raise TimeoutError
