"""One life of a child process: started, listened to, told, ended.

What happens to it is given on as events, so that whoever keeps it needs no lock. Threads read its
pipes and wait for its end; they end with it.
"""

import contextlib
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from curtilage.app.run.lines import lines_of
from curtilage.app.run.parts import PartName
from curtilage.app.run.protocol import Apply, Said, Stop, command_line, read_said

LAST_LINES = 12
AFTER_END_S = 1.0  # for its last lines to be read


@dataclass(frozen=True, slots=True)
class Gone:
    """The process ended."""

    code: int


def command(name: PartName) -> list[str]:
    """How a child is started: by the same Python, with no module from the folder it is in."""
    return [sys.executable, "-P", "-m", "curtilage.app.run.child", *name.arguments]


class ChildProcess:
    """A child from its start to its end.

    Args:
        name: Which part it runs.
        settings: File of its settings.
        give: Takes what it says, and its end; called in threads.
        log: Takes each line of its standard error and gives it back as it may be shown.
        command: How a part is started, less its settings.

    Raises:
        OSError: it cannot be started.

    """

    def __init__(
        self,
        name: PartName,
        settings: Path,
        give: Callable[[Said | Gone], None],
        log: Callable[[str], str],
        command: Callable[[PartName], list[str]] = command,
    ) -> None:
        self.began_s = time.monotonic()
        self._give = give
        self._log = log
        self._lines: deque[str] = deque(maxlen=LAST_LINES)
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
            [*command(name), "--settings", str(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,  # Ctrl-C is for the supervisor, which ends us in order
        )
        self._orders = _piped(self._process.stdin)
        self._readers = [
            self._thread(self._read_words, _piped(self._process.stdout)),
            self._thread(self._read_log, _piped(self._process.stderr)),
        ]
        threading.Thread(target=self._wait, daemon=True).start()

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    @property
    def last_lines(self) -> tuple[str, ...]:
        """What its standard error said last, passwords hidden."""
        return tuple(self._lines)

    def tell(self, command: Apply | Stop) -> None:
        """Send a command; to a dead process it is lost."""
        with contextlib.suppress(OSError, ValueError):
            self._orders.write(command_line(command))

    def terminate(self) -> None:
        """SIGTERM."""
        self._process.terminate()

    def kill(self) -> None:
        """SIGKILL, which also ends what is stopped or hangs."""
        self._process.kill()

    def _thread(self, read: Callable[[IO[bytes]], None], pipe: IO[bytes]) -> threading.Thread:
        thread = threading.Thread(target=read, args=(pipe,), daemon=True)
        thread.start()
        return thread

    def _read_words(self, pipe: IO[bytes]) -> None:
        for line in lines_of(pipe.fileno()):
            said = read_said(line)
            if said is not None:
                self._give(said)
        pipe.close()

    def _read_log(self, pipe: IO[bytes]) -> None:
        for line in lines_of(pipe.fileno()):
            text = line.decode("utf-8", "replace").rstrip()
            if text:
                self._lines.append(self._log(text))
        pipe.close()

    def _wait(self) -> None:
        code = self._process.wait()
        for reader in self._readers:  # a grandchild may hold the pipes open for ever
            reader.join(AFTER_END_S)
        with contextlib.suppress(OSError):
            self._orders.close()
        self._give(Gone(code))


def _piped(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise ValueError("a process of ours has three pipes")
    return pipe
