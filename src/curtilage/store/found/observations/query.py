"""Looking back at sightings: what was where, and how much of it, by DuckDB over the files."""

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, TypeAlias

import duckdb
import numpy as np
import numpy.typing as npt

from curtilage.model import LABELS, Boxes, Classes, Floats, Ids, Mask
from curtilage.store.errors import UnavailableError
from curtilage.store.found.buckets import Edges
from curtilage.store.found.observations import files
from curtilage.store.found.observations.compact import damaged_among, listed
from curtilage.store.found.observations.engine import MEMORY, opened
from curtilage.store.found.observations.log import SURE, UNKNOWN

Columns: TypeAlias = dict[str, npt.NDArray[Any]]

_TRIES: Final = 3
"""Files that are merged or expire while a query runs make it begin anew."""
SEEN: Final = """(
        SELECT * FROM read_parquet({paths}, union_by_name=true)
        UNION ALL BY NAME
        SELECT NULL::UTINYINT AS hits, NULL::BOOLEAN AS still, NULL::DOUBLE AS aspect WHERE false
    )"""
"""All rows of the files; what files of an older version do not have is NULL."""
_SURE: Final = f"track >= 0 AND coalesce(hits, {SURE}) >= {SURE}"
_ROWS: Final = f"""
    SELECT camera, time_ns, track, label, score, x0, y0, x1, y1
    FROM {SEEN}
    WHERE list_contains($cameras, camera) AND time_ns >= $from_ns AND time_ns < $to_ns AND {_SURE}
    ORDER BY time_ns, camera, track
    LIMIT $most
"""  # noqa: S608 - of our own words; what is asked for comes as parameters
_LOOKS: Final = f"""
    SELECT time_ns, track, list_position($labels, label) - 1 AS class_id, score,
           x0, y0, x1, y1, hits, still, aspect
    FROM {SEEN}
    WHERE camera = $camera AND time_ns >= $from_ns AND time_ns < $to_ns AND aspect > {UNKNOWN}
    ORDER BY time_ns, track
"""  # noqa: S608 - of our own words; what is asked for comes as parameters
_PER_SLOT: Final = f"""
    WITH seen AS (
        SELECT camera, track, time_ns // $length AS slot, count(*) AS sightings
        FROM {SEEN}
        WHERE list_contains($cameras, camera) AND time_ns >= $from_ns AND time_ns < $to_ns
            AND {_SURE}
        GROUP BY camera, track, slot
    ), placed AS (
        SELECT *, min(slot) OVER (PARTITION BY camera, track) AS first_slot FROM seen
    )
    SELECT camera, slot, sum(sightings) AS sightings,
           count(*) FILTER (slot = first_slot) AS tracks
    FROM placed GROUP BY camera, slot
"""  # noqa: S608 - of our own words; what is asked for comes as parameters


@dataclass(frozen=True, slots=True)
class Sightings:
    """N sightings, struct of arrays, in order of time."""

    camera: npt.NDArray[np.object_]  # [N], names
    time_ns: npt.NDArray[np.int64]  # [N], UTC
    track: Ids  # [N]
    label: npt.NDArray[np.object_]  # [N]
    score: Floats  # [N], 0..1, to 1/256
    box: Boxes  # [N, 4], to 1/16384

    def __len__(self) -> int:
        return len(self.track)


@dataclass(frozen=True, slots=True)
class Looks:
    """What the rules of one camera were told, N rows in order of time and track.

    A look has a row for each of its tracks, or one of ``log.NOBODY``.
    """

    time_ns: npt.NDArray[np.int64]  # [N], UTC; equal within a look
    track: Ids  # [N]
    class_id: Classes  # [N]
    score: Floats  # [N]
    box: Boxes  # [N, 4]
    hits: npt.NDArray[np.int32]  # [N], up to ``log.SURE``; ``log.HIDDEN``: not seen
    still: Mask  # [N], nothing had moved since the look before
    aspect: npt.NDArray[np.float64]  # [N], width / height of the picture

    def __len__(self) -> int:
        return len(self.track)

    def before(self, row: int) -> "Looks":
        """Those before a row."""
        return Looks(*(getattr(self, one.name)[:row] for one in fields(self)))


@dataclass(frozen=True, slots=True)
class Activity:
    """How much was seen by C cameras in B buckets."""

    cameras: tuple[str, ...]
    edges: Edges  # [B + 1], UTC ns
    sightings: npt.NDArray[np.int64]  # [C, B]
    tracks: npt.NDArray[np.int64]  # [C, B], by the bucket of their first sighting in the range


