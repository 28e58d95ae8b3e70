"""A site to torture: settings in a folder, and its recorder as a process that may be killed."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from curtilage.config.site import SiteSettings
from curtilage.ingest.clock import SYSTEM, Clock
from curtilage.ingest.live.items import Item
from curtilage.record.recorder import Recorder

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Plan:
    """What a site is and how its recorder runs; goes to the child as JSON."""

    root: str  # holds state, volumes and the logs of what was sent
    cameras: int = 2
    segment_s: float = 2.0
    size: int | None = None  # bytes kept of each camera
    days: float | None = None
    reserve: int = 0
    volumes: tuple[str, ...] = ("disk",)
    seconds: float = 0.0  # of the world's; then it ends as it should. 0: when told
    flap_s: float = 0.0
    speed: float = 1.0  # of its clock
    start_utc_s: float = 0.0  # its clock begins there; 0: now
    steps: tuple[tuple[float, float], ...] = ()  # (after s of the world's, clock jumps by s)
    leave_out: str = ""  # "function:sync" of durable.Tree that is not done; or "index"
    patch: dict[str, float] = field(default_factory=dict)  # numbers set anew, by dotted name
    marks: bool = False  # what was promised is written to powercut.marks
    eio_after_s: float = 0.0  # then each sync of the first volume fails; 0: never
    numbered: bool = True  # pictures carry numbers, and the cameras keep a log
    mode: str = "record"  # or "repair", "rebuild": what fsck does
    silent: bool = False  # the cameras send nothing
    run: int = 1

    @property
    def folder(self) -> Path:
        """The root, as a path."""
        return Path(self.root)

    @property
    def names(self) -> list[str]:
        """The cameras' names."""
        return [f"cam{n}" for n in range(self.cameras)]

    def disks(self) -> list[Path]:
        """The folders of the volumes."""
        return [self.folder / name for name in self.volumes]

    def log(self, camera: str) -> Path:
        """Where the camera says what it sent."""
        return self.folder / f"{camera}.sent"

    def settings(self) -> SiteSettings:
        """What an owner would write."""
        retention = {"days": self.days, "size": self.size}
        return SiteSettings.model_validate(
            {
                "state": str(self.folder / "state"),
                "volumes": [{"path": str(d), "reserve": self.reserve} for d in self.disks()],
                "cameras": [
                    {"name": name, "url": f"file:///{name}", "retention": retention}
                    for name in self.names
                ],
            }
        )


class Child:
    """A running recorder."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def wait_ready(self) -> bool:
        """Waits until it records; False if it ended before."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip() == "ready"

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait(30)

    def end(self, seconds: float = 60.0) -> int:
        """Asks it to end, and waits; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


@contextmanager
def recorder(plan: Plan, env: dict[str, str] | None = None) -> Iterator[Child]:
    """The plan's recorder as a process; killed at the end of the block, if it still lives."""
    errors = plan.folder / "errors.log"
    with errors.open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.child", json.dumps(asdict(plan))],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=REPOSITORY,
            env={
                **(os.environ if env is None else env),
                "PYTHONPATH": os.pathsep.join([str(REPOSITORY), *(p for p in sys.path if p)]),
            },
        )
        child = Child(process)
        try:
            yield child
            assert process.poll() in (None, 0, -signal.SIGKILL), errors.read_text()[-2000:]
        finally:
            child.kill()
            if process.stdout is not None:
                process.stdout.close()


@contextmanager
def command(plan: Plan, *words: str) -> "Iterator[subprocess.Popen[bytes]]":
    """``curtilage`` with ``words``, as a process; killed at the end of the block."""
    with (plan.folder / "errors.log").open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "curtilage", *words],
            stdout=log,
            stderr=log,
            cwd=REPOSITORY,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(REPOSITORY), *(p for p in sys.path if p)]),
            },
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait(30)


class Silence:
    """A camera that says nothing at all."""

    def items(self, stop: threading.Event) -> Iterator[Item]:
        """Nothing, until ``stop``."""
        stop.wait()
        yield from ()


def recover(plan: Plan, clock: Clock = SYSTEM) -> None:
    """Starts and ends the recorder in this process: it puts in order what the last run left."""
    with Recorder(plan.settings(), clock=clock, source=lambda *_: Silence()):
        pass
