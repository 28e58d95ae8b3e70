"""The analyser in its threads, on cameras that the recorder records."""

import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from curtilage.analysis.analyser import Analyser, AnalyserError
from curtilage.analysis.health import AnalyserHealth
from curtilage.analysis.outcome.feed import FeedReader
from curtilage.config.site import SiteSettings
from curtilage.ingest.bus import Publisher
from curtilage.ingest.live.items import Opened
from curtilage.model import Medium, Packet, StreamInfo
from curtilage.record.recorder import Recorder
from curtilage.scene import SceneError
from curtilage.store.found.events import EventFilter, page
from curtilage.store.found.results import load_state
from curtilage.store.index.database import Database
from curtilage.vision.detector import ModelError
from tests.analysis.blocks import BlockDetector, film, walks
from tests.analysis.recordings import packets, site_of
from tests.cameras.server import CameraServer
from tests.footage import need

LINE = {"id": "line", "type": "line_crossing", "points": [[0.5, 0.0], [0.5, 1.0]]}
LATER = {"id": "later", "type": "line_crossing", "points": [[0.8, 0.0], [0.8, 1.0]]}

GROUND = {
    "image": [[0.3, 0.5], [0.7, 0.5], [1.0, 1.0], [0.0, 1.0]],
    "ground": [[0.0, 10.0], [4.0, 10.0], [4.0, 0.0], [0.0, 0.0]],
}


@pytest.fixture
def folder() -> Iterator[Path]:
    """With a short name: sockets lie in it."""
    with tempfile.TemporaryDirectory(prefix="an") as made:
        yield Path(made)


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """8 s in which somebody crosses; played over and over."""
    return film(tmp_path_factory.mktemp("walk") / "walk.mp4", 8.0, walks((2.0, 6.0)))


@contextmanager
def running(site: SiteSettings, **more: Any) -> Iterator[Analyser]:
    analyser = Analyser(site, **{"detector": BlockDetector, **more})
    analyser.start()
    try:
        yield analyser
    finally:
        analyser.stop()


def until(what: Callable[[], bool], seconds: float = 40.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def stored(site: SiteSettings) -> list[str]:
    """Rules of the events in the store, oldest first."""
    with Database.of(site) as database, database.read() as connection:
        names = [camera.name for camera in site.cameras]
        return [event.rule for event in page(connection, EventFilter(names), most=100)]


class Player:
    """Publishes a film on the bus of a site as if a camera sent it now, over and over."""

    def __init__(self, publisher: Publisher, video: Path, cameras: list[str]) -> None:
        self._publisher, self._cameras = publisher, cameras
        self._info, self._packets = packets(video, 0)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._play, daemon=True)

    def __enter__(self) -> "Player":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(5.0)

    def _play(self) -> None:
        begin_ns = time.time_ns()
        for camera in self._cameras:
            opened = Opened(StreamInfo(self._info), begin_ns, step=False)
            self._publisher.publish(camera, "main", opened)
        while True:
            for packet in self._packets:
                at_ns = begin_ns + packet.pts_ns
                while (wait_s := (at_ns - time.time_ns()) * 1e-9) > 0:
                    if self._stop.wait(min(wait_s, 0.2)):
                        return
                for camera in self._cameras:
                    moved = Packet(
                        Medium.VIDEO, at_ns, at_ns, packet.duration_ns, packet.key, packet.data
                    )
                    self._publisher.publish(camera, "main", moved)
            begin_ns += self._packets[-1].pts_ns + self._packets[-1].duration_ns


@contextmanager
def played(site: SiteSettings, video: Path) -> Iterator[None]:
    at = f"ipc://{site.state / 'packets.ipc'}"
    with Publisher(at) as publisher, Player(publisher, video, [c.name for c in site.cameras]):
        yield


def health_of(analyser: Analyser, camera: str) -> Any:
    return next(c for c in analyser.health().cameras if c.camera == camera)


def test_a_recorded_camera_is_analysed_and_events_are_stored_before_they_are_told(
    walk: Path, folder: Path
) -> None:
    with CameraServer(str(walk)) as server:
        site = site_of(folder, {"name": "yard", "url": server.url("cam0"), "rules": [LINE]})
        with Recorder(site), running(site) as analyser, FeedReader(folder) as reader:
            heard: dict[str, Any] = {}
            end = time.monotonic() + 40.0
            while "event" not in heard:
                assert time.monotonic() < end
                message = reader.receive(1.0)
                if message is not None:
                    heard[message.topic] = message.content
            assert heard["event"]["rule"] == "line"
            assert heard["event"]["seq"] >= 1
            assert "line" in stored(site)
            assert set(heard["tracks"]) == {"time_ns", "ids", "labels", "boxes", "seen"}
            assert heard["state"]["state"]
            health = analyser.health()
            assert isinstance(health, AnalyserHealth)
            assert health.problems == []
        with Database.of(site) as database, database.read() as connection:
            saved = load_state(connection, "yard")
        assert saved is not None, "what was seen is committed at the stop"


def test_rates_of_all_fall_alike_when_the_detector_is_slow_and_it_is_said(
    walk: Path, folder: Path
) -> None:
    cameras = [{"name": f"cam{n}", "analysis": {"gate": "always"}} for n in range(4)]
    site = site_of(folder, *cameras)

    def slow() -> BlockDetector:
        return BlockDetector(lambda pictures: time.sleep(0.12 * pictures))

    with played(site, walk), running(site, detector=slow) as analyser:
        until(lambda: min(c.got_fps for c in analyser.health().cameras) > 0)
        time.sleep(12.0)
        found = analyser.health().cameras
        rates = [camera.got_fps for camera in found]
        assert max(rates) < 3.5
        assert max(rates) - min(rates) < 1.0
        assert max(camera.lag_s for camera in found) < 1.5
        for camera in found:
            (sentence,) = camera.sentences
            assert f"looks at {camera.got_fps:.1f} pictures per second of the" in sentence


