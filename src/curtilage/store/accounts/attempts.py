"""Sign-ins that failed, so that guessing becomes slow, also across a restart.

Each key (an account, an address) may fail some times freely; then every failure doubles the wait.
An attempt is counted before its password is looked at: a hundred at once are a hundred.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from curtilage.store.accounts.tables import attempts

_SECOND_NS: Final = 1_000_000_000
FORGOTTEN_NS: Final = 24 * 3600 * _SECOND_NS
"""A key that did not fail for so long begins anew."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How often ``key`` may fail before it waits, and how long it waits at most."""

    key: str
    free: int
    longest_s: int


def begin(connection: Connection, limits: Sequence[Limit], now_ns: int) -> float:
    """Counts an attempt against all ``limits``, or tells how many seconds to wait first."""
    connection.execute(delete(attempts).where(attempts.c.last_ns < now_ns - FORGOTTEN_NS))
    connection.execute(  # a clock that was ahead must not make anybody wait for it
        update(attempts).where(attempts.c.last_ns > now_ns).values(last_ns=now_ns)
    )
    found = {
        row.key: (int(row.failures), int(row.last_ns))
        for row in connection.execute(
            select(attempts).where(attempts.c.key.in_([limit.key for limit in limits]))
        )
    }
    wait_ns = 0
    for limit in limits:
        failures, last_ns = found.get(limit.key, (0, now_ns))
        wait_ns = max(wait_ns, last_ns + _delay_ns(limit, failures) - now_ns)
    if wait_ns > 0:
        return wait_ns / _SECOND_NS
    for limit in limits:
        if limit.key in found:
            connection.execute(
                update(attempts)
                .where(attempts.c.key == limit.key)
                .values(failures=attempts.c.failures + 1, last_ns=now_ns)
            )
        else:
            connection.execute(insert(attempts).values(key=limit.key, failures=1, last_ns=now_ns))
    return 0.0


def succeeded(connection: Connection, *, account: Limit, address: Limit) -> None:
    """The account begins anew; of the address only this attempt is taken back.

    Else somebody with an account of their own could go on guessing others' from there.
    """
    connection.execute(delete(attempts).where(attempts.c.key == account.key))
    connection.execute(
        update(attempts)
        .where(attempts.c.key == address.key, attempts.c.failures > 0)
        .values(failures=attempts.c.failures - 1)
    )


def _delay_ns(limit: Limit, failures: int) -> int:
    if failures < limit.free:
        return 0
    return min(limit.longest_s, 1 << min(failures - limit.free, 20)) * _SECOND_NS
