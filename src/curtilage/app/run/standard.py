"""Standard input, output and error: there, also where they were closed, and never waited for.

A terminal that is held (Ctrl-S), a pipe that nobody reads: who says something goes on. What does
not fit meanwhile is dropped, and counted.
"""

import contextlib
import os
import queue
import sys
import threading
import time

LAST_WORDS_S = 0.5  # for what was said last to be written


def open_what_is_closed() -> None:
    """Lead what is closed to nowhere: files that are opened later must not take its number."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is not None:
            continue
        nowhere = os.open(os.devnull, os.O_RDWR)
        try:
            os.fstat(number)
        except OSError:
            os.dup2(nowhere, number)
        setattr(sys, name, os.fdopen(nowhere, "r" if number == 0 else "w"))


class ErrorLines:
    """Lines to standard error, from a thread of its own.

    Args:
        most: that wait; what is more is dropped.

    """

    def __init__(self, most: int = 2000) -> None:
        self._lines: queue.Queue[str] = queue.Queue(most)
        self._dropped = 0
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def say(self, line: str) -> None:
        """Write a line soon; never waits."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="log", daemon=True)
                self._thread.start()
        try:
            self._lines.put_nowait(line)
        except queue.Full:
            self._dropped += 1

    def flush(self) -> None:
        """Wait a moment until what was said is written."""
        end_s = time.monotonic() + LAST_WORDS_S
        while self._lines.unfinished_tasks and time.monotonic() < end_s:
            time.sleep(0.01)

    def _run(self) -> None:
        while True:
            line = self._lines.get()
            dropped, self._dropped = self._dropped, 0
            if dropped:
                line += f" ({dropped} messages were dropped)"
            text = f"{line}\n".encode(errors="backslashreplace")
            with contextlib.suppress(OSError, ValueError):  # nobody listens any more
                os.write(sys.stderr.fileno(), text)  # no lock of Python's: it may last for ever
            self._lines.task_done()
