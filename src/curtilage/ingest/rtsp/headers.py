"""What the headers of RTSP responses say: session, transport, RTP-Info (RFC 2326 clause 12).

Each reader takes the header's value as cameras write it, with blanks where none belong, and leaves
out what makes no sense instead of failing.
"""

import re
from dataclasses import dataclass

DEFAULT_TIMEOUT_S = 60
_NEXT_TRACK = re.compile(r",\s*(?=url\s*=)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Session:
    """The Session header."""

    id: str
    timeout_s: int  # the camera ends the session without a request for so long


@dataclass(frozen=True, slots=True)
class Transport:
    """The Transport header of a response to SETUP."""

    protocol: str  # RTP/AVP/TCP
    unicast: bool
    channels: tuple[int, int] | None  # media and control, between the messages
    ssrc: int | None
    source: str | None
    parameters: tuple[tuple[str, str], ...]  # all of them, in order, names in lower case


@dataclass(frozen=True, slots=True)
class Track:
    """One track in the RTP-Info header of a response to PLAY."""

    url: str
    seq: int | None  # of the first packet
    rtptime: int | None  # of the first packet, in units of the clock rate
    ssrc: int | None


def read_session(value: str) -> Session | None:
    """A Session header; None if it names no session."""
    name, *parameters = value.split(";")
    found = dict(_pair(text) for text in parameters)
    timeout = found.get("timeout", "")
    seconds = int(timeout) if timeout.isdecimal() and int(timeout) > 0 else DEFAULT_TIMEOUT_S
    return Session(name.strip(), seconds) if name.strip() else None


def read_transport(value: str) -> Transport:
    """A Transport header; of several, the first."""
    protocol, *parameters = value.split(",")[0].split(";")
    pairs = tuple(_pair(text) for text in parameters if text.strip())
    found = dict(pairs)
    return Transport(
        protocol.strip().upper(),
        "multicast" not in found,
        _channels(found.get("interleaved", "")),
        _hexadecimal(found.get("ssrc", "")),
        found.get("source") or None,
        pairs,
    )


def read_rtp_info(value: str) -> list[Track]:
    """An RTP-Info header; what is no number in it is None."""
    tracks = []
    for part in _NEXT_TRACK.split(value):
        url, *rest = part.strip().split(";")
        name, equals, address = url.partition("=")
        if name.strip().lower() != "url" or not equals:
            address = url if not equals else ""
        found = dict(_pair(text) for text in rest)
        if not (address.strip() or found.get("seq") or found.get("rtptime")):
            continue
        tracks.append(
            Track(
                address.strip().strip('"'),
                _number(found.get("seq", ""), 16),
                _number(found.get("rtptime", ""), 32),
                _hexadecimal(found.get("ssrc", "")),
            )
        )
    return tracks


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip().lower(), value.strip().strip('"')


def _channels(text: str) -> tuple[int, int] | None:
    found = re.match(r"^(\d+)\s*(?:-\s*(\d+))?$", text)
    if not found:
        return None
    first = int(found[1])
    second = int(found[2]) if found[2] is not None else first + 1
    return (first, second) if first < 256 and second < 256 else None


def _hexadecimal(text: str) -> int | None:
    digits = text.lower().removeprefix("0x")
    return int(digits, 16) if re.fullmatch(r"[0-9a-f]{1,8}", digits) else None


def _number(text: str, bits: int) -> int | None:
    """A number of so many bits; one that a camera wrote as if it had a sign is put right."""
    if not re.fullmatch(r"-?\d{1,20}", text):
        return None
    value = int(text)
    return value % (1 << bits) if -(1 << (bits - 1)) <= value < (1 << bits) else None
