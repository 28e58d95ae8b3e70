"""Logs: one line a message, with the time and the process that says it, on standard error.

The supervisor keeps the same lines in files of the state folder, as soon as it knows that one.
"""

import atexit
import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime

from curtilage.app.run.standard import ErrorLines
from curtilage.store.logs.files import LogFiles
from curtilage.store.logs.line import LogLine, said

QUIET = ("alembic", "sqlalchemy", "uvicorn.access", "numba", "matplotlib", "multipart")
"""Libraries whose daily business is nobody's news."""


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
    atexit.register(last_words)


def last_words() -> None:
    """Let what was logged last be written, before the process ends."""
    _ERRORS.flush()


class NeverWaiting(logging.Handler):
    """Whoever logs must not wait for a supervisor that does not read: a recording would, too."""

    def emit(self, record: logging.LogRecord) -> None:
        """Take one message."""
        _ERRORS.say(self.format(record))


class Printing(logging.Handler):
    """Prints what the supervisor says among what its children say."""

    def emit(self, record: logging.LogRecord) -> None:
        """One line."""
        print_line("supervisor", self.format(record))


_ERRORS = ErrorLines()
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
    """One line of ``process``. A terminal that is gone, or held, is no reason to end or to wait."""
    line = said(time.time_ns(), process, text)
    now = datetime.now().astimezone().isoformat(" ", "milliseconds")
    with _LOCK:
        _put(line)
    _ERRORS.say(f"{now} {process:<10} {text}")


def _begin(handler: logging.Handler, form: str) -> None:
    handler.setFormatter(OneLine(form))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for library in QUIET:
        logging.getLogger(library).setLevel(logging.WARNING)
