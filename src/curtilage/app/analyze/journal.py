"""Keeps what was found so far, so that a killed analysis goes on where it stopped.

Two files only ever grow (frames looked at, rows of tracks); a third says how much of them is
valid and how tracker and reader stood then. It is replaced in one step, after the first two are
on the disk: whatever happens, it describes rows that are there.
"""

import io
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from curtilage.app.outputs.files import make_folder, replacing, told
from curtilage.app.outputs.tracks_file import LOOK, ROW, ROWS_PER_GROUP, Rows

NAME = ".unfinished"
LOOKS, ROWS, STATE = "frames.rows", "tracks.rows", "state.npz"
_FACTS = "facts"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How everything stood after a frame."""

    facts: dict[str, Any]  # JSON
    arrays: dict[str, npt.NDArray[Any]]  # the tracker's state


class Journal:
    """The unfinished tracks of one output folder. One process at a time (see ``lock``)."""

    def __init__(self, out: Path) -> None:
        self.folder = out / NAME
        self._looks: IO[bytes] | None = None
        self._rows: IO[bytes] | None = None

    def last(self) -> Checkpoint | None:
        """The last checkpoint, None when there is none that can be used."""
        try:
            with np.load(self.folder / STATE, allow_pickle=False) as arrays:
                state = {name: arrays[name] for name in arrays.files}
            facts = json.loads(state.pop(_FACTS).tobytes())
            for name in (LOOKS, ROWS):
                if (self.folder / name).stat().st_size < facts["bytes"][name]:
                    return None
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
            return None
        return Checkpoint(facts, state)

    def start(self) -> None:
        """Begin with nothing; what was there is dropped.

        Raises:
            OutputError: the folder cannot be written.

        """
        self.drop()
        make_folder(self.folder)
        self._open(0, 0)

    def go_on(self, checkpoint: Checkpoint) -> None:
        """Go on after a checkpoint; what came after it is dropped.

        Raises:
            OutputError: the folder cannot be written.

        """
        sizes = checkpoint.facts["bytes"]
        self._open(sizes[LOOKS], sizes[ROWS])

    def append(self, looks: Rows, rows: Rows) -> None:
        """Add frames looked at (``LOOK[N]``) and rows of tracks (``ROW[M]``).

        Raises:
            OutputError: the disk is full or gone.

        """
        with told(self.folder):
            _write(self._file(self._looks), looks.tobytes())
            _write(self._file(self._rows), rows.tobytes())

    def keep(self, facts: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Make everything appended so far survive; afterwards ``last`` gives this.

        Raises:
            OutputError: the disk is full or gone.

        """
        sizes = {}
        with told(self.folder):
            for name, file in ((LOOKS, self._file(self._looks)), (ROWS, self._file(self._rows))):
                os.fsync(file.fileno())
                sizes[name] = file.tell()
        text = json.dumps({**facts, "bytes": sizes}).encode()
        buffer = io.BytesIO()
        state = {**arrays, _FACTS: np.frombuffer(text, np.uint8)}
        np.savez(buffer, allow_pickle=False, **state)
        with replacing(self.folder / STATE) as file:
            file.write(buffer.getbuffer())

    def looks(self) -> Rows:
        """All frames looked at, ``LOOK[N]``."""
        return np.fromfile(self.folder / LOOKS, LOOK)

    def rows(self) -> Iterator[Rows]:
        """All rows of tracks in pieces, ``ROW[M]``."""
        with (self.folder / ROWS).open("rb") as file:
            while True:
                piece = np.fromfile(file, ROW, ROWS_PER_GROUP)
                if not len(piece):
                    return
                yield piece

    def close(self) -> None:
        """Close the files; what was not kept may be lost."""
        for file in (self._looks, self._rows):
            if file is not None:
                file.close()
        self._looks = self._rows = None

    def drop(self) -> None:
        """Delete everything of it."""
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _open(self, looks: int, rows: int) -> None:
        with told(self.folder):
            self._looks = _open_at(self.folder / LOOKS, looks)
            self._rows = _open_at(self.folder / ROWS, rows)

    def _file(self, file: IO[bytes] | None) -> IO[bytes]:
        if file is None:
            raise RuntimeError("the journal is closed: call start or go_on first")
        return file


def _write(file: IO[bytes], content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) :]


def _open_at(path: Path, size: int) -> IO[bytes]:
    # without a buffer, a full disk is noticed where it is written to, not when it is closed
    file = path.open("r+b" if size else "wb", buffering=0)
    file.truncate(size)
    file.seek(size)
    return file
