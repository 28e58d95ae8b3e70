"""The arming mode in the analysis: events are judged by it, rules with ``modes`` hear of it."""

import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from curtilage.analysis.analyser import Analyser
from curtilage.analysis.arming import ArmingWatch
from curtilage.analysis.tracks.camera_scene import CameraScene
from curtilage.errors import InputError
from curtilage.store.house import arming
from curtilage.store.index.database import Database
from tests.analysis import recordings
from tests.analysis.blocks import BlockDetector
from tests.analysis.scenes import ASPECT, NS, T0, events, found, keep, site_of, stroll

GATE = {
    "id": "gate",
    "type": "line_crossing",
    "points": [(0.5, 0.0), (0.5, 1.0)],
    "armed_in": ["away"],
}


@pytest.fixture
def folder() -> Iterator[Path]:
    """With a short name: sockets lie in it."""
    with tempfile.TemporaryDirectory(prefix="ar") as made:
        yield Path(made)


def until(what: Callable[[], bool], seconds: float = 40.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def test_a_crossing_is_armed_if_its_rule_is_in_the_mode_of_that_moment(folder: Path) -> None:
    site = site_of(folder, [GATE])
    with Database.of(site) as database:
        choose = partial(arming.choose, mode="away", by="ada", at_ns=T0 + 5 * NS)
        database.now(choose)
        scene = CameraScene(site, site.cameras[0], ASPECT)
        for time_ns, box in stroll((0, 0.3, 0.6), (4, 0.7, 0.6), (8, 0.3, 0.6)):
            scene.update(time_ns, found(box))
        keep(database, scene.results(0))
        there = sorted(events(database), key=lambda one: one.time_ns)
    assert [one.armed for one in there] == [False, True]


def test_the_analyser_takes_the_mode_that_was_chosen_and_keeps_it(folder: Path) -> None:
    site = recordings.site_of(folder, {"name": "yard"})
    analyser = Analyser(site, detector=BlockDetector)
    analyser.start()
    try:
        assert analyser.site.mode == "home"
        with Database.of(site) as database:
            database.now(partial(arming.choose, mode="night", by="ada", at_ns=time.time_ns()))
        until(lambda: analyser.site.mode == "night")
        analyser.apply(site)  # the settings say home, where nobody has chosen
        assert analyser.site.mode == "night"
    finally:
        analyser.stop()
    again = Analyser(site, detector=BlockDetector)
    again.start()
    again.stop()
    assert again.site.mode == "night"


def test_a_mode_that_could_not_be_taken_comes_again(folder: Path) -> None:
    heard: list[str] = []

    def hear(mode: str) -> None:
        heard.append(mode)
        if len(heard) == 1:
            raise InputError("not now")

    with Database.open(folder) as database:
        watch = ArmingWatch(database, hear, every_s=0.01)
        watch.start()
        database.now(partial(arming.choose, mode="away", by="ada", at_ns=1))
        until(lambda: len(heard) == 2)
        database.now(partial(arming.choose, mode="home", by="ada", at_ns=2))
        until(lambda: heard[-1] == "home")
        watch.stop()
    assert heard == ["away", "away", "home"]
