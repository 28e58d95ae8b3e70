"""An index in a file of the state folder: SQLite."""

from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from curtilage.store.errors import StoreError
from curtilage.store.index.damage import suspect
from curtilage.store.index.engine import (
    is_broken,
    is_of_storage,
    reading_engine,
    said,
    writing_engine,
)


class InFile:
    """``path``; whoever waits for its lock waits ``timeout_s``."""

    def __init__(self, path: Path, timeout_s: float) -> None:
        self.path = path
        self._timeout_s = timeout_s
        self._opened: tuple[int, int] | None = None

    @property
    def name(self) -> str:
        """The file's path."""
        return str(self.path)

    def exists(self) -> bool:
        """Whether there is a file; an empty one counts, since nothing is lost by opening it."""
        return self.path.exists()

    def reading(self) -> Engine:
        """See ``Place``."""
        return reading_engine(self.path, self._timeout_s)

    def writing(self) -> Engine:
        """See ``Place``."""
        return writing_engine(self.path, self._timeout_s)

    def building(self) -> Engine:
        """See ``Place``."""
        return self.writing()

    def said(self, error: DBAPIError) -> StoreError:
        """See ``Place``."""
        return said(error, self.path)

    def ends_all(self, error: DBAPIError) -> bool:
        """See ``Place``."""
        return is_of_storage(error)

    def hear(self, error: DBAPIError) -> None:
        """Leaves a mark beside a file that was found damaged."""
        if is_broken(error):
            suspect(self.path)

    def opened(self) -> None:
        """The tables are there: this is the file that must stay in its place."""
        self._opened = _inode(self.path)

    def claim(self) -> None:
        """Nothing: the lock of the state folder is the file's."""

    def let_go(self) -> None:
        """Nothing."""

    def is_there(self) -> bool:
        """Whether the path leads to the file that was opened."""
        return _inode(self.path) == self._opened

    def sign(self, connection: Connection, number: int) -> None:
        """Nothing: a commit of a file is on the disk, or it was not made."""

    def may_have_come(self, error: DBAPIError) -> bool:
        """No: see ``sign``."""
        del error
        return False

    def has_come(self, connection: Connection, number: int) -> bool:
        """Never asked."""
        raise NotImplementedError(f"{connection}, {number}")


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
