"""The thread that reads what was recorded while the analysis did not run, before live goes on.

Cameras that have a saved state begin here: their live packets wait, what lies between is read from
the recordings and analysed in full, and where the two meet the camera is live.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from curtilage.analysis.resume.joining import Junction, plan
from curtilage.analysis.resume.recorded import Recorded
from curtilage.analysis.station import Station
from curtilage.errors import InputError
from curtilage.ingest.bus import Heard
from curtilage.ingest.clock import Clock
from curtilage.store.index.database import Database
from curtilage.store.recorded import volumes
from curtilage.vision.decode import Lanes

LOG = logging.getLogger(__name__)
MOST_JOBS: Final = 60  # packets that wait to be decoded, of each camera
MOST_PICTURES: Final = 8  # that wait to be looked at
FEW_JOBS: Final = 10  # fewer than that wait: it is as far as its camera
SLOW_NS: Final = 30_000_000_000  # on a machine that never gets so far: live all the same, thinned
PAUSE_S: Final = 0.02
LOOK_NS: Final = 200_000_000  # between two looks for recordings where there was nothing new


class CatchingUp:
    """Brings cameras from where they stopped to now.

    Args:
        database: the store, with the index of recordings.
        lanes: who decodes.
        waits: how many pictures of a camera wait to be looked at.
        clock: the machine's clocks.

    """

    def __init__(
        self,
        database: Database,
        lanes: Lanes,
        waits: Callable[[str], int],
        clock: Clock,
    ) -> None:
        self._database, self._lanes, self._waits = database, lanes, waits
        self._clock = clock
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._runs: list[_Run] = []
        self._thread: threading.Thread | None = None

    def add(self, stations: Iterable[Station]) -> None:
        """Bring these up to date; the thread begins with the first."""
        with self._lock:
            self._runs += [_Run(station) for station in stations]
            if self._runs and (self._thread is None or not self._thread.is_alive()):
                self._thread = threading.Thread(target=self._run, name="catching up", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Leave it where it is: the next process goes on from there."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(3.0)

    def _run(self) -> None:
        while not self._stop.is_set():
            with self._lock:
                runs = self._runs = [run for run in self._runs if run.station.catching_up]
                if not runs:
                    self._thread = None
                    return
            fed = False
            for run in runs:
                try:
                    fed = self._step(run) or fed
                except Exception as error:  # then live, with a hole
                    if not isinstance(error, InputError):
                        LOG.exception("%s", run.station.analysis.name)
                    run.give_up(str(error))
            if not fed:
                self._stop.wait(PAUSE_S)

    def _step(self, run: "_Run") -> bool:
        """A little of one camera; whether there was anything."""
        station, name = run.station, run.station.analysis.name
        if station.analysis.watch.waiting > MOST_JOBS or self._waits(name) > MOST_PICTURES:
            return False
        if run.junction is None:
            run.begin(self._database, self._clock.utc_ns())
        near = station.analysis.watch.waiting <= FEW_JOBS and self._waits(name) <= 1
        some = run.next(time.monotonic_ns(), near)
        for stream, item in some:
            if station.analysis.take(stream, item):
                self._lanes.wake(station.lane)
        return bool(some)


class _Run:
    """One camera on its way."""

    def __init__(self, station: Station) -> None:
        self.station = station
        self.junction: Junction | None = None
        self._look_ns = 0  # when it is worth looking at the recordings again
        self._joined_ns: int | None = None  # since when all that comes is live
        self._stream = station.analysis.camera.analysed_stream

    def begin(self, database: Database, now_ns: int) -> None:
        """Look where to begin."""
        analysis = self.station.analysis
        analysis.watch.patient = True
        planned = plan(analysis.time_ns, now_ns)
        if planned.sentence is not None:
            self.station.notes.append(f"{analysis.name}: {planned.sentence}")
        recorded = None
        if any(s.name == self._stream and s.record for s in analysis.camera.all_streams):
            with database.read() as connection:
                folders = {row.identity: Path(row.path) for row in volumes.known(connection)}
            recorded = Recorded(database, folders, analysis.name, self._stream, planned.from_ns)
        self.junction = Junction(recorded)

    def next(self, now_ns: int, near: bool) -> list[tuple[str, Heard]]:
        """What comes next; when all is told, the camera is live.

        Args:
            now_ns: by any clock that rises.
            near: hardly anything waits of what was told before. What still waits when the camera
                becomes live would make it late, and what is late is left out.

        """
        junction = self.junction
        if junction is None:
            return []
        found: list[tuple[str, Heard]] = []
        if not junction.joined and now_ns >= self._look_ns:
            found += [(self._stream, item) for item in junction.more(now_ns)]
            if not found:  # a camera that is away may be so for days
                self._look_ns = now_ns + LOOK_NS
        if junction.joined and self._joined_ns is None:
            self._joined_ns = now_ns
        slow = self._joined_ns is not None and now_ns - self._joined_ns >= SLOW_NS
        done = junction.joined and not found and (near or slow)
        for stream, item in self.station.take_aside(may_end=done):
            if stream == self._stream:
                found += [(stream, one) for one in junction.live(item)]
            else:
                found.append((stream, item))
        if not self.station.catching_up:
            self._end(junction.sentence)
        return found

    def give_up(self, why: str) -> None:
        """Go on live, with a hole."""
        self.station.take_aside(may_end=True)
        self.station.take_aside(may_end=True)
        self._end(why)

    def _end(self, sentence: str | None) -> None:
        self.station.analysis.watch.patient = False
        if sentence:
            LOG.warning("%s: %s", self.station.analysis.name, sentence)
            self.station.notes.append(f"{self.station.analysis.name}: {sentence}")
