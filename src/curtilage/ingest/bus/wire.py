"""How items look on the packet bus, version 1: bytes out, bytes in.

A message has two frames, or three. All numbers are little-endian.

1. topic and header: a topic, a zero byte, then 60 bytes::

       u8  version       1
       u8  kind          1 Opened, 2 Packet, 3 Lost
       u8  medium        of a packet: 1 video, 2 audio; else 0
       u8  flags         1: a decoder can begin here; 2: of Opened, the clock stepped
       u32 opening       number of the stream's last Opened in this run, 1 first
       u64 run           chosen at random by each publisher: another number, another publisher
       u64 sequence      of this stream in this run, 1 first, over all kinds
       u64 gop           number of this stream's last video keyframe in this run
       i64 dts, i64 pts  of a packet: UTC ns; of Opened: its time, 0; of Lost: since when, 0
       u64 duration      of a packet: ns

2. payload: a packet's data as it is; of Opened and Lost: JSON (UTF-8).
3. only with video keyframes: the JSON of the Opened that the packet belongs to, so that a reader
   can begin at any keyframe without asking.

The live topic is ``=CAMERA/STREAM``; a reader subscribes to a beginning of it, as in ``=yard/``.
What is repeated for one late reader alone goes to ``>KEYCAMERA/STREAM``, where KEY are 16 bytes
of its choice: it asks for that by subscribing to ``>KEYyard/``. So nobody else gets the doubles.
"""

import json
from dataclasses import dataclass
from struct import Struct
from typing import Any

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

VERSION = 1
OPENED, PACKET, LOST = 1, 2, 3
VIDEO, AUDIO = 1, 2
KEY, STEP = 1, 2
LIVE, PRIVATE = b"=", b">"
KEY_BYTES = 16

HEAD = Struct("<BBBBIQQQqqQ")


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the bus as it was read."""

    topic: str  # CAMERA/STREAM
    payload: bytes
    opened: bytes  # JSON of the Opened a keyframe belongs to; else empty
    kind: int  # from here in the order of the header
    medium: int
    flags: int
    opening: int
    run: int
    sequence: int
    gop: int
    dts_ns: int
    pts_ns: int
    duration_ns: int

    @property
    def begins(self) -> bool:
        """Whether a reader can begin with this packet."""
        return self.kind == PACKET and bool(self.flags & KEY) and self.medium == VIDEO


def read(frames: list[bytes]) -> Message:
    """The message in ``frames``.

    Raises:
        BusError: it is of another version, or of nothing that we know.

    """
    head = frames[0]
    start = len(head) - HEAD.size
    if len(frames) < 2 or start < 2 or head[start] != VERSION:
        raise BusError(
            "the packet bus speaks another version than this program; "
            "run the recorder and its readers from one installation"
        )
    topic = head[1 : start - 1] if head[:1] == LIVE else head[1 + KEY_BYTES : start - 1]
    opened = frames[2] if len(frames) > 2 else b""
    return Message(topic.decode(), frames[1], opened, *HEAD.unpack_from(head, start)[1:])


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
