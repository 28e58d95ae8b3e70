"""Brings results to the store and says what became of them; nobody waits for the disk.

At most one commit of a camera is on its way. What the store refuses comes again; what somebody
else has superseded (a process that was believed dead) is void, and the camera goes on from there.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection

from curtilage.errors import InputError
from curtilage.store.found.events import StoredEvent
from curtilage.store.found.results import (
    Results,
    SavedState,
    SupersededError,
    commit,
    load_state,
)
from curtilage.store.index.database import Database

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a camera's results."""

    camera: str
    events: Sequence[StoredEvent] | None  # that are new, with their seq; None: refused
    superseded: bool = False
    saved: SavedState | None = None  # what is in the index, where they were superseded


class Commits:
    """Commits on their way.

    Args:
        database: the store.
        wake: called from another thread when there is an answer.

    """

    def __init__(self, database: Database, wake: Callable[[], None]) -> None:
        self.problem: str | None = None  # why the last commit was refused
        self._database = database
        self._wake = wake
        self._on_way: dict[str, Future[list[StoredEvent]]] = {}

    def is_on_way(self, camera: str) -> bool:
        """Whether a commit of ``camera`` is not answered yet."""
        return camera in self._on_way

    def commit(self, results: Results) -> None:
        """Send results on their way; one of a camera at a time."""
        camera = results.camera
        try:
            future = self._database.write(partial(_commit, new=results))
        except InputError as error:  # the store is closed
            future = Future()
            future.set_exception(error)
        self._on_way[camera] = future
        future.add_done_callback(lambda _: self._wake())

    def answers(self) -> list[Answer]:
        """What has been answered since the last call."""
        found = []
        for camera, future in list(self._on_way.items()):
            if future.done():
                del self._on_way[camera]
                found.append(self._answer(camera, future))
        return found

    def wait(self, timeout_s: float, camera: str | None = None) -> None:
        """Until everything is answered, or that of one camera; or that time is over."""
        for name, future in list(self._on_way.items()):
            if camera not in (None, name):
                continue
            try:
                future.exception(timeout_s)
            except (FutureTimeoutError, TimeoutError):
                LOG.warning("the store did not take the last results in %.0f s", timeout_s)
                return

    def _answer(self, camera: str, future: Future[list[StoredEvent]]) -> Answer:
        error = future.exception()
        if error is None:
            self.problem = None
            return Answer(camera, future.result())
        if isinstance(error, SupersededError):
            LOG.warning("%s", error)
            return Answer(camera, None, True, self._saved(camera))
        if not isinstance(error, InputError):
            LOG.error("results of %s cannot be kept", camera, exc_info=error)
        self.problem = f"What was found cannot be kept: {error}"
        return Answer(camera, None)

    def _saved(self, camera: str) -> SavedState | None:
        try:
            with self._database.read() as connection:
                return load_state(connection, camera)
        except InputError as error:
            LOG.warning("%s", error)
            return None


def _commit(connection: Connection, new: Results) -> list[StoredEvent]:
    """As ``store.found.results.commit``; results that are there already count as committed."""
    try:
        return commit(connection, new)
    except SupersededError:
        saved = load_state(connection, new.camera)
        if saved is not None and (saved.at_ns, saved.blob) == (new.at_ns, new.state):
            return []
        raise
