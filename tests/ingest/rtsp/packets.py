"""Connections in bytes, as cameras send them, for tests, and what is read of them."""

from curtilage.ingest.rtsp.h264 import H264
from curtilage.ingest.rtsp.h265 import H265
from curtilage.ingest.rtsp.interleaved import Channels, Framing
from curtilage.ingest.rtsp.pictures import Assembler, Picture
from tests.cameras import rtp

KIND, SOURCE, STEP = 96, 0x1234, 6000
SCHEMES = {"h264": H264, "hevc": H265}
CHANNELS = Channels(0, KIND, 1)
KEY = bytes((0x65, 0x88)) + bytes(range(1, 200)) * 20
DELTA = bytes((0x41, 0x9A)) + bytes(range(1, 100)) * 30


def packets(
    pictures: list[list[bytes]], *, codec: str = "h264", first: int = 65530, limit: int = 300
) -> list[list[bytes]]:
    """Per picture its RTP packets, each with RTSP's tag."""
    made = []
    sequence = first
    for number, units in enumerate(pictures):
        burst = rtp.burst(rtp.payloads(codec, units, limit), KIND)
        data = bytes(burst.stamped(sequence, 2**32 - STEP + number * STEP, SOURCE))
        sequence += len(burst.starts)
        ends = (*burst.starts[1:], len(data))
        made.append([data[a:b] for a, b in zip(burst.starts, ends, strict=True)])
    return made


class Reading:
    """What is made of the bytes of a connection, however they come."""

    def __init__(self, codec: str = "h264", channels: Channels = CHANNELS) -> None:
        self.framing = Framing(channels)
        self.assembler = Assembler(KIND, SCHEMES[codec])
        self.pictures: list[Picture] = []
        self.others: list[bytes] = []
        self.messages = 0
        self.most = 0  # bytes held

    def take(self, data: bytes, now: int = 0) -> None:
        framing, assembler = self.framing, self.assembler
        while data:
            room = framing.room()
            part, data = data[: len(room)], data[len(room) :]
            room[: len(part)] = part
            self.pictures += assembler.feed(framing.view, framing.take(len(part)), now)
            self.others += [bytes(framing.view[a:b]) for _, a, b in framing.others]
            self.messages += len(framing.messages)
            if framing.empty and not assembler.partial:
                framing.rewind()
            elif framing.short:
                assembler.detach()
                framing.compact()
            self.most = max(self.most, sum(len(p) for p in assembler._parts))

    def end(self) -> list[list[bytes]]:
        """The NAL units of all pictures."""
        self.pictures += self.assembler.rest(0)
        return [units(picture.data) for picture in self.pictures]


def units(data: bytes) -> list[bytes]:
    """NAL units after their lengths."""
    found, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        found.append(data[at + 4 : at + 4 + size])
        assert len(found[-1]) == size
        at += 4 + size
    return found


def read(data: bytes, codec: str = "h264") -> list[list[bytes]]:
    """The NAL units of the pictures in a connection's bytes."""
    reading = Reading(codec)
    reading.take(data)
    return reading.end()
