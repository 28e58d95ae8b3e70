"""RTP packets: their headers, and their order (RFC 3550). No I/O, no clock.

Over TCP nothing is lost on the way, but cameras leave packets out when the network is slower than
they are, and some send neighbours in the wrong order. So a packet that is ahead is held until the
missing one comes, or until it is clear that it will not: when eight are held, or a second picture
begins among them.
"""

import struct
from collections.abc import Sequence
from typing import NamedTuple

HEADER = 12  # bytes
HOLD_MOST = 8  # packets
DROPOUT_MOST = 3000  # packets; farther ahead is another beginning (RFC 3550, A.1)
MISORDER_MOST = 100  # packets; so far behind comes late or twice
_unpack = struct.Struct(">BBHII").unpack_from


class Packet(NamedTuple):
    """One RTP packet."""

    marker: bool
    kind: int  # payload type
    sequence: int  # 16 bits
    time: int  # 32 bits, in ticks of the medium's clock
    source: int  # SSRC
    payload: bytes | memoryview


def parse(data: memoryview) -> Packet | None:
    """Read a packet; None if it is none. The payload is a view of ``data``."""
    end = len(data)
    if end < HEADER:
        return None
    first, second, sequence, time, source = _unpack(data)
    if first >> 6 != 2:
        return None
    begin = HEADER + 4 * (first & 0x0F)
    if first & 0x10:
        if begin + 4 > end:
            return None
        begin += 4 + 4 * int.from_bytes(data[begin + 2 : begin + 4], "big")
    if first & 0x20:
        end -= data[end - 1]
    if begin > end:
        return None
    return Packet(second >= 0x80, second & 0x7F, sequence, time, source, data[begin:end])


class Unwrapped:
    """A number that wraps, as one that does not: the nearest to the one before."""

    __slots__ = ("_half", "_modulus", "last")

    def __init__(self, bits: int) -> None:
        self._modulus, self._half = 1 << bits, 1 << (bits - 1)
        self.last: int | None = None

    def of(self, value: int) -> int:
        """The whole number that ``value`` stands for."""
        if self.last is not None:
            step = (value - self.last) % self._modulus
            value = self.last + (step if step < self._half else step - self._modulus)
        self.last = value
        return value


Ordered = tuple[Packet, bool]  # and whether packets before it are missing


class Order:
    """Packets of one stream, put into order; counts what is lost."""

    __slots__ = ("_held", "lost", "next", "source")

    def __init__(self) -> None:
        self.next = -1  # sequence number that follows; -1 before the first
        self.source = -1  # SSRC
        self.lost = 0  # packets that never came, or too late
        self._held: dict[int, Packet] = {}  # by sequence number

    @property
    def holds(self) -> bool:
        """Whether packets wait for one that is missing."""
        return bool(self._held)

    def put(self, packet: Packet) -> Sequence[Ordered]:
        """Take a packet; those whose turn it is."""
        if self.next < 0 or packet.source != self.source:
            return self._begin(packet)
        ahead = (packet.sequence - self.next) & 0xFFFF
        if ahead == 0:
            self.next = (packet.sequence + 1) & 0xFFFF
            return [(packet, False), *self._following()] if self._held else ((packet, False),)
        if ahead > 0x10000 - MISORDER_MOST:
            return ()
        if ahead > DROPOUT_MOST:
            return self._begin(packet)
        self._held[packet.sequence] = packet._replace(payload=bytes(packet.payload))
        out: list[Ordered] = []
        while len(self._held) >= HOLD_MOST or self._is_mixed():
            out += self._skip()
        return out

    def rest(self) -> Sequence[Ordered]:
        """Those that are held, whatever is missing."""
        out: list[Ordered] = []
        while self._held:
            out += self._skip()
        return out

    def _begin(self, packet: Packet) -> list[Ordered]:
        """The camera counts anew from here."""
        out = list(self.rest())
        out.append((packet, self.next >= 0))
        self.source, self.next = packet.source, (packet.sequence + 1) & 0xFFFF
        return out

    def _skip(self) -> list[Ordered]:
        """Give up what is missing before the first that is held."""
        first = min(self._held, key=lambda number: (number - self.next) & 0xFFFF)
        self.lost += (first - self.next) & 0xFFFF
        packet = self._held.pop(first)
        self.next = (first + 1) & 0xFFFF
        return [(packet, True), *self._following()]

    def _following(self) -> list[Ordered]:
        out: list[Ordered] = []
        while (packet := self._held.pop(self.next, None)) is not None:
            out.append((packet, False))
            self.next = (self.next + 1) & 0xFFFF
        return out

    def _is_mixed(self) -> bool:
        return len({held.time for held in self._held.values()}) > 1
