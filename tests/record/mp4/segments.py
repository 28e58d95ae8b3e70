"""Segments made of packets, and packets read back from segments."""

from collections.abc import Sequence
from pathlib import Path

from curtilage.model import Medium, Packet, StreamInfo
from curtilage.record.mp4 import Fragmenter, Label, Scan, samples, scan
from curtilage.record.mp4.boxes import to_ns
from curtilage.record.mp4.read import Samples

SERIAL = "0123456789abcdef0123456789abcdef"
ALWAYS = (0, 1 << 62)


def label(start_ns: int, number: int = 0, serial: str = SERIAL) -> Label:
    return Label("gate", "main", start_ns, serial, number)


def pieces(
    info: StreamInfo, packets: Sequence[Packet], number: int = 0, serial: str = SERIAL
) -> list[bytes]:
    """The head, then each fragment."""
    start = next(p.dts_ns for p in packets if p.medium is Medium.VIDEO)
    fragmenter = Fragmenter(info, label(start, number, serial))
    fragments = [done for packet in packets if (done := fragmenter.add(packet)) is not None]
    head = fragmenter.head()
    last = fragmenter.finish()
    assert last is not None
    return [head, *fragments, last]


def segment(
    path: Path,
    info: StreamInfo,
    packets: Sequence[Packet],
    number: int = 0,
    serial: str = SERIAL,
) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(pieces(info, packets, number, serial)))
    return path


def packets_of(path: Path, scanned: Scan | None = None) -> list[Packet]:
    """All pictures, then all sound."""
    scanned = scanned or scan(path)
    assert scanned.label is not None
    content = samples(path, scanned, *ALWAYS)
    data = path.read_bytes()
    start = scanned.label.start_ns

    def packets(medium: Medium, table: Samples) -> list[Packet]:
        return [
            Packet(
                medium,
                start + to_ns(int(dts), table.timescale),
                start + to_ns(int(dts + shift), table.timescale),
                0,
                bool(key),
                data[offset : offset + size],
            )
            for offset, size, dts, shift, key in zip(
                table.offset, table.size, table.dts, table.shift, table.key, strict=True
            )
        ]

    found = packets(Medium.VIDEO, content.video)
    return found + (packets(Medium.AUDIO, content.audio) if content.audio is not None else [])
