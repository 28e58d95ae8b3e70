"""Sightings as they come: gathered in memory, written as one small file every minute.

Of each look at a camera all is kept that its rules were told, so that other rules can be tried on
it later (``docs/design/trial.md``): young and hidden tracks too, looks that found nobody, and what
boxes and scores were rounded to (``kept_box``, ``kept_score``) before the rules saw them.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt

from curtilage.model import LABELS, Boxes, Classes, Floats, Ids, Tracks
from curtilage.store.errors import UnavailableError
from curtilage.store.found.observations import files
from curtilage.store.found.observations.engine import opened

EVERY_S: Final = 60.0
ROWS: Final = 20_000
"""Written when so many wait, or after ``EVERY_S``; a crash loses what waits."""
_MOST: Final = 400_000
"""While the disk cannot be written, so many are kept (30 MB); what comes then is dropped."""
_NAMES: Final = np.array(LABELS, dtype=object)
_PLACES: Final = 1 << 14
"""Boxes are kept to 1/16384 of the frame (0.1 pixels of a 1080p picture): they compress better."""
_SCORES: Final = 1 << 8
SURE: Final = 3
"""``hits`` of a track that counts; more are kept as so many."""
HIDDEN: Final = 0
"""``hits`` of a track that is not seen, only followed."""
NOBODY: Final = -1
"""``track`` of the row that says: looked, and nobody was there."""
UNKNOWN: Final = 0.0
"""``aspect`` of sightings that came alone: not every look of their camera is kept."""
_WRITE: Final = """
    COPY (SELECT * FROM given ORDER BY camera, time_ns)
    TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""


@dataclass(frozen=True, slots=True)
class _Some:
    """Sightings of one camera: of one frame, or of several of one day."""

    camera: str
    time_ns: npt.NDArray[np.int64]  # [N]
    track: Ids
    class_id: Classes
    score: Floats
    box: Boxes
    hits: npt.NDArray[np.uint8]  # [N]
    still: bool
    aspect: float  # width / height of the picture


def kept_box(box: Boxes) -> Boxes:
    """Boxes as they are kept."""
    places = np.float32(_PLACES)
    rounded: Boxes = np.rint(box * places) / places
    return rounded


def kept_score(score: Floats) -> Floats:
    """Scores as they are kept."""
    steps = np.float32(_SCORES)
    rounded: Floats = np.rint(score * steps) / steps
    return rounded


