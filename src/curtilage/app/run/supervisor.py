"""Keeps the parts of a site running with the settings that the owner wrote.

The recorder starts first: it brings the index in order, and nothing else may delay it. When the
settings file changes, the parts are told, each only of what concerns it; a file that is wrong
changes nothing and is told. What happens when something fails: ``docs/design/run.md``.
"""

import logging
import math
import threading
import time
from collections.abc import Callable
from enum import Enum, auto
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from curtilage.app.run import logs
from curtilage.app.run.health import HealthRow
from curtilage.app.run.kept import (
    BeginsAnew,
    Died,
    KeptChild,
    News,
    Refused,
    State,
)
from curtilage.app.run.lock import locked
from curtilage.app.run.needs import needs
from curtilage.app.run.notices import Notices
from curtilage.app.run.parts import RECORDER, PartName, parts_of
from curtilage.app.run.secrets import Redaction
from curtilage.app.run.settings import Accepted, accept
from curtilage.app.run.system import System
from curtilage.app.run.watch import FileWatch
from curtilage.config.versions import VersionsError
from curtilage.errors import InputError
from curtilage.store import health
from curtilage.store.index.database import FILE_NAME
from curtilage.store.notices import NoticeKind

LOG = logging.getLogger(__name__)
TICK_S = 0.5
FIRST_S: Final = 15.0
"""How long the other parts wait for the recorder, which brings the index in order."""
OTHERS_END_S: Final = 4.0  # after which parts that do not end are killed
RECORDER_END_S: Final = 4.8
AGAIN_S: Final = 5.0  # after good settings could not be kept


class Outcome(Enum):
    """Why a supervisor ended."""

    STOPPED = auto()
    ANEW = auto()  # all begins again, with other settings


