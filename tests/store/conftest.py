"""An index in a folder and one on a server; and tables for tests that need no file of their own.

What uses ``database`` or ``connection`` runs on both, SQLite and PostgreSQL.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Connection

from curtilage.store.index.database import Database
from tests.indexes import empty_index
from tests.postgres import Server, server
from tests.store.homes import Home
from tests.store.support import in_memory, on_server


@pytest.fixture(scope="session")
def postgres() -> Server:
    return server()


@pytest.fixture(params=["sqlite", "postgresql"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    if request.param == "sqlite":
        yield Home(tmp_path / "state")
        return
    postgres: Server = request.getfixturevalue("postgres")
    name = postgres.new_database()
    yield Home(tmp_path / "state", postgres.url(name).get_secret_value())
    postgres.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        empty_index(tmp_path)
        with Database.open(tmp_path) as opened:
            yield opened
        return
    postgres: Server = request.getfixturevalue("postgres")
    name = postgres.new_database(f"TEMPLATE {_with_tables(postgres)}")
    with Database.on_server(postgres.url(name), tmp_path) as opened:
        yield opened
    postgres.drop(name)


@cache
def _with_tables(postgres: Server) -> str:
    """A database to copy: making the tables takes longer than copying them."""
    name = postgres.new_database()
    Database.on_server(postgres.url(name), postgres.folder / "state").close()
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def connection(request: pytest.FixtureRequest) -> Iterator[Connection]:
    if request.param == "sqlite":
        with in_memory() as opened:
            yield opened
        return
    with on_server(request.getfixturevalue("postgres")) as opened:
        yield opened
