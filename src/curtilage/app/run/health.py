"""A process' row of health in the store, written every few seconds without waiting for it.

The work of a process never depends on it: when the store cannot be reached, the row grows old, and
that is what whoever reads it sees.
"""

import dataclasses
import logging
import math
import threading
import time
from collections.abc import Callable, Mapping
from enum import Enum
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from curtilage.config.site import SiteSettings
from curtilage.store import health
from curtilage.store.errors import StoreError
from curtilage.store.index.database import Database

LOG = logging.getLogger(__name__)
EVERY_S = 5.0
AGAIN_S = 10.0  # after the store could not be opened or written
LEAVE_S = 1.0  # for the last row to be written


class HealthRow:
    """The row of one process: what ``tell`` was given last, written by a thread of its own.

    Args:
        process: Its name, as in "analyser-0".
        site: Whose store.

    """

    def __init__(self, process: str, site: SiteSettings) -> None:
        self._process = process
        self._site = site
        self._next_s = 0.0
        self._latest: dict[str, Any] | None = None
        self._news = threading.Event()
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name="health", daemon=True)

    def tell(self, ask: Callable[[], object]) -> None:
        """Let what ``ask`` answers be written, if it is time to."""
        now_s = time.monotonic()
        if now_s >= self._next_s:
            self._next_s = now_s + EVERY_S
            try:
                self._latest = plain(ask())
            except Exception as error:  # how it goes is not worth a recording
                LOG.exception("a fault of ours")
                self._latest = {"fault": type(error).__name__}
            self._news.set()

    def soon(self) -> None:
        """There are news: do not wait until it is time."""
        self._next_s = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ends.set()
        self._news.set()
        self._thread.join(LEAVE_S)

    def _run(self) -> None:
        while not self._ends.is_set():
            try:
                with Database.of(self._site, timeout_s=2.0) as database:
                    self._write(database)
            except StoreError as error:
                LOG.debug("%s", error)
                self._ends.wait(AGAIN_S)
            except Exception:
                LOG.exception("a fault of ours")
                self._ends.wait(AGAIN_S)

    def _write(self, database: Database) -> None:
        while True:
            self._news.wait()
            self._news.clear()
            facts, self._latest = self._latest, None
            if facts is not None:
                row = partial(
                    health.report, process=self._process, at_ns=time.time_ns(), facts=facts
                )
                database.now(row)
            if self._ends.is_set():
                return


def plain(facts: object) -> dict[str, Any]:
    """Facts as JSON has them, from a dataclass or a mapping."""
    found = _plain(facts)
    return found if isinstance(found, dict) else {"health": found}


def _plain(value: object) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None  # JSON has no other
    if value is None or isinstance(value, bool | int | str):
        return value
    if dataclasses.is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(_plain(key)): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    if hasattr(value, "item") and callable(value.item):  # a number of numpy's
        return _plain(value.item())
    return str(value) if isinstance(value, Path) else repr(value)