class Supervisor:
    """Runs a site between ``start`` and ``stop``; ``run`` does all of it.

    Args:
        source: The owner's settings file.
        accepted: The settings to begin with.
        system: The service manager.
        started: Called once when all parts have been started: the index is in order.
        redact: Takes the site's passwords out of a text; it is kept up to date here.

    """

    def __init__(
        self,
        source: Path,
        accepted: Accepted,
        system: System,
        started: Callable[[], None] = lambda: None,
        redact: Redaction | None = None,
    ) -> None:
        self.accepted = accepted
        self._source = source
        self._system = system
        self._started = started
        self._redact = redact or Redaction(accepted.site)
        self._problem = accepted.problem
        self._watch = FileWatch(source, accepted.version.sha256)
        self._notices = Notices(accepted.site)
        self._row = HealthRow("supervisor", accepted.site)
        self._children: dict[PartName, KeptChild] = {}
        self._states: list[State] = []  # as they were told
        self._anew = False
        self._again_s = math.inf  # when settings that could not be kept are taken again
        self._began_s = 0.0
        self._index: tuple[int, int] | None = None  # device and inode of its file

    def run(self, stop: threading.Event) -> Outcome:
        """Until ``stop`` is set, or until all must begin anew."""
        with self._notices, self._row:
            try:
                self.start()
                self._system.ready()
                while not self._anew and not stop.wait(TICK_S):
                    try:
                        self.tick()
                    except Exception:  # a supervisor that dies takes the recording along
                        LOG.exception("a fault of ours")
            finally:
                if not self._anew:
                    self._system.stopping()
                self.stop()
        return Outcome.ANEW if self._anew else Outcome.STOPPED

    def start(self) -> None:
        """Start the recorder; ``tick`` starts the others when it is ready."""
        self._began_s = time.monotonic()
        if self._problem is not None:
            self._tell_settings(
                f"{self._problem}. Version {self.accepted.version.number} of the settings, the "
                "last good one, runs instead"
            )
        self._keep(RECORDER)

    def tick(self) -> None:
        """Look after what may have changed; every half second."""
        if len(self._children) == 1 and (
            self._children[RECORDER].ready.is_set() or time.monotonic() - self._began_s > FIRST_S
        ):
            for name in parts_of(self.accepted.site)[1:]:
                self._keep(name)
            self._notices.begin()
            self._forget_reports(parts_of(self.accepted.site))
            self._started()
        if time.monotonic() > self._again_s:
            self._again_s = math.inf
            self._watch.again()
        if self._watch.changed():
            self._take()
        if len(self._children) > 1 and self._index_is_another():
            LOG.warning("the file of the index was taken away or replaced: all begins anew with it")
            self._anew = True
        self._system.alive()
        self._system.doing(
            ", ".join(f"{name} {child.status().state}" for name, child in self._children.items())
        )
        if len(self._children) > 1:
            states = [child.status().state for child in self._children.values()]
            if states != self._states:
                self._states = states
                self._row.soon()
            self._row.tell(self.health)

    def stop(self) -> None:
        """End all parts at once, in order; after some seconds, without."""
        self._end(list(self._children.values()))

    def _end(self, children: list[KeptChild]) -> None:
        began_s = time.monotonic()
        for child in children:
            child.stop()
        for end_s, some in (
            (OTHERS_END_S, [one for one in children if one.name != RECORDER]),
            (RECORDER_END_S, children),
        ):
            for child in some:
                if not child.join(began_s + end_s - time.monotonic()):
                    LOG.warning("%s did not end in %.1f s, and was killed", child.name, end_s)
                    child.kill()
        for child in children:
            child.join(1.0)

    def health(self) -> dict[str, Any]:
        """The parts, the settings that run, and what is wrong, in sentences."""
        statuses = {str(name): child.status() for name, child in self._children.items()}
        problems = [self._problem] if self._problem is not None else []
        for name, status in statuses.items():
            if status.refused is not None:
                problems.append(f"{name} did not take the settings: {status.refused}")
            if status.state is State.WAITING and status.last_end is not None:
                problems.append(f"{name} is started again: {status.last_end.reason}")
        version = self.accepted.version
        return {
            "parts": statuses,
            "settings": {
                "file": str(self._source),
                "version": version.number,
                "taken_ns": version.time_ns,
                "by": version.by,
                "problem": self._problem,
            },
            "problems": problems,
        }

    def _index_is_another(self) -> bool:
        """Whether what all parts write to is not what is found at its place any more."""
        if self.accepted.site.database is not None:
            return False
        here: tuple[int, int] | None = None
        try:
            found = (self.accepted.site.state / FILE_NAME).stat()
            here = found.st_dev, found.st_ino
        except FileNotFoundError:
            pass
        except OSError:
            return False
        known, self._index = self._index, self._index or here
        return known is not None and known != here

    def _keep(self, name: PartName) -> None:
        child = KeptChild(name, self._hear, self._show)
        self._children[name] = child
        child.start(self.accepted.file)

    def _show(self, name: PartName, line: str) -> str:
        text = self._redact(line)
        logs.print_line(str(name), text)
        return text

    def _hear(self, name: PartName, news: News) -> None:
        """News of a child, in its thread."""
        if isinstance(news, Died):
            sentence = f"{name} {_verb(news.reason)}; it is started again in {news.again_s:.0f} s"
            self._notices.tell(NoticeKind.PART, sentence, about=str(name))
        elif isinstance(news, Refused):
            self._notices.tell(
                NoticeKind.SETTINGS, f"{name} did not take the settings: {news.sentence}"
            )
        elif isinstance(news, BeginsAnew):
            LOG.info("%s: %s", name, news.sentence)
        else:
            self._notices.again(str(name), f"{name} runs again")

    def _take(self) -> None:
        """The settings file has another content."""
        self._row.soon()
        try:
            accepted = accept(self._source)
            self._must_be_free(accepted)
        except InputError as error:
            if isinstance(error, VersionsError):  # the disk of the state folder is full
                self._again_s = time.monotonic() + AGAIN_S
            problem = self._redact(str(error))
            if problem == self._problem:
                return
            self._problem = problem
            self._tell_settings(
                f"{self._problem}. Version {self.accepted.version.number} of the settings runs on"
            )
            return
        old, self.accepted, self._problem = self.accepted, accepted, None
        self._redact.take(accepted.site)
        wanted = needs(old.site, accepted.site)
        LOG.info(
            "version %d of the settings runs (%s)", accepted.version.number, accepted.version.by
        )
        if wanted.whole is not None:
            LOG.warning("%s", wanted.whole)
            self._anew = True
            return
        self._end([self._children.pop(name) for name in wanted.gone if name in self._children])
        self._forget_reports(parts_of(accepted.site))
        for name, child in self._children.items():
            if name in wanted.apply:
                child.apply(accepted.file)
            else:  # files of older versions are deleted
                child.begin_with(accepted.file)
        if len(self._children) > 1:
            for name in wanted.come:
                self._keep(name)

    def _forget_reports(self, parts: list[PartName]) -> None:
        """Of processes that are no longer part of the site."""
        stay = {"supervisor", *(str(name) for name in parts)}

        def forget(connection: Connection) -> None:
            for one in health.reports(connection):
                if one.process not in stay:
                    health.forget(connection, one.process)

        self._notices.write(forget)

    def _must_be_free(self, accepted: Accepted) -> None:
        """Another state folder must not be one that another supervisor holds."""
        state = accepted.site.state
        if state != self.accepted.site.state:
            with locked(state):
                pass

    def _tell_settings(self, sentence: str) -> None:
        self._notices.tell(NoticeKind.SETTINGS, sentence)


def _verb(reason: str) -> str:
    """A reason as it goes on after the part's name."""
    return reason if reason.startswith(VERBS) else f"ended: {reason}"


VERBS = ("ended", "killed", "crashed", "gave up", "was ", "hung", "cannot be started")
