"""Rules tried on what was kept say what live analysis said: every event, count and presence."""

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from curtilage.analysis.tracks.camera_scene import CameraScene, Update
from curtilage.analysis.tracks.looks import keep
from curtilage.analysis.trial import Trial
from curtilage.config.site import SiteSettings
from curtilage.model import Detections, Event
from curtilage.store.found.events import StoredEvent
from curtilage.store.found.observations.log import ObservationLog
from curtilage.store.found.observations.query import Looks, Observations
from curtilage.store.found.results import Results, SavedState
from curtilage.store.index.database import Database
from tests.analysis.blocks import film, walks
from tests.analysis.recordings import site_of as site_at
from tests.analysis.scenes import (
    ASPECT,
    NS,
    PLAZA,
    RATE,
    RULES,
    T0,
    events,
    found,
    person,
    pets,
    site_of,
    stroll,
)
from tests.analysis.test_analyser import played, running, stored, until
from tests.footage import need

MORE: list[dict[str, Any]] = [
    {"id": "leave", "type": "region_exit", "polygon": PLAZA},
    {"id": "wait", "type": "loitering", "polygon": PLAZA, "time_threshold": 4},
    {"id": "crowd", "type": "gathering", "polygon": PLAZA, "count": 2, "time_threshold": 1},
    {"id": "picky", "type": "line_crossing", "points": [(0.3, 0.2), (0.3, 0.9)],
     "min_score": 0.9, "stitch": True},
    {"id": "map", "type": "heatmap"},
]  # fmt: skip


class Live:
    """A camera that is looked at, with all that is kept of it."""

    def __init__(self, folder: Path, site: SiteSettings) -> None:
        self.folder, self.site = folder / "observations", site
        self.log = ObservationLog(self.folder, "analyser-0")
        self.events: list[tuple[Any, ...]] = []
        self.results: list[Results] = []
        self.scene = self._scene(None, ASPECT)

    def see(self, time_ns: int, detections: Detections) -> None:
        self._keep(self.scene.update(time_ns, detections))

    def hold(self, time_ns: int) -> None:
        self._keep(self.scene.hold(time_ns))

    def restart(self, aspect: float = ASPECT) -> None:
        """Another process goes on, perhaps with pictures of another shape."""
        last = self.commit()
        self.scene = self._scene(SavedState(last.at_ns, last.state or b""), aspect)

    def commit(self) -> Results:
        results = self.scene.results(0)
        self.scene.committed()
        self.results.append(results)
        return results

    def end(self) -> None:
        self.commit()
        self.log.close(T0)

    def _scene(self, saved: SavedState | None, aspect: float) -> CameraScene:
        return CameraScene(self.site, self.site.cameras[0], aspect, saved)

    def _keep(self, update: Update) -> None:
        self.events += [_content(event) for event in update.events]
        for look in update.looks:
            keep(self.log, "yard", look)


def tried(live: Live, until_ns: int, chunk_ns: int = 17 * NS) -> Trial:
    """The same rules over what was kept, in pieces of any length."""
    site = live.site
    trial = Trial(site.scene_of(site.cameras[0]), 1 / RATE, 100_000)
    for looks in kept(live, until_ns, chunk_ns):
        assert trial.take(looks, lambda: False)
    trial.finish()
    return trial


def kept(live: Live, until_ns: int, chunk_ns: int) -> Iterator[Looks]:
    seen = Observations(live.folder, threads=1)
    for begin_ns in range(T0, until_ns, chunk_ns):
        yield seen.looks("yard", begin_ns, min(begin_ns + chunk_ns, until_ns))


def told(trial: Trial) -> Counter[tuple[Any, ...]]:
    return Counter(_said(e) for events in trial.outcome.events.values() for e in events)


def _content(event: StoredEvent) -> tuple[Any, ...]:
    return (
        event.rule, event.kind, event.phase, event.time_ns, event.direction, event.track,
        event.label, event.duration_s, event.box, str(event.details),
    )  # fmt: skip


def _said(event: Event) -> tuple[Any, ...]:
    return (
        event.rule, event.kind, event.phase, round(event.time * 1e6) * 1000, event.direction,
        event.track, event.label,
        None if event.duration is None else round(event.duration, 6), event.box,
        str(event.details),
    )  # fmt: skip


