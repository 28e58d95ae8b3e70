"""Makes whole pictures (access units) of RTP packets. No I/O; the time is an argument.

A picture ends at the packet with the marker, or where the RTP time changes. Some cameras mark
every slice: so the first picture of a connection waits for the next packet, which shows whether the
mark can be believed; if not, the time alone decides. A picture of which a packet is lost is left
out and counted: half a picture shows what never was.
"""

import struct
from collections.abc import Callable, Iterator
from typing import NamedTuple

from curtilage.ingest.rtsp.interleaved import SIZES_MOST, Run
from curtilage.ingest.rtsp.payload import Bytes, Piece, Scheme
from curtilage.ingest.rtsp.rtp import HEADER, Order, Packet, Unwrapped, parse

MOST = 16 * 1024 * 1024  # bytes of one picture; more is none
START = b"\x00\x00\x01"
_unpack = struct.Struct(">HHII").unpack_from
Heads = Callable[[memoryview], Iterator[tuple[int, int, int, int, int]]]


class Picture(NamedTuple):
    """One whole picture, and what belongs to it."""

    time: int  # RTP ticks, from anywhere; does not wrap
    kinds: int  # one bit per nal_unit_type in it
    data: bytes  # NAL units, each after its length in four bytes
    came: int  # ns of the monotonic clock: its last packet


