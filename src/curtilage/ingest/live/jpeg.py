"""How large a JPEG picture is, from its headers (ITU-T T.81 annex B)."""

FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
START_OF_SCAN = 0xDA


def size_of(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None if this is no whole JPEG header."""
    if data[:2] != b"\xff\xd8":
        return None
    position, end = 2, len(data) - 9
    while position < end and data[position] == 0xFF:
        marker = data[position + 1]
        if marker in FRAMES:
            height = int.from_bytes(data[position + 5 : position + 7], "big")
            width = int.from_bytes(data[position + 7 : position + 9], "big")
            return (width, height) if width and height else None
        if marker == START_OF_SCAN:
            return None
        if marker == 0xFF:
            position += 1
            continue
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
    return None
