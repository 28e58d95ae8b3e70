"""Processes that are killed at any moment, for tests: they record, delete, recover or repair."""

import os
import signal
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from curtilage.config.site import SiteSettings
from curtilage.ingest.clock import SYSTEM
from curtilage.model import GapReason
from curtilage.record.disk.volume import Volume
from curtilage.record.disk.volumes import Volumes
from curtilage.record.lock import locked
from curtilage.record.upkeep import fsck
from curtilage.record.upkeep.recovery import recover
from curtilage.record.upkeep.retention import Retention
from curtilage.record.writing.store_index import StoreIndex
from curtilage.record.writing.writers import Writers
from curtilage.store.index.database import Database
from tests.record.cameras import NS, T0, segment

CAMERAS = ("door", "yard", "hall")
SECONDS = 4  # of a segment
LINE = struct.Struct("<Bqq")  # number of the camera, start and end of what is durable


HANGS_S = 120.0


def run_and_kill(
    work: Callable[[int], None], after_s: float, after_fragments: int = 0
) -> list[tuple[str, int, int]]:
    """Run ``work(pipe)`` in a process and kill it; what it said to be durable.

    Args:
        work: What it does.
        after_s: How long it lives once it has said ``after_fragments``.
        after_fragments: To be durable: progress, since time says little of it on a busy machine.

    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(read)
            work(write)
            code = 0
        finally:
            os._exit(code)
    os.close(write)
    said = b""
    with _killing(child, HANGS_S):
        while len(said) < after_fragments * LINE.size and (piece := os.read(read, 1 << 10)):
            said += piece
        with _killing(child, after_s):
            while piece := os.read(read, 1 << 16):
                said += piece
    os.close(read)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) in (0, -signal.SIGKILL)
    whole = len(said) // LINE.size * LINE.size
    return [(CAMERAS[n], start, end) for n, start, end in LINE.iter_unpack(said[:whole])]


@contextmanager
def _killing(child: int, after_s: float) -> Iterator[None]:
    """Whoever comes to the end before is not killed."""
    killer = threading.Timer(after_s, os.kill, (child, signal.SIGKILL))
    killer.start()
    yield
    killer.cancel()
    killer.join()


class Teller:
    """Says down a pipe what is durable."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    def durable(self, camera: str, _stream: str, start_ns: int, end_ns: int) -> None:
        os.write(self._pipe, LINE.pack(CAMERAS.index(camera), start_ns, end_ns))

    def stopped(
        self, camera: str, stream: str, since_ns: int, reason: GapReason, sentence: str
    ) -> None:
        raise AssertionError(f"{camera}/{stream}: {since_ns} {reason} {sentence}")

    def volume_failed(self, _volume: Volume, sentence: str) -> None:
        raise AssertionError(sentence)


def record(site: SiteSettings, second: int, pipe: int) -> None:
    """Record all cameras from ``second`` on as fast as the disk takes it, deleting beside it."""
    with locked(site.state), Database.open(site.state) as database:
        volumes = Volumes(site.volumes, database)
        recover(database, volumes.refresh(SYSTEM.utc_ns()))
        volumes.admit()
        retention = Retention(site, database, volumes, SYSTEM)
        index = StoreIndex(database, lambda _sentence: None)
        writers = Writers(volumes.usable, index, Teller(pipe), retention.make_room)
        deleting = threading.Thread(target=lambda: [retention.run() for _ in range(10_000)])
        deleting.daemon = True
        deleting.start()
        for number in range(10_000):
            start_ns = T0 + (second + number * SECONDS) * NS
            segments = [segment(SECONDS, start_ns, camera, number=number) for camera in CAMERAS]
            for n in range(SECONDS):
                for camera, (draft, fragments) in zip(CAMERAS, segments, strict=True):
                    if n == 0:
                        writers.begin(draft, fragments[0])
                    else:
                        writers.append(camera, "main", fragments[n])
                while writers.health().lanes > 1:
                    time.sleep(0.0005)


def start_and_recover(site: SiteSettings, _pipe: int) -> None:
    with locked(site.state), Database.open(site.state) as database:
        recover(database, Volumes(site.volumes, database).refresh(SYSTEM.utc_ns()))


def repair(site: SiteSettings, _pipe: int) -> None:
    fsck.repair(site, fsck.by_content)


def rebuild(site: SiteSettings, _pipe: int) -> None:
    fsck.rebuild_site(site)


def all_files(site: SiteSettings) -> list[Path]:
    disk = site.volumes[0].path
    return sorted(p for p in disk.rglob("*") if p.is_file() and p.name[0] != ".")
