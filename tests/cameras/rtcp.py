"""RTCP sender reports: which RTP time was which UTC (RFC 3550, 6.4.1)."""

import struct

NTP_EPOCH_S = 2_208_988_800  # from 1900 to 1970
NAME = b"camera"


def sender_report(source: int, utc_ns: int, rtp_time: int, packets: int, octets: int) -> bytes:
    """A sender report with the source's name (RFC 3550 wants both in a packet)."""
    seconds, rest = divmod(utc_ns, 1_000_000_000)
    fraction = (rest << 32) // 1_000_000_000
    report = struct.pack(
        ">BBHIIIIII",
        0x80, 200, 6,
        source,
        (seconds + NTP_EPOCH_S) & 0xFFFFFFFF, fraction,
        rtp_time & 0xFFFFFFFF,
        packets & 0xFFFFFFFF, octets & 0xFFFFFFFF,
    )  # fmt: skip
    item = bytes((1, len(NAME))) + NAME
    item += b"\x00" * (4 - len(item) % 4)
    return report + struct.pack(">BBHI", 0x81, 202, 1 + len(item) // 4, source) + item


def tagged(packet: bytes, channel: int) -> bytes:
    """With RTSP's tag before it."""
    return struct.pack(">cBH", b"$", channel, len(packet)) + packet
