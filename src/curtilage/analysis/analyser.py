"""Looks at what the cameras of a shard show: packets from the bus in, results to the store.

One thread hears the bus, a few decode, one looks and follows; at the start one reads what was
recorded meanwhile. Nobody waits for who comes after: what is too much is left out, evenly, and
said. See ``docs/design/analysis.md``.
"""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from curtilage.analysis.arming import ArmingWatch, chosen_mode, in_mode
from curtilage.analysis.camera import CameraAnalysis, aspect_of
from curtilage.analysis.changes import is_changed, must_restart, streams_of
from curtilage.analysis.frames.looking import Looking
from curtilage.analysis.frames.memory import give_back
from curtilage.analysis.health import AnalyserHealth, camera_health
from curtilage.analysis.outcome.feed import Feed
from curtilage.analysis.outcome.unwatched import end_alarms
from curtilage.analysis.packets.hearing import Hearing
from curtilage.analysis.resume.catching_up import CatchingUp
from curtilage.analysis.station import Station, Waiting
from curtilage.analysis.tracks.camera_scene import CameraScene
from curtilage.analysis.upkeep import Upkeep
from curtilage.config.site import SiteCamera, SiteSettings
from curtilage.errors import InputError
from curtilage.ingest.clock import SYSTEM, Clock
from curtilage.model import Detections
from curtilage.store.errors import StoreError
from curtilage.store.found.observations.log import ObservationLog
from curtilage.store.found.results import load_state
from curtilage.store.index.database import Database
from curtilage.vision.decode import Lane, Lanes
from curtilage.vision.detector import Detector, open_detector
from curtilage.vision.gate import Gate
from curtilage.vision.motion import MotionDetector

LOG = logging.getLogger(__name__)
BUS_NAME: Final = "packets.ipc"  # in the site's state folder, as the recorder calls it
KEPT_BYTES: Final = 300_000_000  # of encoded packets, of all cameras together
LEAST_KEPT, MOST_KEPT = 3_000_000, 12_000_000  # of each
WARM_ASPECT: Final = 16 / 9  # of the picture that is looked at before there are any
WARM_HEIGHT: Final = 480
HOUSE_S: Final = 5.0  # between two looks whether sightings must be written
REMOVED_S: Final = 8.0  # for the last results of a camera that goes
NOTES: Final = 5  # sentences about what could not go on are kept, of each camera


class AnalyserError(InputError):
    """The analyser is used in a way that it cannot be."""


