"""An index in a folder and one on a server; and tables for tests that need no file of their own.

What uses ``database`` or ``connection`` runs on both, SQLite and PostgreSQL.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from curtilage.store.database import Database
from tests.postgres import Server, server
from tests.store.support import in_memory, on_server


@pytest.fixture(scope="session")
def postgres() -> Server:
    return server()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        with Database.open(tmp_path) as opened:
            yield opened
        return
    postgres: Server = request.getfixturevalue("postgres")
    name = postgres.new_database()
    with Database.on_server(postgres.url(name), tmp_path) as opened:
        yield opened
    postgres.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def connection(request: pytest.FixtureRequest) -> Iterator[Connection]:
    if request.param == "sqlite":
        with in_memory() as opened:
            yield opened
        return
    with on_server(request.getfixturevalue("postgres")) as opened:
        yield opened
