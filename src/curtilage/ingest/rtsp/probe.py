"""Asks a camera what it offers, and says in one sentence why it gives nothing.

Speaks just enough RTSP for that: OPTIONS and DESCRIBE, with a password if it is asked for. Nothing
is set up and nothing plays; the sound's track is not touched.
"""

import contextlib
from dataclasses import dataclass

from curtilage.config.address import Address
from curtilage.ingest.errors import CameraError, Cause
from curtilage.ingest.rtsp.dial import port_of
from curtilage.ingest.rtsp.dialogue import Dialogue, refusal
from curtilage.ingest.rtsp.sdp import Description, Media, base_url, parse
from curtilage.model import GapReason

PLAYABLE = ("h264", "hevc")


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
    cause: Cause | None = None  # finer than the reason

    @property
    def ok(self) -> bool:
        """Whether it describes a stream that can be recorded."""
        return self.reason is None


def examine(address: Address, timeout_s: float = 5.0) -> Examination:
    """Ask the camera at an RTSP address what it offers; never raises for what it does."""
    try:
        with contextlib.closing(Dialogue(address, timeout_s)) as dialogue:
            return _ask(address, dialogue)
    except CameraError as error:
        return Examination(error.reason, address.redact(str(error)), cause=error.cause)


def _ask(address: Address, dialogue: Dialogue) -> Examination:
    host, port = address.host, port_of(address)
    options = dialogue.ask("OPTIONS", address.bare)
    methods = tuple(
        m.strip() for m in (options.headers.get("Public") or "").split(",") if m.strip()
    )
    response = dialogue.ask("DESCRIBE", address.bare, ("Accept", "application/sdp"))
    server = response.headers.get("Server") or options.headers.get("Server")
    asked = dialogue.challenge
    how = None if asked is None else asked.scheme
    if asked is not None and asked.scheme == "digest":
        how = f"digest {asked.algorithm}"
    secure = address.scheme == "rtsps"

    def outcome(
        problem: CameraError | None, sentence: str, description: Description | None = None
    ) -> Examination:
        said = address.redact(sentence)
        name = address.redact(server) if server else None
        reason, cause = (None, None) if problem is None else (problem.reason, problem.cause)
        return Examination(reason, said, description, name, methods, how, secure, cause)

    refused = refusal(address, response)
    if refused is not None:
        return outcome(refused, str(refused))
    headers = response.headers
    base = base_url(address.bare, headers.get("Content-Base"), headers.get("Content-Location"))
    description = parse(response.body, base)
    if isinstance(chosen := choose_video(address, description), CameraError):
        return outcome(chosen, str(chosen), description)
    offers = ", ".join(m.encoding or m.kind for m in description.media)
    return outcome(None, f"{host} offers {offers} at port {port}", description)


def choose_video(address: Address, description: Description) -> Media | CameraError:
    """The picture that can be recorded, or why there is none."""
    videos = description.of_kind("video")
    if not videos:
        return CameraError(
            GapReason.UNSUPPORTED,
            f"{address.host} describes a stream without a picture",
            Cause.CODEC,
        )
    for video in videos:
        if video.codec in PLAYABLE and video.payload is not None and video.clock_rate:
            return video
    codec = videos[0].encoding or f"payload type {videos[0].payload}"
    return CameraError(
        GapReason.UNSUPPORTED,
        f"{address.host} sends its picture as {codec}; set it to H.264 or H.265",
        Cause.CODEC,
    )
