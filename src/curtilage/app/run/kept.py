"""A child that is kept running: started again when it dies or hangs, told of other settings.

Everything happens in one thread that takes events from one queue: orders of the supervisor, words
of the child, its end. States and what leads from one to the other: ``docs/design/run.md``.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final, TypeAlias

from curtilage.app.run.backoff import Backoff
from curtilage.app.run.ended import Ended, reason_of
from curtilage.app.run.parts import PartName
from curtilage.app.run.process import ChildProcess, Gone, command
from curtilage.app.run.protocol import Apply, Said, Stop, Word

ASLEEP_S: Final = 2.0
"""Who wakes up so late was stopped itself (a container that is paused), and heard nobody."""


class State(StrEnum):
    """What a kept child is doing."""

    STARTING = "starting"
    RUNNING = "running"
    WAITING = "waiting"  # it died, and is started again after a while
    STOPPING = "stopping"  # ends in order, to end or to begin anew
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Status:
    """A kept child at one moment."""

    state: State
    since_ns: int  # UTC
    pid: int | None = None
    restarts: int = 0  # how often it died or hung since the supervisor began
    last_end: Ended | None = None  # of those
    refused: str | None = None  # why it did not take the settings it was told of last


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a child may be silent, and how long it may take to end, in seconds."""

    silence_s: float = 30.0
    hung_s: float = 3.0  # for the orderly end of one that hangs
    stop_s: float = 10.0  # for the orderly end before it begins anew


@dataclass(frozen=True, slots=True)
class Died:
    """News: a child died or hung, and is started again in ``again_s``."""

    reason: str
    again_s: float


@dataclass(frozen=True, slots=True)
class RunsAgain:
    """News: one that had died does its work again."""


@dataclass(frozen=True, slots=True)
class Refused:
    """News: it did not take other settings, and goes on with those it had."""

    sentence: str


@dataclass(frozen=True, slots=True)
class BeginsAnew:
    """News: it is started again on purpose."""

    sentence: str


News: TypeAlias = Died | RunsAgain | Refused | BeginsAnew


@dataclass(frozen=True, slots=True)
class Next:
    """An order: begin with these settings when it begins again."""

    settings: Path


_Event: TypeAlias = Apply | Next | Stop | Said | Gone


