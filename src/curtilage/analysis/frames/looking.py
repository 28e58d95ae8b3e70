"""The thread that looks: pictures of all cameras into the detector, what it finds into the scenes.

It alone touches scenes, commits and the feed. It waits for nothing but pictures: commits are
answered later, and when the detector fails, the pictures are left out and it is tried again.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from curtilage.analysis.frames.fair import FairQueue
from curtilage.analysis.outcome.committing import Answer, Commits
from curtilage.analysis.outcome.feed import Feed
from curtilage.analysis.outcome.telling import event_told, state_told, tracks_told
from curtilage.analysis.station import Station, Waiting
from curtilage.analysis.tracks.camera_scene import Update
from curtilage.analysis.tracks.looks import keep
from curtilage.ingest.clock import Clock
from curtilage.model import Detections
from curtilage.store.found.events import StoredEvent
from curtilage.store.found.observations.log import ObservationLog
from curtilage.store.index.database import Database
from curtilage.vision.detector import Detector

LOG = logging.getLogger(__name__)
TICK_S: Final = 0.25  # between two looks at the cameras that sleep
STATE_S: Final = 10.0  # a camera's state is told so often, also unchanged
AGAIN_S: Final = 1.0  # after the store refused a camera's results
DETECTOR_AGAIN_S: Final = 5.0  # after the detector failed
LAST_S: Final = 2.5  # for the last results to be committed


class Looking:
    """Looks at what cameras give it between ``start`` and ``stop``.

    Args:
        stations: the cameras, by name; changed by ``do`` alone.
        detector: what finds things.
        database: where results go.
        log: of all sightings.
        feed: who tells at once.
        clock: the machine's clocks.

    """

    def __init__(
        self,
        stations: Mapping[str, Station],
        detector: Detector,
        database: Database,
        log: ObservationLog,
        feed: Feed,
        clock: Clock,
    ) -> None:
        self.problem: str | None = None  # of the detector
        self.awake = 0
        self._stations, self._detector, self._log = stations, detector, log
        self._feed, self._clock = feed, clock
        self._news = threading.Condition()
        self._queue: FairQueue[Waiting] = FairQueue()
        self._tasks: deque[Callable[[], None]] = deque()
        self._stopped = False
        self._commits = Commits(database, self._wake)
        self._again_s: dict[str, float] = {}  # when a camera's results may be tried again
        self._told: dict[str, tuple[object, float]] = {}  # of each camera: the aim, and when
        self._detector_from_s = 0.0
        self._thread = threading.Thread(target=self._run, name="looking", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def put(self, waiting: Waiting) -> None:
        """A picture to look at; for any thread."""
        with self._news:
            self._queue.put(waiting.station.analysis.name, waiting)
            self._news.notify()

    def waits(self, camera: str) -> int:
        """How many pictures of ``camera`` wait."""
        with self._news:
            return self._queue.waits(camera)

    def do(self, task: Callable[[], None]) -> None:
        """Have the thread do something between two pictures."""
        with self._news:
            self._tasks.append(task)
            self._news.notify()

    def leave(self, station: Station) -> None:
        """A camera goes: its last results are committed. For tasks."""
        name = station.analysis.name
        with self._news:
            self._queue.forget(name)
        self._told.pop(name, None)
        self._settle(name)
        self._keep(station)
        self._settle(name)

    def say(self, events: Sequence[StoredEvent]) -> None:
        """Tell who listens of events that are in the index. For tasks."""
        for event in events:
            self._feed.say("event", event.camera, event_told(event))

    def stop(self) -> None:
        """Look at nothing more, and commit what was seen."""
        with self._news:
            self._stopped = True
            self._news.notify()
        if self._thread.ident is not None:
            self._thread.join(2 * LAST_S)

    @property
    def detector_ms(self) -> float:
        """Wall time of a picture, lately."""
        return self._queue.cost_s * 1e3

    @property
    def store_problem(self) -> str | None:
        """Why the last results were refused."""
        return self._commits.problem

    def _run(self) -> None:
        tick_s = time.monotonic()
        while not self._stopped:
            batch, tasks = self._next(tick_s)
            for task in tasks:
                self._safely(task)
            for answer in self._commits.answers():
                self._answered(answer)
            if batch:
                self._look(batch)
            self._feed.welcome()
            if time.monotonic() >= tick_s:
                tick_s = time.monotonic() + TICK_S
                self._safely(self._tick)
        self._safely(self._end)

    def _next(self, tick_s: float) -> tuple[list[Waiting], list[Callable[[], None]]]:
        """Wait until there is something to do."""
        with self._news:
            left_s = tick_s - time.monotonic()
            if left_s > 0 and not (len(self._queue) or self._tasks or self._stopped):
                self._news.wait(left_s)
            tasks = list(self._tasks)
            self._tasks.clear()
            batch = [waiting for _, waiting in self._queue.take()]
            thinned = dict(self._queue.thinned)
            self._queue.thinned.clear()
        now_s = self._clock.utc_ns() * 1e-9
        for camera, count in thinned.items():
            station = self._stations.get(camera)
            if station is not None:
                station.analysis.left_out(count)
                station.analysis.rate.left_out(now_s, count)
        return batch, tasks

    def _look(self, batch: list[Waiting]) -> None:
        """Detect in all pictures of a batch at once, then follow each camera's."""
        images = [w.sample.image for w in batch if w.sample.image is not None]
        found = iter(self._detect(images))
        for waiting in batch:
            here = None if waiting.sample.image is None else next(found)
            station = waiting.station
            if self._stations.get(station.analysis.name) is not station:
                continue
            try:
                update = station.analysis.look(waiting.sample, here)
            except Exception:  # of one camera: the others go on
                LOG.exception("%s", station.analysis.name)
                continue
            self._looked(waiting)
            if update is not None:
                self._tell(station, update)

    def _detect(self, images: list[Any]) -> list[Detections | None]:
        began_s = time.monotonic()
        if not images or began_s < self._detector_from_s:
            return [None] * len(images)
        try:
            found = self._detector.detect(images)
        except Exception as error:  # a model may raise anything
            LOG.exception("the detector failed")
            self.problem = f"The detector fails ({error}); nothing is found meanwhile."
            self._detector_from_s = time.monotonic() + DETECTOR_AGAIN_S
            return [None] * len(images)
        self.problem = None
        with self._news:
            self._queue.took(len(images), time.monotonic() - began_s)
        return list(found)

    def _looked(self, waiting: Waiting) -> None:
        sample, now_ns = waiting.sample, self._clock.utc_ns()
        live = sample.live and not sample.patient
        lag_s = (now_ns - sample.time_ns) * 1e-9 if live else None
        waiting.station.analysis.rate.looked(now_ns * 1e-9, lag_s)

    def _tell(self, station: Station, update: Update) -> None:
        """Those who listen of the tracks; the log of what was seen; the store if it is time."""
        analysis = station.analysis
        for look in update.looks:
            keep(self._log, analysis.name, look)
        if self._feed.wanted("tracks", analysis.name):
            self._feed.say("tracks", analysis.name, tracks_told(analysis.time_ns, update.tracks))
        self._keep_if_due(station)

    def _keep_if_due(self, station: Station) -> None:
        name = station.analysis.name
        if self._commits.is_on_way(name) or time.monotonic() < self._again_s.get(name, 0.0):
            return
        if station.analysis.due(self._clock.monotonic_ns()):
            self._keep(station)

    def _keep(self, station: Station) -> None:
        results = station.analysis.results(self._clock.monotonic_ns())
        if results is not None and not self._commits.is_on_way(results.camera):
            self._commits.commit(results)

    def _answered(self, answer: Answer) -> None:
        station, now_ns = self._stations.get(answer.camera), self._clock.monotonic_ns()
        self.say(answer.events or ())
        if station is None:
            return
        if answer.events is not None:
            station.analysis.committed(now_ns)
            self._again_s.pop(answer.camera, None)
        elif answer.superseded:
            station.analysis.superseded(answer.saved)
        else:
            station.analysis.refused(now_ns)
            self._again_s[answer.camera] = time.monotonic() + AGAIN_S

    def _settle(self, name: str) -> None:
        """Wait for the commit of a camera that is on its way."""
        self._commits.wait(LAST_S, name)
        for answer in self._commits.answers():
            self._answered(answer)

    def _tick(self) -> None:
        """What no picture brings: time passes, states change, results become due."""
        now_ns, now_s = self._clock.utc_ns(), time.monotonic()
        awake = 0
        for name, station in list(self._stations.items()):
            analysis = station.analysis
            awake += analysis.watch.is_awake
            try:
                for update in analysis.pass_time(now_ns):
                    self._tell(station, update)
                self._keep_if_due(station)
            except Exception:  # of one camera: the others go on
                LOG.exception("%s", name)
            aim, told_s = self._told.get(name, (self, 0.0))
            if (aim is not analysis.watch.aim or now_s - told_s > STATE_S) and self._feed.wanted(
                "state", name
            ):
                self._told[name] = (analysis.watch.aim, now_s)
                self._feed.say("state", name, state_told(now_ns, analysis))
        self.awake = awake

    def _end(self) -> None:
        """Commit what was seen; whatever is on its way is waited for, both within a limit."""
        self._commits.wait(LAST_S / 2)
        for answer in self._commits.answers():
            self._answered(answer)
        for station in self._stations.values():
            if not self._commits.is_on_way(station.analysis.name):
                self._keep(station)
        self._commits.wait(LAST_S)
        for answer in self._commits.answers():
            self._answered(answer)

    def _safely(self, task: Callable[[], None]) -> None:
        try:
            task()
        except Exception:  # the thread must go on for the other cameras
            LOG.exception("a task of the analysis failed")

    def _wake(self) -> None:
        with self._news:
            self._tasks.append(_nothing)
            self._news.notify()


def _nothing() -> None:
    """Only wakes the thread."""
