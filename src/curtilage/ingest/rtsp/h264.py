"""H.264 in RTP (RFC 6184): NAL units alone, several in one packet (STAP-A), in fragments (FU-A).

The interleaved mode (STAP-B, MTAP, FU-B) is of no camera; its packets are left out.
"""

from curtilage.ingest.rtsp.payload import Bytes, Piece, Scheme, bits

STAP_A, FU_A = 24, 28


def read(payload: Bytes) -> list[Piece]:
    """The NAL units or the part of one in a payload; nothing of what is not known or cut off."""
    if len(payload) < 2:
        return []
    kind = payload[0] & 0x1F
    if kind == FU_A:
        if len(payload) < 3:
            return []
        mark = payload[1]
        of = mark & 0x1F
        first = mark >= 0x80
        head = bytes((payload[0] & 0xE0 | of,)) if first else b""
        return [Piece(of, head, payload[2:], first, mark & 0x40 != 0)]
    if kind == STAP_A:
        return _together(payload)
    return [Piece(kind, b"", payload, True, True)] if 1 <= kind < STAP_A else []


def _together(payload: Bytes) -> list[Piece]:
    pieces = []
    position, end = 1, len(payload)
    while position + 2 < end:
        size = payload[position] << 8 | payload[position + 1]
        unit = payload[position + 2 : position + 2 + size]
        if size and len(unit) == size:
            pieces.append(Piece(unit[0] & 0x1F, b"", unit, True, True))
        position += 2 + size
    return pieces


H264 = Scheme(
    "h264", read, 1, "HHQBB", 0x1F, FU_A, 14,
    pictures=bits(1, 2, 5), plain=bits(1, 9), sequence=7,
)  # fmt: skip
