"""Session descriptions: what a camera offers (RFC 8866, and RFC 2326 appendix C for RTSP).

Lenient: lines that say nothing to us are left out, and what is broken is None. Control URLs are
joined as cameras expect it (the control after the base, with one slash between), not as RFC 3986
would, since no camera counts on the latter.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field

STATIC = {
    0: ("PCMU", 8000, 1),
    3: ("GSM", 8000, 1),
    4: ("G723", 8000, 1),
    8: ("PCMA", 8000, 1),
    9: ("G722", 8000, 1),
    10: ("L16", 44100, 2),
    11: ("L16", 44100, 1),
    14: ("MPA", 90000, None),
    26: ("JPEG", 90000, None),
    31: ("H261", 90000, None),
    32: ("MPV", 90000, None),
    33: ("MP2T", 90000, None),
    34: ("H263", 90000, None),
}  # RFC 3551 table 4 and 5
CODECS = {
    "H264": "h264",
    "H265": "hevc",
    "HEVC": "hevc",
    "JPEG": "mjpeg",
    "MPEG4-GENERIC": "aac",
    "MP4A-LATM": "aac",
    "PCMU": "pcm_mulaw",
    "PCMA": "pcm_alaw",
}


@dataclass(frozen=True, slots=True)
class Media:
    """One medium that is offered: a picture, sound, or events."""

    kind: str  # video, audio, application ...
    payload: int | None  # RTP payload type
    encoding: str  # as in rtpmap, in capitals; empty if it is not said
    clock_rate: int | None  # Hz
    channels: int | None  # of sound
    control: str  # whole URL for SETUP
    parameters: dict[str, str] = field(hash=False)  # of fmtp, names in lower case
    parameter_sets: tuple[bytes, ...] = ()  # NAL units: VPS, SPS, PPS in this order
    direction: str = "sendrecv"

    @property
    def codec(self) -> str:
        """The encoding by the name that FFmpeg and `model` use; the encoding's own otherwise."""
        return CODECS.get(self.encoding, self.encoding.lower())


@dataclass(frozen=True, slots=True)
class Description:
    """What a camera offers."""

    name: str  # of the session
    control: str  # whole URL for PLAY and TEARDOWN
    media: tuple[Media, ...]

    def of_kind(self, kind: str) -> list[Media]:
        """The media of a kind."""
        return [medium for medium in self.media if medium.kind == kind]


def base_url(requested: str, content_base: str | None, content_location: str | None) -> str:
    """What control URLs are relative to, by the headers of the response to DESCRIBE."""
    for said in (content_base, content_location):
        text = (said or "").strip()
        if _is_absolute(text):
            return text
        if text:
            return join(requested, text)
    return requested


def join(base: str, control: str) -> str:
    """A control attribute as a whole URL."""
    control = control.strip()
    if control in ("", "*"):
        return base
    if _is_absolute(control):
        return control
    return f"{base.rstrip('/')}/{control.lstrip('/')}"


def parse(data: bytes, base: str) -> Description:
    """Read a session description.

    Args:
        data: the body of the response to DESCRIBE.
        base: what control URLs in it are relative to; see `base_url`.

    """
    session: list[str] = []
    media: list[tuple[str, list[str]]] = []
    name = ""
    attributes = session
    for line in re.split(r"[\r\n]+", data.decode("utf-8", "replace")):
        kind, equals, value = line.strip(" \t\0\ufeff").partition("=")
        if not equals:
            continue
        key = kind.strip().lower()
        if key == "m":
            attributes = []
            media.append((value.strip(), attributes))
        elif key == "a":
            attributes.append(value.strip())
        elif key == "s" and not media:
            name = value.strip()
    whole = join(base, _attribute(session, "control") or "*")
    return Description(name, whole, tuple(_media(m, a, session, whole) for m, a in media))


def _media(line: str, own: list[str], session: list[str], base: str) -> Media:
    words = line.split()
    kind = words[0].lower() if words else ""
    payloads = [int(word) for word in words[3:] if word.isdecimal() and int(word) < 128]
    payload = next((p for p in payloads if _mapping(own, session, p)), None)
    if payload is None:
        payload = payloads[0] if payloads else None
    encoding, rate, channels = "", None, None
    if payload is not None:
        encoding, rate, channels = (
            _mapping(own, session, payload) or STATIC.get(payload) or ("", None, None)
        )
    if kind == "audio" and channels is None and encoding:
        channels = 1
    parameters = _parameters(own, payload)
    ways = [a for a in own + session if a in ("sendonly", "recvonly", "sendrecv", "inactive")]
    return Media(
        kind,
        payload,
        encoding,
        rate,
        channels if kind == "audio" else None,
        join(base, _attribute(own, "control") or "*"),
        parameters,
        _parameter_sets(encoding, parameters),
        ways[0] if ways else "sendrecv",
    )


def _mapping(
    own: list[str], session: list[str], payload: int
) -> tuple[str, int | None, int | None] | None:
    """Encoding, clock rate and channels of a payload type, by its rtpmap."""
    for attribute in own + session:
        found = re.match(
            r"rtpmap\s*:\s*(\d+)\s+([^\s/]+)(?:\s*/\s*(\d+))?(?:\s*/\s*(\d+))?", attribute, re.I
        )
        if found and int(found[1]) == payload:
            return (
                found[2].upper(),
                int(found[3]) if found[3] else None,
                int(found[4]) if found[4] else None,
            )
    return None


def _parameters(own: list[str], payload: int | None) -> dict[str, str]:
    """The fmtp parameters of a payload type; of a line without a number, if there is no other."""
    result: dict[str, str] = {}
    for attribute in own:
        found = re.match(r"fmtp\s*:\s*(\d+)?\s*(.*)$", attribute, re.I)
        if not found or (found[1] and payload is not None and int(found[1]) != payload):
            continue
        for part in found[2].split(";"):
            key, equals, value = part.partition("=")
            if key.strip():
                result.setdefault(key.strip().lower(), value.strip() if equals else "")
    return result


def _parameter_sets(encoding: str, parameters: dict[str, str]) -> tuple[bytes, ...]:
    if encoding == "H264":
        names: tuple[str, ...] = ("sprop-parameter-sets",)
    elif encoding in ("H265", "HEVC"):
        names = ("sprop-vps", "sprop-sps", "sprop-pps")
    else:
        return ()
    texts = [text for name in names for text in parameters.get(name, "").split(",")]
    return tuple(unit for unit in map(_unit, texts) if unit)


def _unit(text: str) -> bytes:
    """A NAL unit from base64, without the start code that some cameras leave at an end of it."""
    letters = re.sub(r"[^A-Za-z0-9+/]", "", text.strip().strip('"'))
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    try:
        unit = base64.b64decode(letters + "=" * (-len(letters) % 4))
    except binascii.Error:
        return b""
    unit = re.sub(rb"^\x00*\x00\x00\x01", b"", unit)
    return re.sub(rb"\x00\x00\x01$", b"", unit).rstrip(b"\0")


def _attribute(attributes: list[str], name: str) -> str | None:
    for attribute in attributes:
        key, colon, value = attribute.partition(":")
        if colon and key.strip().lower() == name:
            return value.strip()
    return None


def _is_absolute(url: str) -> bool:
    return re.match(r"^[a-z][a-z0-9+.-]*://", url, re.I) is not None
