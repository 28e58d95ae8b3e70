"""Several files in processes of their own: each may fail or crash without costing the others."""

import multiprocessing
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from curtilage.app.analyze.progress import Progress, Stopped, StopSign
from curtilage.app.analyze.source import AnalysisSummary, Job, analyze_source
from curtilage.errors import InputError

POLL_S = 0.2
GRACE_S = 2.0
"""How long processes may take to keep what they have when the user stops the analysis."""


def analyze_side_by_side(
    jobs: Sequence[Job], workers: int, progress: Progress, stop: StopSign
) -> list[AnalysisSummary]:
    """Analyse each of ``jobs``, at most ``workers`` at a time; results in the order of jobs.

    Raises:
        Stopped: the user asked for the end; what is done is kept.

    """
    # a forked child would share the threads' locks of OpenVINO and OpenCV
    context = multiprocessing.get_context("spawn")
    done: dict[int, AnalysisSummary] = {}
    queue = deque(enumerate(jobs))
    running: list[_Worker] = []
    try:
        while queue or running:
            stop.check()
            while queue and len(running) < workers:
                number, job = queue.popleft()
                ours, theirs = context.Pipe(duplex=False)
                process = context.Process(target=_work, args=(job, theirs), daemon=True)
                with _interrupts_held():
                    process.start()
                theirs.close()
                running.append(_Worker(number, job, process, ours))
            for worker in _ready(running):
                summary = worker.listen(progress)
                if summary is not None:
                    done[worker.number] = summary
                    progress.end(str(worker.job.path), summary.error)
                    running.remove(worker)
    finally:
        _end(running)
    return [done[number] for number in range(len(jobs))]


@dataclass(eq=False, slots=True)
class _Worker:
    """A process at work, seen from outside."""

    number: int
    job: Job
    process: BaseProcess
    connection: "Connection[Any, Any]"

    def listen(self, progress: Progress) -> AnalysisSummary | None:
        """Pass on what it says; its result when it has ended, however it has."""
        try:
            while self.connection.poll():
                what, content = self.connection.recv()
                if what == "done":
                    self.process.join(GRACE_S)
                    return content if isinstance(content, AnalysisSummary) else None
                getattr(progress, what)(*content)
        except (EOFError, OSError):
            self.process.join(GRACE_S)
            return self._failed(f"{self.job.path}: {self._death()}")
        return None

    def _failed(self, sentence: str) -> AnalysisSummary:
        return AnalysisSummary(self.job.path, self.job.out, error=sentence)

    def _death(self) -> str:
        code = self.process.exitcode
        if code is not None and code < 0:
            name = signal.Signals(-code).name
            return f"its process was ended by {name}; the same command goes on where it stopped"
        return f"its process ended unexpectedly (exit code {code})"


def _ready(running: Sequence[_Worker]) -> list[_Worker]:
    """Those that have something to say, after waiting a little for it."""
    speaking = wait([worker.connection for worker in running], timeout=POLL_S)
    return [worker for worker in running if worker.connection in speaking]


def _end(running: Sequence[_Worker]) -> None:
    """Ask all to keep what they have and end; end those that do not."""
    for worker in running:
        worker.process.terminate()
    for worker in running:
        worker.process.join(GRACE_S)
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join(GRACE_S)
        worker.connection.close()


def _work(job: Job, connection: "Connection[Any, Any]") -> None:
    """What runs in the process: one file."""
    from curtilage.app.analyze.run import stop_on_signals

    told = _Told(connection)
    with stop_on_signals() as stop, suppress(Stopped, BrokenPipeError):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        try:
            summary = analyze_source(job, told, stop)
        except InputError as error:
            summary = AnalysisSummary(job.path, job.out, error=str(error))
        connection.send(("done", summary))


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """A process that begins here hears Ctrl-C only when it is ready to stop in good order."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


class _Told:
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
