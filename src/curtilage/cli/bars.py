"""Progress of an analysis as bars: a row per file with frames per second and time left."""

import time
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

SMOOTHING_S = 1.0  # a rate over less than this says more about the machine than about us


class Bars:
    """A ``curtilage.app.analyze.Progress`` that draws on a terminal, or writes plain lines."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bars = Progress(
            TextColumn("{task.fields[label]}", markup=False),
            BarColumn(bar_width=None),
            TaskProgressColumn(),
            TextColumn("{task.fields[rate]:>12}"),
            TimeRemainingColumn(),
            console=console,
            expand=True,
        )
        self._tasks: dict[str, TaskID] = {}
        self._begun: dict[str, float] = {}
        self._notes: list[tuple[str, str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._tasks:
            self._bars.stop()
        for name, sentence in self._notes:
            if sentence not in str(error):  # the error is printed by whoever ends the command
                self._console.print(
                    f"{name}: {sentence}", markup=False, highlight=False, soft_wrap=True
                )

    def begin(self, source: str, total_s: float | None, done_s: float) -> None:
        """See ``Progress`` of ``analyze``."""
        if not self._tasks:
            self._bars.start()
        self._tasks[source] = self._bars.add_task(
            source, total=total_s, label=Path(source).name, rate=""
        )
        self._bars.update(self._tasks[source], completed=done_s)
        self._begun[source] = time.monotonic()

    def advance(self, source: str, done_s: float, frames: int) -> None:
        """See ``Progress`` of ``analyze``."""
        spent = time.monotonic() - self._begun[source]
        rate = f"{frames / spent:.0f} frames/s" if spent > SMOOTHING_S else ""
        self._bars.update(self._tasks[source], completed=done_s, rate=rate)

    def stage(self, source: str, what: str) -> None:
        """See ``Progress`` of ``analyze``."""
        if source in self._tasks:
            self._bars.update(self._tasks[source], label=f"{Path(source).name} · {what}")

    def note(self, source: str, sentence: str) -> None:
        """See ``Progress`` of ``analyze``."""
        self._notes.append((Path(source).name, sentence))

    def end(self, source: str, error: str | None) -> None:
        """See ``Progress`` of ``analyze``."""
        if source not in self._tasks:
            return
        task, name = self._tasks[source], Path(source).name
        if error is None:
            total = self._bars.tasks[self._bars.task_ids.index(task)].total
            self._bars.update(task, completed=total or 1, total=total or 1, label=name)
        else:
            self._bars.update(task, label=f"{name} · failed")
