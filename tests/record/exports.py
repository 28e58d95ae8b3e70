"""Recordings made of synthetic streams, for tests of the export."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import av

from curtilage.model import Medium, Packet, StreamInfo
from curtilage.record.export import Source
from curtilage.record.mp4 import extension, scan
from tests.record.mp4.clips import NS, START_NS
from tests.record.mp4.segments import SERIAL, segment


def record(
    folder: Path,
    info: StreamInfo,
    packets: Sequence[Packet],
    *,
    every_s: int = 4,
    first: int = 0,
    serial: str = SERIAL,
) -> list[Source]:
    """Segments cut at keyframes, ``every_s`` seconds each."""
    parts: list[list[Packet]] = []
    for packet in packets:
        video = packet.medium is Medium.VIDEO
        begun = bool(parts) and _turn(packet, every_s) == _turn(parts[-1][0], every_s)
        if video and packet.key and not begun:
            parts.append([])
        parts[-1].append(packet)
    return [source(folder, info, part, number, serial) for number, part in enumerate(parts, first)]


def source(
    folder: Path,
    info: StreamInfo,
    packets: Sequence[Packet],
    number: int = 0,
    serial: str = SERIAL,
) -> Source:
    """One segment."""
    place = folder / "gate" / "main" / "2026" / "09" / "21"
    path = segment(
        place / f"{serial[:2]}{number:04}{extension(info)}", info, packets, number, serial
    )
    found = scan(path).fragments
    return Source(path, int(found.start_ns[0]), int(found.end_ns[-1]), serial, number)


def moved(packets: Sequence[Packet], by_ns: int) -> list[Packet]:
    """The same, at another time."""
    return [replace(p, dts_ns=p.dts_ns + by_ns, pts_ns=p.pts_ns + by_ns) for p in packets]


def at(seconds: float) -> int:
    """UTC of so many seconds after the streams begin."""
    return START_NS + round(seconds * NS)


def pictures(path: Path) -> list[float]:
    """Times of all pictures that FFmpeg shows."""
    with av.open(str(path)) as movie:
        return [frame.time for frame in movie.decode(video=0) if frame.time is not None]


def raw(path: Path, medium: str = "video") -> list[bytes]:
    """All samples, also those that the edit list hides."""
    with av.open(str(path), options={"ignore_editlist": "1"}) as movie:
        kinds = movie.streams.video if medium == "video" else movie.streams.audio
        return [bytes(packet) for packet in movie.demux(kinds[0]) if packet.size]


def _turn(packet: Packet, every_s: int) -> int:
    return (packet.dts_ns - START_NS) // (every_s * NS)
