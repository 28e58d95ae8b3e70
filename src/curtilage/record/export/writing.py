"""Files of an export on their way to the disk: beside their place, synced, then renamed.

Whoever looks sees all of a file or nothing of it; what fails half way leaves nothing behind.
"""

import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from curtilage.record.export.errors import ExportError
from curtilage.record.export.movie import Copy, Movie
from curtilage.record.export.sources import Segment

Progress = Callable[[int, int], None]
"""Told the bytes that are written and the bytes that there will be."""

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Written:
    """What was copied into one movie."""

    sha256: str  # of the file
    copied: dict[int, int]  # bytes by ``Segment.index``
    hashes: dict[int, str]  # SHA-256 of them, in the order of the segment's file


class Drafts:
    """Files that get their names together, at the end, or never were."""

    def __init__(self) -> None:
        self._drafts: list[tuple[Path, Path]] = []

    def path(self, target: Path) -> Path:
        """Where to write what will be at ``target``."""
        draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.partial")
        self._drafts.append((draft, target))
        return draft

    def publish(self) -> None:
        """Rename all to their names; they are synced already."""
        for draft, target in self._drafts:
            _name(draft, target)
        _sync_folder(self._drafts[0][1].parent)
        self._drafts.clear()

    def discard(self) -> None:
        """Remove what was not published."""
        for draft, _ in self._drafts:
            draft.unlink(missing_ok=True)


@contextmanager
def drafts(folder: Path) -> Iterator[Drafts]:
    """Drafts that are gone when anything goes wrong, which is then told in a sentence."""
    made = Drafts()
    try:
        yield made
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ExportError(f"{folder}: the disk is full; nothing was exported") from error
        where = error.filename or folder
        raise ExportError(
            f"{where}: {(error.strerror or str(error)).lower()}; nothing was exported"
        ) from error
    finally:
        made.discard()


def check_target(target: Path) -> None:
    """Raise ``ExportError`` unless ``target`` and its sidecar can be new files."""
    if target.suffix.lower() not in (".mp4", ".mov"):
        raise ExportError(f"{target}: the name of an export must end in .mp4 (or .mov)")
    if not target.parent.is_dir():
        raise ExportError(f"{target.parent}: there is no such folder")
    for path in (target, target.with_suffix(".json")):
        if path.exists():
            raise ExportError(f"{path}: exists already; choose another name")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise ExportError(f"{target.parent}: cannot be written to")


def check_space(folder: Path, size: int) -> None:
    """Raise ``ExportError`` if that many bytes have no room."""
    free = shutil.disk_usage(folder).free
    if size > free:
        raise ExportError(
            f"{folder}: the export needs {size / 1e6:,.1f} MB, {free / 1e6:,.1f} MB are free"
        )


def write_text(draft: Path, content: bytes) -> None:
    """A small file, synced."""
    with draft.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def write_movie(
    draft: Path,
    movie: Movie,
    segments: Sequence[Segment],
    progress: Progress,
    base: int,
    total: int,
) -> Written:
    """Head and samples, synced; ``base`` bytes of ``total`` were written to other files before.

    Raises:
        OSError: if it cannot be written.
        ExportError: if a segment is no longer what it was.
    """
    whole = hashlib.sha256(movie.head)
    copied: dict[int, int] = {}
    hashes: dict[int, str] = {}
    done = base + len(movie.head)
    with draft.open("xb", buffering=0) as file:
        _write(file.fileno(), memoryview(movie.head))
        for index, copies in groupby(movie.copies, lambda copy: copy.segment):
            part = hashlib.sha256()
            copied[index] = 0
            for piece in _pieces(segments[index].source.path, copies):
                part.update(piece)
                whole.update(piece)
                _write(file.fileno(), piece)
                copied[index] += len(piece)
                done += len(piece)
                progress(done, total)
            hashes[index] = part.hexdigest()
        os.fsync(file.fileno())
    return Written(whole.hexdigest(), copied, hashes)


def _pieces(path: Path, copies: Iterable[Copy]) -> Iterator[memoryview]:
    """The bytes to be copied from one segment; each piece is gone when the next is asked for."""
    buffer = memoryview(bytearray(_PIECE))
    with path.open("rb", buffering=0) as file:
        for copy in copies:
            for at in range(0, copy.size, _PIECE):
                piece = buffer[: min(_PIECE, copy.size - at)]
                if os.preadv(file.fileno(), [piece], copy.offset + at) < len(piece):
                    raise ExportError(f"{path}: became shorter while it was exported")
                yield piece


def _write(descriptor: int, data: memoryview) -> None:
    while len(data):
        data = data[os.write(descriptor, data) :]


def _name(draft: Path, target: Path) -> None:
    """Give a draft its name, never in the place of a file that came meanwhile."""
    try:
        target.hardlink_to(draft)
    except FileExistsError as error:
        raise ExportError(f"{target}: exists already; choose another name") from error
    except OSError:  # a file system without hard links, as on many memory sticks
        draft.rename(target)
    else:
        draft.unlink()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
