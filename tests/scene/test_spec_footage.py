"""Zones on real footage: annotated people of PETS 2009 S2.L1, at its true 7 frames a second.

What is true is worked out from the annotation alone, with shapely.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import shapely

from curtilage.config import SceneSettings
from curtilage.config.scene import (
    DwellRule,
    GatheringRule,
    IntrusionRule,
    LoiteringRule,
    OccupancyRule,
    RegionEntranceRule,
    RegionExitRule,
    Rule,
)
from curtilage.geometry import inside
from curtilage.model import Event, Phase
from curtilage.scene import Scene, Sightings
from tests.footage import need

FPS, FRAMES, WIDTH, HEIGHT = 7.0, 795, 768, 576
PLAZA = [(350 / 768, 215 / 576), (520 / 768, 215 / 576), (560 / 768, 290 / 576),
         (350 / 768, 290 / 576)]  # fmt: skip
ROUNDED = [(0.46, 0.37), (0.68, 0.37), (0.73, 0.50), (0.46, 0.50)]
LAWN = [(0.05, 0.50), (0.40, 0.62), (0.62, 0.70), (0.62, 0.97), (0.05, 0.97)]
Corners = list[tuple[float, float]]
Visit = tuple[int, float, float]  # person; s, first and last frame inside


@dataclass(frozen=True, slots=True)
class People:
    """The annotation: one row per person and frame."""

    frame: npt.NDArray[np.int64]  # [N], 0 first
    person: npt.NDArray[np.int64]  # [N]
    box: npt.NDArray[np.float64]  # [N, 4], 0..1

    @property
    def foot(self) -> npt.NDArray[np.float64]:
        """[N, 2]."""
        return np.column_stack([(self.box[:, 0] + self.box[:, 2]) / 2, self.box[:, 3]])


@cache
def read(path: Path) -> People:
    frame, person, x, y, w, h = np.loadtxt(path, delimiter=",")[:, :6].T
    corners = np.column_stack([x / WIDTH, y / HEIGHT, (x + w) / WIDTH, (y + h) / HEIGHT])
    return People(frame.astype(np.int64) - 1, person.astype(np.int64), corners)


@pytest.fixture
def people() -> People:
    return read(need("pets09-s2l1/gt.txt"))


def is_in(people: People, corners: Corners) -> npt.NDArray[np.bool_]:
    return np.asarray(shapely.contains_xy(shapely.Polygon(corners), *people.foot.T), np.bool_)


def visits_by_hand(people: People, corners: Corners) -> list[Visit]:
    """Stays of each person; absences of up to a second do not part them."""
    within, found = is_in(people, corners), list[Visit]()
    for person in np.unique(people.person[within]).tolist():
        frames = np.sort(people.frame[within & (people.person == person)])
        begin = frames[0]
        for a, b in pairwise(frames.tolist()):
            if b - a - 1 > FPS:
                found.append((person, begin / FPS, a / FPS))
                begin = b
        found.append((person, begin / FPS, frames[-1] / FPS))
    return sorted(found)


def watch(people: People, *rules: Rule) -> tuple[Scene, list[Event]]:
    scene = Scene(SceneSettings(rules=list(rules)), WIDTH / HEIGHT, 1 / FPS)
    sightings, events = Sightings(), list[Event]()
    for k in range(FRAMES):
        now = people.frame == k
        events += scene.update(k / FPS, sightings.tracks(people.person[now], people.box[now]))
    return scene, events + scene.finish()


def presences(events: list[Event], rule: str) -> list[Visit]:
    """The finished presences of a rule."""
    return sorted(
        (e.track, round(e.time - e.duration, 6), round(e.time, 6))
        for e in events
        if e.rule == rule and e.track is not None and e.duration is not None
    )


def test_the_plaza_holds_140_person_seconds_and_26_visits(people: People) -> None:
    """The known truth of this footage, by the code's own idea of inside and by shapely's."""
    for within in (inside(people.foot, np.array(PLAZA)), is_in(people, PLAZA)):
        assert within.sum() / FPS == pytest.approx(140.1, abs=0.1)
    assert len(visits_by_hand(people, PLAZA)) == 26


@pytest.mark.parametrize("corners", [PLAZA, ROUNDED, LAWN])
def test_every_visit_is_one_presence_from_its_first_frame_to_its_last(
    people: People, corners: Corners
) -> None:
    _, events = watch(people, IntrusionRule(id="z", polygon=corners, time_threshold=0))
    expected = [
        (person, round(begin, 6), round(end, 6))
        for person, begin, end in visits_by_hand(people, corners)
    ]
    assert presences(events, "z") == expected
    assert sum(e.phase == Phase.START for e in events) == len(expected)


@pytest.mark.parametrize("corners", [PLAZA, ROUNDED, LAWN])
def test_occupancy_is_the_count_of_every_frame(people: People, corners: Corners) -> None:
    scene, _ = watch(people, OccupancyRule(id="z", polygon=corners, debounce=0, coast=0))
    series = scene.occupancies["z"].series
    middle = (np.arange(FRAMES) + 0.5) / FPS
    found = series.value[np.searchsorted(series.time, middle, side="right") - 1]
    count = np.bincount(people.frame[is_in(people, corners)], minlength=FRAMES)
    wrong = np.flatnonzero(found != count)
    # who is lost inside counts to the last sighting, not for the frame after it
    assert len(wrong) <= 3
    assert found.sum() / FPS == pytest.approx(count.sum() / FPS, abs=0.5)


def test_the_published_occupancy_is_near_the_true_one(people: People) -> None:
    """Debounced: what does not hold for a second is missing, no more."""
    scene, _ = watch(people, OccupancyRule(id="z", polygon=PLAZA))
    series = scene.occupancies["z"].series
    middle = (np.arange(FRAMES) + 0.5) / FPS
    found = series.value[np.searchsorted(series.time, middle, side="right") - 1]
    count = np.bincount(people.frame[is_in(people, PLAZA)], minlength=FRAMES)
    assert np.abs(found - count).mean() < 0.05
    assert found.sum() / FPS == pytest.approx(140.1, abs=2.0)


def test_dwell_holds_the_visits(people: People) -> None:
    """All but those that may be jitter at the border: none that lasted half a second."""
    scene, _ = watch(people, DwellRule(id="z", polygon=PLAZA, bins=[0.0, 2.0, 4.0, 8.0], k=1))
    histogram = scene.dwells["z"].histogram()
    found = dict(zip(histogram.start.tolist(), histogram.count.tolist(), strict=True))
    lengths = [end - begin for _, begin, end in visits_by_hand(people, PLAZA)]
    truth = Counter(max(edge for edge in (0.0, 2.0, 4.0, 8.0) if n >= edge) for n in lengths)
    short = sum(n < 0.5 for n in lengths)
    assert sum(found.values()) >= len(lengths) - short
    assert {edge: found[edge] for edge in (2.0, 4.0, 8.0)} == {
        edge: truth[edge] for edge in (2.0, 4.0, 8.0)
    }


def test_who_comes_in_goes_out(people: People) -> None:
    """All but those that may be jitter at the border: none that lasted half a second."""
    scene, events = watch(
        people,
        RegionEntranceRule(id="in", polygon=PLAZA),
        RegionExitRule(id="out", polygon=PLAZA),
    )
    visits = visits_by_hand(people, PLAZA)
    came, went = scene.regions["in"], scene.regions["out"]
    there_at_the_end = sum(end >= (FRAMES - 1) / FPS - 1.0 for _, _, end in visits)
    assert sum(came.values()) - sum(went.values()) == there_at_the_end
    assert came["already_inside"] == np.sum(is_in(people, PLAZA)[people.frame == 0])
    assert came["appeared_inside"] == went["lost_inside"] == 0
    entered = {(e.track, round(e.time, 6)) for e in events if e.rule == "in"}
    every = {(person, round(begin, 6)) for person, begin, _ in visits if begin > 0}
    sure = {
        (person, round(begin, 6))
        for person, begin, end in visits
        if begin > 0 and end - begin >= 0.5
    }
    assert sure <= entered <= every


def test_loitering_is_the_visits_that_last(people: People) -> None:
    _, events = watch(people, LoiteringRule(id="z", polygon=PLAZA, time_threshold=7.0))
    long = [visit for visit in visits_by_hand(people, PLAZA) if visit[2] - visit[1] >= 7.0]
    assert 0 < len(long) < 10
    assert [p[0] for p in presences(events, "z")] == [p[0] for p in long]


def test_a_gathering_begins_when_three_have_been_there_for_two_seconds(people: People) -> None:
    _, events = watch(people, GatheringRule(id="z", polygon=PLAZA, count=3, time_threshold=2.0))
    count = np.bincount(people.frame[is_in(people, PLAZA)], minlength=FRAMES)
    starts = [e.time for e in events if e.phase == Phase.START]
    spans = [(e.time - e.duration, e.time) for e in events if e.duration is not None]
    assert len(spans) == len(starts) > 0
    for since, until in spans:
        begin, end = round(since * FPS), round(until * FPS)
        assert count[begin] >= 3
        assert count[begin - 1] < 3
        assert (count[begin:end] >= 2).all()
        assert end == FRAMES - 1 or count[end] < 2
        assert (count[begin:end] >= 3).sum() / FPS >= 2.0
    # and none is missing: wherever three are there for two seconds on end
    frames = int(2.0 * FPS) + 1
    for k in range(FRAMES - frames):
        if (count[k : k + frames] >= 3).all():
            assert any(since <= k / FPS + 1e-6 <= until for since, until in spans)


def test_half_the_frames_make_the_same_visits(people: People) -> None:
    """As a camera at 3.5 frames a second would have seen it; one-frame visits may be missed."""
    seen = people.frame % 2 == 0
    half = People(people.frame[seen], people.person[seen], people.box[seen])
    scene = Scene(
        SceneSettings(rules=[IntrusionRule(id="z", polygon=PLAZA, time_threshold=0)]),
        WIDTH / HEIGHT,
        2 / FPS,
    )
    sightings, events = Sightings(), list[Event]()
    for k in range(0, FRAMES, 2):
        now = half.frame == k
        events += scene.update(k / FPS, sightings.tracks(half.person[now], half.box[now]))
    found = presences(events + scene.finish(), "z")
    assert abs(len(found) - 26) <= 2
