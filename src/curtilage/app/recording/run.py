"""Recording until told to stop: signals in, an orderly end out."""

import signal
import threading
from collections.abc import Callable
from types import FrameType

from curtilage.app.run.memory import share_arenas
from curtilage.config import SiteSettings
from curtilage.record.recorder import Recorder


def record(site: SiteSettings, ready: Callable[[Recorder], None]) -> None:
    """Record the cameras of ``site`` until told to stop; ``ready`` hears when it runs.

    SIGTERM, SIGINT and SIGHUP (the terminal is gone) end it in order. Whoever started it with
    ``nohup`` wants it to outlive the terminal.

    Raises:
        InputError: as ``Recorder.start``.

    """
    share_arenas()
    stop = threading.Event()

    def leave(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, leave)
    while not stop.is_set():
        with Recorder(site) as recorder:
            ready(recorder)
            while recorder.broken() is None and not stop.wait(1.0):
                pass
