"""Intrusion, region entrance and exit, loitering: presences in zones, case by case."""

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.config import IntrusionRule, LoiteringRule, RegionEntranceRule, RegionExitRule
from curtilage.model import Event, Kind, Phase
from curtilage.scene import Scene
from tests.scene.stage import (
    HEIGHT,
    Paths,
    box_of,
    frames_of,
    play,
    run,
    scene_of,
    walk,
    without,
)

# no sighting is exactly on its border
YARD = [(0.395, 0.4), (0.595, 0.4), (0.595, 0.8), (0.395, 0.8)]


def intrusion(**options: object) -> IntrusionRule:
    return IntrusionRule.model_validate({"id": "yard", "polygon": YARD, **options})


def stays(events: list[Event]) -> list[tuple[float, float]]:
    """Start and duration of each presence."""
    starts = [e for e in events if e.phase == Phase.START]
    ends = [e for e in events if e.phase == Phase.END]
    assert len(starts) == len(ends)
    assert all(e.duration is not None for e in ends)
    return sorted((round(e.time - (e.duration or 0), 2), round(e.duration or 0, 2)) for e in ends)


THROUGH = walk((0, 0.2, 0.6), (8, 1.0, 0.6))  # inside from 2.0 s to 3.9 s
THERE = walk((0, 0.2, 0.6), (3, 0.5, 0.6), (20, 0.5, 0.6), (23, 0.2, 0.6))  # from 2 s to 21 s


def test_an_intrusion_starts_at_the_entry_and_ends_with_its_duration() -> None:
    start, end = play(intrusion(), {7: THROUGH})
    assert (start.kind, start.phase, start.track) == (Kind.OBJECTS_INSIDE, Phase.START, 7)
    assert start.time == pytest.approx(2.0, abs=0.11)
    assert (end.phase, end.track, end.details) == (Phase.END, 7, {})
    assert end.time == pytest.approx(4.0, abs=0.11)
    assert end.duration == pytest.approx(end.time - start.time)


def test_an_intrusion_is_told_once_its_time_is_up() -> None:
    scene = scene_of(intrusion(time_threshold=1.5))
    told = [t for t, x in frames_of({1: THROUGH}) for e in scene.update(t, x) if e.phase == "start"]
    assert told == [pytest.approx(3.5, abs=0.11)]


def test_threshold_zero_is_the_first_sure_frame() -> None:
    inside = walk((1, 0.5, 0.6), (1.2, 0.5, 0.6))  # three sightings
    assert stays(play(intrusion(time_threshold=0), {1: inside}, until=9)) == [(1.0, 0.2)]
    assert play(intrusion(time_threshold=0), {1: inside[:2]}, until=9) == []


def test_too_short_a_presence_is_none() -> None:
    assert play(intrusion(time_threshold=2.5), {1: THROUGH}) == []


def absences(seconds: float) -> np.ndarray:
    """Inside for a second, outside for so long, inside for a second."""
    path = walk((0, 0.5, 0.6), (2 + seconds, 0.5, 0.6))
    path[(path[:, 0] > 1.01) & (path[:, 0] < 0.99 + seconds), 1] = 0.2
    return path


def test_absences_within_the_grace_neither_add_nor_reset() -> None:
    assert stays(play(intrusion(time_threshold=1.9), {1: absences(0.9)}, until=9)) == [(0.0, 2.9)]
    assert play(intrusion(time_threshold=2.2), {1: absences(0.9)}, until=9) == []


def test_an_absence_longer_than_the_grace_ends_a_presence() -> None:
    events = play(intrusion(), {1: absences(1.4)}, until=9)
    assert stays(events) == [(0.0, 1.0), (2.4, 1.0)]


@pytest.mark.parametrize(("hidden", "presences"), [(1.8, 1), (2.4, 2)])
def test_a_hidden_track_keeps_its_presence_as_long_as_it_can_live(
    hidden: float, presences: int
) -> None:
    path = without(THERE, 10, 10 + hidden)
    assert len(stays(play(intrusion(), {1: path}))) == presences


def test_who_vanishes_inside_ends_at_the_last_sighting() -> None:
    events = play(intrusion(), {1: THERE[THERE[:, 0] < 9.95]}, until=20)
    assert events[-1].time == pytest.approx(9.9)
    assert events[-1].details == {"lost_inside": True}


def test_a_gap_in_the_footage_ends_presences_too() -> None:
    frames = frames_of({1: THERE[THERE[:, 0] < 9.95], 2: walk((40, 0.2, 0.2), (41, 0.2, 0.2))})
    events = run(scene_of(intrusion()), [f for f in frames if not 9.95 < f[0] < 40])
    assert stays(events) == [(2.0, 7.9)]


