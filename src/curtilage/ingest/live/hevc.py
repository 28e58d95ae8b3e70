"""H.265: what the parameter sets say, and the record that decoders and files want of them.

ITU-T H.265 clause 7.3.2 (parameter sets) and ISO/IEC 14496-15 clause 8.3.3 (hvcC).
"""

from collections.abc import Sequence
from typing import NamedTuple

from curtilage.ingest.live.bits import Bits
from curtilage.ingest.live.nal import unescape

TRAIL_R = 1  # nal_unit_type of most pictures
VPS, SPS, PPS, AUD, SEI_PREFIX = 32, 33, 34, 35, 39  # nal_unit_type
FIRST_IRAP, LAST_IRAP = 16, 21  # BLA, IDR, CRA: a decoder can begin here


def kind(unit: bytes) -> int:
    """The nal_unit_type of a NAL unit."""
    return (unit[0] >> 1) & 0x3F


class Sequence265(NamedTuple):
    """What one SPS says."""

    number: int
    width: int  # pixels, after cropping
    height: int
    chroma: int  # chroma_format_idc
    luma_depth: int  # bits
    chroma_depth: int
    layers: int  # temporal layers
    nested: bool  # temporal_id_nesting_flag
    general: bytes  # profile, tier, compatibility, constraints and level: 12 bytes
    reorder: int | None = None  # pictures that may be shown later than decoded; None: damaged


def read_sps(unit: bytes) -> Sequence265:
    """Read a sequence parameter set.

    Args:
        unit: the NAL unit, with its two header bytes.

    Raises:
        ValueError: it is cut off or damaged.

    """
    raw = unescape(unit)[2:]
    bits = Bits(raw)
    bits.skip(4)
    layers, nested = bits.u(3) + 1, bits.flag()
    general = raw[1:13]
    bits.skip(96)
    present = [(bits.flag(), bits.flag()) for _ in range(layers - 1)]
    if layers > 1:
        bits.skip(2 * (8 - (layers - 1)))
    for profile, level in present:
        bits.skip((88 if profile else 0) + (8 if level else 0))
    number, chroma = bits.ue(), bits.ue()
    separate = bits.flag() if chroma == 3 else False
    width, height = bits.ue(), bits.ue()
    if bits.flag():
        left, right, top, bottom = (bits.ue() for _ in range(4))
        width -= (left + right) * (2 if chroma in (1, 2) and not separate else 1)
        height -= (top + bottom) * (2 if chroma == 1 and not separate else 1)
    luma_depth, chroma_depth = 8 + bits.ue(), 8 + bits.ue()
    if not (0 < width <= 32768 and 0 < height <= 32768 and number < 16 and chroma < 4):
        raise ValueError("parameter set says no possible picture size")
    if len(general) < 12:
        raise ValueError("parameter set is cut off")
    reorder = _reorder(bits, layers)
    return Sequence265(
        number, width, height, chroma, luma_depth, chroma_depth, layers, nested, general, reorder
    )


def _reorder(bits: Bits, layers: int) -> int | None:
    """sps_max_num_reorder_pics of the highest layer."""
    found = None
    try:
        bits.ue()  # log2_max_pic_order_cnt_lsb_minus4
        for _ in range(layers if bits.flag() else 1):
            bits.ue()
            found = bits.ue()
            bits.ue()
    except ValueError:
        return None
    return found if found is not None and found <= 16 else None


def vps_number(unit: bytes) -> int:
    """Which video parameter set this is."""
    return Bits(unit[2:3]).u(4)


def pps_number(unit: bytes) -> int:
    """Which picture parameter set this is."""
    number = Bits(unescape(unit[:12])[2:]).ue()
    if number > 63:
        raise ValueError("parameter set is damaged")
    return number


def hvcc(vps: Sequence[bytes], sps: Sequence[bytes], pps: Sequence[bytes]) -> bytes:
    """The HEVCDecoderConfigurationRecord of these parameter sets, which stand nowhere else."""
    said = read_sps(sps[0])
    head = bytes((1,)) + said.general
    head += b"\xf0\x00"  # min_spatial_segmentation_idc: 0
    head += bytes(
        (
            0xFC,  # parallelismType: unknown
            0xFC | said.chroma,
            0xF8 | (said.luma_depth - 8),
            0xF8 | (said.chroma_depth - 8),
            0,
            0,  # average frame rate: not said
            (said.layers << 3) | (said.nested << 2) | 3,  # lengths of four bytes
            3,
        )
    )
    for number, units in ((VPS, vps), (SPS, sps), (PPS, pps)):
        head += bytes((0x80 | number,)) + len(units).to_bytes(2, "big")
        head += b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)
    return head


def units_of_hvcc(record: bytes) -> tuple[int, list[bytes]]:
    """How many bytes a length has in the packets, and the parameter sets, of an hvcC record.

    Raises:
        ValueError: the record is cut off.

    """
    if len(record) < 23:
        raise ValueError("is no hvcC record")
    units: list[bytes] = []
    position = 23
    for _ in range(record[22]):
        count = int.from_bytes(record[position + 1 : position + 3], "big")
        position += 3
        for _ in range(count):
            size = int.from_bytes(record[position : position + 2], "big")
            units.append(record[position + 2 : position + 2 + size])
            position += 2 + size
            if position > len(record) or not size:
                raise ValueError("hvcC record is cut off")
    return (record[21] & 3) + 1, units
