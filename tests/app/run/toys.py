"""Kept toys, for tests: real processes that do nothing."""

import os
import queue
import sys
import time
from collections.abc import Callable
from pathlib import Path

from curtilage.app.run.backoff import Backoff
from curtilage.app.run.kept import KeptChild, News, Patience, State
from curtilage.app.run.parts import RECORDER, PartName

SCRIPT = Path(__file__).with_name("toy.py")
LONG_S = 30.0


def settings(folder: Path, mode: str) -> Path:
    """Settings of a site in ``folder`` that tell a toy how to behave."""
    (folder / "state").mkdir(exist_ok=True)
    file = folder / f"{mode}.yaml"
    file.write_text(
        f"state: {folder / 'state'}\nvolumes: [{{path: {folder / 'rec'}}}]\n"
        f"mode: {mode}\nmodes: [{mode}]\n"
    )
    return file


class KeptToy:
    """A kept toy, what it said, and what became of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lines: list[str] = []
        self._news: queue.Queue[News] = queue.Queue()
        self.kept = KeptChild(
            RECORDER,
            lambda _name, news: self._news.put(news),
            self._log,
            _patience(LONG_S),
            Backoff(first_s=0.1, most_s=0.2),
            lambda name: [sys.executable, str(SCRIPT), *name.arguments],
        )

    def start(self, mode: str = "home") -> None:
        self.kept.start(settings(self.folder, mode))

    def expect_signs(self, silence_s: float) -> None:
        """From now on it may be silent for so long only; its start takes what it takes."""
        self.kept._patience = _patience(silence_s)
        self.kept.begin_with(self.kept._settings)  # any event: how long it waits is reckoned anew

    def news(self) -> News:
        return self._news.get(timeout=LONG_S)

    def notes(self) -> list[str]:
        return (self.folder / "state" / "notes").read_text().splitlines()

    def ready(self) -> int:
        """The process that does its work."""
        assert self.kept.ready.wait(LONG_S)
        pid = self.kept.status().pid
        assert pid is not None
        return pid

    def end(self) -> None:
        self.kept.stop()
        assert self.kept.join(LONG_S)
        assert self.kept.status().state is State.STOPPED

    def _log(self, _name: PartName, line: str) -> str:
        self.lines.append(line)
        return line.replace("geheim", "***")


def _patience(silence_s: float) -> Patience:
    return Patience(silence_s=silence_s, hung_s=0.5, stop_s=5.0)


def eventually(true: Callable[[], object], timeout_s: float = LONG_S) -> None:
    """Wait until something is true."""
    end_s = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < end_s, "it did not come true"
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def signal_to(pid: int, number: int) -> None:
    """Send a signal to one process that a test started."""
    os.kill(pid, number)
