"""Makes whole pictures (access units) of RTP packets. No I/O; the time is an argument.

A picture ends at the packet with the marker, or where the RTP time changes. Some cameras mark
every slice: so the first picture of a connection waits for the next packet, which shows whether the
mark can be believed; if not, the time alone decides. A picture of which a packet is lost is left
out and counted: half a picture shows what never was.
"""

from typing import NamedTuple

from curtilage.ingest.rtsp.interleaved import Place
from curtilage.ingest.rtsp.payload import Bytes, Piece, Scheme
from curtilage.ingest.rtsp.rtp import Order, Packet, Unwrapped, parse

MOST = 16 * 1024 * 1024  # bytes of one picture; more is none
_START = b"\x00\x00\x01"


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
        "_began", "_broken", "_came", "_done", "_doubt", "_embedded", "_kind", "_kinds", "_marked",
        "_marks_hold", "_now", "_open", "_out", "_parts", "_scheme", "_size", "_sum", "_time32",
        "_unwrapped", "damaged", "malformed", "order",
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
        """Whether more packets of a picture must come at once."""
        return self._open >= 0

    def detach(self) -> None:
        """Let go of the buffer: it will be written over."""
        self._parts = [bytes(part) for part in self._parts]

    def feed(self, view: memoryview, places: list[Place], now: int) -> list[Picture]:
        """Take packets; the pictures that they complete.

        Args:
            view: the buffer; it must stay as it is while `partial`, or until `detach`.
            places: where packets are in it.
            now: ns of the monotonic clock.

        """
        out: list[Picture] = []
        self._out, self._now = out, now
        scheme, kind = self._scheme, self._kind
        unpack, mask, fragment, skip = (
            scheme.fast.unpack_from, scheme.mask, scheme.fragment, scheme.skip,
        )  # fmt: skip
        order, parts = self.order, self._parts
        expected = self._fast()
        for begin, end in places:
            if expected >= 0 and end - begin > skip:
                head, second, sequence, time, source, what, mark = unpack(view, begin)
                if (
                    sequence == expected
                    and mark < 0x80
                    and what & mask == fragment
                    and time == self._time32
                    and head == 0x80
                    and second & 0x7F == kind
                    and source == order.source
                ):  # most packets: the next part of an open unit
                    parts.append(view[begin + skip : end])
                    self._size += end - begin - skip
                    order.next = expected = (sequence + 1) & 0xFFFF
                    if mark < 0x40 and second < 0x80:
                        continue
                    self._came = now
                    if mark >= 0x40:
                        self._close()
                    if second >= 0x80:
                        self._mark()
                    parts, expected = self._parts, self._fast()
                    continue
            self._slowly(view[begin:end])
            parts, expected = self._parts, self._fast()
        if places and parts:
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
            self._accept(packet, gap)
        self._finish()
        self._clear()
        return out

    def _fast(self) -> int:
        """The sequence number of the next part of the open unit; -1 where care is needed."""
        return self.order.next if self._open >= 0 and not self.order.holds else -1

    def _slowly(self, data: memoryview) -> None:
        packet = parse(data)
        if packet is None:
            self.malformed += 1
            return
        for ready, gap in self.order.put(packet):
            self._accept(ready, gap)

    def _accept(self, packet: Packet, gap: bool) -> None:
        """The next packet in order; ``gap``: some before it never came."""
        if packet.time != self._time32:
            if self._parts or self._broken:
                if gap and not self._marked:
                    self._broken = True
                if self._marked and self._marks_hold is None:
                    self._marks_hold = True
                self._finish()
            self._time32 = packet.time
            self._doubt = gap
        elif gap:
            self._broken = self._broken or bool(self._parts)
            self._doubt = True
        elif self._marked and packet.kind == self._kind:
            self._marked, self._marks_hold = False, False
        self._came = self._now
        if packet.kind == self._kind and packet.payload:
            payload = packet.payload
            if payload[:3] == _START or payload[:4] == b"\0" + _START:
                for unit in _between(bytes(payload)):
                    for piece in self._scheme.read(unit):
                        self._add(piece)
            else:
                for piece in self._scheme.read(payload):
                    self._add(piece)
        if packet.marker:
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
            if (kinds & ~self._scheme.plain or self._embedded) and _START in data:
                data, kinds = self._without_start_codes(data, kinds)
            ticks = self._unwrapped.of(self._time32)
            self._out.append(Picture(ticks, kinds, data, self._came))
        self._done = self._time32
        self._clear()

    def _without_start_codes(self, data: bytes, kinds: int) -> tuple[bytes, int]:
        """Some cameras put several NAL units into one, as in a file, start codes and all."""
        units: list[bytes] = []
        position = count = 0
        while position + 4 < len(data):
            size = int.from_bytes(data[position : position + 4], "big")
            unit = data[position + 4 : position + 4 + size]
            units += _between(unit) if _START in unit else [unit]
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
    return [unit for part in data.split(_START) if (unit := part.rstrip(b"\0"))]
