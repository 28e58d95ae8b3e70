"""RTCP: what a camera says of its clock, and what we say of its packets (RFC 3550 clause 6)."""

import struct
from typing import NamedTuple

SENDER, RECEIVER, DESCRIPTION = 200, 201, 202
NTP_EPOCH_S = 2_208_988_800  # from 1900 to 1970
SECOND = 1_000_000_000
_head = struct.Struct(">BBHI").unpack_from
_sender = struct.Struct(">III").unpack_from


class SenderReport(NamedTuple):
    """Which RTP time was which UTC, by the camera's clock."""

    source: int
    utc_ns: int
    time: int  # 32 bits, RTP ticks
    middle: int  # 32 bits in the middle of the NTP time, for the answer


class Reception(NamedTuple):
    """What we say of one source."""

    source: int
    lost_share: int  # 0..255 of 256, since the last report
    lost: int  # packets, since the begin
    highest: int  # sequence number, with how often it wrapped above its 16 bits
    middle: int  # of the last sender report
    delay: int  # since then, in 1/65536 s


def sender_reports(data: memoryview) -> list[SenderReport]:
    """The sender reports in a compound packet; what is cut off or strange is left out."""
    found = []
    position, end = 0, len(data)
    while position + 8 <= end:
        first, kind, words, source = _head(data, position)
        if first >> 6 != 2:
            break
        if kind == SENDER and words >= 6 and position + 20 <= end:
            seconds, fraction, time = _sender(data, position + 8)
            if seconds:  # 0: the camera does not know what time it is
                era = 1 << 32 if seconds < 1 << 31 else 0  # from 2036 on
                utc = (seconds + era - NTP_EPOCH_S) * SECOND + (fraction * SECOND >> 32)
                middle = (seconds & 0xFFFF) << 16 | fraction >> 16
                found.append(SenderReport(source, utc, time, middle))
        position += 4 + 4 * words
    return found


def receiver_report(ours: int, of: Reception) -> bytes:
    """A receiver report with our name, which is that of everybody."""
    lost = max(-0x800000, min(of.lost, 0x7FFFFF)) & 0xFFFFFF
    report = struct.pack(
        ">BBHIIIIIII", 0x81, RECEIVER, 7, ours, of.source & 0xFFFFFFFF,
        of.lost_share << 24 | lost, of.highest & 0xFFFFFFFF, 0, of.middle, of.delay,
    )  # fmt: skip
    name = b"\x01\x09curtilage\x00"
    return report + struct.pack(">BBHI", 0x81, DESCRIPTION, 1 + len(name) // 4, ours) + name
