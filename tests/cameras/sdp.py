"""The session description of a test camera (RFC 4566), right or wrong on demand."""

from base64 import b64encode

from tests.cameras.pictures import Pictures
from tests.cameras.sound import Sound

VIDEO_TYPE = 96
WRONG = ("sprop", "nosprop", "control", "garbage", "empty", "mjpeg", "novideo")
"""Ways of being wrong: parameter sets that cannot be decoded, or absent; no control attributes; no
SDP at all; nothing; a codec that nobody records; sound only."""


def describe(pictures: Pictures, sound: Sound | None, wrong: str = "") -> str:
    """The description; the video is ``track1``, sound is ``track2``."""
    if wrong == "empty":
        return ""
    if wrong == "garbage":
        return "<html><body>\x00\x01 not a description \r\nm=\r\nm=video\r\na=fmtp\r\n"
    lines = [
        "v=0",
        "o=- 1763884800 1 IN IP4 127.0.0.1",
        "s=Test camera",
        "c=IN IP4 0.0.0.0",
        "t=0 0",
        "a=range:npt=now-",
    ]
    if wrong != "control":
        lines.insert(5, "a=control:*")
    if wrong != "novideo":
        lines += _video(pictures, wrong)
    if sound is not None or wrong == "novideo":
        lines += _sound(sound, wrong)
    return "\r\n".join(lines) + "\r\n"


def _video(pictures: Pictures, wrong: str) -> list[str]:
    name = {"h264": "H264", "hevc": "H265"}[pictures.codec]
    if wrong == "mjpeg":
        return ["m=video 0 RTP/AVP 26", "a=rtpmap:26 JPEG/90000", "a=control:track1"]
    lines = [f"m=video 0 RTP/AVP {VIDEO_TYPE}", f"a=rtpmap:{VIDEO_TYPE} {name}/90000"]
    lines.append(f"a=fmtp:{VIDEO_TYPE} {_format(pictures, wrong)}".rstrip())
    if wrong != "control":
        lines.append("a=control:track1")
    return lines


def _format(pictures: Pictures, wrong: str) -> str:
    """``fmtp`` of the video (RFC 6184, 8.1; RFC 7798, 7.1)."""
    sets = [b64encode(nal).decode() for nal in pictures.parameters]
    if wrong == "sprop":
        sets = ["Z0IAKeKQFAe2AtwEBA", "!!!", "AAAA"][: len(sets)]
    if pictures.codec == "h264":
        level = pictures.parameters[0][1:4].hex().upper()
        given = "" if wrong == "nosprop" else f";sprop-parameter-sets={','.join(sets)}"
        return f"packetization-mode=1;profile-level-id={level}{given}"
    if wrong == "nosprop":
        return ""
    names = ("sprop-vps", "sprop-sps", "sprop-pps")
    return ";".join(f"{name}={value}" for name, value in zip(names, sets, strict=False))


def _sound(sound: Sound | None, wrong: str) -> list[str]:
    if sound is None:
        lines = ["m=audio 0 RTP/AVP 0", "a=rtpmap:0 PCMU/8000"]
    else:
        lines = [f"m=audio 0 RTP/AVP {sound.payload_type}", *sound.description]
    return lines if wrong == "control" else [*lines, "a=control:track2"]