def test_other_settings_touch_only_the_cameras_that_they_concern(walk: Path, folder: Path) -> None:
    def settings(*cameras: dict[str, Any], **more: Any) -> SiteSettings:
        return site_of(folder, *cameras, **more)

    yard = {"name": "yard", "rules": [LINE], "analysis": {"gate": "always"}}
    door = {"name": "door", "analysis": {"gate": "always"}}
    site = settings(yard, door)
    with played(site, walk), running(site) as analyser:
        until(lambda: "line" in stored(site))
        door_before = analyser._stations["door"].analysis
        yard_before = analyser._stations["yard"].analysis
        changed = {**yard, "rules": [LINE, LATER]}
        assert analyser.apply(settings(changed, door)) is None
        assert analyser._stations["yard"].analysis is yard_before
        assert analyser._stations["door"].analysis is door_before
        until(lambda: "later" in stored(site))
        assert analyser.apply(settings(changed)) is None
        assert [c.camera for c in analyser.health().cameras] == ["yard"]
        assert analyser.apply(settings(changed, door)) is None
        until(lambda: health_of(analyser, "door").tracks > 0)
        with pytest.raises(SceneError):  # the line reaches above the horizon
            analyser.apply(settings({**changed, "calibration": GROUND}, door))
        assert analyser.health().problems == []
        sentence = analyser.apply(settings(yard, door, analysis={"decoders": 3}))
        assert sentence is not None
        assert "analysis changed" in sentence


def test_nobody_waits_for_a_camera_that_is_away_and_leaves_the_settings(
    walk: Path, folder: Path
) -> None:
    yard = {"name": "yard", "rules": [LINE], "analysis": {"gate": "always"}}
    with played(site_of(folder, yard), walk), running(site_of(folder, yard)):
        until(lambda: "line" in stored(site_of(folder, yard)))
    with running(site_of(folder, yard)) as analyser:  # it has a state, and nothing comes
        assert health_of(analyser, "yard").catching_up
        analyser.apply(site_of(folder))
        until(lambda: all(one.name != "catching up" for one in threading.enumerate()))


def test_a_shard_looks_at_its_share(folder: Path) -> None:
    site = site_of(folder, *({"name": name} for name in "dbaec"))
    with running(site, shard=1, of=2) as analyser:
        assert [camera.camera for camera in analyser.health().cameras] == ["b", "d"]
        with pytest.raises(AnalyserError, match="runs already"):
            analyser.start()


def test_a_bus_that_vanishes_and_comes_back_is_heard_again(walk: Path, folder: Path) -> None:
    site = site_of(folder, {"name": "yard", "rules": [LINE], "analysis": {"gate": "always"}})
    with running(site) as analyser:
        for _ in range(2):
            before = len(stored(site))
            with played(site, walk):
                until(lambda: len(stored(site)) > before)  # noqa: B023 - called at once
        assert analyser.health().problems == [] or "recorder" in analyser.health().problems[0]


@pytest.mark.slow
def test_a_detector_that_fails_is_said_and_tried_again(walk: Path, folder: Path) -> None:
    broken = threading.Event()

    def fail(_pictures: int) -> None:
        if broken.is_set():
            raise ModelError("out of order")

    site = site_of(folder, {"name": "yard", "rules": [LINE], "analysis": {"gate": "always"}})
    with played(site, walk), running(site, detector=lambda: BlockDetector(fail)) as analyser:
        until(lambda: "line" in stored(site))
        broken.set()
        until(lambda: any("out of order" in said for said in analyser.health().problems))
        before = len(stored(site))
        broken.clear()
        until(lambda: len(stored(site)) > before)
        assert analyser.health().problems == []


def test_what_health_says_can_be_written_down(folder: Path) -> None:
    from curtilage.app.run.health import plain

    site = site_of(folder, {"name": "yard"})
    with running(site) as analyser:
        assert json.dumps(plain(analyser.health()), allow_nan=False)


@pytest.mark.slow
def test_people_who_cross_a_line_in_pets_are_told(folder: Path) -> None:
    from tests.cameras.clips import Clip, make

    video = need("pets09-s2l1/vtest.avi")
    clip = Clip(width=768, height=576, rate=10, seconds=30, gop=20, kbit_s=1500, footage=video)
    with CameraServer(str(make(clip))) as server:
        site = site_of(folder, {"name": "yard", "url": server.url("cam0"), "rules": [LINE]})
        with Recorder(site), running(site, detector=None):
            until(lambda: stored(site).count("line") >= 3, 60.0)


@pytest.mark.slow
def test_what_passed_while_it_was_not_running_is_read_from_the_recordings(
    walk: Path, folder: Path
) -> None:
    with CameraServer(str(walk)) as server:
        site = site_of(folder, {"name": "yard", "url": server.url("cam0"), "rules": [LINE]})
        with Recorder(site):
            with running(site):
                until(lambda: len(stored(site)) >= 2)
            time.sleep(12.0)
            with running(site) as analyser:
                until(lambda: not health_of(analyser, "yard").catching_up)
                before = len(stored(site))
                until(lambda: len(stored(site)) >= before + 2)
    with Database.of(site) as database, database.read() as connection:
        times = sorted(e.time_ns for e in page(connection, EventFilter(["yard"])))
    steps = [(b - a) / 1e9 for a, b in pairwise(times)]
    assert len(steps) >= 3
    assert all(step == pytest.approx(8.0, abs=0.5) for step in steps), steps
