"""Media and messages that share a connection, told apart (RFC 2326 clause 10.12). No I/O.

The bytes of a connection are received into one buffer, and pieces of media are told by where they
are in it, so that a picture of a dozen packets is copied once, when it is whole. Where bytes are
neither media nor a message, what follows is searched for the next packet that can be one.
"""

import mmap
import struct
from collections.abc import Callable, Iterator
from typing import NamedTuple

from curtilage.ingest.rtsp.message import Message, MessageError, Reader

ROOM = 256 * 1024  # bytes; a keyframe of 720p, mostly
LONGEST = 4 + 0xFFFF  # of a packet with its tag
SIZES_MOST = 64  # of packets, remembered
MESSAGE_MOST = 16 * 1024
STRANGE_CHANNELS = 16  # cameras number from 0; what is above and not ours is no channel
DOLLAR = 0x24
WORDS = tuple(
    word + b" "
    for word in b"OPTIONS ANNOUNCE SET_PARAMETER GET_PARAMETER REDIRECT TEARDOWN DESCRIBE".split()
)
_tag = struct.Struct(">BBH").unpack_from
_word = struct.Struct(">I").unpack_from

Run = tuple[int, int, int]
"""Packets of one size: begin of the first in the buffer, bytes of each, how many; 4 between."""


class Channels(NamedTuple):
    """Which channel carries what. -1: nothing."""

    video: int
    video_kind: int  # RTP payload type
    video_control: int
    audio: int = -1
    audio_kind: int = -1
    audio_control: int = -1


class Framing:
    """The buffer of a connection, and what is complete in it.

    ::

        count = socket.recv_into(framing.room())
        for begin, size, many in framing.take(count): ...framing.view[begin : begin + size]...
    """

    __slots__ = (
        "_begin", "_channels", "_end", "_insync", "_others", "_tags", "_video", "messages",
        "others", "skipped", "view",
    )  # fmt: skip

    def __init__(self, channels: Channels) -> None:
        self._channels = channels
        self._video = DOLLAR << 8 | channels.video
        self._tags: dict[int, Callable[[memoryview], Iterator[tuple[int]]]] = {}  # by stride
        self._others = {channels.video_control, channels.audio, channels.audio_control}
        self.view = memoryview(mmap.mmap(-1, ROOM))  # takes memory only where it was written
        self._begin = self._end = 0
        self._insync = True
        self.others: list[tuple[int, int, int]] = []  # channel and place, of this `take`
        self.messages: list[Message] = []  # of this `take`
        self.skipped = 0  # bytes that were nothing

    @property
    def empty(self) -> bool:
        """Whether nothing incomplete is left."""
        return self._begin == self._end

    @property
    def short(self) -> bool:
        """Whether there may be no room for a whole packet: `compact` first."""
        return ROOM - self._end < LONGEST

    def room(self) -> memoryview:
        """Where the next bytes go."""
        return self.view[self._end :]

    def rewind(self) -> None:
        """Begin at the front again; nothing refers to the buffer any more, and it is `empty`."""
        self._begin = self._end = 0

    def compact(self) -> None:
        """Move what is incomplete to the front; nothing refers to the buffer any more."""
        rest = bytes(self.view[self._begin : self._end])
        self.view[: len(rest)] = rest
        self._begin, self._end = 0, len(rest)

    def take(self, count: int) -> list[Run]:
        """``count`` bytes more are there; the packets of the picture that are complete now."""
        found: list[Run] = []
        if self.others:
            self.others = []
        if self.messages:
            self.messages = []
        view, ours = self.view, self._video
        position, end = self._begin, self._end + count
        self._end = end
        limit = end - 4
        while position <= limit:
            (tag,) = _word(view, position)
            if tag >> 16 == ours and self._insync:
                size = tag & 0xFFFF
                after = position + 4 + size
                if after > end:
                    break
                many = 1
                if after <= limit and _word(view, after)[0] == tag:
                    many = self._equal(tag, position, end)
                found.append((position + 4, size, many))
                position += many * (4 + size)
                continue
            moved = self._other(position, end)
            if moved < 0:
                break
            position = moved
        self._begin = position
        return found

    def _equal(self, tag: int, position: int, end: int) -> int:
        """How many packets of the same size follow each other: most of a picture's."""
        stride = 4 + (tag & 0xFFFF)
        tags = self._tags.get(stride)
        if tags is None:
            if len(self._tags) >= SIZES_MOST:
                self._tags.clear()
            tags = self._tags[stride] = struct.Struct(f">I{stride - 4}x").iter_unpack
        many = 0
        for (other,) in tags(self.view[position : end - (end - position) % stride]):
            if other != tag:
                break
            many += 1
        return many

    def _other(self, position: int, end: int) -> int:
        """Pass over what is no packet of the picture; -1: more bytes are needed."""
        view = self.view
        if not self._insync:
            return self._search(position, end)
        first = view[position]
        if first == DOLLAR:
            _, channel, size = _tag(view, position)
            after: int = position + 4 + size
            if channel < STRANGE_CHANNELS or channel in self._others:
                if after > end:
                    return -1
                self.others.append((channel, position + 4, after))
                return after
        elif first in (0x0D, 0x0A):
            return position + 1
        else:
            length = self._message(bytes(view[position : min(end, position + MESSAGE_MOST)]))
            if length:
                return -1 if length < 0 else position + length
        self._insync = False
        self.skipped += 1
        return position + 1

    def _message(self, data: bytes) -> int:
        """Read a message; its length, -1 if it is not complete, 0 if it is none."""
        if not any(data.startswith(word) or word.startswith(data) for word in (b"RTSP/", *WORDS)):
            return 0
        reader = Reader()
        try:
            message = next(reader.feed(data), None)
        except MessageError:
            return 0
        if message is None:
            return -1 if len(data) < MESSAGE_MOST else 0
        self.messages.append(message)
        return len(data) - len(reader.rest())

    def _search(self, position: int, end: int) -> int:
        """The next place at which a packet or an answer can begin."""
        view = self.view
        data = bytes(view[position:end])
        at = 0
        while (at := data.find(b"$", at)) >= 0 and at + 6 <= len(data):
            if self._can_be_packet(data[at : at + 6]):
                break
            at += 1
        answer = data.find(b"RTSP/1.", 0, at if at >= 0 else len(data))
        if answer >= 0:
            at = answer
        elif at < 0:
            at = max(len(data) - 6, 0)  # the begin of a word may be there
            self.skipped += at
            return position + at if at else -1
        elif at + 6 > len(data):
            self.skipped += at
            return position + at if at else -1
        self._insync = True
        self.skipped += at
        return position + at

    def _can_be_packet(self, begin: bytes) -> bool:
        """Whether a tag of ours with a header of RTP or RTCP begins here."""
        _, channel, size, first, second = struct.unpack(">BBHBB", begin)
        ours = self._channels
        if first >> 6 != 2 or size < 8:
            return False
        if channel in (ours.video, ours.audio):
            kind = ours.video_kind if channel == ours.video else ours.audio_kind
            return bool(second & 0x7F == kind)
        return channel in (ours.video_control, ours.audio_control) and 200 <= second <= 204
