"""The streams of a device, from the answers of its media services. Pure: trees in, profiles out.

Media2 (``ver20``) tells of H.265, the older Media does not; a device may have either or both.
"""

import math
import re
from dataclasses import dataclass
from typing import Final

from curtilage.ingest.onvif.markup import Node, plain

PROFILES_MOST: Final = 64
CODECS: Final = {
    "H264": "h264",
    "H265": "hevc",
    "HEVC": "hevc",
    "JPEG": "mjpeg",
    "MPEG4": "mpeg4",
    "MP4V-ES": "mpeg4",
    "MPV4-ES": "mpeg4",
}
_TOKEN: Final = re.compile(r"[^\x00-\x1f<>&]{1,128}")


@dataclass(frozen=True, slots=True)
class Profile:
    """What a device offers as one stream."""

    token: str
    name: str
    source: str  # which of its lenses; a recorder has many
    codec: str  # h264, hevc, mjpeg, mpeg4 or the device's own word; empty: not said
    width: int  # pixels; 0: not said
    height: int
    fps: float | None
    gop: int | None  # pictures from keyframe to keyframe
    microphone: bool  # it has sound in it


def profiles_of(answer: Node) -> list[Profile]:
    """The profiles with a picture in them, of an answer to GetProfiles of either service."""
    found = []
    for node in list(answer.every("Profiles"))[:PROFILES_MOST]:
        token = node.attributes.get("token", "")
        # Media2 calls it VideoEncoder, Media VideoEncoderConfiguration
        video = node.first("VideoEncoder") or node.first("VideoEncoderConfiguration")
        if video is None or not _TOKEN.fullmatch(token):
            continue
        sound = node.first("AudioEncoder") or node.first("AudioEncoderConfiguration")
        said = video.said("Encoding").upper()
        gop = video.attributes.get("GovLength") or video.said("GovLength")
        found.append(
            Profile(
                token=token,
                name=node.said("Name")[:64] or plain(token),
                source=node.said("SourceToken")[:128],
                codec=CODECS.get(said, said.lower()[:16]),
                width=_count(video.said("Resolution", "Width")),
                height=_count(video.said("Resolution", "Height")),
                fps=_rate(video.said("FrameRateLimit")),
                gop=_count(gop) or None,
                microphone=sound is not None,
            )
        )
    return found


def _count(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,5}", text) else 0


def _rate(text: str) -> float | None:
    try:
        rate = float(text[:20])
    except ValueError:
        return None
    return rate if math.isfinite(rate) and 0.0 < rate <= 1000.0 else None