def test_presences_end_with_the_footage() -> None:
    *_, end = play(intrusion(), {1: THERE[THERE[:, 0] < 9.95]})
    assert (end.phase, end.details) == (Phase.END, {"unfinished": True})
    assert end.time == pytest.approx(9.9)


def test_who_is_inside_when_the_footage_begins_is_marked() -> None:
    events = play(intrusion(), {1: walk((0, 0.5, 0.6), (3, 0.5, 0.6))})
    assert [e.details.get("already_inside") for e in events] == [True, True]
    later = play(intrusion(), {1: walk((1, 0.5, 0.6), (3, 0.5, 0.6))})
    assert [e.details.get("appeared_inside") for e in later] == [True, True]


def test_two_people_make_two_events_whatever_the_cool_down() -> None:
    events = play(intrusion(cool_down=60), {1: THROUGH, 2: THROUGH + np.array([0, 0.01, 0])})
    assert sorted(e.track or 0 for e in events if e.phase == "start") == [1, 2]


def test_cool_down_of_a_track_that_comes_again() -> None:
    again = np.vstack([THROUGH, THROUGH[::-1] * [-1, 1, 1] + np.array([16.1, 0, 0])])
    assert len(stays(play(intrusion(), {1: again}))) == 2
    assert len(stays(play(intrusion(cool_down=30), {1: again}))) == 1


def test_an_identity_switch_inside_is_one_presence() -> None:
    paths = {1: THROUGH[THROUGH[:, 0] < 2.95], 2: THROUGH[THROUGH[:, 0] > 3.15]}
    (only,) = stays(play(intrusion(), paths))
    assert only == (2.0, 1.9)
    events = play(intrusion(), paths)
    assert {e.track for e in events} == {1}  # the presence is that of the first
    assert len(stays(play(intrusion(stitch=False, time_threshold=0.2), paths))) == 2


def test_holes_do_not_count() -> None:
    island = [(0.445, 0.5), (0.555, 0.5), (0.555, 0.7), (0.445, 0.7)]
    events = play(intrusion(holes=[island], grace=0.2, time_threshold=0.1), {1: THROUGH})
    assert stays(events) == [(2.0, 0.4), (3.6, 0.3)]


def test_concave_zones() -> None:
    horseshoe = [(0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.6, 0.7), (0.6, 0.4), (0.4, 0.4),
                 (0.4, 0.7), (0.3, 0.7)]  # fmt: skip
    rule = intrusion(polygon=horseshoe, grace=0.2, time_threshold=0.2)
    events = play(rule, {1: THROUGH})
    assert [t for t, _ in stays(events)] == [pytest.approx(1, abs=0.11), pytest.approx(4, abs=0.11)]


def test_a_zone_at_the_border_holds_those_that_the_border_cuts_off() -> None:
    floor = [(0.0, 0.5), (1.0, 0.5), (1.0, 1.0), (0.0, 1.0)]
    scene = scene_of(intrusion(polygon=floor))
    frames = frames_of({1: walk((0, 0.97, 1.0), (3, 0.97, 1.0))})
    for _, tracks in frames:
        tracks.box[:, 3] = 1.004  # a detector's box may reach beyond the picture
    assert len(stays(run(scene, frames))) == 1


def test_body_fraction_counts_those_whose_feet_are_hidden() -> None:
    behind_a_fence = [(0.4, 0.4), (0.6, 0.4), (0.6, 0.5501), (0.4, 0.5501)]
    path = {1: walk((0, 0.2, 0.6), (8, 1.0, 0.6))}  # lower half of the box: y from 0.5 to 0.6
    assert play(intrusion(polygon=behind_a_fence), path) == []
    assert len(stays(play(intrusion(polygon=behind_a_fence, body_fraction=0.5), path))) == 1
    assert play(intrusion(polygon=behind_a_fence, body_fraction=0.51), path) == []


@given(st.integers(0, 10**6), st.floats(0.05, 1.0))
def test_body_fraction_agrees_with_shapely(seed: int, fraction: float) -> None:
    rng = np.random.default_rng(seed)
    angle = np.sort(rng.uniform(0, 2 * np.pi, 7))
    ring = 0.5 + 0.3 * rng.uniform(0.3, 1, (7, 1)) * np.column_stack([np.cos(angle), np.sin(angle)])
    area = shapely.Polygon(ring)
    x, y = rng.uniform(0.2, 0.8, 2)
    x0, y0, x1, y1 = np.array(box_of(x, y), np.float32).astype(float)
    lower = shapely.box(x0, (y0 + y1) / 2, x1, y1)
    if not area.is_valid:
        return
    share = area.intersection(lower).area / lower.area
    if abs(share - fraction) < 1e-6:
        return
    rule = intrusion(polygon=[tuple(p) for p in ring], body_fraction=fraction, time_threshold=0)
    events = play(rule, {1: walk((0, x, y), (1, x, y))})
    assert bool(events) == (share >= fraction)


