"""The id of an event: it depends on where the event comes from and on the event alone.

Whoever runs the same rules over the same tracks again gets the same ids, so that events can be
referred to for ever.
"""

import hashlib
import uuid


def identity(
    content: str, twin: int, time: float, source_id: str, epoch: float | None
) -> uuid.UUID:
    """UUID version 7 (RFC 9562) when UTC is known, else version 8 with hashed bits only.

    Both carry the hash of the event where others put chance; version 7 begins with the
    milliseconds of UTC, so that ids sort by time.

    Args:
        content: all that the event says.
        twin: how many events of the same source and content there were before.
        time: s, of the event.
        source_id: of the footage or the camera.
        epoch: UTC s at time 0; None when unknown.
    """
    digest = hashlib.sha256(f"{source_id}\n{twin}\n{content}".encode()).digest()
    value = int.from_bytes(digest[:16], "big")
    version = 8
    if epoch is not None:
        version = 7
        milliseconds = round((epoch + time) * 1000) & ((1 << 48) - 1)
        value = value & ((1 << 80) - 1) | milliseconds << 80
    value = value & ~(0xF << 76) | version << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)
