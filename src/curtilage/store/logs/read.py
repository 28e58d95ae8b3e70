"""The log read backwards: the newest lines that are asked for, and no more than that."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from curtilage.store.logs.files import paths
from curtilage.store.logs.line import Level, LogLine, decoded

_PIECE: Final = 1 << 16
SLACK_NS: Final = 60 * 1_000_000_000
"""Lines may stand so far out of order (the clock was set); farther back none are looked for."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines."""

    level: Level = Level.DEBUG  # that, and what is graver
    from_ns: int | None = None  # UTC
    to_ns: int | None = None  # not in it
    process: str | None = None
    text: str | None = None  # that it holds, in any case

    def takes(self, line: LogLine) -> bool:
        """Whether a line is one of them."""
        return (
            line.level.gravity >= self.level.gravity
            and (self.from_ns is None or line.time_ns >= self.from_ns)
            and (self.to_ns is None or line.time_ns < self.to_ns)
            and (self.process is None or line.process == self.process)
            and (self.text is None or self.text.casefold() in line.text.casefold())
        )


def newest(folder: Path, wanted: Wanted, *, most: int) -> list[LogLine]:
    """The newest ``most`` lines that are wanted, newest first; passes over what it cannot read."""
    found: list[LogLine] = []
    for data in _lines(folder):
        line = decoded(data)
        if line is None:
            continue
        if wanted.from_ns is not None and line.time_ns < wanted.from_ns - SLACK_NS:
            break
        if wanted.takes(line):
            found.append(line)
            if len(found) == most:
                break
    return found


def _lines(folder: Path) -> Iterator[bytes]:
    """All lines of all files, the last first."""
    seen: set[tuple[int, int]] = set()
    for path in paths(folder):
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except OSError:
            continue
        try:
            state = os.fstat(descriptor)
            name = (state.st_dev, state.st_ino)
            if name not in seen:  # it grew older while the one before was read
                seen.add(name)
                yield from _backwards(descriptor, state.st_size)
        except OSError:
            continue
        finally:
            os.close(descriptor)


def _backwards(descriptor: int, size: int) -> Iterator[bytes]:
    rest, end = b"", size
    while end > 0:
        begin = max(0, end - _PIECE)
        rest = os.pread(descriptor, end - begin, begin) + rest
        end = begin
        first, *whole = rest.split(b"\n")
        yield from (line for line in reversed(whole) if line)
        rest = first
    if rest:
        yield rest
