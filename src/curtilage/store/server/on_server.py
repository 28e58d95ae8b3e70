"""An index on a PostgreSQL server.

What a file does by itself is asked for here. One advisory lock is the write lock of the index:
transactions that write take it with their first word, so that those of all processes come one after
the other, as with a file. The answer to a commit can be lost on its way: each transaction leaves
its number in ``writers``, and whoever comes back looks there whether it arrived.
"""

import logging
import time
import uuid
from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, delete, event, insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from curtilage.store.errors import StoreError
from curtilage.store.recorded.tables import writers
from curtilage.store.server import errors as server_errors
from curtilage.store.server.address import ServerAddress
from curtilage.store.server.claim import Claim
from curtilage.store.server.connection import Patient, connect, ms

LOG = logging.getLogger(__name__)
OLDEST: Final = 14
"""Version of the server."""
_STATEMENT_S: Final = 60.0
"""Longest that one statement may take."""
_BUILDING_S: Final = 6 * 3600.0
"""The same for a step that changes the tables."""
_STILL_S: Final = 30.0
"""A transaction that stands still so long loses the write lock: its process hangs, or is gone."""
_READERS: Final = 20
"""Most connections of one process that read at once."""
_LOCK: Final = "SELECT pg_advisory_xact_lock(1129665100, hashtext(current_schema()))"
"""'CURL'; sites in two schemas of one database have two locks."""
_DURABLE: Final = (
    "SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') = 'off'"
)
_MONTH_NS: Final = 30 * 86_400 * 1_000_000_000


class OnServer:
    """The database at ``address``; whoever waits for its lock waits ``timeout_s``."""

    def __init__(self, address: ServerAddress, timeout_s: float) -> None:
        self._address = address
        self._timeout_s = timeout_s
        self._writer = uuid.uuid4().hex
        self._claim = Claim(address.parts, address.name)

    @property
    def name(self) -> str:
        """Which database on which server."""
        return self._address.name

    def check(self) -> None:
        """That this server will do. Raises ``StoreError``, or ``DBAPIError`` if there is none."""
        with self._looking().connect() as connection:
            raw = connection.exec_driver_sql(
                "SELECT current_setting('server_version_num')::int / 10000, getdatabaseencoding(),"
                " current_schema(), current_setting('fsync')"
            ).one()
        version, encoding, schema, fsync = raw
        if version < OLDEST:
            raise StoreError(
                f"The index {self.name} is PostgreSQL {version}; {OLDEST} or later is needed."
            )
        if encoding != "UTF8":
            raise StoreError(
                f"The index {self.name} is written in {encoding}; "
                "make the database again with ENCODING 'UTF8'."
            )
        if schema is None:
            raise StoreError(
                f"The index {self.name} has no schema that its user may use; "
                "make this user the owner of the database."
            )
        if fsync != "on":
            LOG.warning(
                "The index %s runs with fsync off: a power cut there may cost all of it", self.name
            )

    def exists(self) -> bool:
        """Whether there are tables."""
        try:
            with self._looking().connect() as connection:
                return bool(
                    connection.exec_driver_sql(
                        "SELECT to_regclass('alembic_version') IS NOT NULL"
                    ).scalar()
                )
        except DBAPIError as error:
            raise self.said(error) from error

    def reading(self) -> Engine:
        """Repeatable read, read only. A connection that died in the pool is found and replaced."""
        return create_engine(
            "postgresql+psycopg://",
            creator=self._to_read,
            pool_size=2,
            max_overflow=_READERS - 2,
            pool_timeout=self._timeout_s,
            pool_pre_ping=True,
        )

    def writing(self) -> Engine:
        """See ``Place``."""
        return _locking(self._to_write)

    def building(self) -> Engine:
        """See ``Place``."""
        return _locking(self._to_build)

    def said(self, error: DBAPIError) -> StoreError:
        """See ``Place``."""
        return server_errors.said(error, self.name)

    def ends_all(self, error: DBAPIError) -> bool:
        """See ``Place``."""
        return server_errors.ends_all(error)

    def hear(self, error: DBAPIError) -> None:
        """Nothing: a server looks after its files itself."""

    def opened(self) -> None:
        """Nothing."""

    def claim(self) -> None:
        """See ``Place``."""
        self._claim.take(self._timeout_s)

    def let_go(self) -> None:
        """See ``Place``."""
        self._claim.let_go()

    def is_there(self) -> bool:
        """Whether nobody else has claimed it while the server was away."""
        return self._claim.holds()

    def sign(self, connection: Connection, number: int) -> None:
        """See ``Place``."""
        now_ns = time.time_ns()
        values = {"number": number, "at_ns": now_ns}
        mine = writers.c.writer == self._writer
        if not connection.execute(update(writers).where(mine).values(values)).rowcount:
            connection.execute(delete(writers).where(writers.c.at_ns < now_ns - _MONTH_NS))
            connection.execute(insert(writers).values(writer=self._writer, **values))

    def may_have_come(self, error: DBAPIError) -> bool:
        """See ``Place``."""
        return server_errors.is_of_the_way(error)

    def has_come(self, connection: Connection, number: int) -> bool:
        """See ``Place``. With the lock held: else a commit could still be on its way."""
        mine = select(writers.c.number).where(writers.c.writer == self._writer)
        last = connection.execute(mine).scalar()
        return last is not None and last >= number

    def _looking(self) -> Engine:
        """For one look; waits for no lock."""
        return create_engine("postgresql+psycopg://", creator=self._to_read, poolclass=NullPool)

    def _to_read(self) -> Patient:
        return self._connect(
            _STATEMENT_S,
            default_transaction_isolation="repeatable read",
            default_transaction_read_only="on",
        )

    def _to_write(self) -> Patient:
        connection = self._connect(
            _STATEMENT_S,
            default_transaction_isolation="read committed",
            default_transaction_read_only="off",
            idle_in_transaction_session_timeout=ms(_STILL_S),
        )
        connection.autocommit = True
        connection.execute(_DURABLE)
        connection.autocommit = False
        return connection

    def _to_build(self) -> Patient:
        return self._connect(_BUILDING_S, default_transaction_read_only="off")

    def _connect(self, statement_s: float, **settings: str) -> Patient:
        return connect(self._address.parts, statement_s, self._timeout_s, **settings)


def _locking(connect: Callable[[], Patient]) -> Engine:
    engine = create_engine("postgresql+psycopg://", creator=connect, poolclass=NullPool)
    event.listen(engine, "begin", _take_lock)
    return engine


def _take_lock(connection: Connection) -> None:
    connection.exec_driver_sql(_LOCK)
