"""What runs in a process of its own: the analysis of one file, telling its parent how it goes."""

import pickle
import signal
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from curtilage.app.analyze.progress import Stopped
from curtilage.app.analyze.signals import stop_on_signals
from curtilage.app.analyze.source import Job, analyze_source
from curtilage.errors import InputError


def main() -> None:
    """Read the job from standard input, tell through the pipe that the first argument names."""
    connection: Connection[Any, Any] = Connection(int(sys.argv[1]), readable=False)
    with stop_on_signals() as stop, suppress(Stopped, BrokenPipeError):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        job: Job = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
        try:
            result = analyze_source(job, _Telling(connection), stop)
        except InputError as error:
            connection.send(("done", str(error)))
        else:
            connection.send(("done", result))


class _Telling:
    """A ``Progress`` that sends everything to the process that began this one."""

    def __init__(self, connection: "Connection[Any, Any]") -> None:
        self._connection = connection

    def begin(self, source: str, total_s: float | None, done_s: float) -> None:
        """See ``Progress``."""
        self._connection.send(("begin", (source, total_s, done_s)))

    def advance(self, source: str, done_s: float, frames: int) -> None:
        """See ``Progress``."""
        self._connection.send(("advance", (source, done_s, frames)))

    def stage(self, source: str, what: str) -> None:
        """See ``Progress``."""
        self._connection.send(("stage", (source, what)))

    def note(self, source: str, sentence: str) -> None:
        """See ``Progress``."""
        self._connection.send(("note", (source, sentence)))

    def end(self, source: str, error: str | None) -> None:
        """See ``Progress``; the parent tells the end itself."""
