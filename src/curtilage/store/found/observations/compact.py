"""Many small files of a day become one, sorted by camera and time, without a moment of doubt."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

import duckdb

from curtilage.store.errors import UnavailableError
from curtilage.store.found.observations import files
from curtilage.store.found.observations.engine import opened
from curtilage.store.found.observations.files import SightingsFile

MANY: Final = 64
"""Files of a day that goes on are merged when there are so many: each costs every query."""
_SETTLED_NS: Final = 600 * 1_000_000_000
"""Files written so shortly ago are left alone: another may be on its way with an earlier number."""
_OVER_NS: Final = 3600 * 1_000_000_000
_MERGE: Final = """
    COPY (SELECT * FROM read_parquet({paths}, union_by_name=true) ORDER BY camera, time_ns, track)
    TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)
"""
_READ: Final = "SELECT bit_xor(hash(one)) FROM read_parquet({paths}) AS one"
"""Needs every byte; a maximum would be taken from the file's summary."""
_ROWS: Final = "SELECT coalesce(sum(num_rows), 0) FROM parquet_file_metadata({paths})"


def compact(folder: Path, now_ns: int, *, most: int = 1) -> list[Path]:
    """Merges the files of days that are over, and of today when there are ``MANY``.

    Args:
        folder: ``observations`` in the site's state folder.
        now_ns: UTC.
        most: days at once; a busy day of fifty cameras takes some seconds.

    Returns:
        the new files.

    Raises:
        StoreError: a file cannot be written; nothing is lost by that.
    """
    files.clear_unfinished(folder, now_ns)
    made: list[Path] = []
    for day in files.days(folder):
        for path in files.replaced(folder, day):  # a crash left them
            path.unlink(missing_ok=True)
        if len(made) < most:
            merged = _of_day(folder, day, now_ns)
            if merged is not None:
                made.append(merged)
    return made


def _of_day(folder: Path, day: date, now_ns: int) -> Path | None:
    settled = [one for one in files.of_day(folder, day) if one.number < now_ns - _SETTLED_NS]
    is_over = now_ns > files.end_ns(day) + _OVER_NS
    if len(settled) < (2 if is_over else MANY) and not (
        is_over and len(settled) == 1 and not settled[0].is_merged
    ):
        return None
    with opened(folder) as connection:
        try:
            return _merged(connection, folder, day, settled)
        except duckdb.OutOfMemoryException as error:
            raise UnavailableError(f"The sightings of {day} cannot be merged: {error}") from error
        except (OSError, duckdb.Error) as error:
            damaged = damaged_among(connection, [one.path for one in settled])
            for path in damaged:
                files.set_aside(path)
            if damaged:
                return None  # the next time, without them
            raise UnavailableError(f"The sightings of {day} cannot be merged: {error}") from error


def damaged_among(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> list[Path]:
    """The files that cannot be read to their end."""
    damaged = []
    for path in paths:
        try:
            connection.execute(_READ.format(paths=listed([path]))).fetchall()
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error:
            if path.exists():
                damaged.append(path)
    return damaged


def listed(paths: Sequence[Path]) -> str:
    """Paths as SQL knows a list of them."""
    return "[" + ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths) + "]"


def _merged(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    day: date,
    given: Sequence[SightingsFile],
) -> Path:
    path = files.merged_path(folder, day, max(one.number for one in given))
    part = files.unfinished(path)
    before = [one.path for one in given]
    try:
        connection.execute(_MERGE.format(paths=listed(before), path=str(part).replace("'", "''")))
        rows, again = _rows(connection, before), _rows(connection, [part])
        if rows != again:
            raise OSError(f"{again} of {rows} rows arrived")
        files.finish(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    for old in before:
        if old != path:
            old.unlink(missing_ok=True)
    return path


def _rows(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> int:
    found = connection.execute(_ROWS.format(paths=listed(paths))).fetchone()
    return int(found[0]) if found else 0
