"""A child's sign of life: said every few seconds, and not said when the main thread hangs.

Starting and taking other settings may take minutes (a recovery after a power cut, a model that is
compiled); what runs should look after itself every second.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

EVERY_S = 5.0
IDLE_S = 20.0  # longest silence of a main thread that only waits
BUSY_S = 600.0  # longest start, or change of settings


class Pulse:
    """Calls ``say`` as long as the main thread does what it should.

    Args:
        say: Tells the supervisor that we live.
        every_s: How often.

    """

    def __init__(self, say: Callable[[], None], every_s: float = EVERY_S) -> None:
        self._say = say
        self._every_s = every_s
        self._until_s = time.monotonic() + BUSY_S

    def start(self) -> None:
        """From now on; for the life of the process."""
        threading.Thread(target=self._run, name="pulse", daemon=True).start()

    def beat(self) -> None:
        """The main thread came by."""
        self._until_s = time.monotonic() + IDLE_S

    @contextlib.contextmanager
    def busy(self) -> Iterator[None]:
        """The main thread does something that may take long."""
        self._until_s = time.monotonic() + BUSY_S
        try:
            yield
        finally:
            self.beat()

    def _run(self) -> None:
        while True:
            if time.monotonic() < self._until_s:
                self._say()
            time.sleep(self._every_s)
