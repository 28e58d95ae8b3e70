"""Where an index is kept: a file, or a server. All that differs between them stands behind this.

``in_file.InFile`` is SQLite in the state folder, ``on_server.OnServer`` is PostgreSQL.
"""

from typing import Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from curtilage.store.errors import StoreError


class Place(Protocol):
    """One index, as ``Database`` and ``Writer`` see it."""

    @property
    def name(self) -> str:
        """For sentences, after the words *the index*. Never holds a password."""

    def exists(self) -> bool:
        """Whether there are tables; makes nothing. Raises ``StoreError`` if that is not known."""

    def reading(self) -> Engine:
        """Connections that see one moment of the index and cannot change it."""

    def writing(self) -> Engine:
        """Connections whose transactions hold the write lock from their first word."""

    def building(self) -> Engine:
        """The same for steps that change the tables, which may take hours."""

    def said(self, error: DBAPIError) -> StoreError:
        """The error as a sentence for the owner."""

    def ends_all(self, error: DBAPIError) -> bool:
        """Whether the whole transaction is lost (disk, lock, server), not one statement wrong."""

    def hear(self, error: DBAPIError) -> None:
        """An error was met while in use: damage is remembered for the next start."""

    def opened(self) -> None:
        """The tables are there: from now on ``is_there`` counts."""

    def claim(self) -> None:
        """No other recorder uses it from now on. Raises ``StoreError`` if one does."""

    def let_go(self) -> None:
        """After ``claim``, or without it."""

    def is_there(self) -> bool:
        """Whether what was opened is still in its place, and ours if it was claimed. Cheap."""

    def sign(self, connection: Connection, number: int) -> None:
        """Last statement of a transaction: ``number`` of this writer's commits (they only rise)."""

    def may_have_come(self, error: DBAPIError) -> bool:
        """Of a commit that failed: whether it may be on the disk all the same."""

    def has_come(self, connection: Connection, number: int) -> bool:
        """Whether the commit of this number is on the disk; needs the write lock."""
