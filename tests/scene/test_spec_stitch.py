"""Stitching of identity switches, sentence by sentence: which two tracks are one presence."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.config import Rule
from curtilage.config.scene import (
    DwellRule,
    IntrusionRule,
    LineCrossingRule,
    LoiteringRule,
    OccupancyRule,
    RegionEntranceRule,
    RegionExitRule,
)
from tests.scene.drive import ASPECT, HEIGHT, Walk, make_scene, moments, play, run, walk
from tests.scene.stays import FRAME, ends, near, of_rule, starts

WIDE = [(0.1, 0.1), (0.9, 0.1), (0.9, 0.95), (0.1, 0.95)]
H = HEIGHT / ASPECT  # a box height sideways, in frame widths


def zone(**options: Any) -> IntrusionRule:
    return IntrusionRule(**{"id": "z", "polygon": WIDE} | options)


def standing(
    gap: float = 1.0,
    apart: float = 0.0,
    label: str = "person",
    height: float = HEIGHT,
    begins: int = 2,
) -> list[Walk]:
    """Track 1 stands from 0 to 4 s; ``gap`` s later another ``apart`` box heights beside."""
    x = 0.4 + apart * height / ASPECT
    return [
        walk((0, 0.4, 0.5), (4, 0.4, 0.5), track=1, height=height),
        walk((4 + gap, x, 0.5), (9, x, 0.5), track=begins, label=label, height=height),
    ]


def cut(path: Walk, cuts: list[tuple[float, float]]) -> list[Walk]:
    """The walk with a new track after each gap (s, from and to)."""
    edges = [path.stops[0][0] - 1, *(t for pair in cuts for t in pair), path.stops[-1][0] + 1]
    found = []
    for i in range(0, len(edges), 2):
        begin, end = max(edges[i], path.stops[0][0]), min(edges[i + 1], path.stops[-1][0])
        inner = [stop for stop in path.stops if begin < stop[0] < end]
        found.append(
            walk((begin, *path.foot(begin)), *inner, (end, *path.foot(end)), track=i // 2 + 1)
        )
    return found


def presences(people: list[Walk], until: float = 14.0, **options: Any) -> int:
    events = run([zone(**options)], people, until=until)
    assert len(starts(events)) == len(ends(events))
    return len(starts(events))


# What is joined


def test_a_switch_inside_is_one_presence() -> None:
    events = run([zone()], standing(gap=1.0))
    (start,), (end,) = starts(events), ends(events)
    assert start.time == near(0)
    assert end.time == near(9)
    assert end.duration == near(9)


def test_its_start_and_its_end_bear_the_same_track() -> None:
    """Whoever reads the events must be able to pair them."""
    events = run([zone()], standing(gap=1.0))
    assert starts(events)[0].track == ends(events)[0].track == 1


@pytest.mark.parametrize("gap", [0.1, 0.5, 1.0, 1.4])
@pytest.mark.parametrize("apart", [0.0, 0.3])
def test_up_to_a_second_and_a_half_and_close_by_is_joined(gap: float, apart: float) -> None:
    assert presences(standing(gap, apart)) == 1


@pytest.mark.parametrize("gap", [0.5, 1.0, 1.4])
@pytest.mark.parametrize("speed", [0.2, 0.65])  # box heights per second
def test_somebody_who_walks_on_is_joined(gap: float, speed: float) -> None:
    """Up to 0.9 box heights farther, where the first would have got by then."""
    path = walk((0, 0.3, 0.5), (10, 0.3 + 10 * speed * H, 0.5))
    assert presences(cut(path, [(4.0, 4.0 + gap)])) == 1


@pytest.mark.parametrize("height", [0.08, 0.2, 0.5])
def test_near_and_far_people_are_treated_alike(height: float) -> None:
    assert presences(standing(apart=0.3, height=height)) == 1
    assert presences(standing(apart=1.2, height=height)) == 2


def test_three_tracks_in_a_row_are_one_presence() -> None:
    path = walk((0, 0.3, 0.5), (10, 0.6, 0.5))
    events = run([zone()], cut(path, [(3.0, 3.6), (6.0, 7.2)]))
    assert len(starts(events)) == 1
    assert [e.duration for e in ends(events)] == [near(10)]


@given(
    st.lists(st.tuples(st.integers(8, 30), st.integers(1, 10)), min_size=1, max_size=4),
    st.floats(0.0, 0.35),
)
@settings(max_examples=30)
def test_however_often_it_switches_it_is_one_presence(
    pieces: list[tuple[int, int]], speed: float
) -> None:
    """Pieces of 0.8 s or more, gaps of up to a second, walked straight on."""
    cuts, time = [], 0.0
    for seen, gap in pieces:
        cuts.append((time + seen * FRAME, time + (seen + gap) * FRAME))
        time = cuts[-1][1]
    end = time + 2.0
    path = walk((0, 0.12, 0.5), (end, 0.12 + end * speed * H, 0.5))
    rules: list[Rule] = [zone(), DwellRule(id="d", polygon=WIDE, k=1)]
    scene = make_scene(rules)
    events = play(scene, moments(cut(path, cuts), until=end)) + scene.finish()
    (start,), (last,) = starts(events), ends(events)
    assert (start.time, last.duration) == (near(0), near(end))
    assert scene.dwells["d"].histogram().count.tolist() == [1]


def test_a_switch_outside_is_no_appearance_inside() -> None:
    """Lost in front of the zone, found 0.6 s later within: came in, as the same person."""
    area: dict[str, Any] = {"polygon": [(0.5, 0.2), (0.9, 0.2), (0.9, 0.9), (0.5, 0.9)]}
    path = walk((0, 0.3, 0.5), (8, 0.7, 0.5))  # 0.05 of the width a second; in at 4 s
    scene = make_scene([RegionEntranceRule(id="in", **area), RegionExitRule(id="out", **area)])
    play(scene, moments(cut(path, [(3.7, 4.3)])))
    assert scene.regions["in"] == {"entered": 1, "appeared_inside": 0, "already_inside": 0}


def test_a_switch_inside_is_no_second_entry_and_nobody_is_lost() -> None:
    area: dict[str, Any] = {"polygon": [(0.4, 0.2), (0.7, 0.2), (0.7, 0.9), (0.4, 0.9)]}
    path = walk((0, 0.3, 0.5), (10, 0.8, 0.5))  # inside from 2 to 8 s
    scene = make_scene([RegionEntranceRule(id="in", **area), RegionExitRule(id="out", **area)])
    play(scene, moments(cut(path, [(4.0, 5.0)]), until=15))
    assert scene.regions["in"] == {"entered": 1, "appeared_inside": 0, "already_inside": 0}
    assert scene.regions["out"] == {"left": 1, "lost_inside": 0}


def test_occupancy_does_not_dip() -> None:
    scene = make_scene([OccupancyRule(id="z", polygon=WIDE, debounce=0)])
    play(scene, moments(standing(gap=1.3), until=14))
    series = scene.occupancies["z"].series
    assert series.value.tolist() == [1, 0]
    assert series.time[1] == near(9 + 1.5)


def test_loitering_goes_on_over_a_switch() -> None:
    rule = LoiteringRule(id="z", polygon=WIDE, time_threshold=7.0)
    assert len(starts(run([rule], standing(gap=1.0)))) == 1
    assert starts(run([rule.model_copy(update={"stitch": False})], standing(gap=1.0))) == []


def test_time_inside_goes_on_over_a_switch() -> None:
    assert presences(standing(gap=1.0), time_threshold=6.5) == 1
    assert presences(standing(gap=1.0), time_threshold=6.5, stitch=False) == 0


def test_a_track_that_is_only_predicted_is_lost_too() -> None:
    """Trackers follow for two seconds what they do not see: longer than a switch takes."""
    first = walk((0, 0.4, 0.5), (6, 0.4, 0.5), track=1, hidden=[(4.05, 6)], coasts=True)
    assert presences([first, *standing(gap=1.0)[1:]]) == 1


# What is not


def test_later_than_a_second_and_a_half_is_not_joined() -> None:
    assert presences(standing(gap=1.7)) == 2


def test_farther_than_a_box_height_is_not_joined() -> None:
    assert presences(standing(apart=1.2)) == 2


def test_on_its_way_is_joined_however_far_the_way_led() -> None:
    """The box height is measured from where it would have got by then: people walk on, hidden."""
    path = walk((0, 0.15, 0.5), (6, 0.15 + 6 * 1.1 * H, 0.5))
    assert presences(cut(path, [(3.0, 4.4)])) == 1


def test_another_class_is_not_joined() -> None:
    dog = standing(label="dog")
    assert presences(dog, classes=["person", "dog"]) == 2
    assert presences(standing(), classes=["person", "dog"]) == 1


def test_a_velocity_that_does_not_fit_is_not_joined() -> None:
    """The one walked to the right at 1.2 box heights a second, the other comes back at once."""
    there = walk((0, 0.15, 0.5), (4, 0.15 + 4.8 * H, 0.5), track=1)
    x = there.stops[-1][1]
    back = walk((4.3, x, 0.5), (8, x - 4.44 * H, 0.5), track=2)
    assert presences([there, back]) == 2


def test_with_stitch_off_nothing_is_joined() -> None:
    assert presences(standing(gap=0.3), stitch=False) == 2


def test_a_track_that_is_still_seen_is_not_continued() -> None:
    """A second person beside the first, who stays."""
    pair = [
        walk((0, 0.4, 0.5), (9, 0.4, 0.5), track=1),
        walk((4, 0.4 + 0.3 * H, 0.5), (9, 0.4 + 0.3 * H, 0.5), track=2),
    ]
    assert presences(pair) == 2


@pytest.mark.parametrize("coasts", [True, False])
def test_who_comes_back_beside_a_newcomer_makes_two_presences(coasts: bool) -> None:
    """Hidden from 4 to 5.5 s; a second person appears beside meanwhile; both stay."""
    pair = [
        walk((0, 0.4, 0.5), (9, 0.4, 0.5), track=1, hidden=[(4.05, 5.45)], coasts=coasts),
        walk((4.8, 0.4 + 0.3 * H, 0.5), (9, 0.4 + 0.3 * H, 0.5), track=2),
    ]
    scene = make_scene([zone(), OccupancyRule(id="n", polygon=WIDE, debounce=0)])
    events = play(scene, moments(pair, until=14)) + scene.finish()
    assert len(starts(events)) == len(ends(events)) == 2
    series = scene.occupancies["n"].series
    assert series.value[np.searchsorted(series.time, 8.0, side="right") - 1] == 2


def test_one_lost_track_is_continued_by_one() -> None:
    """Two people appear where one was lost: one goes on, one is new."""
    first = walk((0, 0.4, 0.5), (4, 0.4, 0.5), track=1)
    two = [
        walk((4.8, 0.4 + d * H, 0.5), (9, 0.4 + d * H, 0.5), track=t)
        for t, d in ((2, -0.3), (3, 0.1))
    ]
    scene = make_scene([zone(), OccupancyRule(id="n", polygon=WIDE, debounce=0)])
    events = play(scene, moments([first, *two], until=9)) + scene.finish()
    assert len(starts(events)) == len(ends(events)) == 2
    assert sorted(round(e.duration or 0) for e in ends(events)) == [4, 9]
    assert scene.occupancies["n"].series.value.max() == 2


def test_two_pairs_are_joined_each_with_its_own() -> None:
    """Side by side, both lost together, both found a second later a little to the right."""
    gone = [walk((t, x, 0.5), (4, x, 0.5), track=t) for t, x in ((1, 0.4), (2, 0.4 + 0.7 * H))]
    found = [
        walk((5, x + 0.1 * H, 0.5), (9 + t, x + 0.1 * H, 0.5), track=t)
        for t, x in ((4, 0.4), (3, 0.4 + 0.7 * H))
    ]
    events = run([zone()], gone + found)
    assert sorted((e.track, round(e.duration or 0.0, 1)) for e in ends(events)) == [
        (1, near(12.0)),  # 1..13 s
        (2, near(10.0)),  # 2..12 s
    ]


def test_a_track_of_one_sighting_is_nobodys_continuation() -> None:
    people = [walk((0, 0.4, 0.5), (4, 0.4, 0.5), track=1), walk((5, 0.4, 0.5), (5, 0.4, 0.5),
              track=2)]  # fmt: skip
    events = run([zone()], people, until=10)
    assert [e.duration for e in ends(events)] == [near(4)]


def test_lines_are_stitched_where_asked_or_where_a_tracker_had_followed_on() -> None:
    path = walk((0, 0.3, 0.5), (8, 0.7, 0.5))
    gate = LineCrossingRule(id="g", points=[(0.5, 0.2), (0.5, 0.8)])
    people = cut(path, [(3.7, 4.3)])
    assert of_rule(run([gate], people), "g") == []
    _, x, y = people[0].stops[-1]
    predicted = (*people[0].stops, (5.0, x, y))
    followed = [replace(people[0], stops=predicted, hidden=((3.75, 5.0),), coasts=True), people[1]]
    never = gate.model_copy(update={"stitch": False})
    assert of_rule(run([never], followed), "g") == []
    for rule, walks in (
        (gate.model_copy(update={"stitch": True}), people),
        (gate, followed),
    ):
        crossed = run([rule], walks)
        assert [e.time for e in crossed] == [pytest.approx(4.0, abs=0.35)]


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_far_apart_people_are_never_joined(seed: int) -> None:
    """People who come and go at random, each at a place of its own 1.3 box heights from others."""
    rng = np.random.default_rng(seed)
    people = []
    for i in range(6):
        begin = rng.uniform(0, 6)
        x = 0.15 + 1.3 * i * H * 0.9
        y = 0.3 + 1.3 * HEIGHT * (i % 2)
        people.append(walk((begin, x, y), (begin + rng.uniform(1, 4), x, y), track=i + 1))
    assert presences(people, time_threshold=0) == 6


@pytest.mark.parametrize("fps", [5.0, 7.0, 25.0])
def test_the_frame_rate_means_nothing(fps: float) -> None:
    path = walk((0, 0.3, 0.5), (10, 0.6, 0.5))
    events = run([zone()], cut(path, [(4.0, 5.0)]), fps=fps)
    assert len(starts(events)) == 1
    assert [e.duration for e in ends(events)] == [pytest.approx(10, abs=2 / fps)]
