"""The recorder that is tortured: the real one, with numbered cameras and, on demand, a fault.

``python -m tests.torture.child PLAN`` (JSON of ``site.Plan``). Says "ready" when it records.
"""

import errno
import importlib
import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from curtilage.config.site import SiteCamera, StreamSettings
from curtilage.errors import InputError
from curtilage.ingest.clock import SYSTEM, Clock
from curtilage.record.disk import durable
from curtilage.record.recorder import Recorder
from curtilage.record.reporting import Reporter
from curtilage.record.stream_thread import ItemSource
from curtilage.record.upkeep.fsck import rebuild_site, repair
from tests.torture.numbered import NumberedSource, pictures
from tests.torture.site import Plan, Silence


class ToldClock:
    """A clock that runs faster, begins anywhere, and jumps when told."""

    def __init__(self, plan: Plan) -> None:
        self._speed = plan.speed
        self._steps = plan.steps
        self._began_ns = time.monotonic_ns()
        self._utc_ns = round(plan.start_utc_s * 1e9) if plan.start_utc_s else time.time_ns()

    def monotonic_ns(self) -> int:
        """Time since the start, as fast as the plan says."""
        return round((time.monotonic_ns() - self._began_ns) * self._speed)

    def utc_ns(self) -> int:
        """The time that the machine believes it is."""
        passed_s = (time.monotonic_ns() - self._began_ns) / 1e9
        jumped_s = sum(by_s for after_s, by_s in self._steps if passed_s >= after_s)
        return self._utc_ns + self.monotonic_ns() + round(jumped_s * 1e9)


def main(plan: Plan) -> int:
    """Records until told to end, or for as long as the plan says."""
    for name, value in plan.patch.items():
        module, _, attribute = name.rpartition(".")
        setattr(importlib.import_module(module), attribute, type_of(module, attribute)(value))
    if plan.leave_out:
        leave_out(plan.leave_out)
    if plan.eio_after_s:
        break_syncs(plan)
    if plan.marks:
        say_what_is_promised(plan)
    if plan.mode != "record":
        (repair if plan.mode == "repair" else rebuild_site)(plan.settings())
        return 0
    pictures()
    told = plan.speed != 1.0 or plan.start_utc_s or plan.steps
    clock: Clock = ToldClock(plan) if told else SYSTEM
    end = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: end.set())

    def source(camera: SiteCamera, _: StreamSettings) -> ItemSource:
        if plan.silent:
            return Silence()
        return NumberedSource(plan.log(camera.name), clock, plan.flap_s, plan.speed, plan.run)

    try:
        with Recorder(
            plan.settings(), clock=clock, segment_ns=round(plan.segment_s * 1e9), source=source
        ):
            print("ready", flush=True)  # noqa: T201 (the one who started us waits for it)
            end.wait(plan.seconds or None)
    except InputError as error:
        print(error, flush=True)  # noqa: T201
        return 2
    return 0


def type_of(module: str, attribute: str) -> Callable[[float], float]:
    """int or float, as the number is now."""
    now = getattr(importlib.import_module(module), attribute)
    return int if isinstance(now, int) else float


def leave_out(what: str) -> None:
    """Leaves out one sync: that of the index, or one that a function of ``Tree`` asks for."""
    function, _, sync = what.partition(":")
    if function == "index":
        from curtilage.store.index import engine

        really_set = engine._set

        def carelessly(raw: Any, *pragmas: str) -> None:
            really_set(raw, *(p.replace("synchronous=FULL", "synchronous=OFF") for p in pragmas))

        engine._set = carelessly
        return
    really: Callable[..., None] = getattr(durable.Tree, sync)

    def but_not_there(*given: Any) -> None:
        if sys._getframe(1).f_code.co_name != function:
            really(*given)

    setattr(durable.Tree, sync, but_not_there)


def break_syncs(plan: Plan) -> None:
    """After a while no sync of the first volume succeeds, as with a disk that dies."""
    disk = plan.disks()[0]
    dies_s = time.monotonic() + plan.eio_after_s

    def breaking(really: Callable[[int], None]) -> Callable[[int], None]:
        def sync(descriptor: int) -> None:
            dead = time.monotonic() >= dies_s
            if dead and Path(f"/proc/self/fd/{descriptor}").readlink().is_relative_to(disk):
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            really(descriptor)

        return sync

    setattr(os, "fsync", breaking(os.fsync))  # noqa: B010 (mypy forbids the assignment)
    setattr(os, "fdatasync", breaking(os.fdatasync))  # noqa: B010


def say_what_is_promised(plan: Plan) -> None:
    """Each promise ("is on the disk") becomes a mark in the journal of the power cut."""
    path = plan.folder / "state" / "powercut.marks"
    path.parent.mkdir(parents=True, exist_ok=True)
    marks = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    really = Reporter.durable

    def durable(self: Reporter, camera: str, stream: str, start_ns: int, end_ns: int) -> None:
        os.write(marks, f"{camera} {start_ns} {end_ns}\n".encode())
        really(self, camera, stream, start_ns, end_ns)

    Reporter.durable = durable  # type: ignore[method-assign]  # that is the point of it


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(threadName)s %(message)s")
    given = json.loads(sys.argv[1])
    given["volumes"] = tuple(given["volumes"])
    given["steps"] = tuple(tuple(step) for step in given["steps"])
    sys.exit(main(Plan(**given)))