class Observations:
    """The sightings of a site, for reading; any thread may ask, one is answered at a time."""

    def __init__(self, folder: Path, *, threads: int = 2, memory: str = MEMORY) -> None:
        self._folder = folder
        self._threads, self._memory = threads, memory
        self._lock = threading.Lock()
        self._damaged: set[Path] = set()

    @property
    def damaged(self) -> list[Path]:
        """Files that a query found unreadable and left out."""
        return sorted(self._damaged)

    def between(
        self, cameras: Collection[str], from_ns: int, to_ns: int, *, most: int = 100_000
    ) -> Sightings:
        """The first ``most`` sightings of ``[from_ns, to_ns)``.

        Raises:
            StoreError: they cannot be read (too little memory, the disk).
        """
        asked = {"cameras": list(cameras), "from_ns": from_ns, "to_ns": to_ns, "most": most}
        found = self._asked(from_ns, to_ns, _ROWS, asked)
        return _sightings(found)

    def looks(self, camera: str, from_ns: int, to_ns: int) -> Looks:
        """All that the rules of ``camera`` were told in ``[from_ns, to_ns)``, once each.

        What was seen by a version that did not keep every look is not among it. Some hundred
        bytes a row: ask for an hour at a time.

        Raises:
            StoreError: as ``between`` does.
        """
        asked = {"camera": camera, "from_ns": from_ns, "to_ns": to_ns, "labels": list(LABELS)}
        return _looks(self._asked(from_ns, to_ns, _LOOKS, asked))

    def per_bucket(self, cameras: Sequence[str], edges: Edges) -> Activity:
        """Sightings and tracks of C cameras in the B buckets of ``edges`` (see ``buckets``).

        Raises:
            StoreError: as ``between`` does.
        """
        length = int(np.gcd.reduce(np.append(np.diff(edges), edges[0])))
        from_ns, to_ns = int(edges[0]), int(edges[-1])
        asked = {"cameras": list(cameras), "from_ns": from_ns, "to_ns": to_ns, "length": length}
        found = self._asked(from_ns, to_ns, _PER_SLOT, asked)
        shape = (len(cameras), len(edges) - 1)
        sightings, tracks = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        if found:
            at = {name: n for n, name in enumerate(cameras)}
            line = np.array([at[str(name)] for name in found["camera"]], np.int64)
            start = np.asarray(found["slot"], np.int64) * length
            place = (line, np.searchsorted(edges, start, side="right") - 1)
            np.add.at(sightings, place, np.asarray(found["sightings"]).astype(np.int64))
            np.add.at(tracks, place, np.asarray(found["tracks"]).astype(np.int64))
        return Activity(tuple(cameras), edges, sightings, tracks)

    def _asked(self, from_ns: int, to_ns: int, query: str, asked: dict[str, Any]) -> Columns:
        """The answer's columns by name; empty if there is no file.

        A file that cannot be read is left out from then on; the rest answers.
        """
        error: Exception | None = None
        for _ in range(_TRIES):
            paths = [
                path
                for path in files.between(self._folder, from_ns, to_ns)
                if path not in self._damaged
            ]
            if not paths:
                return {}
            with (
                self._lock,
                opened(self._folder, threads=self._threads, memory=self._memory) as connection,
            ):
                try:
                    text = query.format(paths=listed(paths))
                    return connection.execute(text, asked).fetchnumpy()
                except duckdb.OutOfMemoryException as full:
                    raise UnavailableError(
                        "That is too much to look through at once; ask for a shorter time."
                    ) from full
                except (OSError, duckdb.Error) as found:
                    error = found
                    self._damaged.update(damaged_among(connection, paths))
        raise UnavailableError(f"Sightings in {self._folder} cannot be read: {error}") from error


def _sightings(found: Columns) -> Sightings:
    if not found:
        none = np.empty(0, np.int64)
        words = np.empty(0, np.object_)
        return Sightings(
            words, none, none, words, np.empty(0, np.float32), np.empty((0, 4), np.float32)
        )
    box = np.stack([np.asarray(found[name], np.float32) for name in ("x0", "y0", "x1", "y1")], 1)
    return Sightings(
        np.asarray(found["camera"], np.object_),
        np.asarray(found["time_ns"], np.int64),
        np.asarray(found["track"], np.int64),
        np.asarray(found["label"], np.object_),
        np.asarray(found["score"], np.float32),
        box,
    )


def _looks(found: Columns) -> Looks:
    def column(name: str, dtype: type[np.generic]) -> npt.NDArray[Any]:
        return np.asarray(found[name] if found else (), dtype)

    time_ns, track = column("time_ns", np.int64), column("track", np.int64)
    # after a crash some looks are taken, and kept, a second time
    once = np.ones(len(track), np.bool_)
    once[1:] = (np.diff(time_ns) != 0) | (np.diff(track) != 0)
    corners = [column(name, np.float32)[once] for name in ("x0", "y0", "x1", "y1")]
    return Looks(
        time_ns[once],
        track[once],
        column("class_id", np.int16)[once],
        column("score", np.float32)[once],
        np.stack(corners, axis=1),
        column("hits", np.int32)[once],
        column("still", np.bool_)[once],
        column("aspect", np.float64)[once],
    )
