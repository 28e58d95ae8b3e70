"""Remembers, from run to run, the time by which recordings grow old: see ``expiry.AgeClock``.

One line in the state folder, renewed with each run of retention. Without it (the first run, an
index that was lost) the newest recording of the index says how late it is at least.
"""

import logging
from pathlib import Path

from curtilage.record.disk.durable import DiskError, Tree
from curtilage.store.index.database import Database
from curtilage.store.recorded import runs

NAME = "retention-clock"


def recall(database: Database) -> int | None:
    """UTC ns that counted last; None: nothing is known, so nothing can be old."""
    try:
        return int((database.state / NAME).read_text("ascii"))
    except (OSError, ValueError):
        with database.read() as connection:
            return runs.newest_ns(connection)


def remember(state: Path, utc_ns: int) -> None:
    """This counts now. A disk that refuses costs at most an hour of deletion by age."""
    try:
        Tree(state).replace(NAME, b"%d\n" % utc_ns)
    except (DiskError, OSError) as error:
        logging.getLogger(__name__).warning("%s", error)