class Analyser:
    """Looks at the cameras of a site, or at a share of them, between ``start`` and ``stop``.

    Args:
        site: the cameras and their rules.
        shard: which share: cameras in order of name, every ``of``-th from this one on.
        of: how many shares there are.
        clock: the machine's clocks.
        detector: what finds things; by default what the settings say.

    """

    def __init__(
        self,
        site: SiteSettings,
        *,
        shard: int = 0,
        of: int = 1,
        clock: Clock = SYSTEM,
        detector: Callable[[], Detector] | None = None,
    ) -> None:
        self.site = site
        self._shard, self._of, self._clock = shard, of, clock
        self._make_detector = detector or (lambda: open_detector(site.analysis.detector))
        self._stations: dict[str, Station] = {}
        self._stack = contextlib.ExitStack()
        self._ended = threading.Event()
        self._running: _Running | None = None
        self._applying = threading.Lock()

    def start(self) -> None:
        """Open everything and begin to look.

        Raises:
            InputError: the model or the store cannot be used, or another analyser of this shard
                runs; the sentence says which.

        """
        if self._running is not None:
            raise AnalyserError("this analyser runs already; stop it first")
        self._ended = threading.Event()
        with contextlib.ExitStack() as stack:
            stack.callback(self._forget)
            feed = Feed(self.site.state, self._shard)
            stack.callback(feed.close)
            database = stack.enter_context(Database.of(self.site))
            self.site = in_mode(self.site, chosen_mode(database) or self.site.mode)
            detector = self._make_detector()
            warm(detector, self._known_aspects(database))
            log = ObservationLog(self.site.state / "observations", f"analyser-{self._shard}")
            stack.callback(self._close_log, log)
            lanes = Lanes(self.site.analysis.decoders, "decoding")
            looking = Looking(self._stations, detector, database, log, feed, self._clock)
            stack.callback(looking.stop)
            catching_up = CatchingUp(database, lanes, looking.waits, self._clock)
            endpoint = f"ipc://{self.site.state / BUS_NAME}"
            hearing = Hearing(endpoint, self._stations, lanes, lambda: looking.awake > 0)
            self._running = _Running(database, detector, lanes, looking, hearing, catching_up, log)
            begun = [self._station(camera) for camera in self._cameras(self.site)]
            looking.start()
            stack.callback(lanes.stop)
            lanes.start()
            stack.callback(catching_up.stop)
            catching_up.add(begun)
            stack.callback(hearing.stop)
            hearing.start()
            if self._shard == 0:
                upkeep = Upkeep(database, lambda: self.site, self._clock)
                stack.callback(upkeep.stop)
                upkeep.start()
            arming = ArmingWatch(database, self._arm)
            stack.callback(arming.stop)
            arming.start()
            stack.callback(self._ended.set)
            threading.Thread(
                target=self._keep_house, args=(log,), name="house", daemon=True
            ).start()
            self._stack = stack.pop_all()

    def stop(self) -> None:
        """End in order: what was seen is committed."""
        self._stack.close()

    def health(self) -> AnalyserHealth:
        """How it goes; cheap."""
        running = self._running
        if running is None:
            return AnalyserHealth([], "", 0.0, 0, 0, ["the analyser does not run"])
        now_ns = self._clock.utc_ns()
        cameras = []
        for station in list(self._stations.values()):
            station.notes += station.analysis.take_notes()
            del station.notes[:-NOTES]
            cameras.append(
                camera_health(
                    station.analysis,
                    now_ns,
                    catching_up=station.catching_up,
                    notes=station.notes,
                )
            )
        looking = running.looking
        said = (running.hearing.problem, looking.problem, looking.store_problem)
        problems = [sentence for sentence in said if sentence is not None]
        if running.log.dropped:
            problems.append(f"{running.log.dropped} sightings were lost: they cannot be written.")
        name, cost_ms = running.detector.name, round(looking.detector_ms, 1)
        asleep = len(cameras) - self.awake
        return AnalyserHealth(cameras, name, cost_ms, looking.awake, asleep, problems)

    @property
    def awake(self) -> int:
        """How many cameras are decoded now."""
        return sum(s.analysis.watch.aim is not None for s in list(self._stations.values()))

    def apply(self, site: SiteSettings) -> str | None:
        """Look as ``site`` says from now on; cameras for which nothing changes are not touched.

        Returns:
            None when done; or why the analyser must be stopped and started again for it, in a
            sentence, and then nothing was changed.

        Raises:
            InputError: a rule cannot be; it goes on as it was.

        """
        with self._applying:
            mode = chosen_mode(self._run().database)
            return self._apply(in_mode(site, mode or site.mode))

    def _arm(self, mode: str) -> None:
        """The site is in another arming mode."""
        with self._applying:
            if mode != self.site.mode:
                self._apply(in_mode(self.site, mode))

    def _apply(self, site: SiteSettings) -> str | None:
        running = self._run()
        if (reason := must_restart(self.site, site)) is not None:
            return reason
        before = {camera.name: camera for camera in self._cameras(self.site)}
        after = {camera.name: camera for camera in self._cameras(site)}
        changed = [
            camera
            for name, camera in after.items()
            if name in before and is_changed(self.site, before[name], site, camera)
        ]
        for camera in (*changed, *(after[name] for name in after.keys() - before.keys())):
            CameraScene(site, camera, 16 / 9)  # raises what is wrong with it
        self.site = site
        gone = before.keys() - after.keys()
        anew = [c for c in changed if streams_of(c) != streams_of(before[c.name])]
        for name in (*gone, *(camera.name for camera in anew)):
            self._remove(name)
        if gone:
            self._end_alarms(running)
        for camera in changed:
            if camera not in anew:
                self._change(camera)
        come = [after[name] for name in sorted(after.keys() - before.keys())]
        running.catching_up.add([self._station(camera) for camera in (*anew, *come)])
        return None

    def _cameras(self, site: SiteSettings) -> list[SiteCamera]:
        """Those of this shard that are to be looked at."""
        named = sorted(site.cameras, key=lambda camera: camera.name)
        return [c for c in named[self._shard :: self._of] if c.enabled and c.analysis.enabled]

    def _known_aspects(self, database: Database) -> set[float]:
        """Shapes of the cameras' pictures, as far as the store remembers them."""
        found = set()
        with database.read() as connection:
            for camera in self._cameras(self.site):
                saved = load_state(connection, camera.name)
                if saved is not None and (aspect := aspect_of(saved)) is not None:
                    found.add(aspect)
        return found

    def _station(self, camera: SiteCamera) -> Station:
        """A camera begins: from what the store remembers of it."""
        running = self._run()
        try:
            with running.database.read() as connection:
                saved = load_state(connection, camera.name)
        except StoreError as error:
            LOG.warning("%s: %s", camera.name, error)
            saved = None
        count = max(1, len(self._cameras(self.site)))
        kept = min(MOST_KEPT, max(LEAST_KEPT, KEPT_BYTES // (2 * count)))
        size = running.detector.picture_size
        analysis = CameraAnalysis(self.site, camera, saved, size, kept)
        analysis.watch.is_hurried = lambda: running.lanes.is_busy
        lane = Lane(lambda: False, lambda: analysis.watch.is_urgent)
        station = Station(analysis, lane, catching_up=saved is not None)
        lane.work = lambda: _decode(station, running.looking)
        self._stations[camera.name] = station
        return station

    def _remove(self, name: str) -> None:
        """A camera goes; its last results are committed before this returns, if the store works."""
        station = self._stations.get(name)
        if station is None:
            return
        looking, done = self._run().looking, threading.Event()

        def leave() -> None:
            try:
                looking.leave(station)
            finally:
                station.catching_up = False  # nobody waits for its recordings any more
                self._stations.pop(name, None)
                done.set()

        looking.do(leave)
        done.wait(REMOVED_S)

    def _end_alarms(self, running: "_Running") -> None:
        """What was on in cameras that are gone; if the store fails now, it is done in the hour."""
        try:
            ended = end_alarms(running.database, self.site)
        except StoreError as error:
            LOG.warning("%s", error)
            return
        running.looking.do(lambda: running.looking.say(ended))

    def _change(self, camera: SiteCamera) -> None:
        station, site = self._stations[camera.name], self.site

        def change() -> None:
            station.analysis.change(site, camera, self._clock.monotonic_ns())

        self._run().looking.do(change)

    def _keep_house(self, log: ObservationLog) -> None:
        """Of a thread: brings sightings to the disk, gives memory back that cameras needed."""
        awake = 0
        while not self._ended.wait(HOUSE_S):
            now_ns = self._clock.utc_ns()
            try:
                if log.due(now_ns):
                    log.flush(now_ns)
            except StoreError as error:
                LOG.warning("%s", error)
            before, awake = awake, self.awake
            if awake < before:
                give_back()

    def _close_log(self, log: ObservationLog) -> None:
        try:
            log.close(self._clock.utc_ns())
        except StoreError as error:
            LOG.warning("%s", error)

    def _run(self) -> "_Running":
        if self._running is None:
            raise AnalyserError("this analyser does not run; start it first")
        return self._running

    def _forget(self) -> None:
        self._running = None
        self._stations.clear()


@dataclass(frozen=True, slots=True)
class _Running:
    """What lives between start and stop."""

    database: Database
    detector: Detector
    lanes: Lanes
    looking: Looking
    hearing: Hearing
    catching_up: CatchingUp
    log: ObservationLog


def _decode(station: Station, looking: Looking) -> bool:
    """One piece of work of a decoding thread; whether there was one."""
    samples = station.analysis.decode_next()
    for sample in samples or ():
        looking.put(Waiting(station, sample))
    return samples is not None


def warm(detector: Detector, aspects: Iterable[float]) -> None:
    """Have everything compiled before the first picture comes: it takes seconds the first time.

    Args:
        detector: makes a network for each shape of pictures.
        aspects: width / height of the cameras' pictures, where known.

    """
    for aspect in {*aspects} or {WARM_ASPECT}:
        width, height = detector.picture_size(round(WARM_HEIGHT * aspect), WARM_HEIGHT)
        detector.detect([np.zeros((height, width, 3), np.uint8)])
    camera = SiteCamera.model_validate({"name": "warm", "url": "rtsp://127.0.0.1/"})
    site = SiteSettings.model_validate({"state": "/", "volumes": [{"path": "/"}]})
    scene = CameraScene(site, camera, 16 / 9)
    box = np.array([[0.4, 0.4, 0.5, 0.7]], np.float32)
    there = Detections(box, np.array([0.9], np.float32), np.zeros(1, np.int16))
    for number in range(1, 6):
        scene.update(number * 200_000_000, there)
    scene.hold(2_000_000_000)
    gate, motion = Gate("auto", False), MotionDetector()
    gray = np.zeros((180, 320), np.uint8)
    for number in range(4):
        gate.packet(float(number), 1000, number == 0)
        gate.moved(float(number), motion.update(gray, number / 5))
