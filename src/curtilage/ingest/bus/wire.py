"""How items look on the packet bus, version 2: bytes out, bytes in.

A message is one frame (each more would cost as much as the first). Numbers are little-endian.

1. topic, a zero byte, then 64 bytes::

       u8  version       2
       u8  kind          1 Opened, 2 Packet, 3 Lost
       u8  medium        of a packet: 1 video, 2 audio; else 0
       u8  flags         1: a decoder can begin here; 2: of Opened, the clock stepped
       u32 opening       number of the stream's last Opened in this run, 1 first
       u64 run           chosen at random by each publisher: another number, another publisher
       u64 sequence      of this stream in this run, 1 first, over all kinds
       u64 gop           number of this stream's last video keyframe in this run
       i64 dts, i64 pts  of a packet: UTC ns; of Opened: its time, 0; of Lost: since when, 0
       u64 duration      of a packet: ns
       u32 size          of what follows, in bytes

2. with video keyframes: the JSON of the Opened that the packet belongs to, so that a reader can
   begin at any keyframe without asking; else nothing.
3. payload: a packet's data as it is; of Opened and Lost: JSON (UTF-8).

The live topic is ``=CAMERA/STREAM``; a reader subscribes to a beginning of it, as in ``=yard/``.
What is repeated for one late reader alone goes to ``>KEYCAMERA/STREAM``, where KEY are 16 bytes
of its choice: it asks for that by subscribing to ``>KEYyard/``. So nobody else gets the doubles.

Two more topics carry nothing; to subscribe to them says something to the publisher. ``!yard/``:
these streams are wanted as they come, not a fifth of a second's worth at a time. ``?yard/``: they
will be wanted soon, so a camera that is asked for them only on demand should go on sending them.
"""

import json
from struct import Struct
from typing import Any, NamedTuple

from curtilage.ingest.bus.errors import BusError
from curtilage.ingest.live.items import Lost, Opened
from curtilage.model import (
    AudioCodec,
    AudioInfo,
    GapReason,
    Medium,
    Packet,
    StreamInfo,
    VideoCodec,
    VideoInfo,
)

VERSION = 2
OPENED, PACKET, LOST = 1, 2, 3
VIDEO, AUDIO = 1, 2
KEY, STEP = 1, 2
LIVE, PRIVATE = b"=", b">"
PROMPT, SOON = b"!", b"?"
KEY_BYTES = 16

HEAD = Struct("<BBBBIQQQqqQI")


class Message(NamedTuple):
    """One message of the bus as it was read."""

    topic: str  # CAMERA/STREAM
    payload: bytes
    opened: bytes  # JSON of the Opened a keyframe belongs to; else empty
    version: int  # from here in the order of the header
    kind: int
    medium: int
    flags: int
    opening: int
    run: int
    sequence: int
    gop: int
    dts_ns: int
    pts_ns: int
    duration_ns: int
    opened_size: int

    @property
    def begins(self) -> bool:
        """Whether a reader can begin with this packet."""
        return self.kind == PACKET and bool(self.flags & KEY) and self.medium == VIDEO


def read(frame: bytes) -> Message:
    """The message in ``frame``.

    Raises:
        BusError: it is of another version, or of nothing that we know.

    """
    begin = 1 if frame[:1] == LIVE else 1 + KEY_BYTES
    end = frame.find(b"\0", begin)
    start = end + 1
    if end < 0 or len(frame) < start + HEAD.size or frame[start] != VERSION:
        raise BusError(
            "the packet bus speaks another version than this program; "
            "run the recorder and its readers from one installation"
        )
    head = HEAD.unpack_from(frame, start)
    start += HEAD.size
    topic = frame[begin:end].decode()
    size = head[-1]
    if size == 0:
        return Message(topic, frame[start:], b"", *head)
    return Message(topic, frame[start + size :], frame[start : start + size], *head)


def packet_of(message: Message) -> Packet:
    """The packet in a message of that kind."""
    return Packet(
        Medium.VIDEO if message.medium == VIDEO else Medium.AUDIO,
        message.dts_ns,
        message.pts_ns,
        message.duration_ns,
        bool(message.flags & KEY),
        message.payload,
    )


def opened_bytes(opened: Opened) -> bytes:
    """``opened`` as JSON."""
    video, audio = opened.info.video, opened.info.audio
    told: dict[str, Any] = {
        "at_ns": opened.at_ns,
        "step": opened.step,
        "video": [video.codec, video.width, video.height, video.config.hex()],
        "audio": audio and [audio.codec, audio.rate, audio.channels, audio.config.hex()],
    }
    return json.dumps(told, separators=(",", ":")).encode()


def opened_of(payload: bytes) -> Opened:
    """The ``Opened`` in JSON made by ``opened_bytes``."""
    told = json.loads(payload)
    codec, width, height, config = told["video"]
    video = VideoInfo(VideoCodec(codec), width, height, bytes.fromhex(config))
    audio = None
    if told["audio"] is not None:
        codec, rate, channels, config = told["audio"]
        audio = AudioInfo(AudioCodec(codec), rate, channels, bytes.fromhex(config))
    return Opened(StreamInfo(video, audio), told["at_ns"], told["step"])


def lost_bytes(lost: Lost) -> bytes:
    """``lost`` as JSON."""
    return json.dumps({"reason": lost.reason, "sentence": lost.sentence}).encode()


def lost_of(message: Message) -> Lost:
    """The ``Lost`` in a message of that kind."""
    told = json.loads(message.payload)
    return Lost(GapReason(told["reason"]), message.dts_ns, told["sentence"])