@given(st.integers(0, 10**6))
def test_random_zones_agree_with_shapely(seed: int) -> None:
    """Without grace, presences are the runs of sightings inside."""
    rng = np.random.default_rng(seed)
    angle = np.sort(rng.uniform(0, 2 * np.pi, 8))
    ring = 0.5 + 0.4 * rng.uniform(0.2, 1, (8, 1)) * np.column_stack([np.cos(angle), np.sin(angle)])
    area = shapely.Polygon(ring)
    path = walk(*((2 * i, *rng.uniform(0.2, 0.8, 2)) for i in range(5)))
    if not area.is_valid:
        return
    feet = np.array([box_of(x, y) for _, x, y in path], np.float32).astype(float)
    is_in = shapely.contains_xy(area, (feet[:, 0] + feet[:, 2]) / 2, feet[:, 3])
    runs = np.diff(np.concatenate([[0], is_in, [0]]))
    expected = [
        (round(path[a, 0], 2), round(path[b - 1, 0] - path[a, 0], 2))
        for a, b in zip(np.flatnonzero(runs == 1), np.flatnonzero(runs == -1), strict=True)
    ]
    rule = intrusion(polygon=[tuple(p) for p in ring], grace=0, time_threshold=0)
    assert stays(play(rule, {1: path})) == expected


# ---- schedule and modes ----

OFFICE: dict[str, Any] = {
    "start": "2026-05-04T08:59:55+02:00",  # a Monday
    "timezone": "Europe/Berlin",
}
NINE = [{"days": ["mon"], "from": "09:00", "to": "17:00"}]


def test_who_is_inside_when_the_schedule_opens_counts_from_then() -> None:
    events = play(intrusion(schedule=NINE, time_threshold=1), {1: THERE}, **OFFICE)
    assert stays(events) == [(5.0, 16.0)]
    assert events[0].details == {"already_inside": True}


def test_outside_its_hours_a_rule_is_silent() -> None:
    night = [{"from": "22:00", "to": "06:00"}]
    assert play(intrusion(schedule=night), {1: THERE}, **OFFICE) == []


def test_an_alarm_that_was_raised_is_ended_after_hours_too() -> None:
    until_nine = [{"from": "08:00", "to": "09:00"}]
    assert stays(play(intrusion(schedule=until_nine), {1: THERE}, **OFFICE)) == [(2.0, 19.0)]


def test_modes_arm_and_disarm() -> None:
    assert play(intrusion(modes=["away"]), {1: THERE}) == []
    assert len(play(intrusion(modes=["away"]), {1: THERE}, mode="away")) == 2
    scene = scene_of(intrusion(modes=["away"], time_threshold=1))
    events = []
    for time, tracks in frames_of({1: THERE}):
        scene.mode = "away" if time > 9.95 else "home"
        events += scene.update(time, tracks)
    assert stays(events + scene.finish()) == [(10.0, 11.0)]


# ---- entrance and exit ----


def enter(**options: object) -> RegionEntranceRule:
    return RegionEntranceRule.model_validate({"id": "in", "polygon": YARD, **options})


def leave(**options: object) -> RegionExitRule:
    return RegionExitRule.model_validate({"id": "out", "polygon": YARD, **options})


def played(rule: RegionEntranceRule | RegionExitRule, paths: Paths, **options: object) -> Scene:
    scene = scene_of(rule)
    events = run(scene, frames_of(paths, **options))  # type: ignore[arg-type]  # passed on
    assert all(e.phase == Phase.INSTANT and e.kind == Kind.OBJECTS_INSIDE for e in events)
    return scene


def test_an_entrance_is_of_one_seen_outside_first() -> None:
    (event,) = play(enter(), {1: THROUGH})
    assert event.time == pytest.approx(2.0, abs=0.11)
    assert event.details == {"entered": True}
    assert played(enter(), {1: THROUGH}).regions["in"]["entered"] == 1


def test_appearing_inside_is_told_and_counted_apart() -> None:
    inside = {1: walk((1, 0.5, 0.6), (3, 0.5, 0.6))}
    (event,) = play(enter(), inside)
    assert event.details == {"appeared_inside": True}
    assert played(enter(), inside).regions["in"] == {
        "entered": 0,
        "appeared_inside": 1,
        "already_inside": 0,
    }


