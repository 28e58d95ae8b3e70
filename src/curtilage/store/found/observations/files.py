"""Names of the files of sightings, and which of them count.

``YYYY-MM-DD/NUMBER-WRITER.parquet``: days are of UTC, the number is the time of writing in ns.
``NUMBER-all.parquet`` holds what all files of its day up to that number held: it replaces them
from the moment at which it has its name, whether they are gone yet or not. So no crash between
the two makes a sighting count twice.
"""

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from curtilage.store.errors import StoreError

FOLDER: Final = "observations"
"""In the site's ``state`` folder."""
DAY_NS: Final = 86_400 * 1_000_000_000
_MERGED: Final = "all"
_UNFINISHED: Final = ".part"


@dataclass(frozen=True, slots=True, order=True)
class SightingsFile:
    """A finished file."""

    number: int
    writer: str
    path: Path

    @property
    def is_merged(self) -> bool:
        """Whether it holds all of its day up to its number."""
        return self.writer == _MERGED


def day_of(time_ns: int) -> date:
    """The day in whose folder a sighting is."""
    return datetime.fromtimestamp(time_ns // 1_000_000_000, UTC).date()


def end_ns(day: date) -> int:
    """UTC ns at which a day is over."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return round(midnight.timestamp()) * 1_000_000_000 + DAY_NS


def days(folder: Path) -> list[date]:
    """The days of which there is a folder, oldest first."""
    found = []
    with suppress(FileNotFoundError):
        for entry in folder.iterdir():
            with suppress(ValueError):
                found.append(date.fromisoformat(entry.name))
    return sorted(found)


def of_day(folder: Path, day: date) -> list[SightingsFile]:
    """The files of a day that count."""
    found = _finished(folder / day.isoformat())
    merged = max((one.number for one in found if one.is_merged), default=-1)
    return [one for one in found if one.number > merged or (one.is_merged and one.number == merged)]


def replaced(folder: Path, day: date) -> list[Path]:
    """Files of a day that another one holds by now."""
    counting = set(of_day(folder, day))
    return [one.path for one in _finished(folder / day.isoformat()) if one not in counting]


def between(folder: Path, from_ns: int, to_ns: int) -> list[Path]:
    """The files that may hold something of ``[from_ns, to_ns)``."""
    first, last = day_of(from_ns), day_of(to_ns - 1)
    wanted = (day for day in days(folder) if first <= day <= last)
    return [one.path for day in wanted for one in of_day(folder, day)]


def new_path(folder: Path, day: date, writer: str, now_ns: int) -> Path:
    """Where a new file goes; its number is later than that of any file that replaces others."""
    home = folder / day.isoformat()
    home.mkdir(parents=True, exist_ok=True)
    latest = max((one.number for one in _finished(home)), default=-1)
    return home / f"{max(now_ns, latest + 1):020d}-{writer}.parquet"


def merged_path(folder: Path, day: date, number: int) -> Path:
    """Where the file goes that replaces those up to ``number``."""
    return folder / day.isoformat() / f"{number:020d}-{_MERGED}.parquet"


def unfinished(path: Path) -> Path:
    """What a file is called while it is written."""
    return path.with_name(path.name + _UNFINISHED)


def finish(path: Path) -> None:
    """Gives a written file its name; whoever sees that name sees all of the file."""
    part = unfinished(path)
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.rename(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Brings the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def clear_unfinished(folder: Path, now_ns: int) -> None:
    """Removes what a crash left half written (an hour ago or more)."""
    for path in folder.glob(f"*/*{_UNFINISHED}"):
        with suppress(FileNotFoundError):
            if now_ns - path.stat().st_mtime_ns > DAY_NS // 24:
                path.unlink()


def set_aside(path: Path) -> None:
    """A damaged file counts no more; it stays for whoever may want to look at it."""
    with suppress(FileNotFoundError):
        path.rename(path.with_name(path.name + ".damaged"))


def expire(folder: Path, before_ns: int, *, held: Collection[date] = ()) -> int:
    """Deletes the days that were over before ``before_ns`` and are not held; how many.

    Raises:
        StoreError: a folder cannot be deleted.
    """
    gone = 0
    for day in days(folder):
        if end_ns(day) <= before_ns and day not in held:
            try:
                shutil.rmtree(folder / day.isoformat())
            except OSError as error:
                raise StoreError(
                    f"The sightings of {day} in {folder} cannot be deleted: {error.strerror}."
                ) from error
            gone += 1
    return gone


def days_of(from_ns: int, to_ns: int) -> Iterator[date]:
    """The days that hold something of ``[from_ns, to_ns)``."""
    day, last = day_of(from_ns), day_of(max(to_ns - 1, from_ns))
    while day <= last:
        yield day
        day += timedelta(days=1)


def _finished(home: Path) -> list[SightingsFile]:
    found = []
    with suppress(FileNotFoundError):
        for entry in home.iterdir():
            number, _, writer = entry.name.removesuffix(".parquet").partition("-")
            if entry.name.endswith(".parquet") and number.isdecimal():
                found.append(SightingsFile(int(number), writer, entry))
    return sorted(found)
