"""Takes questions to the trial process, one at a time, and waits for no answer for ever."""

import logging
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final, TypeVar

from pydantic import BaseModel

from curtilage.config.site import SiteSettings
from curtilage.web.context import WebContext
from curtilage.web.refusal import TOO_MANY, Refused
from curtilage.web.trial.asked import DrawWays, TryRules

LOG = logging.getLogger(__name__)
BUDGET_S: Final = 8.0
"""Of the work itself; what is not done then is answered as far as it is."""
LONGEST_S: Final = 45.0
"""Until an answer, with the start of the process on a busy machine (a second; once after an update
its kernels are compiled, half a minute at worst); then the process is ended."""
WAITING: Final = 4
TURN_S: Final = 20.0
QUIET_S: Final = 120.0
"""So long the process is kept for the next question."""
COMMAND: Final = (sys.executable, "-P", "-m", "curtilage.web.trial")
MOST_BYTES: Final = 32 << 20
ANSWER: Final = b'{"answer":'

Model = TypeVar("Model", bound=BaseModel)


class TrialDesk:
    """A part of the web server; for any thread."""

    def __init__(
        self,
        _context: WebContext | None = None,
        command: tuple[str, ...] = COMMAND,
        longest_s: float = LONGEST_S,
    ) -> None:
        self._command, self._longest_s = command, longest_s
        self._turn = threading.Lock()
        self._count = threading.Lock()
        self._waiting = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._timer: threading.Timer | None = None
        self._stopped = False

    def ask(self, asked: TryRules | DrawWays, answer: type[Model]) -> Model:
        """What the process answers.

        Raises:
            Refused: 422 with what it says is wrong; 429: too many wait; 503: it failed, or took
                too long.

        """
        with self._in_turn():
            line = self._said(asked.model_dump_json(by_alias=True).encode() + b"\n")
        if line.startswith(ANSWER):
            return answer.model_validate_json(line[len(ANSWER) : line.rindex(b"}")])
        told = _Told.model_validate_json(line)
        if told.refused is not None:
            raise Refused(422, told.refused)
        raise Refused(503, f"The trial failed ({told.fault}); the log says more.")

    def apply(self, site: SiteSettings) -> None:
        """Nothing: each question brings its settings."""

    def stop(self) -> None:
        """End the process; questions that are asked now are refused."""
        self._stopped = True
        self._end()

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        with self._count:
            if self._waiting >= WAITING:
                raise _busy()
            self._waiting += 1
        try:
            if not self._turn.acquire(timeout=TURN_S):
                raise _busy()
            try:
                yield
            finally:
                self._turn.release()
        finally:
            with self._count:
                self._waiting -= 1

    def _said(self, question: bytes) -> bytes:
        """The line that answers a line."""
        if self._timer is not None:
            self._timer.cancel()
        process = self._running()
        try:
            end_s = time.monotonic() + self._longest_s
            _write(_piped(process.stdin), question, end_s)
            line = _read(_piped(process.stdout), end_s)
        except (OSError, TimeoutError) as error:
            self._end()
            LOG.warning("a trial was given up: %s", error or type(error).__name__)
            raise Refused(503, "The trial took too long, or its process ended.") from None
        self._timer = threading.Timer(QUIET_S, self._end_if_quiet)
        self._timer.daemon = True
        self._timer.start()
        return line

    def _running(self) -> subprocess.Popen[bytes]:
        if self._stopped:
            raise Refused(503, "The server is being stopped.")
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
            )
            for pipe in (self._process.stdin, self._process.stdout):
                os.set_blocking(_piped(pipe).fileno(), False)
        return self._process

    def _end_if_quiet(self) -> None:
        if self._turn.acquire(blocking=False):
            try:
                self._end()
            finally:
                self._turn.release()

    def _end(self) -> None:
        process, self._process = self._process, None
        if self._timer is not None:
            self._timer.cancel()
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                _piped(pipe).close()


class _Told(BaseModel):
    """What comes back instead of an answer."""

    refused: str | None = None  # a sentence for whoever asked
    fault: str | None = None  # of ours


def _piped(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # noqa: S101 - tells the type: it was asked for
    return pipe


def _write(pipe: IO[bytes], data: bytes, end_s: float) -> None:
    left = memoryview(data)
    while left:
        _wait(pipe, selectors.EVENT_WRITE, end_s)
        left = left[os.write(pipe.fileno(), left) :]


def _read(pipe: IO[bytes], end_s: float) -> bytes:
    """A line, with its end."""
    parts: list[bytes] = []
    size = 0
    while not parts or not parts[-1].endswith(b"\n"):
        _wait(pipe, selectors.EVENT_READ, end_s)
        parts.append(os.read(pipe.fileno(), 1 << 20))
        size += len(parts[-1])
        if not parts[-1]:
            raise OSError("its process ended")
        if size > MOST_BYTES:
            raise OSError("its answer has no end")
    return b"".join(parts)


def _wait(pipe: IO[bytes], event: int, end_s: float) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, event)
        if not selector.select(max(0.0, end_s - time.monotonic())):
            raise TimeoutError("it took too long")


def _busy() -> Refused:
    return Refused(TOO_MANY, "Others try rules now; ask again.", {"Retry-After": "3"})
