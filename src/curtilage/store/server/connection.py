"""One connection to a PostgreSQL server, with an end to every wait.

The server ends a statement that takes too long; if it does not answer at all, we let it go. A peer
that is gone without a word is noticed by TCP's own questions.
"""

from typing import Any, Final, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from psycopg.types.string import StrDumper

Answer = TypeVar("Answer")

GRACE_S: Final = 5.0
"""So much longer we wait for the server to end a statement itself."""
_CONNECT_S: Final = 5
"""Longest that a connection may take, for each host of the address (whole seconds, at least 2)."""
_TCP: Final[dict[str, int]] = {
    "keepalives_idle": 10,  # s
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,  # ms
}
_TCP_THERE: Final = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "15000",
}
"""The same at the server: a machine of ours that lost its power must not keep its locks there."""


class Patient(psycopg.Connection[Any]):
    """A connection that does not wait for ever for a server that has stopped to answer."""

    patience_s: float | None = None

    def wait(
        self, gen: PQGen[Answer], interval: float = 0.1, timeout: float | None = None
    ) -> Answer:
        """As the driver's own, for ``patience_s`` at most; then the connection is no more."""
        try:
            return super().wait(gen, interval, self.patience_s if timeout is None else timeout)
        except psycopg.OperationalError:
            if timeout is None and self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()
                raise psycopg.OperationalError(f"no answer in {self.patience_s} s") from None
            raise


def connect(parts: dict[str, Any], statement_s: float, lock_s: float, **settings: str) -> Patient:
    """A connection to the server of ``parts`` (as ``psycopg.connect`` takes them).

    Args:
        parts: what the owner gave; options in it count unless we need another.
        statement_s: longest that one statement may take.
        lock_s: longest that one may wait for a lock.
        settings: of the session, by their names at the server.
    """
    settings |= {"statement_timeout": ms(statement_s), "lock_timeout": ms(lock_s)}
    settings |= _TCP_THERE
    ours = " ".join(f"-c {key}={_escaped(value)}" for key, value in settings.items())
    connection = Patient.connect(
        **{
            "application_name": "curtilage",
            "connect_timeout": _CONNECT_S,
            **_TCP,
            **parts,
            "client_encoding": "utf8",
            "options": f"{parts.get('options', '')} {ours}",
        }
    )
    connection.patience_s = statement_s + GRACE_S
    connection.adapters.register_dumper(str, _Text)
    return connection


def ms(seconds: float) -> str:
    """Milliseconds, as the server takes them."""
    return str(max(1, round(seconds * 1000)))


class _Text(StrDumper):
    """A camera's words may hold a zero byte, which a server refuses and a file keeps."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(" ", "\\ ")