def agree(live: Live, trial: Trial) -> None:
    """Everything that live analysis committed is what the trial says."""
    assert told(trial) == Counter(live.events)
    outcome = trial.outcome
    ins = Counter[str]()
    outs = Counter[str]()
    person_seconds = Counter[str]()
    heat: dict[tuple[str, int, str | None], float] = {}
    for results in live.results:
        for count in results.counts:
            ins[count.rule] += count.ins
            outs[count.rule] += count.outs
        for row in results.occupancy:
            person_seconds[row.rule] += row.total  # type: ignore[assignment] # seconds, not counts
        for one in results.heat:
            heat[one.rule, one.start_ns, one.label] = float(one.seconds.sum())
    for names, counted in (
        (("a_to_b", "in", "entered"), ins),
        (("b_to_a", "out", "left"), outs),
    ):
        said = Counter[str]()
        for (rule, what), n in outcome.counts.items():
            said[rule] += n if what in names else 0
        assert +said == +counted
    for rule, seconds in person_seconds.items():
        assert outcome.occupied[rule].person_seconds == pytest.approx(seconds)
    assert len(outcome.stays) == sum(row.presences for r in live.results for row in r.dwell)
    assert len(outcome.steps) == sum(len(r.paths) for r in live.results)


def test_pets_tried_is_pets_counted_live(tmp_path: Path) -> None:
    """PETS 2009 S2.L1: with a restart, a pause in which nothing moves, and a hole."""
    boxes = pets(need("pets09-s2l1/gt.txt"))
    live = Live(tmp_path, site_of(tmp_path, RULES + MORE))
    random = np.random.default_rng(1)
    at_ns = T0
    for frame in range(795):
        at_ns += NS // RATE
        if frame == 200:
            live.restart()
        if frame == 300:  # asleep, with people standing there
            for _ in range(20):
                at_ns += NS // 2
                live.hold(at_ns)
            at_ns += NS // RATE
        if frame == 500:
            at_ns += 60 * NS  # not looked at
        scores = random.uniform(0.55, 1.0, len(boxes[frame])).astype(np.float32)
        detections = found(boxes[frame])
        live.see(at_ns, Detections(detections.boxes, scores, detections.class_id))
    for _ in range(30):
        at_ns += 10 * NS
        live.hold(at_ns)
    live.end()
    trial = tried(live, at_ns + 1)
    agree(live, trial)
    rules = {event[0] for event in live.events}
    assert rules >= {"gate", "hall", "plaza", "enter", "leave", "wait", "crowd", "picky"}
    assert sum(event[0] == "gate" for event in live.events) > 20


@pytest.mark.slow
def test_what_the_analyser_kept_gives_its_events_again(tmp_path: Path) -> None:
    """The analyser in its threads, asleep and awake, with whatever it left out on this machine."""
    video = film(tmp_path / "walk.mp4", 8.0, walks((2.0, 6.0)))
    rules = [
        {"id": "line", "type": "line_crossing", "points": [(0.5, 0.0), (0.5, 1.0)]},
        {"id": "half", "type": "intrusion", "polygon": [(0.5, 0), (1, 0), (1, 1), (0.5, 1)]},
    ]
    with tempfile.TemporaryDirectory(prefix="tr") as folder:
        site = site_at(Path(folder), {"name": "yard", "rules": rules})
        begin_ns = time.time_ns()
        with played(site, video), running(site):
            until(lambda: len(stored(site)) >= 9)
        end_ns = time.time_ns() + 10 * NS
        with Database.of(site) as database:
            live = Counter(_content(event) for event in events(database))
        trial = Trial(site.scene_of(site.cameras[0]), 1 / site.cameras[0].analysis.fps, 1000)
        seen = Observations(site.state / "observations", threads=1)
        assert trial.take(seen.looks("yard", begin_ns - 60 * NS, end_ns), lambda: False)
        trial.finish()
        assert told(trial) == live
        assert {event[0] for event in live} == {"line", "half"}