class KeptChild:
    """Keeps one part running between ``start`` and ``stop``.

    Args:
        name: Which part.
        news: Hears what the owner should know; called in this child's thread.
        log: Takes each line of its log and gives it back as it may be shown.
        patience: How long to wait for it.
        backoff: How long to wait before it is started again.
        command: How a part is started, less its settings.

    """

    def __init__(
        self,
        name: PartName,
        news: Callable[[PartName, News], None],
        log: Callable[[PartName, str], str],
        patience: Patience | None = None,
        backoff: Backoff | None = None,
        command: Callable[[PartName], list[str]] = command,
    ) -> None:
        self.name = name
        self.ready = threading.Event()
        """Set while it does its work."""
        self._news = news
        self._log = log
        self._patience = patience or Patience()
        self._backoff = backoff or Backoff()
        self._command = command
        self._events: SimpleQueue[_Event] = SimpleQueue()
        self._status = Status(State.STOPPED, time.time_ns())
        self._process: ChildProcess | None = None
        self._settings = Path()
        self._leaving = False
        self._anew = False  # it ends on purpose, to begin with other settings
        self._sentence: str | None = None  # of its end
        self._thread = threading.Thread(target=self._run, name=str(name), daemon=True)

    def start(self, settings: Path) -> None:
        """Begin to keep it, with these settings."""
        self._settings = settings
        self._thread.start()

    def apply(self, settings: Path) -> None:
        """Tell it of other settings."""
        self._events.put(Apply(settings))

    def begin_with(self, settings: Path) -> None:
        """Settings for its next life; they do not concern this one."""
        self._events.put(Next(settings))

    def stop(self) -> None:
        """Let it end in order; ``join`` waits for that."""
        self._events.put(Stop())

    def join(self, timeout_s: float) -> bool:
        """Wait until it ended; whether it did."""
        self._thread.join(max(0.0, timeout_s))
        return not self._thread.is_alive()

    def kill(self) -> None:
        """End it at once, after ``stop``."""
        process = self._process
        if process is not None:
            process.kill()

    def status(self) -> Status:
        """What it is doing."""
        return self._status

    def _run(self) -> None:
        while not self._leaving:
            self._anew, self._sentence = False, None
            try:
                process = ChildProcess(
                    self.name,
                    self._settings,
                    self._events.put,
                    lambda line: self._log(self.name, line),
                    self._command,
                )
            except OSError as error:
                ended = Ended(time.time_ns(), 0.0, f"cannot be started ({error.strerror})", ())
            else:
                self._process = process
                self._set(State.STARTING)
                code = self._live(process)
                self._process = None
                self.ready.clear()
                if self._leaving or self._anew:
                    continue
                ended = Ended(
                    time.time_ns(),
                    time.monotonic() - process.began_s,
                    reason_of(code, self._sentence, process.last_lines),
                    process.last_lines,
                )
            delay_s = self._backoff.after(ended.after_s)
            restarts = self._status.restarts + 1
            self._status = replace(self._status, last_end=ended, restarts=restarts, refused=None)
            self._set(State.WAITING)
            self._news(self.name, Died(ended.reason, delay_s))
            self._rest(delay_s)
        self._set(State.STOPPED)

    def _live(self, process: ChildProcess) -> int:
        """One life; its exit code."""
        heard_s = time.monotonic()
        kill_s: float | None = None  # when it is killed unless it ended before
        while True:
            until_s = heard_s + self._patience.silence_s if kill_s is None else kill_s
            try:
                event = self._events.get(timeout=max(0.0, until_s - time.monotonic()))
            except Empty:
                if time.monotonic() - until_s > ASLEEP_S:  # it was us who were stopped
                    heard_s = time.monotonic()
                    kill_s = None if kill_s is None else heard_s + self._patience.hung_s
                    continue
                if kill_s is not None:
                    process.kill()
                    kill_s = time.monotonic() + 60.0  # in the kernel for want of a disk: wait
                    continue
                self._sentence = (
                    f"hung: no sign of life for {self._patience.silence_s:.0f} s, so it was ended"
                )
                process.terminate()
                self._set(State.STOPPING)
                kill_s = time.monotonic() + self._patience.hung_s
                continue
            if isinstance(event, Gone):
                return event.code
            if isinstance(event, Said):
                heard_s = time.monotonic()
                if self._hear(event):
                    kill_s = self._end(process, kill_s)
            elif isinstance(event, Stop):
                self._leaving = True
                kill_s = self._end(process, kill_s)
            else:
                self._settings = event.settings
                if isinstance(event, Apply):
                    process.tell(event)

    def _hear(self, said: Said) -> bool:
        """What the child says; True: it must begin anew."""
        if said.word is Word.READY:
            again = self._status.restarts > 0 and self._status.state is State.STARTING
            self._set(State.RUNNING)
            self.ready.set()
            if again:
                self._news(self.name, RunsAgain())
        elif said.word is Word.APPLIED:
            self._status = replace(self._status, refused=None)
        elif said.word is Word.REFUSED:
            self._status = replace(self._status, refused=said.sentence)
            self._news(self.name, Refused(said.sentence))
        elif said.word is Word.MUST_RESTART:
            self._anew = True
            self._news(self.name, BeginsAnew(said.sentence))
            return True
        elif said.word is Word.FAILED:
            self._sentence = said.sentence
        return False

    def _end(self, process: ChildProcess, kill_s: float | None) -> float:
        """Tell it to end; when it is killed otherwise."""
        process.tell(Stop())
        self._set(State.STOPPING)
        return kill_s if kill_s is not None else time.monotonic() + self._patience.stop_s

    def _rest(self, seconds: float) -> None:
        """Wait, unless there are orders."""
        until_s = time.monotonic() + seconds
        while not self._leaving:
            try:
                event = self._events.get(timeout=max(0.0, until_s - time.monotonic()))
            except Empty:
                return
            if isinstance(event, Stop):
                self._leaving = True
            elif isinstance(event, Apply | Next):
                self._settings = event.settings
                if isinstance(event, Apply):
                    return  # other settings may be what it wants

    def _set(self, state: State) -> None:
        pid = self._process.pid if self._process is not None else None
        self._status = replace(self._status, state=state, since_ns=time.time_ns(), pid=pid)
