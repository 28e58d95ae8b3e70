"""Ctrl-C and the system's request to end become a stop in good order."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from curtilage.app.analyze.progress import Stopped, StopSign


@contextmanager
def stop_on_signals() -> Iterator[StopSign]:
    """While the block runs, SIGINT and SIGTERM ask for the end; a second one insists.

    Only the main thread can listen to signals; elsewhere nothing changes.
    """
    stop = StopSign()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def ask(number: int, frame: FrameType | None) -> None:
        del number, frame
        if stop.asked:
            raise Stopped
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
