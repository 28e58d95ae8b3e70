"""One segment on its way to the disk: the order of file, folder and row that invariant 3 asks for.

begin: row *intended* (committed), then file, bytes, syncs (``Tree.create``), then row *open*.
append: bytes, sync; the row learns of it every ``GROWN_S``. close: row *closed*. So a row without
file is *intended*, a file without row does not exist, and what a row says is on the disk is there.
"""

import contextlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from curtilage.record.disk.durable import DiskError, VolumeFailedError
from curtilage.record.disk.names import segment_paths
from curtilage.record.disk.volume import Volume

GROWN_S = 10.0
"""How old the end in an open segment's row may be. Recovery reads the true one from the file."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a segment is, before it has a place."""

    camera: str
    stream: str
    serial: str  # of the run, as in the file's label
    number: int
    codec: str
    width: int  # pixels
    height: int
    extension: str  # ".mp4" or ".mov"
    head: bytes  # what a file of it begins with: Fragmenter.head()


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a segment that is written as a whole."""

    data: bytes
    start_ns: int  # UTC
    end_ns: int  # UTC
    key: bool  # begins with a keyframe: a file can begin with it


class Index(Protocol):
    """Where rows of segments go (``store_index.StoreIndex``).

    ``intend`` returns when the row is committed; the others may return before.
    """

    def intend(self, draft: Draft, volume: str, path: str, start_ns: int) -> int | None:
        """A row for a file that is about to be made. Its id; None: the path has a row already."""
        ...

    def opened(self, row: int, end_ns: int, size: int) -> None:
        """The file is there, with its first fragment."""
        ...

    def grown(self, row: int, end_ns: int, size: int) -> None:
        """The file is longer."""
        ...

    def closed(self, row: int, end_ns: int, size: int) -> None:
        """The file is finished."""
        ...

    def forget(self, row: int) -> None:
        """The intended file was not made."""
        ...

    def end(self, timeout_s: float) -> bool:
        """No more files are made; whether all that was said has come to the disk by now."""
        ...


class SegmentFile:
    """An open segment. For one thread. Made by ``SegmentFile.begin``."""

    def __init__(
        self, volume: Volume, index: Index, path: str, row: int, descriptor: int, size: int
    ) -> None:
        self.volume = volume
        self.path = path  # relative to the volume
        self.row = row
        self.size = size  # bytes that are on the disk
        self.start_ns = 0
        self.end_ns = 0  # UTC; what is before is on the disk
        self._index = index
        self._descriptor = descriptor
        self._told_s = time.monotonic()

    @classmethod
    def begin(cls, volume: Volume, index: Index, draft: Draft, first: Fragment) -> "SegmentFile":
        """Make the file with its head and first fragment; both are on the disk afterwards.

        Raises:
            DiskError: it was not made (``DiskFullError``, ``VolumeFailedError``: see there). No
                row is left, or one that recovery removes.

        """
        data = draft.head + first.data
        volume.check()
        with volume.claim(len(data)):
            return cls._make(volume, index, draft, first, data)

    @classmethod
    def _make(
        cls, volume: Volume, index: Index, draft: Draft, first: Fragment, data: bytes
    ) -> "SegmentFile":
        for path in segment_paths(draft.camera, draft.stream, first.start_ns, draft.extension):
            if volume.tree.exists(path):
                continue
            row = index.intend(draft, volume.identity, path, first.start_ns)
            if row is None:
                continue
            if volume.failed is not None:  # while we waited for the row; recovery removes it
                raise VolumeFailedError(volume.failed)
            try:
                descriptor = volume.tree.create(path, data)
            except FileExistsError:
                index.forget(row)
                continue
            except VolumeFailedError:  # a part of the file may be there: the row stays for recovery
                raise
            except DiskError:
                index.forget(row)
                raise
            index.opened(row, first.end_ns, len(data))
            made = cls(volume, index, path, row, descriptor, len(data))
            made.start_ns, made.end_ns = first.start_ns, first.end_ns
            return made
        raise DiskError(f"{volume.path}: all names for {draft.camera}/{draft.stream} are taken")

    def append(self, fragments: Sequence[Fragment]) -> None:
        """Write fragments behind each other; all are on the disk afterwards, or none.

        Raises:
            DiskFullError: there is no room; ``again`` says whether the same may be tried once more.
            VolumeFailedError: the file must not be written again; ``abandon`` it.

        """
        with self.volume.claim(sum(len(fragment.data) for fragment in fragments)):
            self.size = self.volume.tree.append(
                self._descriptor, self.path, self.size, [fragment.data for fragment in fragments]
            )
        self.end_ns = fragments[-1].end_ns
        if time.monotonic() - self._told_s >= GROWN_S:
            self.tell()

    def tell(self) -> None:
        """Say how long it is. From any thread: when its own does not come back from the disk."""
        self._told_s = time.monotonic()
        self._index.grown(self.row, self.end_ns, self.size)

    def close(self) -> None:
        """Finish the segment. Everything appended is on the disk already, so nothing is synced."""
        self._let_go()
        self._index.closed(self.row, self.end_ns, self.size)

    def abandon(self) -> None:
        """Leave the file as it is, on a disk that failed; recovery finishes it another day."""
        self._let_go()
        self._index.grown(self.row, self.end_ns, self.size)

    def _let_go(self) -> None:
        with contextlib.suppress(OSError):  # NFS repeats here what the sync has said
            os.close(self._descriptor)
