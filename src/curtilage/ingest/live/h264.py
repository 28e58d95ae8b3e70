"""H.264: what the parameter sets say, and the record that decoders and files want of them.

ITU-T H.264 clause 7.3.2.1 (sequence parameter set) and ISO/IEC 14496-15 clause 5.3.3 (avcC).
"""

from collections.abc import Sequence
from typing import NamedTuple

from curtilage.ingest.live.bits import Bits
from curtilage.ingest.live.nal import unescape

SLICE, IDR, SEI, SPS, PPS, AUD = 1, 5, 6, 7, 8, 9  # nal_unit_type
HIGH_PROFILES = frozenset({44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 144, 244})
BASELINE = 66  # profile_idc: has no B-frames
EXTENDED_ASPECT = 255  # aspect_ratio_idc
RECOVERY_POINT = 6  # SEI payload type


class Sequence264(NamedTuple):
    """What one SPS says."""

    number: int
    profile: int
    width: int  # pixels, after cropping
    height: int
    chroma: int  # chroma_format_idc
    luma_depth: int  # bits
    chroma_depth: int
    reorder: int | None = None  # pictures that may be shown later than decoded; None: not said


def read_sps(unit: bytes) -> Sequence264:
    """Read a sequence parameter set.

    Args:
        unit: the NAL unit, with its header byte.

    Raises:
        ValueError: it is cut off or damaged.

    """
    bits = Bits(unescape(unit)[1:])
    profile = bits.u(8)
    bits.skip(16)  # constraints, level
    number = bits.ue()
    chroma, luma_depth, chroma_depth, separate = 1, 8, 8, False
    if profile in HIGH_PROFILES:
        chroma = bits.ue()
        if chroma == 3:
            separate = bits.flag()
        luma_depth, chroma_depth = 8 + bits.ue(), 8 + bits.ue()
        bits.skip(1)
        if bits.flag():
            for which in range(12 if chroma == 3 else 8):
                if bits.flag():
                    _skip_scaling(bits, 16 if which < 6 else 64)
    bits.ue()  # log2_max_frame_num
    order = bits.ue()
    if order == 0:
        bits.ue()
    elif order == 1:
        bits.skip(1)
        bits.se()
        bits.se()
        for _ in range(min(bits.ue(), 256)):
            bits.se()
    bits.ue()  # max_num_ref_frames
    bits.skip(1)
    width, map_height = 16 * (bits.ue() + 1), 16 * (bits.ue() + 1)
    fields = not bits.flag()
    if fields:
        bits.skip(1)
    height = map_height * (2 if fields else 1)
    bits.skip(1)
    if bits.flag():
        left, right, top, bottom = (bits.ue() for _ in range(4))
        across = 2 if chroma in (1, 2) and not separate else 1
        down = (2 if chroma == 1 and not separate else 1) * (2 if fields else 1)
        width -= (left + right) * across
        height -= (top + bottom) * down
    if not (0 < width <= 32768 and 0 < height <= 32768 and number < 32):
        raise ValueError("parameter set says no possible picture size")
    reorder = 0 if profile == BASELINE or order == 2 else _reorder(bits)
    return Sequence264(number, profile, width, height, chroma, luma_depth, chroma_depth, reorder)


def _reorder(bits: Bits) -> int | None:
    """max_num_reorder_frames of the VUI (annex E.1.1); None where it is not, or is damaged."""
    try:
        if not bits.flag():
            return None
        if bits.flag() and bits.u(8) == EXTENDED_ASPECT:
            bits.skip(32)
        if bits.flag():
            bits.skip(1)
        if bits.flag():
            bits.skip(4)
            if bits.flag():
                bits.skip(24)
        if bits.flag():
            bits.ue()
            bits.ue()
        if bits.flag():
            bits.skip(65)  # timing
        buffered = False
        for _ in range(2):
            if bits.flag():
                _skip_buffer(bits)
                buffered = True
        if buffered:
            bits.skip(1)
        bits.skip(1)
        if not bits.flag():
            return None
        bits.skip(1)
        for _ in range(4):
            bits.ue()
        found = bits.ue()
    except ValueError:
        return None
    return found if found <= 16 else None


def _skip_buffer(bits: Bits) -> None:
    """HRD parameters (annex E.1.2)."""
    count = bits.ue() + 1
    bits.skip(8)
    for _ in range(min(count, 32)):
        bits.ue()
        bits.ue()
        bits.skip(1)
    bits.skip(20)


def _skip_scaling(bits: Bits, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.se()) % 256
        last = following or last


def pps_number(unit: bytes) -> int:
    """Which picture parameter set this is."""
    number = Bits(unescape(unit[:12])[1:]).ue()
    if number > 255:
        raise ValueError("parameter set is damaged")
    return number


def avcc(sps: Sequence[bytes], pps: Sequence[bytes]) -> bytes:
    """The AVCDecoderConfigurationRecord of these parameter sets."""
    first = sps[0]
    parts = [b"\x01", first[1:4], bytes((0xFF, 0xE0 | len(sps)))]
    parts += [part for unit in sps for part in (len(unit).to_bytes(2, "big"), unit)]
    parts.append(bytes((len(pps),)))
    parts += [part for unit in pps for part in (len(unit).to_bytes(2, "big"), unit)]
    said = read_sps(first)
    if said.profile in (100, 110, 122, 144):
        depths = (0xF8 | (said.luma_depth - 8), 0xF8 | (said.chroma_depth - 8))
        parts.append(bytes((0xFC | said.chroma, *depths, 0)))
    return b"".join(parts)


def units_of_avcc(record: bytes) -> tuple[int, list[bytes]]:
    """How many bytes a length has in the packets, and the parameter sets, of an avcC record.

    Raises:
        ValueError: the record is cut off.

    """
    if len(record) < 7 or record[0] != 1:
        raise ValueError("is no avcC record")
    units: list[bytes] = []
    position = 5
    for mask in (0x1F, 0xFF):
        count = record[position] & mask
        position += 1
        for _ in range(count):
            size = int.from_bytes(record[position : position + 2], "big")
            units.append(record[position + 2 : position + 2 + size])
            position += 2 + size
            if position > len(record) or not size:
                raise ValueError("avcC record is cut off")
        if position >= len(record) and mask == 0x1F:
            raise ValueError("avcC record is cut off")
    return (record[4] & 3) + 1, units


def recovers_at_once(sei: bytes) -> bool:
    """Whether an SEI unit says that a decoder may begin here and shows right pictures from here.

    A recovery point after some more pictures (gradual refresh) is none to begin a file with.
    """
    payload = unescape(sei)[1:]
    position = 0
    while position + 2 < len(payload):
        kind = size = 0
        while position < len(payload) and payload[position] == 0xFF:
            kind, position = kind + 255, position + 1
        kind, position = kind + payload[position], position + 1
        while position < len(payload) and payload[position] == 0xFF:
            size, position = size + 255, position + 1
        if position >= len(payload):
            return False
        size, position = size + payload[position], position + 1
        if kind == RECOVERY_POINT:
            try:
                return Bits(payload[position : position + size]).ue() == 0
            except ValueError:
                return False
        position += size
    return False
