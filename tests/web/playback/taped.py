"""Recordings of any time, made at once of the packets of a stream."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from curtilage.model import Packet, StreamInfo, VideoInfo
from curtilage.record.mp4 import scan
from curtilage.store.index.database import Database
from curtilage.store.recorded import segments, volumes
from curtilage.store.recorded.segments import SegmentRow, State
from tests.record.mp4.clips import NS, START_NS
from tests.record.mp4.segments import SERIAL, segment
from tests.web.house import House

VOLUME = "0" * 32


class Tape:
    """What is recorded of a stream, file after file."""

    def __init__(
        self, database: Database, folder: Path, camera: str = "front", stream: str = "main"
    ) -> None:
        self.database, self.folder = database, folder
        self.camera, self.stream = camera, stream
        self.count = 0
        database.now(lambda c: volumes.seen(c, VOLUME, str(folder), START_NS))

    @classmethod
    def of(cls, house: House) -> "Tape":
        """In a house of tests."""
        return cls(house.database, house.context.site.volumes[0].path)

    def add(
        self,
        video: VideoInfo,
        packets: Sequence[Packet],
        by_s: float = 0.0,
        *,
        state: State = State.CLOSED,
        serial: str = SERIAL,
        said_s: float | None = None,
    ) -> Path:
        """One file of these pictures, ``by_s`` seconds later; ``said_s``: length in the index."""
        return self.add_stream(StreamInfo(video), packets, by_s, state, serial, said_s)

    def add_stream(
        self,
        info: StreamInfo,
        packets: Sequence[Packet],
        by_s: float = 0.0,
        state: State = State.CLOSED,
        serial: str = SERIAL,
        said_s: float | None = None,
    ) -> Path:
        """The same with sound, if there is any."""
        video = info.video
        moved = [later(packet, by_s) for packet in packets]
        name = f"{self.camera}/{self.stream}/{self.count:06}.mp4"
        path = segment(self.folder / name, info, moved, self.count, serial)
        found = scan(path).fragments
        end_ns = int(found.end_ns[-1])
        start_ns = int(found.start_ns[0])
        row = SegmentRow(
            0, self.camera, self.stream, VOLUME, name, start_ns,
            end_ns if said_s is None else start_ns + round(said_s * NS),
            path.stat().st_size, state, serial, self.count, video.codec.value, video.width,
            video.height,
        )  # fmt: skip
        self.database.now(lambda c: segments.restore(c, [row]))
        self.count += 1
        return path


def later(packet: Packet, by_s: float) -> Packet:
    by_ns = round(by_s * NS)
    return replace(packet, dts_ns=packet.dts_ns + by_ns, pts_ns=packet.pts_ns + by_ns)


def at(seconds: float) -> str:
    """RFC 3339 of so many seconds after the streams begin."""
    moment = datetime.fromtimestamp(START_NS // NS, UTC).strftime("%Y-%m-%dT%H:%M:")
    second = START_NS // NS % 60 + (START_NS % NS) / NS + seconds
    assert 0 <= second < 60
    return f"{moment}{second:09.6f}Z"


def ns(text: str) -> int:
    """Back again."""
    return round(datetime.fromisoformat(text).timestamp() * 1e6) * 1000
