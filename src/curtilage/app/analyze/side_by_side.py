"""Several files in processes of their own: each may fail or crash without costing the others."""

import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from curtilage.app.analyze.progress import Progress, StopSign
from curtilage.app.analyze.source import AnalysisSummary, Job

POLL_S = 0.2
GRACE_S = 2.0
"""How long processes may take to keep what they have when the user stops the analysis."""

WORKER = "curtilage.app.analyze.worker"
"""The module whose ``main`` a process runs."""

_BEGIN = "import sys; sys.path[:] = sys.argv[2:]; from {module} import main; main()"


def analyze_side_by_side(
    jobs: Sequence[Job], workers: int, progress: Progress, stop: StopSign
) -> list[AnalysisSummary]:
    """Analyse each of ``jobs``, at most ``workers`` at a time; results in the order of jobs.

    Raises:
        Stopped: the user asked for the end; what is done is kept.

    """
    done: dict[int, AnalysisSummary] = {}
    queue = deque(enumerate(jobs))
    running: list[_Worker] = []
    try:
        while queue or running:
            stop.check()
            while queue and len(running) < workers:
                running.append(_begin(*queue.popleft()))
            for worker in _speaking(running):
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
    process: subprocess.Popen[bytes]
    connection: "Connection[Any, Any]"

    def listen(self, progress: Progress) -> AnalysisSummary | None:
        """Pass on what it says; its result when it has ended, however it has."""
        try:
            while self.connection.poll():
                what, content = self.connection.recv()
                if what == "done":
                    self._bury()
                    return self._result(content)
                getattr(progress, what)(*content)
        except (EOFError, OSError):
            self._bury()
            return self._failed(self._death())
        return None

    def _result(self, content: AnalysisSummary | str) -> AnalysisSummary:
        return self._failed(content) if isinstance(content, str) else content

    def _failed(self, sentence: str) -> AnalysisSummary:
        return AnalysisSummary(self.job.path, self.job.out, error=sentence)

    def _bury(self) -> None:
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE_S)
        self.connection.close()

    def _death(self) -> str:
        code = self.process.returncode
        if code is not None and code < 0:
            how = f"was ended by {signal.Signals(-code).name}"
        else:
            how = f"ended unexpectedly (exit code {code})"
        return f"{self.job.path}: its process {how}; the same command goes on where it stopped"


def _begin(number: int, job: Job) -> _Worker:
    """A new interpreter, not a fork: OpenVINO's and OpenCV's threads hold locks.

    Nor ``multiprocessing``: it would run the caller's script once more.
    """
    ours, theirs = os.pipe()
    command = [sys.executable, "-c", _BEGIN.format(module=WORKER), str(theirs), *sys.path]
    try:
        with _interrupts_held():
            process = subprocess.Popen(  # noqa: S603 - this very interpreter
                command, stdin=subprocess.PIPE, pass_fds=(theirs,)
            )
    finally:
        os.close(theirs)
    if process.stdin is not None:
        with suppress(BrokenPipeError), process.stdin as pipe:  # it died; listen() tells how
            pickle.dump(job, pipe)
    return _Worker(number, job, process, Connection(ours, writable=False))


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """A process that begins here hears Ctrl-C only when it is ready to stop in good order."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _speaking(running: Sequence[_Worker]) -> list[_Worker]:
    """Those that have something to say, after waiting a little for it."""
    speaking = wait([worker.connection for worker in running], timeout=POLL_S)
    return [worker for worker in running if worker.connection in speaking]


def _end(running: Sequence[_Worker]) -> None:
    """Ask all to keep what they have and end; end those that do not."""
    for worker in running:
        worker.process.terminate()
    for worker in running:
        try:
            worker.process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            worker.process.kill()
            worker.process.wait(GRACE_S)
        worker.connection.close()
