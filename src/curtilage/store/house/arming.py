"""Which arming mode the site is in, and was in at any moment: each choice is a row of its own.

Before the first choice the settings' ``mode`` holds. All functions take the connection of a
transaction; whoever commits events asks in the same one, so that no event is judged by a mode that
was over when it was noticed.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select

from curtilage.store.house.tables import arming


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice of a mode."""

    mode: str
    at_ns: int  # UTC, from then on
    by: str  # who


_LATEST: Final = (
    select(arming.c.mode, arming.c.at_ns, arming.c.by)
    .order_by(arming.c.at_ns.desc(), arming.c.id.desc())
    .limit(1)
)
_AT: Final = _LATEST.where(arming.c.at_ns <= bindparam("moment"))


def choose(connection: Connection, mode: str, *, by: str, at_ns: int) -> Chosen:
    """From ``at_ns`` on the site is in ``mode``. What was chosen is what ``current`` gives."""
    before = current(connection)
    if before is not None:  # a clock that was set back must not make the newest choice an old one
        at_ns = max(at_ns, before.at_ns)
    connection.execute(insert(arming).values(mode=mode, at_ns=at_ns, by=by))
    return Chosen(mode, at_ns, by)


def current(connection: Connection) -> Chosen | None:
    """The last choice; None: nobody has chosen yet."""
    found = connection.execute(_LATEST).first()
    return None if found is None else Chosen(*found)


def mode_at(connection: Connection, time_ns: int) -> str | None:
    """The mode at a moment; None: nobody had chosen then."""
    found = connection.execute(_AT, {"moment": time_ns}).first()
    return None if found is None else str(found.mode)


def history(connection: Connection, from_ns: int, *, most: int) -> list[Chosen]:
    """Choices from ``from_ns`` on, newest first."""
    rows = connection.execute(
        select(arming.c.mode, arming.c.at_ns, arming.c.by)
        .where(arming.c.at_ns >= from_ns)
        .order_by(arming.c.at_ns.desc(), arming.c.id.desc())
        .limit(most)
    )
    return [Chosen(*row) for row in rows]
