"""H.265 in RTP (RFC 7798): NAL units alone, several in one packet (AP), in fragments (FU).

Without DONL, as no camera sends it (``sprop-max-don-diff`` above 0).
"""

from curtilage.ingest.rtsp.payload import Bytes, Piece, Scheme, bits

AP, FU = 48, 49


def read(payload: Bytes) -> list[Piece]:
    """The NAL units or the part of one in a payload; nothing of what is not known or cut off."""
    if len(payload) < 3:
        return []
    kind = payload[0] >> 1 & 0x3F
    if kind == FU:
        if len(payload) < 4:
            return []
        mark = payload[2]
        of = mark & 0x3F
        first = mark >= 0x80
        head = bytes((payload[0] & 0x81 | of << 1, payload[1])) if first else b""
        return [Piece(of, head, payload[3:], first, mark & 0x40 != 0)]
    if kind == AP:
        return _together(payload)
    return [Piece(kind, b"", payload, True, True)] if kind < AP else []


def _together(payload: Bytes) -> list[Piece]:
    pieces = []
    position, end = 2, len(payload)
    while position + 2 < end:
        size = payload[position] << 8 | payload[position + 1]
        unit = payload[position + 2 : position + 2 + size]
        if size > 1 and len(unit) == size:
            pieces.append(Piece(unit[0] >> 1 & 0x3F, b"", unit, True, True))
        position += 2 + size
    return pieces


H265 = Scheme(
    "hevc", read, 2, "HHQBxB", 0x7E, FU << 1, 15,
    pictures=bits(*range(32)), plain=bits(*range(16), 35), sequence=33,
)  # fmt: skip
