"""Pretended streams for tests of the disk's side: fragments are bytes that say where they are."""

import threading
from dataclasses import dataclass, field
from pathlib import Path

from curtilage.model import GapReason
from curtilage.record.disk.volume import Volume
from curtilage.record.writing.segment_file import Draft, Fragment

NS = 1_000_000_000
T0 = 1_795_000_000 * NS  # 2026-11-18 11:06:40 UTC
HEAD = b"HEAD" * 100


def draft(number: int = 0, camera: str = "cam", stream: str = "main") -> Draft:
    return Draft(camera, stream, "5" * 32, number, "h264", 1280, 720, ".mp4", HEAD)


def fragment(second: int, *, key: bool = True, size: int = 1000) -> Fragment:
    text = f"<{second}{'k' if key else '-'}".encode()
    return Fragment(
        text + b"." * (size - len(text) - 1) + b">", T0 + second * NS, T0 + (second + 1) * NS, key
    )


def seconds(path: Path) -> list[int]:
    """The seconds in a file, which must be a head and whole fragments."""
    data = path.read_bytes()
    assert data.startswith(HEAD)
    rest = data[len(HEAD) :]
    assert not rest or rest.endswith(b">")
    return [int(piece.rstrip(b".>")[:-1]) for piece in rest.split(b"<")[1:]]


def recorded(root: Path) -> dict[str, list[int]]:
    return {p.relative_to(root).as_posix(): seconds(p) for p in sorted(root.rglob("*.mp4"))}


@dataclass
class Heard:
    """What the writers reported."""

    durable_ns: list[tuple[int, int]] = field(default_factory=list)
    stops: list[tuple[int, GapReason, str]] = field(default_factory=list)
    volumes: list[str] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def durable(self, _camera: str, _stream: str, start_ns: int, end_ns: int) -> None:
        with self.changed:
            self.durable_ns.append((start_ns, end_ns))
            self.changed.notify_all()

    def stopped(
        self, _camera: str, _stream: str, since_ns: int, reason: GapReason, sentence: str
    ) -> None:
        with self.changed:
            self.stops.append((since_ns, reason, sentence))
            self.changed.notify_all()

    def volume_failed(self, _volume: Volume, sentence: str) -> None:
        self.volumes.append(sentence)

    def wait_until_durable(self, second: int) -> None:
        with self.changed:
            assert self.changed.wait_for(
                lambda: any(end >= T0 + second * NS for _, end in self.durable_ns), 20
            )

    def wait_until_durable_or_stopped(self, second: int) -> None:
        with self.changed:
            assert self.changed.wait_for(
                lambda: self.stops or any(end >= T0 + second * NS for _, end in self.durable_ns), 20
            )

    def wait_for_stop(self) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: bool(self.stops), 20)
