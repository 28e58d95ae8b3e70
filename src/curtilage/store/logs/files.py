"""The files of the log: the newest is written to, five older ones are kept, 24 MB in all.

``logs/curtilage.jsonl`` in the state folder, then ``.1`` (younger) to ``.5``. Whoever says
something never waits for the disk: a thread writes, and what does not fit its queue is dropped,
and counted.
"""

import contextlib
import os
import queue
import threading
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from curtilage.store.logs.line import Level, LogLine, encoded

FOLDER: Final = "logs"
NAME: Final = "curtilage.jsonl"
FILE_BYTES: Final = 4_000_000
OLDER: Final = 5
WAITING: Final = 5000
"""Lines that wait for the disk."""
LEAVE_S: Final = 1.0


def paths(folder: Path) -> list[Path]:
    """Where the files are, the newest first, whether they are there or not."""
    return [folder / NAME, *(folder / f"{NAME}.{n}" for n in range(1, OLDER + 1))]


class LogFiles:
    """Writes lines; ``with`` begins and ends it. One of a site at a time.

    Args:
        folder: made if missing.
        file_bytes: a file that has as much is an older one.

    """

    def __init__(self, folder: Path, file_bytes: int = FILE_BYTES) -> None:
        self._folder, self._file_bytes = folder, file_bytes
        self._waiting: queue.Queue[LogLine | None] = queue.Queue(WAITING)
        self._dropped = 0
        self._thread = threading.Thread(target=self._run, name="log files", daemon=True)

    def put(self, line: LogLine) -> None:
        """Let a line be written; never waits."""
        try:
            self._waiting.put_nowait(line)
        except queue.Full:
            self._dropped += 1

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(queue.Full):
            self._waiting.put_nowait(None)
            self._thread.join(LEAVE_S)

    def _run(self) -> None:
        line = self._waiting.get()
        while line is not None:
            lines = [line]
            with contextlib.suppress(queue.Empty):
                while len(lines) < WAITING and line is not None:
                    line = self._waiting.get_nowait()
                    lines += [] if line is None else [line]
            self._write(lines)
            line = self._waiting.get() if line is not None else None

    def _write(self, lines: list[LogLine]) -> None:
        """A disk that is full or gone costs the lines, nothing else."""
        dropped, self._dropped = self._dropped, 0
        if dropped:
            text = f"{dropped} lines of the log were dropped"
            lines.append(LogLine(lines[-1].time_ns, "supervisor", Level.WARNING, text))
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            at = 0
            while at < len(lines):
                at += self._append(lines[at:])
        except OSError:
            self._dropped += len(lines)

    def _append(self, lines: list[LogLine]) -> int:
        """As many lines as one file takes; how many."""
        newest = self._folder / NAME
        descriptor = os.open(newest, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size, taken, data = os.fstat(descriptor).st_size, 0, b""
            torn = size > 0 and not _ends_a_line(newest)
            for line in lines:
                data += encoded(line)
                taken += 1
                if size + len(data) >= self._file_bytes:
                    break
            os.write(descriptor, b"\n" * torn + data)
        finally:
            os.close(descriptor)
        if size + len(data) >= self._file_bytes:
            self._turn()
        return taken

    def _turn(self) -> None:
        """Every file grows older by one; the oldest goes."""
        files = paths(self._folder)
        for younger, older in zip(files[-2::-1], files[:0:-1], strict=True):
            with contextlib.suppress(FileNotFoundError):
                younger.replace(older)


def _ends_a_line(path: Path) -> bool:
    """Whether the last line is whole: the power may have gone in the middle of one."""
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
