"""RTP packets of H.264 and H.265 pictures: bytes in, payloads out (RFC 3550, 6184, 7798).

A picture is made into packets once; for each sending only sequence number, time and source are
written into its headers, so that a stream costs two system calls per picture, not one per packet.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

PAYLOAD = 1400  # bytes per RTP packet at most, as cameras choose it for Ethernet
TAG = 4  # bytes before an RTP packet in an RTSP connection (RFC 2326, 10.12)
HEADER = 12  # bytes before the payload in an RTP packet
AGGREGATE = 48  # H.265: several NAL units in one packet
FRAGMENT = {"h264": 28, "hevc": 49}

_patch = struct.Struct(">HII")  # sequence number, time, source


@dataclass(frozen=True, slots=True)
class Burst:
    """The RTP packets of one picture or piece of sound, each with RTSP's tag of channel 0."""

    blob: bytes
    starts: tuple[int, ...]  # where packets begin in ``blob``, by their tag

    def stamped(self, sequence: int, time: int, source: int, channel: int = 0) -> bytearray:
        """A copy with its headers filled in; all numbers wrap as RTP's do."""
        out = bytearray(self.blob)
        time &= 0xFFFFFFFF
        for start in self.starts:
            _patch.pack_into(out, start + 6, sequence & 0xFFFF, time, source)
            sequence += 1
        if channel:
            for start in self.starts:
                out[start + 1] = channel
        return out


def burst(payloads: Sequence[bytes], payload_type: int) -> Burst:
    """Packets of these payloads; the last one carries the marker."""
    parts: list[bytes] = []
    starts: list[int] = []
    at = 0
    for number, payload in enumerate(payloads):
        marker = 0x80 if number == len(payloads) - 1 else 0
        size = HEADER + len(payload)
        parts.append(struct.pack(">cBHBB10x", b"$", 0, size, 0x80, marker | payload_type))
        parts.append(payload)
        starts.append(at)
        at += TAG + size
    return Burst(b"".join(parts), tuple(starts))


def payloads(codec: str, nals: Sequence[bytes], limit: int = PAYLOAD) -> list[bytes]:
    """The payloads of one access unit: NAL units as they are, in fragments, or (H.265) together."""
    out: list[bytes] = []
    together: list[bytes] = []
    for nal in nals:
        if codec == "hevc" and 2 + sum(2 + len(n) for n in [*together, nal]) <= limit:
            together.append(nal)
            continue
        out += _aggregate(together)
        together = []
        if len(nal) <= limit:
            out.append(nal)
        else:
            out += _fragments(codec, nal, limit)
    return out + _aggregate(together)


def _aggregate(nals: list[bytes]) -> list[bytes]:
    """H.265 aggregation packet (RFC 7798, 4.4.2)."""
    if len(nals) < 2:
        return nals
    layer = min((nal[0] & 1) << 5 | nal[1] >> 3 for nal in nals)
    temporal = min(nal[1] & 7 for nal in nals)
    head = bytes((AGGREGATE << 1 | layer >> 5, (layer & 0x1F) << 3 | temporal))
    return [head + b"".join(len(nal).to_bytes(2, "big") + nal for nal in nals)]


def _fragments(codec: str, nal: bytes, limit: int) -> list[bytes]:
    """Fragmentation units (RFC 6184, 5.8; RFC 7798, 4.4.3)."""
    if codec == "h264":
        head, kind, body = bytes((nal[0] & 0xE0 | FRAGMENT[codec],)), nal[0] & 0x1F, nal[1:]
    else:
        head = bytes((nal[0] & 0x81 | FRAGMENT[codec] << 1, nal[1]))
        kind, body = nal[0] >> 1 & 0x3F, nal[2:]
    step = limit - len(head) - 1
    out = []
    for at in range(0, len(body), step):
        first, last = at == 0, at + step >= len(body)
        # start and end bits stand at the same places in both codecs
        mark = (0x80 if first else 0) | (0x40 if last else 0) | kind
        out.append(head + bytes((mark,)) + body[at : at + step])
    return out
