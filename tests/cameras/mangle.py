"""Damage to the RTP packets of one picture: lost, swapped, cut short, out of RTSP's framing."""

from itertools import pairwise
from random import Random

from tests.cameras.faults import Kind, Troubles
from tests.cameras.rtp import HEADER, TAG, Burst

STRAY = b"\x00\x00\x01$\xff\xff\x7f"


def mangled(burst: Burst, data: bytearray, troubles: Troubles, now: float, random: Random) -> bytes:
    """The bytes of a burst as they leave the camera."""
    ends = (*burst.starts[1:], len(data))
    packets = [bytes(data[a:b]) for a, b in zip(burst.starts, ends, strict=True)]
    if lost := troubles.active(Kind.LOSS, now):
        packets = [p for p in packets if random.random() >= lost.value]
    if cut := troubles.active(Kind.TRUNCATE, now):
        packets = [_cut(p, random) if random.random() < cut.value else p for p in packets]
    if late := troubles.active(Kind.ORDER, now):
        for first, second in pairwise(range(len(packets))):
            if random.random() < late.value:
                packets[first], packets[second] = packets[second], packets[first]
    out = b"".join(packets)
    stray = troubles.active(Kind.DESYNC, now)
    return out + STRAY if stray and random.random() < stray.value else out


def _cut(packet: bytes, random: Random) -> bytes:
    """A packet whose payload, or even header, ends early; its tag tells the true length."""
    size = random.randrange(1, max(2, len(packet) - TAG))
    if random.random() < 0.8:  # most cuts leave a header
        size = max(size, min(HEADER + 1, len(packet) - TAG))
    return packet[:2] + size.to_bytes(2, "big") + packet[TAG : TAG + size]
