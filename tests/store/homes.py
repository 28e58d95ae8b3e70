"""Where an index of a test is, to be opened as often as the test wants, also by other processes."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from pydantic import SecretStr

from curtilage.store import Database

LOCK = "SELECT pg_advisory_lock(1129665100, hashtext(current_schema()))"


@dataclass(frozen=True, slots=True)
class Home:
    """A folder, and a server's database if the index is there."""

    state: Path
    url: str | None = None

    def open(self, timeout_s: float = 10.0) -> Database:
        if self.url is None:
            return Database.open(self.state, timeout_s=timeout_s)
        return Database.on_server(SecretStr(self.url), self.state, timeout_s=timeout_s)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Another program holds the write lock."""
        if self.url is not None:
            with psycopg.connect(self.url, autocommit=True) as server:
                server.execute(LOCK)
                yield
            return
        file = sqlite3.connect(self.state / "curtilage.db", isolation_level=None)
        file.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            file.close()
