"""Asks a camera to play, over TCP only: OPTIONS, DESCRIBE, SETUP of the picture, PLAY (RFC 2326).

The sound is SETUP only when it was asked for. Media come over the same connection: nothing else has
to be let through a firewall, nothing is lost on the way, and TLS covers all of it. An address that
a camera names (another host in a control URL, a redirect) is never connected to.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from curtilage.config.address import Address
from curtilage.ingest.errors import CameraError
from curtilage.ingest.rtsp.aac import Aac
from curtilage.ingest.rtsp.dialogue import Dialogue, refusal
from curtilage.ingest.rtsp.g711 import G711
from curtilage.ingest.rtsp.headers import DEFAULT_TIMEOUT_S, read_session, read_transport
from curtilage.ingest.rtsp.interleaved import Channels
from curtilage.ingest.rtsp.message import Response
from curtilage.ingest.rtsp.probe import choose_video
from curtilage.ingest.rtsp.sdp import Description, Media, base_url, parse
from curtilage.model import AudioCodec, AudioInfo, GapReason


class Heard(NamedTuple):
    """The sound that was set up."""

    info: AudioInfo
    reader: Aac | G711
    clock_rate: int


@dataclass(frozen=True, slots=True)
class Playing:
    """A camera that plays."""

    dialogue: Dialogue
    video: Media
    heard: Heard | None
    channels: Channels
    url: str  # of the session, for what is asked of it as a whole
    keepalive: str  # method
    timeout_s: int  # the camera ends the session when it hears nothing for so long
    begun: bytes  # what came of the media already
    note: str | None  # why there is no sound


def play(
    address: Address,
    timeout_s: float,
    *,
    audio: bool,
    connected: Callable[[Dialogue], None] = lambda _: None,
) -> Playing:
    """Ask the camera to play.

    Args:
        address: of the camera.
        timeout_s: for all of it.
        audio: whether its sound is asked for.
        connected: told of the connection, so that it can be closed from elsewhere.

    Raises:
        CameraError: it does not; the sentence begins with the host.

    """
    dialogue = Dialogue(address, timeout_s)
    try:
        connected(dialogue)
        return _begin(address, dialogue, audio)
    except BaseException:
        with contextlib.suppress(OSError):
            dialogue.close()
        raise


def _begin(address: Address, dialogue: Dialogue, audio: bool) -> Playing:
    url = address.bare
    options = dialogue.ask("OPTIONS", url)  # some want it first; what it says is only a hint
    response = _asked(address, dialogue.ask("DESCRIBE", url, ("Accept", "application/sdp")))
    said = response.headers
    base = base_url(url, said.get("Content-Base"), said.get("Content-Location"))
    description = parse(response.body, base)
    video = choose_video(address, description)
    if isinstance(video, CameraError):
        raise video
    sound, note = _choose_sound(description) if audio else (None, None)
    video_channels, timeout_s = _set_up(address, dialogue, video, 0)
    channels = Channels(video_channels[0], video.payload or 0, video_channels[1])
    heard = None
    if sound is not None:
        medium, heard = sound
        audio_channels, _ = _set_up(address, dialogue, medium, video_channels[1] + 1)
        channels = channels._replace(
            audio=audio_channels[0],
            audio_kind=medium.payload or 0,
            audio_control=audio_channels[1],
        )
    _asked(address, dialogue.ask("PLAY", description.control, ("Range", "npt=0.000-")))
    public = (options.headers.get("Public") or "").upper()
    return Playing(
        dialogue,
        video,
        heard,
        channels,
        description.control,
        "GET_PARAMETER" if "GET_PARAMETER" in public else "OPTIONS",
        timeout_s,
        dialogue.begun(),
        note,
    )


def _asked(address: Address, response: Response) -> Response:
    refused = refusal(address, response)
    if refused is not None:
        raise refused
    return response


def _set_up(
    address: Address, dialogue: Dialogue, medium: Media, channel: int
) -> tuple[tuple[int, int], int]:
    """Set a medium up; its channels, and the session's timeout in s."""
    how = f"RTP/AVP/TCP;unicast;interleaved={channel}-{channel + 1}"
    response = _asked(address, dialogue.ask("SETUP", medium.control, ("Transport", how)))
    session = read_session(response.headers.get("Session") or "")
    if session is not None:
        dialogue.session = session.id
    transport = read_transport(response.headers.get("Transport") or "")
    if transport.protocol and "TCP" not in transport.protocol and transport.channels is None:
        raise CameraError(
            GapReason.UNSUPPORTED,
            f"{address.host} does not offer RTSP over TCP; switch it on there",
        )
    timeout_s = DEFAULT_TIMEOUT_S if session is None else session.timeout_s
    return transport.channels or (channel, channel + 1), timeout_s


def _choose_sound(description: Description) -> tuple[tuple[Media, Heard] | None, str | None]:
    """The sound that can be recorded, or a sentence why there is none."""
    offered = description.of_kind("audio")
    for medium in offered:
        heard = _heard(medium)
        if heard is not None:
            return (medium, heard), None
    if not offered:
        return None, "offers no sound"
    names = ", ".join(medium.encoding or f"type {medium.payload}" for medium in offered)
    return None, f"sends sound as {names}, which is not recorded; set it to AAC or G.711"


def _heard(medium: Media) -> Heard | None:
    rate, channels = medium.clock_rate, medium.channels or 1
    if medium.payload is None or not rate or not 1 <= channels <= 8:
        return None
    if medium.encoding in ("PCMU", "PCMA"):
        codec = AudioCodec.PCM_MULAW if medium.encoding == "PCMU" else AudioCodec.PCM_ALAW
        return Heard(AudioInfo(codec, rate, channels, b""), G711(channels), rate)
    if medium.encoding != "MPEG4-GENERIC":
        return None
    try:
        reader = Aac(medium.parameters)
    except ValueError:
        return None
    return Heard(AudioInfo(AudioCodec.AAC, rate, channels, reader.config), reader, rate)
