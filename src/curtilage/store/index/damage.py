"""A damaged index: noticed, remembered for the next start, moved aside.

SQLite notices damage when it reads a damaged page, which may be hours after opening. Then a mark
is left beside the file, and the next start reads all of it before trusting it again. Without a
mark nothing is read: a whole check of five million segments takes seconds.
"""

import time
from contextlib import suppress
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from curtilage.store.errors import StoreError
from curtilage.store.index.engine import is_broken, reading_engine


def suspect(path: Path) -> None:
    """The index was found damaged while in use."""
    with suppress(OSError):  # the disk may be the cause; who found out has been told anyway
        _mark(path).touch()


def is_damaged_as_suspected(path: Path, timeout_s: float) -> bool:
    """Looks through a file that was suspected; False at once for one that was not."""
    mark = _mark(path)
    if not mark.exists() or not path.exists():
        return False
    engine = reading_engine(path, timeout_s)
    try:
        with engine.connect() as connection:
            if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
                return True
    except DBAPIError as error:
        if not is_broken(error):
            raise
        return True
    finally:
        engine.dispose()
    mark.unlink(missing_ok=True)
    return False


def move_aside(path: Path) -> Path:
    """Renames a damaged index together with its log, which belongs to it alone."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    target = path.with_name(f"{path.name}.damaged-{stamp}")
    number = 1
    while target.exists():
        target = path.with_name(f"{path.name}.damaged-{stamp}-{number}")
        number += 1
    try:
        for ending in ("-wal", "-shm"):
            with suppress(FileNotFoundError):
                path.with_name(path.name + ending).rename(f"{target}{ending}")
        path.rename(target)
        _mark(path).unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"The index {path} is damaged and cannot be moved aside: {error.strerror}."
        ) from error
    return target


def _mark(path: Path) -> Path:
    return path.with_name(f"{path.name}.suspect")