def test_a_picture_of_another_shape_begins_anew_as_it_does_live(tmp_path: Path) -> None:
    live = Live(tmp_path, site_of(tmp_path, RULES + MORE))
    for at_ns, box in stroll((0.0, 0.3, 0.45), (6.0, 0.8, 0.45)):
        if at_ns == T0 + 3 * NS:
            live.restart(16 / 9)
        live.see(at_ns, found(box))
    live.hold(T0 + 80 * NS)
    live.end()
    trial = tried(live, T0 + 100 * NS)
    agree(live, trial)


def test_who_goes_behind_a_post_and_comes_out_with_another_number(tmp_path: Path) -> None:
    """The line's memory needs to know that the tracker had followed on, unseen."""
    live = Live(tmp_path, site_of(tmp_path))
    for at_ns, box in stroll((0.0, 0.3, 0.45), (8.0, 0.9, 0.45)):
        hidden = 0.5 <= (box[0] + box[2]) / 2 <= 0.68
        live.see(at_ns, Detections.empty() if hidden else found(box))
    live.hold(T0 + 80 * NS)
    live.end()
    assert [e[0] for e in live.events].count("gate") == 1
    assert len({e[5] for e in live.events if e[5] is not None}) >= 1
    agree(live, tried(live, T0 + 100 * NS))


def test_what_was_looked_at_is_told_and_holes_are_not(tmp_path: Path) -> None:
    live = Live(tmp_path, site_of(tmp_path))
    for at_ns, box in stroll((0.0, 0.3, 0.45), (6.0, 0.8, 0.45)):
        live.see(at_ns, found(box))
    live.hold(T0 + 30 * NS)
    live.see(T0 + 100 * NS, Detections.empty())
    live.end()
    trial = tried(live, T0 + 200 * NS)
    stretches = trial.stretches(T0 / NS, T0 / NS + 200) - T0 / NS
    assert stretches[0] == pytest.approx([0.0, 30.0], abs=0.2)
    assert stretches[1] == pytest.approx([100.0, 100.0], abs=0.5)
    assert len(stretches) == 2


def test_looks_that_were_kept_twice_count_once(tmp_path: Path) -> None:
    """A process was killed after it wrote them; the next one looked at the same again."""
    live = Live(tmp_path, site_of(tmp_path))
    for at_ns, box in stroll((0.0, 0.3, 0.45), (6.0, 0.8, 0.45)):
        live.see(at_ns, found(box))
    live.end()
    once = tried(live, T0 + 100 * NS)
    for path in sorted(live.folder.glob("*/*.parquet")):
        path.with_name(f"{2 * T0:020d}-analyser-0.parquet").write_bytes(path.read_bytes())
    twice = tried(live, T0 + 100 * NS)
    assert told(twice) == told(once) != Counter()
    assert twice.looks == once.looks


def test_it_stops_when_it_is_enough_and_says_how_far_it_came(tmp_path: Path) -> None:
    live = Live(tmp_path, site_of(tmp_path))
    for k in range(500):
        live.see(T0 + k * NS // RATE, found(person(0.5, 0.5)))
    live.end()
    trial = Trial(live.site.scene_of(live.site.cameras[0]), 1 / RATE, 10)
    asked = iter([False, True])
    [looks] = kept(live, T0 + 100 * NS, 100 * NS)
    assert not trial.take(looks, lambda: next(asked))
    assert trial.looks == 200
    assert trial.time == pytest.approx(T0 / NS + 199 / RATE)
    [way] = trial.ways.longest(5)[0]
    assert way.time_ns[-1] <= trial.time * NS


def test_ways_are_few_points_from_first_to_last(tmp_path: Path) -> None:
    live = Live(tmp_path, site_of(tmp_path))
    for at_ns, box in stroll((0.0, 0.2, 0.45), (60.0, 0.8, 0.55)):
        live.see(at_ns, found(box))
    live.end()
    trial = tried(live, T0 + 100 * NS)
    ways, total = trial.ways.longest(5)
    assert (total, len(ways)) == (1, 1)
    [way] = ways
    assert len(way.foot) == 60
    assert way.foot[0] == pytest.approx([0.2, 0.45], abs=0.02)
    assert way.foot[-1] == pytest.approx([0.8, 0.55], abs=0.02)
    assert (np.diff(way.time_ns) > 0).all()
    assert trial.ways.of([way.track])[0].label == "person"
    assert trial.ways.of([12345]) == []
    assert asdict(ways[0])["track"] == way.track
