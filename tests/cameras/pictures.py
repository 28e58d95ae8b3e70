"""The encoded pictures of a video file, as a camera sends them: NAL units and times in 90 kHz."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import av
from av.video.stream import VideoStream

CLOCK = 90_000  # ticks per second of RTP's video clock


@dataclass(frozen=True)
class AccessUnit:
    """One encoded picture."""

    nals: tuple[bytes, ...]  # without parameter sets
    key: bool
    dts: int  # 90 kHz, 0 at the first picture
    pts: int  # 90 kHz, never before ``dts``


@dataclass(frozen=True)
class Pictures:
    """A whole clip, to be played again and again."""

    codec: str  # "h264" or "hevc"
    width: int
    height: int
    parameters: tuple[bytes, ...]  # VPS, SPS, PPS as NAL units
    units: tuple[AccessUnit, ...]
    length: int  # 90 kHz, from the first picture to the first picture of the next round


@lru_cache(maxsize=16)
def load(path: Path) -> Pictures:
    """Read an H.264 or H.265 video of any container that PyAV opens; Annex B too.

    Raises:
        ValueError: another codec, or no pictures.

    """
    with av.open(str(path)) as source:
        stream = source.streams.video[0]
        assert isinstance(stream, VideoStream)
        codec, context = stream.codec_context.name, stream.codec_context
        if codec not in ("h264", "hevc"):
            raise ValueError(f"{path} is {codec}; test cameras play H.264 and H.265")
        assert stream.time_base is not None
        tick = float(stream.time_base) * CLOCK
        rate = float(stream.average_rate or stream.guessed_rate or 25)
        extradata = context.extradata or b""
        framed = extradata[:1] == b"\x01"  # avcC or hvcC: lengths before NAL units, else Annex B
        split = _by_lengths if framed else _by_start_codes
        sets = _from_record(codec, extradata) if framed else _by_start_codes(extradata)
        parameters = [nal for nal in sets if _is_parameter(codec, nal)]
        units: list[AccessUnit] = []
        for number, packet in enumerate(source.demux(stream)):
            if packet.size == 0:
                continue
            nals = split(bytes(packet))
            if not parameters:
                parameters = [nal for nal in nals if _is_parameter(codec, nal)]
            kept = tuple(nal for nal in nals if _is_wanted(codec, nal))
            dts = number * CLOCK / rate if packet.dts is None else packet.dts * tick
            pts = dts if packet.pts is None else packet.pts * tick
            units.append(AccessUnit(kept, packet.is_keyframe, round(dts), round(pts)))
        if not units or not units[0].key:
            raise ValueError(f"{path} does not begin with a keyframe")
        first = units[0].dts
        units = [AccessUnit(u.nals, u.key, u.dts - first, u.pts - first) for u in units]
        length = units[-1].dts + round(CLOCK / rate)
        return Pictures(
            codec, context.width, context.height, tuple(parameters), tuple(units), length
        )


def kind(codec: str, nal: bytes) -> int:
    """``nal_unit_type``."""
    return nal[0] & 0x1F if codec == "h264" else nal[0] >> 1 & 0x3F


def _is_parameter(codec: str, nal: bytes) -> bool:
    return kind(codec, nal) in ((7, 8) if codec == "h264" else (32, 33, 34))


def _is_wanted(codec: str, nal: bytes) -> bool:
    """Slices only: no parameter sets, delimiters, filler or information of the encoder."""
    return kind(codec, nal) in ((1, 5) if codec == "h264" else range(32))


def _by_lengths(data: bytes) -> list[bytes]:
    nals, at = [], 0
    while at + 4 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        nals.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return [nal for nal in nals if nal]


def _by_start_codes(data: bytes) -> list[bytes]:
    pieces = data.split(b"\x00\x00\x01")[1:]
    return [nal for piece in pieces if (nal := piece.rstrip(b"\x00"))]


def _from_record(codec: str, record: bytes) -> list[bytes]:
    """NAL units in an avcC or hvcC record (ISO/IEC 14496-15, 5.3.3.1 and 8.3.3.1)."""
    nals: list[bytes] = []

    def take(at: int, count: int) -> int:
        for _ in range(count):
            size = int.from_bytes(record[at : at + 2], "big")
            nals.append(record[at + 2 : at + 2 + size])
            at += 2 + size
        return at

    if codec == "h264":
        at = take(6, record[5] & 0x1F)
        take(at + 1, record[at])
        return nals
    at = 23
    for _ in range(record[22]):
        at = take(at + 3, int.from_bytes(record[at + 1 : at + 3], "big"))
    return nals
