"""The site's index, opened by a command beside a recorder that may be running."""

from collections.abc import Iterator
from contextlib import contextmanager

from curtilage.config import SiteSettings
from curtilage.errors import InputError
from curtilage.store.index.database import Database, no_index
from curtilage.store.recorded.ledger import known


@contextmanager
def index_of(site: SiteSettings) -> Iterator[Database]:
    """The index of what was recorded with these settings.

    Raises:
        InputError: there is none yet.

    """
    none = no_index(site)
    if none is not None:
        raise InputError(f"{none}, so nothing was recorded with these settings yet")
    with Database.of(site) as database:
        yield database


def check_camera(database: Database, camera: str) -> None:
    """That the index knows a camera of that name.

    Raises:
        InputError: it does not; the sentence says which it knows.

    """
    with database.read() as connection:
        names = sorted({one.camera for one in known(connection)})
    if camera not in names:
        there = f"there are: {', '.join(names)}" if names else "none was recorded yet"
        raise InputError(f"--camera {camera!r}: no camera is called so; {there}")
