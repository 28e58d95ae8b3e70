"""Logs: one line a message, with the time and the process that says it, on standard error.

The supervisor keeps the same lines in files of the state folder, as soon as it knows that one.
"""

import contextlib
import logging
import os
import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime

from curtilage.store.logs.files import LogFiles
from curtilage.store.logs.line import LogLine, said

QUIET = ("alembic", "sqlalchemy", "uvicorn.access", "numba", "matplotlib", "multipart")
"""Libraries whose daily business is nobody's news."""

LAST_WORDS_S = 0.5  # for what was logged last to be written


class OneLine(logging.Formatter):
    """A message, and the traceback if there is one, on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """As ``logging`` does, the lines of it joined."""
        return " | ".join(line for line in super().format(record).splitlines() if line.strip())


def of_child() -> None:
    """A child's log goes to its standard error; the supervisor adds time and name."""
    _begin(NeverWaiting(), "%(levelname)s %(message)s")


def of_supervisor() -> None:
    """The supervisor's own log."""
    _begin(Printing(), "%(levelname)s %(message)s")


def last_words() -> None:
    """Let what was logged last be written, before the process ends."""
    for handler in logging.getLogger().handlers:
        handler.flush()


class NeverWaiting(logging.Handler):
    """Writes lines to standard error from a thread of its own.

    Whoever logs must not wait for a supervisor that does not read: a recording would wait, too.
    What does not fit is dropped, and counted.
    """

    def __init__(self, most: int = 2000) -> None:
        super().__init__()
        self._lines: queue.Queue[str] = queue.Queue(most)
        self._dropped = 0
        threading.Thread(target=self._run, name="log", daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        """Take one message."""
        try:
            self._lines.put_nowait(self.format(record))
        except queue.Full:
            self._dropped += 1

    def _run(self) -> None:
        while True:
            line = self._lines.get()
            dropped, self._dropped = self._dropped, 0
            if dropped:
                line += f" ({dropped} messages were dropped)"
            with contextlib.suppress(OSError):  # nobody listens any more
                os.write(sys.stderr.fileno(), f"{line}\n".encode())
            self._lines.task_done()

    def flush(self) -> None:
        """Wait a moment until what was logged is written."""
        end_s = time.monotonic() + LAST_WORDS_S
        while self._lines.unfinished_tasks and time.monotonic() < end_s:
            time.sleep(0.01)


class Printing(logging.Handler):
    """Prints what the supervisor says among what its children say."""

    def emit(self, record: logging.LogRecord) -> None:
        """One line."""
        print_line("supervisor", self.format(record))


_LOCK = threading.Lock()
_EARLY: deque[LogLine] = deque(maxlen=200)
"""What was said before there were files."""
_put: Callable[[LogLine], None] = _EARLY.append


@contextlib.contextmanager
def kept_in(files: LogFiles, redact: Callable[[str], str]) -> Iterator[None]:
    """While in it, what is printed is kept, too, without what ``redact`` takes out."""
    global _put

    def keep(line: LogLine) -> None:
        text = redact(line.text)
        files.put(LogLine(line.time_ns, line.process, line.level, text))

    with _LOCK:
        _put = keep
        while _EARLY:
            keep(_EARLY.popleft())
    try:
        yield
    finally:
        with _LOCK:
            _put = _EARLY.append


def print_line(process: str, text: str) -> None:
    """One line of ``process``. A terminal that is gone is no reason to end."""
    line = said(time.time_ns(), process, text)
    now = datetime.now().astimezone().isoformat(" ", "milliseconds")
    with _LOCK:
        _put(line)
        try:
            sys.stderr.write(f"{now} {process:<10} {text}\n")
            sys.stderr.flush()
        except (OSError, ValueError):
            pass


def _begin(handler: logging.Handler, form: str) -> None:
    handler.setFormatter(OneLine(form))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for library in QUIET:
        logging.getLogger(library).setLevel(logging.WARNING)