class Assembler:
    """Packets of one stream, made into pictures.

    Args:
        kind: RTP payload type.
        scheme: how the codec travels.

    """

    __slots__ = (
        "_began", "_broken", "_came", "_done", "_doubt", "_embedded", "_heads", "_kind", "_kinds",
        "_marked", "_marks_hold", "_now", "_open", "_out", "_parts", "_scheme", "_size", "_sum",
        "_time32", "_unwrapped", "damaged", "malformed", "order",
    )  # fmt: skip

    def __init__(self, kind: int, scheme: Scheme) -> None:
        self._kind, self._scheme = kind, scheme
        self.order = Order()
        self.damaged = 0  # pictures that were left out
        self.malformed = 0  # packets that were none
        self._unwrapped = Unwrapped(32)
        self._time32 = self._done = -1  # RTP time of this picture, and of the one before
        self._marks_hold: bool | None = None  # whether the marker ends a picture; None: not known
        self._embedded = False  # start codes inside of what should be one NAL unit
        self._heads: dict[int, Heads] = {}  # by size of packets
        self._now = self._came = 0
        self._out: list[Picture] = []
        self._parts: list[Bytes] = []
        self._clear()

    def _clear(self) -> None:
        self._parts = []
        self._open = -1  # which part is the length of the unit that is open; -1: none is
        self._size = 0  # bytes of that unit so far
        self._sum = 0  # bytes of the units before it
        self._kinds = 0
        self._began = False  # the first slice of the picture is there
        self._marked = False
        self._broken = False
        self._doubt = False  # something is missing before this picture, or at its begin

    @property
    def partial(self) -> bool:
        """Whether a picture has begun, whose packets lie in the buffer."""
        return bool(self._parts)

    @property
    def midway(self) -> bool:
        """Whether more packets of a NAL unit must come at once."""
        return self._open >= 0

    def detach(self) -> None:
        """Let go of the buffer: it will be written over."""
        self._parts = [bytes(part) for part in self._parts]

    def feed(self, view: memoryview, runs: list[Run], now: int) -> list[Picture]:
        """Take packets; the pictures that they complete.

        Args:
            view: the buffer; it must stay as it is while `partial`, or until `detach`.
            runs: where packets are in it.
            now: ns of the monotonic clock.

        """
        out: list[Picture] = []
        self._out, self._now = out, now
        for begin, size, many in runs:
            if many == 1:
                self._take(view[begin : begin + size])
                continue
            stride = size + 4
            after = begin + many * stride
            while begin < after:
                if self._open >= 0:
                    begin = self._middle(view, begin, size, after)
                    if begin >= after:
                        break
                self._take(view[begin : begin + size])
                begin += stride
        if self._parts:
            if runs:
                self._came = now
            if self._sum + self._size > MOST:
                self._overflow()
        self._out = []
        return out

    def rest(self, now: int) -> list[Picture]:
        """What is whole when the connection ends."""
        out: list[Picture] = []
        self._out, self._now = out, now
        for packet, gap in self.order.rest():
            self._put(packet, gap)
        self._finish()
        self._clear()
        return out

    def _middle(self, view: memoryview, begin: int, size: int, after: int) -> int:
        """Take packets that only continue the open unit, most of all; where the next one is."""
        scheme, order = self._scheme, self.order
        skip, expected = scheme.skip, order.next
        if size <= skip or order.holds:
            return begin
        heads = self._heads.get(size)
        if heads is None:
            if len(self._heads) >= SIZES_MOST:
                self._heads.clear()
            heads = struct.Struct(f">4x{scheme.head}{size - skip}x").iter_unpack
            self._heads[size] = heads
        calm, clock = 0x8000 | self._kind, self._time32 << 32 | order.source
        mask, fragment = scheme.mask, scheme.fragment
        many = 0
        for first, sequence, time_source, what, mark in heads(view[begin - 4 : after - 4]):
            if (
                sequence != expected
                or mark >= 0x40
                or first != calm
                or time_source != clock
                or what & mask != fragment
            ):
                break
            expected = (expected + 1) & 0xFFFF
            many += 1
        stride = size + 4
        stop = begin + many * stride
        self._parts += [view[at + skip : at + size] for at in range(begin, stop, stride)]
        self._size += many * (size - skip)
        order.next = expected
        return stop

    def _take(self, data: memoryview) -> None:
        """Take one packet of any kind."""
        order = self.order
        if len(data) > HEADER:
            first, sequence, time, source = _unpack(data)
            if (
                sequence == order.next
                and first & 0xFF7F == 0x8000 | self._kind
                and source == order.source
                and not order.holds
            ):  # as nearly all are: in order, and nothing in the header but what must be
                order.next = (sequence + 1) & 0xFFFF
                self._accept(time, first & 0x80 != 0, data[HEADER:], False)
                return
        packet = parse(data)
        if packet is None:
            self.malformed += 1
            return
        for ready, gap in order.put(packet):
            self._put(ready, gap)

    def _put(self, packet: Packet, gap: bool) -> None:
        """The next packet in order; one of another type only counts."""
        ours = packet.kind == self._kind
        if ours or gap:
            payload = packet.payload if ours else b""
            self._accept(packet.time, packet.marker and ours, payload, gap)

    def _accept(self, time: int, marker: bool, payload: Bytes, gap: bool) -> None:
        """The next packet in order; ``gap``: some before it never came."""
        if time != self._time32:
            if self._parts or self._broken:
                if gap and not self._marked:
                    self._broken = True
                if self._marked and self._marks_hold is None:
                    self._marks_hold = True
                self._finish()
            self._time32 = time
            self._doubt = gap
        elif gap:
            self._broken = self._broken or bool(self._parts)
            self._doubt = True
        elif self._marked:
            self._marked, self._marks_hold = False, False
        self._came = self._now
        if payload and payload[0] == 0 and START in bytes(payload[:4]):
            for unit in _between(bytes(payload)):  # a byte stream as in a file
                for piece in self._scheme.read(unit):
                    self._add(piece)
        else:
            for piece in self._scheme.read(payload):
                self._add(piece)
        if marker:
            self._mark()

    def _add(self, piece: Piece) -> None:
        kind, head, body, first, last = piece
        if first:
            if self._open >= 0:
                self._broken = True
            if self._scheme.pictures >> kind & 1 and not self._began:
                self._slice(body, head)
            self._kinds |= 1 << kind
            self._open = len(self._parts)
            self._parts += (b"", head) if head else (b"",)
            self._size = len(head)
        elif self._open < 0:
            self._broken = True
            return
        self._parts.append(body)
        self._size += len(body)
        if self._sum + self._size > MOST:
            self._overflow()
        elif last:
            self._close()

    def _slice(self, body: Bytes, head: bytes) -> None:
        """The first slice that came: is it the first of the picture?"""
        self._began = True
        at = 0 if head else self._scheme.header
        is_first = len(body) > at and body[at] >= 0x80
        if is_first:
            return
        if self._time32 == self._done:  # the marker was not the end of it
            self._marks_hold, self._broken = False, True
        if self._doubt:
            self._broken = True

    def _close(self) -> None:
        self._parts[self._open] = self._size.to_bytes(4, "big")
        self._sum += 4 + self._size
        self._open, self._size = -1, 0

    def _overflow(self) -> None:
        """This is no picture; wait for the next."""
        self._clear()
        self._broken = True
        self._kinds = self._scheme.pictures
        self._parts = [b""]

    def _mark(self) -> None:
        if not self._kinds & self._scheme.pictures:
            self._look_inside()
        self._marked = bool(self._kinds & self._scheme.pictures) or self._broken
        if self._marked and self._marks_hold:
            self._finish()

    def _finish(self) -> None:
        """The picture is over; without a slice it is none, and belongs to the next."""
        if not self._kinds & self._scheme.pictures:
            if self._broken or self._open >= 0:
                self.damaged += 1
                self._clear()
            return
        if self._broken or self._open >= 0:
            self.damaged += 1
        else:
            data = b"".join(self._parts)
            kinds = self._kinds
            if (kinds & ~self._scheme.plain or self._embedded) and START in data:
                data, kinds = self._without_start_codes(data, kinds)
            ticks = self._unwrapped.of(self._time32)
            self._out.append(Picture(ticks, kinds, data, self._came))
        self._done = self._time32
        self._clear()

    def _look_inside(self) -> None:
        """No slice is there: maybe it hides behind a start code."""
        data = b"".join(self._parts)
        if self._open < 0 and START in data:
            data, self._kinds = self._without_start_codes(data, self._kinds)
            self._parts = [data]

    def _without_start_codes(self, data: bytes, kinds: int) -> tuple[bytes, int]:
        """Some cameras put several NAL units into one, as in a file, start codes and all."""
        units: list[bytes] = []
        position = count = 0
        while position + 4 < len(data):
            size = int.from_bytes(data[position : position + 4], "big")
            unit = data[position + 4 : position + 4 + size]
            units += _between(unit) if START in unit else [unit]
            position, count = position + 4 + size, count + 1
        if len(units) == count:
            return data, kinds  # what looked like a start code was a length
        self._embedded = True
        for unit in units:
            for piece in self._scheme.read(unit):
                kinds |= 1 << piece.kind
        return b"".join([p for unit in units for p in (len(unit).to_bytes(4, "big"), unit)]), kinds


def _between(data: bytes) -> list[bytes]:
    """NAL units of a byte stream, and what comes before its first start code."""
    return [unit for part in data.split(START) if (unit := part.rstrip(b"\0"))]