def test_being_inside_from_the_start_is_no_entrance() -> None:
    inside = {1: walk((0, 0.5, 0.6), (3, 0.5, 0.6))}
    assert play(enter(), inside) == []
    assert played(enter(), inside).regions["in"]["already_inside"] == 1


def test_an_exit_is_told_after_the_grace_at_the_last_moment_inside() -> None:
    (event,) = play(leave(), {1: THROUGH})
    assert event.time == pytest.approx(4.0, abs=0.11)
    assert event.details == {"left": True}


def test_lost_inside_is_told_once_memory_has_expired() -> None:
    lost = {1: THERE[THERE[:, 0] < 9.95]}
    scene = scene_of(leave())
    told = [(t, e) for t, x in frames_of(lost, until=20) for e in scene.update(t, x)]
    ((time, event),) = told
    assert time == pytest.approx(13.0, abs=0.11)
    assert event.time == pytest.approx(9.9)
    assert event.details == {"lost_inside": True}
    assert scene.regions["out"] == {"left": 0, "lost_inside": 1}


def test_hidden_while_leaving_is_an_exit() -> None:
    (event,) = play(leave(), {1: without(THROUGH, 3.5, 5.5)})
    assert event.details == {"left": True}


def test_inside_when_the_footage_ends_is_neither_exit_nor_loss() -> None:
    assert play(leave(), {1: THERE[THERE[:, 0] < 9.95]}) == []


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_jitter_at_the_border_is_neither_entrance_nor_exit(seed: int) -> None:
    rng = np.random.default_rng(seed)
    path = walk((0, 0.3, 0.6), (1, 0.4 - 0.05 * HEIGHT, 0.6), (20, 0.4 - 0.05 * HEIGHT, 0.6))
    path[10:, 1] += rng.uniform(0, 0.1 * HEIGHT, len(path) - 10) * (
        np.arange(len(path) - 10) % 4 == 0
    )
    assert play([enter(), leave()], {1: path}) == []


def test_a_narrow_zone_is_entered_by_those_who_pass_quickly() -> None:
    strip = [(0.48, 0.4), (0.52, 0.4), (0.52, 0.8), (0.48, 0.8)]  # 0.2 box heights wide
    assert len(play(enter(polygon=strip), {1: walk((0, 0.2, 0.6), (3, 0.8, 0.6))})) == 1


def test_staying_at_the_border_is_an_entrance_in_the_end() -> None:
    path = walk((0, 0.3, 0.6), (2, 0.4 + 0.05 * HEIGHT, 0.6), (9, 0.4 + 0.05 * HEIGHT, 0.6))
    assert len(play(enter(), {1: path})) == 1


# ---- loitering ----


def loiter(**options: object) -> LoiteringRule:
    return LoiteringRule.model_validate(
        {"id": "stay", "polygon": YARD, "time_threshold": 10, **options}
    )


def test_loitering_is_a_presence_as_long_as_the_threshold() -> None:
    start, end = play(loiter(), {1: THERE})
    assert (start.kind, start.phase) == (Kind.LOITERING, Phase.START)
    assert start.time == pytest.approx(2.0, abs=0.11)
    assert start.details["reached"] == pytest.approx(start.time + 10)
    assert end.duration == pytest.approx(19.0, abs=0.21)
    assert play(loiter(time_threshold=19.5), {1: THERE}) == []


def test_a_second_threshold_makes_a_second_event() -> None:
    events = play(loiter(escalate_after=15), {1: THERE})
    assert [e.phase for e in events] == [Phase.START, Phase.INSTANT, Phase.END]
    assert events[1].time == pytest.approx(events[0].time + 15)
    assert events[1].details == {"level": 2}


def test_hidden_for_a_moment_is_still_the_same_stay() -> None:
    assert stays(play(loiter(), {1: without(THERE, 10, 11.5)})) == [(2.0, 19.0)]


def test_a_stay_begins_anew_beyond_the_largest_displacement() -> None:
    moving = walk((0, 0.42, 0.45), (8, 0.42, 0.45), (10, 0.58, 0.75), (25, 0.58, 0.75))
    assert stays(play(loiter(time_threshold=12), {1: moving}, until=30)) == [(0.0, 25.0)]
    events = play(loiter(time_threshold=12, max_displacement=0.5), {1: moving}, until=30)
    ((start, duration),) = stays(events)
    assert 8.5 < start < 10
    assert start + duration == pytest.approx(25.0)
    assert play(loiter(time_threshold=17, max_displacement=0.5), {1: moving}, until=30) == []


def test_pacing_within_the_displacement_is_loitering() -> None:
    pacing = walk(*((i, 0.5 + 0.04 * (-1) ** i, 0.6) for i in range(20)))
    assert len(play(loiter(max_displacement=0.5), {1: pacing})) == 2