class ObservationLog:
    """Appends to the sightings of a site. Any thread may append; one at a time flushes.

    Args:
        folder: ``observations`` in the site's state folder.
        writer: name of the process, as in ``analyser-0``; no two may have the same.
    """

    def __init__(self, folder: Path, writer: str) -> None:
        self._folder, self._writer = folder, writer
        self._lock = threading.Lock()
        self._waiting: list[_Some] = []
        self._rows = 0
        self._since_ns: int | None = None
        self._dropped = 0
        self._duckdb: duckdb.DuckDBPyConnection | None = None

    @property
    def dropped(self) -> int:
        """Sightings that were lost since the disk could not be written."""
        return self._dropped

    def append(
        self, camera: str, time_ns: int, track: Ids, class_id: Classes, score: Floats, box: Boxes
    ) -> None:
        """Keeps N sure sightings of one frame; the arrays may not be changed afterwards."""
        self.append_many(camera, np.full(len(track), time_ns), track, class_id, score, box)

    def append_many(
        self,
        camera: str,
        time_ns: npt.NDArray[np.int64],
        track: Ids,
        class_id: Classes,
        score: Floats,
        box: Boxes,
    ) -> None:
        """Keeps N sure sightings of several frames, each with its time; in order of time."""
        if len(track):
            hits = np.full(len(track), SURE, np.uint8)
            self._add(_Some(camera, time_ns, track, class_id, score, box, hits, False, UNKNOWN))

    def append_look(
        self, camera: str, time_ns: int, aspect: float, tracks: Tracks, *, still: bool
    ) -> None:
        """Keeps one look at a camera, with nobody in it too.

        Args:
            camera: its name.
            time_ns: UTC.
            aspect: width / height of the picture, as its rules know it.
            tracks: what the rules were told; of hidden ones only those that have just become it.
            still: it was known that nothing had moved since the look before.
        """
        n = len(tracks)
        if not n:
            self._add(_nobody(camera, time_ns, aspect, still))
            return
        hits = np.where(tracks.unseen > 0, HIDDEN, np.minimum(tracks.hits, SURE)).astype(np.uint8)
        self._add(
            _Some(
                camera, np.full(n, time_ns), tracks.id, tracks.class_id, tracks.score, tracks.box,
                hits, still, aspect,
            )
        )  # fmt: skip

    def _add(self, some: _Some) -> None:
        rows = len(some.track)
        with self._lock:
            if self._rows + rows > _MOST:
                self._dropped += rows
                return
            self._waiting.append(some)
            self._rows += rows

    def due(self, now_ns: int) -> bool:
        """Whether it is time to flush."""
        with self._lock:
            if not self._rows:
                self._since_ns = None
                return False
            if self._since_ns is None:
                self._since_ns = now_ns
            return self._rows >= ROWS or not 0 <= now_ns - self._since_ns < EVERY_S * 1e9

    def flush(self, now_ns: int) -> list[Path]:
        """Writes all that waits; the new files, one for each day. On the disk when it returns.

        Raises:
            StoreError: they cannot be written; what is not stays, for the next time.
        """
        with self._lock:
            waiting, self._waiting = self._waiting, []
            self._since_ns = None
        by_day: dict[date, list[_Some]] = {}
        for one in waiting:
            for part in _by_day(one):
                by_day.setdefault(files.day_of(int(part.time_ns[0])), []).append(part)
        made = []
        try:
            for day in sorted(by_day):
                made.append(self._write(day, by_day[day], now_ns))
                written = by_day.pop(day)
                with self._lock:
                    self._rows -= sum(len(one.track) for one in written)
        except (OSError, duckdb.Error) as error:
            raise UnavailableError(
                f"Sightings cannot be written to {self._folder}: {_reason(error)}"
            ) from error
        finally:
            left = [one for some in by_day.values() for one in some]
            if left:
                with self._lock:
                    self._waiting[:0] = left
        return made

    def close(self, now_ns: int) -> None:
        """Writes what waits and lets go. Raises ``StoreError`` as ``flush`` does."""
        try:
            self.flush(now_ns)
        finally:
            if self._duckdb is not None:
                self._duckdb.close()
                self._duckdb = None

    def _write(self, day: date, some: Sequence[_Some], now_ns: int) -> Path:
        if self._duckdb is None:
            self._duckdb = opened(self._folder)
        path = files.new_path(self._folder, day, self._writer, now_ns)
        part = files.unfinished(path)
        self._duckdb.register("given", _columns(some))
        try:
            self._duckdb.execute(_WRITE.format(path=str(part).replace("'", "''")))
            files.finish(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        finally:
            self._duckdb.unregister("given")
        return path


def _by_day(some: _Some) -> Iterator[_Some]:
    """The same, cut at midnights."""
    days = some.time_ns // files.DAY_NS
    if days[0] == days[-1]:
        yield some
        return
    cuts = np.flatnonzero(np.diff(days)) + 1
    for begin, end in pairwise([0, *cuts.tolist(), len(days)]):
        yield _Some(
            some.camera,
            some.time_ns[begin:end],
            some.track[begin:end],
            some.class_id[begin:end],
            some.score[begin:end],
            some.box[begin:end],
            some.hits[begin:end],
            some.still,
            some.aspect,
        )


def _nobody(camera: str, time_ns: int, aspect: float, still: bool) -> _Some:
    return _Some(
        camera,
        np.array([time_ns]),
        np.array([NOBODY]),
        np.zeros(1, np.int16),
        np.zeros(1, np.float32),
        np.zeros((1, 4), np.float32),
        np.zeros(1, np.uint8),
        still,
        aspect,
    )


def _columns(some: Sequence[_Some]) -> dict[str, npt.NDArray[Any]]:
    each = [len(one.track) for one in some]
    box = kept_box(np.concatenate([one.box for one in some]))
    score = kept_score(np.concatenate([one.score for one in some]))
    return {
        "camera": np.repeat(np.array([one.camera for one in some], dtype=object), each),
        "time_ns": np.concatenate([one.time_ns for one in some]),
        "track": np.concatenate([one.track for one in some]),
        "label": _NAMES[np.concatenate([one.class_id for one in some])],
        "score": score.astype(np.float32),
        **{
            name: np.ascontiguousarray(box[:, n], np.float32)
            for n, name in enumerate(("x0", "y0", "x1", "y1"))
        },
        "hits": np.concatenate([one.hits for one in some]),
        "still": np.repeat(np.array([one.still for one in some], np.bool_), each),
        "aspect": np.repeat(np.array([one.aspect for one in some], np.float64), each),
    }


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}."
    return str(error).splitlines()[0]
