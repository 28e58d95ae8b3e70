from collections.abc import Iterator

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, create_engine, select
from sqlalchemy.dialects import postgresql

from curtilage.store import StoreError
from curtilage.store.index.upsert import Upsert

HERE = Table(
    "here",
    MetaData(),
    Column("name", String, primary_key=True),
    Column("sum", Integer),
    Column("peak", Integer),
    Column("word", String),
)


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    HERE.metadata.create_all(engine)
    with engine.connect() as opened:
        yield opened


def rows(connection: Connection) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(select(HERE).order_by(HERE.c.name))]


def test_a_row_is_added_or_changed(connection: Connection) -> None:
    put = Upsert(HERE, ("name",), add=("sum",), most=("peak",), replace=("word",))
    put(connection, [])
    put(connection, [{"name": "a", "sum": 1, "peak": 5, "word": "x"}])
    put(
        connection,
        [
            {"name": "a", "sum": 2, "peak": 3, "word": "y"},
            {"name": "b", "sum": 7, "peak": 7, "word": "z"},
        ],
    )
    assert rows(connection) == [("a", 3, 5, "y"), ("b", 7, 7, "z")]


def test_without_a_change_the_first_stays(connection: Connection) -> None:
    keep = Upsert(HERE, ("name",))
    keep(connection, [{"name": "a", "sum": 1, "peak": 1, "word": "first"}])
    keep(connection, [{"name": "a", "sum": 2, "peak": 2, "word": "second"}])
    assert rows(connection) == [("a", 1, 1, "first")]


def test_postgresql_is_told_the_same() -> None:
    class Server:
        dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's

    made = Upsert(HERE, ("name",), add=("sum",)).statement(Server())  # type: ignore[arg-type]
    text = str(made.compile(dialect=Server.dialect))
    assert "ON CONFLICT (name) DO UPDATE SET sum = (here.sum + excluded.sum)" in text


def test_other_databases_are_refused() -> None:
    class Server:
        class dialect:  # noqa: N801 - as the attribute is called
            name = "mysql"

    with pytest.raises(StoreError, match="mysql"):
        Upsert(HERE, ("name",)).statement(Server())  # type: ignore[arg-type]
