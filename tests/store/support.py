"""Short words for tests of the store: times in seconds, one line a segment."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache

from sqlalchemy import Connection, Engine, PoolProxiedConnection, create_engine
from sqlalchemy.pool import StaticPool

from curtilage.store.recorded import segments
from curtilage.store.recorded.cover import Interval, Reason
from curtilage.store.recorded.segments import SegmentRow, State
from curtilage.store.recorded.tables import metadata
from tests.postgres import Server

S = 1_000_000_000
_FROM_ONE = """
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
    EXECUTE format('ALTER SEQUENCE %%I RESTART', name);
  END LOOP;
END $$
"""


@contextmanager
def in_memory() -> Iterator[Connection]:
    """The tables without a file: for tests that make hundreds of them."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with closing(engine.raw_connection()) as raw:
        _sqlite(raw).deserialize(_with_tables())
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@cache
def _with_tables() -> bytes:
    """Making the tables takes longer than most tests."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(engine)
    with closing(engine.raw_connection()) as raw:
        return _sqlite(raw).serialize()


def _sqlite(raw: PoolProxiedConnection) -> sqlite3.Connection:
    assert isinstance(raw.driver_connection, sqlite3.Connection)
    return raw.driver_connection


@contextmanager
def on_server(server: Server) -> Iterator[Connection]:
    """The tables in a transaction that is taken back; numbers begin with 1, as in a new file."""
    with _tables(server).connect() as connection:
        connection.exec_driver_sql(_FROM_ONE)
        yield connection


@cache
def _tables(server: Server) -> Engine:
    name = server.new_database()
    address = server.url(name).get_secret_value().partition("://")[2]
    engine = create_engine(f"postgresql+psycopg://{address}", pool_pre_ping=True)
    metadata.create_all(engine)
    return engine


def row(
    start_s: float,
    end_s: float,
    *,
    camera: str = "gate",
    stream: str = "main",
    volume: str = "disk",
    path: str | None = None,
    size: int = 1000,
    state: State = State.CLOSED,
) -> SegmentRow:
    """A segment as fsck would restore it."""
    return SegmentRow(
        id=0,
        camera=camera,
        stream=stream,
        volume=volume,
        path=path or f"{camera}/{stream}/{start_s}-{end_s}.mp4",
        start_ns=round(start_s * S),
        end_ns=round(end_s * S),
        bytes=size,
        state=state,
        serial="00" * 16,
        number=0,
        codec="h264",
        width=1280,
        height=720,
    )


def keep(connection: Connection, *rows: SegmentRow) -> None:
    segments.restore(connection, rows)


def intend(connection: Connection, start_s: float, path: str, **words: str) -> int:
    return segments.intend(
        connection,
        camera=words.get("camera", "gate"),
        stream=words.get("stream", "main"),
        volume=words.get("volume", "disk"),
        path=path,
        start_ns=round(start_s * S),
        serial="00" * 16,
        number=0,
        codec="h264",
        width=1280,
        height=720,
    )


def short(intervals: Sequence[Interval]) -> list[tuple[float, float, Reason]]:
    """Intervals in seconds, without their sentences; neighbours of one reason as one."""
    joined: list[tuple[float, float, Reason]] = []
    for one in intervals:
        start = one.start_ns / S
        if joined and joined[-1][1:] == (start, one.reason):
            start = joined.pop()[0]
        joined.append((start, one.end_ns / S, one.reason))
    return joined
