"""What is on a volume beside what its index says: the two lists side by side, in little memory."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from curtilage.record.disk.volume import DAMAGED, IGNORED
from curtilage.store.recorded.segments import SegmentRow


@dataclass(frozen=True, slots=True)
class Found:
    """A file on a volume."""

    path: str  # relative, posix
    size: int  # bytes
    changed_ns: int  # UTC by the system's clock, of its last change


def files(root: Path, below: str = "") -> Iterator[Found]:
    """All files of a volume by path, but for hidden ones and those that were moved aside.

    Raises:
        OSError: a folder cannot be read.

    """
    with os.scandir(root / below) as found:
        entries = [
            (entry.name + "/" if entry.is_dir(follow_symlinks=False) else entry.name, entry)
            for entry in found
            if entry.name[0] != "." and (below or entry.name not in IGNORED)
        ]
    entries.sort(key=lambda entry: entry[0])  # with the slash: the order of whole paths
    for name, entry in entries:
        if name.endswith("/"):
            yield from files(root, below + name)
        elif below != DAMAGED + "/":
            try:
                about = entry.stat(follow_symlinks=False)
            except FileNotFoundError:  # deleted while we look
                continue
            if not (stat.S_ISREG(about.st_mode) or stat.S_ISLNK(about.st_mode)):
                continue
            yield Found(below + name, about.st_size, about.st_mtime_ns)


def side_by_side(
    rows: Iterable[SegmentRow], found: Iterable[Found]
) -> Iterator[tuple[SegmentRow | None, Found | None]]:
    """Rows and files with the same path together, the others alone; both are sorted by path."""
    left, right = iter(rows), iter(found)
    row, file = next(left, None), next(right, None)
    while row is not None or file is not None:
        if file is None or (row is not None and row.path < file.path):
            yield row, None
            row = next(left, None)
        elif row is None or file.path < row.path:
            yield None, file
            file = next(right, None)
        else:
            yield row, file
            row, file = next(left, None), next(right, None)
