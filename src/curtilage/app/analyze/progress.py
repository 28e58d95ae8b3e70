"""How an analysis tells what it is doing; the command line draws bars from it."""

import threading
from typing import Protocol


class Progress(Protocol):
    """Listens to an analysis. All calls come from the thread that called ``analyze``."""

    def begin(self, source: str, total_s: float | None, done_s: float) -> None:
        """A file is being analysed: so much footage (None: unknown), so much done before."""

    def advance(self, source: str, done_s: float, frames: int) -> None:
        """So many seconds of it are done, and so many frames were analysed in this run."""

    def stage(self, source: str, what: str) -> None:
        """All frames are analysed; what is done now: ``rules``, ``pictures``, …."""

    def note(self, source: str, sentence: str) -> None:
        """A sentence for the user: a warning, or that the analysis starts over."""

    def end(self, source: str, error: str | None) -> None:
        """The file is finished, or has failed with a sentence."""


class Silence:
    """A ``Progress`` that says nothing."""

    def begin(self, source: str, total_s: float | None, done_s: float) -> None:
        """See ``Progress``."""

    def advance(self, source: str, done_s: float, frames: int) -> None:
        """See ``Progress``."""

    def stage(self, source: str, what: str) -> None:
        """See ``Progress``."""

    def note(self, source: str, sentence: str) -> None:
        """See ``Progress``."""

    def end(self, source: str, error: str | None) -> None:
        """See ``Progress``."""


class Stopped(KeyboardInterrupt):
    """The user stopped the analysis; what was done is kept."""


class StopSign:
    """Set from a signal handler or another thread; looked at between batches of frames."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        """Ask for the end."""
        self._event.set()

    @property
    def asked(self) -> bool:
        """True after ``set``."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise ``Stopped`` if the end was asked for."""
        if self.asked:
            raise Stopped
