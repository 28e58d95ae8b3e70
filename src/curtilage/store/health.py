"""How each process of a site is: what it said of itself last, and when."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, delete, select

from curtilage.store.found.tables import process_health
from curtilage.store.index.upsert import Upsert

_SAID: Final = Upsert(process_health, ("process",), replace=("at_ns", "facts"))


@dataclass(frozen=True, slots=True)
class ProcessHealth:
    """The last report of a process."""

    process: str  # recorder, analyser-0, web, supervisor
    at_ns: int
    facts: dict[str, Any]


def report(connection: Connection, process: str, at_ns: int, facts: Mapping[str, Any]) -> None:
    """Replaces what ``process`` said before. ``facts`` must be what JSON can hold."""
    row = {"process": process, "at_ns": at_ns, "facts": json.dumps(facts, allow_nan=False)}
    _SAID(connection, [row])


def reports(connection: Connection) -> list[ProcessHealth]:
    """The last report of every process, by name."""
    rows = connection.execute(
        select(process_health.c.process, process_health.c.at_ns, process_health.c.facts).order_by(
            process_health.c.process
        )
    )
    return [ProcessHealth(process, at_ns, json.loads(facts)) for process, at_ns, facts in rows]


def forget(connection: Connection, process: str) -> None:
    """The process is no longer part of the site."""
    connection.execute(delete(process_health).where(process_health.c.process == process))
