"""``curtilage run`` as a process, for tests: what it logs, what its parts are, what it keeps."""

import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from curtilage.config import load_site
from curtilage.store import health, notices
from curtilage.store.index.database import FILE_NAME, Database
from curtilage.store.notices import Notice
from tests.app.run.toys import eventually

PARTS = ("recorder", "web")
"""Those that must run for a test to begin; the analyser may have to compile its kernels first."""


class Running:
    """A site that runs.

    Args:
        file: Its settings.
        state: Its state folder, where the settings are wrong.

    """

    def __init__(self, file: Path, state: Path | None = None) -> None:
        self.file = file
        self.state = state or load_site(file).state
        self._database: Database | None = None
        self.log: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "curtilage", "run", "--config", str(file)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.end()
        if self._database is not None:
            self._database.close()
        if error is not None:
            sys.stderr.write("\n".join(self.log))

    def end(self, number: int = signal.SIGTERM) -> int:
        """Tell it to end; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(60)

    def says(self, text: str, times: int = 1) -> str:
        """Wait for a line of log that holds ``text``; the last of them."""
        eventually(lambda: sum(text in line for line in self.log) >= times, 60.0)
        return [line for line in self.log if text in line][-1]

    def facts(self) -> dict[str, Any]:
        """What the supervisor says of itself in the index."""
        if not (self.state / FILE_NAME).exists():
            return {}
        with self._index().read() as connection:
            rows = {one.process: one.facts for one in health.reports(connection)}
        return rows.get("supervisor", {})

    def pids(self) -> dict[str, int]:
        """The parts that do their work."""
        parts = self.facts().get("parts", {})
        return {name: one["pid"] for name, one in parts.items() if one["state"] == "running"}

    def all_run(self) -> dict[str, int]:
        """Wait until all parts (but perhaps the analyser) do their work."""
        eventually(lambda: set(PARTS) <= set(self.pids()), 120.0)
        return self.pids()

    def notices(self) -> list[Notice]:
        """What the owner was told."""
        with self._index().read() as connection:
            return notices.since(connection, 0)

    def recordings(self, camera: str) -> list[Path]:
        """Files of a camera."""
        return sorted((self.file.parent / "video" / camera).rglob("*.mp4"))

    def forget_index(self) -> None:
        """It is another file from now on."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def _index(self) -> Database:
        if self._database is None:
            self._database = Database.open(self.state)
        return self._database

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.log.append(line.rstrip("\n"))
