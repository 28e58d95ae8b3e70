"""Counters against their definition: in, out, inside, adjustments, minutes of local time.

The hall lies between two doors, ``west`` and ``east``, both drawn downwards: A, the left of a
line, is the right of the picture. So in is B to A in the west, and A to B in the east.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.config import CounterRule, LineCrossingRule, OccupancyRule, Rule
from curtilage.model import Event, Kind, Phase, Tracks
from curtilage.scene import Scene
from tests.scene.drive import Moments, make_scene, moments, play, walk

WEST = LineCrossingRule(id="west", points=[(0.3, 0.1), (0.3, 0.9)])
EAST = LineCrossingRule(id="east", points=[(0.7, 0.1), (0.7, 0.9)])
FLOOR = OccupancyRule(id="floor", polygon=[(0.3, 0.1), (0.7, 0.1), (0.7, 0.9), (0.3, 0.9)])
DOORS = [{"line": "west", "in": "b_to_a"}, {"line": "east", "in": "a_to_b"}]
BERLIN = "Europe/Berlin"
DAY = 86400.0
SPRING = datetime.fromisoformat("2026-03-29T00:00:00+01:00")  # a day of 23 hours
AUTUMN = datetime.fromisoformat("2026-10-25T00:00:00+02:00")  # a day of 25 hours


def hall(**settings: object) -> list[Rule]:
    rule = CounterRule.model_validate({"id": "hall", "lines": DOORS} | settings)
    return [WEST, EAST, FLOOR, rule]


OUTSIDE_W, INSIDE, OUTSIDE_E = 0.15, 0.5, 0.85


def goes(time: float, track: int, *xs: float) -> Iterator[tuple[float, Tracks]]:
    """Somebody walks from x to x, a second each, from ``time`` on; nobody else is there."""
    stops = [(float(k), x, 0.5) for k, x in enumerate(xs)]
    return ((time + t, seen) for t, seen in moments([walk(*stops, track=track)]))


def empty(begin: float, end: float, step: float = 0.1) -> Iterator[tuple[float, Tracks]]:
    """Frames without anybody."""
    return ((float(t), Tracks.empty()) for t in np.arange(begin, end, step))


def counted(events: Sequence[Event]) -> list[tuple[str, int, int, int]]:
    """What the counter told: change, in, out, inside."""
    return [
        (e.details["change"], e.details["in"], e.details["out"], e.details["inside"])
        for e in events
        if e.rule == "hall"
    ]


def seen_in(*parts: Moments, scene: Scene) -> list[Event]:
    return [event for part in parts for event in play(scene, part)]


def test_in_and_out_through_either_door() -> None:
    scene = make_scene(hall())
    events = seen_in(
        goes(0, 1, OUTSIDE_W, INSIDE),
        goes(5, 2, OUTSIDE_E, INSIDE),
        goes(10, 3, INSIDE, OUTSIDE_E),
        goes(15, 4, OUTSIDE_W, INSIDE, OUTSIDE_W),
        goes(20, 5, INSIDE, OUTSIDE_W),
        scene=scene,
    )
    assert counted(events) == [
        ("in", 1, 0, 1),
        ("in", 2, 0, 2),
        ("out", 2, 1, 1),
        ("in", 3, 1, 2),
        ("out", 3, 2, 1),
        ("out", 3, 3, 0),
    ]
    assert scene.counters["hall"].totals == {"in": 3, "out": 3, "inside": 0, "negatives": 0}


def test_an_event_says_who_when_and_which_way() -> None:
    events = seen_in(goes(3, 9, OUTSIDE_W, INSIDE), scene=make_scene(hall()))
    (line,) = [event for event in events if event.rule == "west"]
    (told,) = [event for event in events if event.rule == "hall"]
    assert (told.kind, told.phase) == (Kind.COUNTER, Phase.INSTANT)
    assert (told.time, told.direction, told.track) == (line.time, line.direction, 9)


def test_straight_through_both_doors_is_in_and_out() -> None:
    events = seen_in(goes(0, 1, OUTSIDE_W, OUTSIDE_E), scene=make_scene(hall()))
    assert counted(events) == [("in", 1, 0, 1), ("out", 1, 1, 0)]


def test_inside_never_falls_below_0_and_says_so() -> None:
    scene = make_scene(hall())
    events = seen_in(
        goes(0, 1, INSIDE, OUTSIDE_W), goes(5, 2, INSIDE, OUTSIDE_E), scene=scene
    )  # two people whom nobody saw come in
    assert [change for change, *_ in counted(events)] == ["negative", "out", "negative", "out"]
    assert scene.counters["hall"].totals == {"in": 0, "out": 2, "inside": 0, "negatives": 2}
    assert (scene.counters["hall"].entries.inside >= 0).all()


@given(
    st.lists(
        st.sampled_from([(OUTSIDE_W, INSIDE), (INSIDE, OUTSIDE_W), (OUTSIDE_E, INSIDE),
                         (INSIDE, OUTSIDE_E), (OUTSIDE_W, OUTSIDE_E), (OUTSIDE_W, 0.2)]),
        min_size=1,
        max_size=12,
    )
)  # fmt: skip
def test_the_count_is_that_of_the_crossings(ways: list[tuple[float, float]]) -> None:
    """Whoever walks how: in, out and inside follow the line events one by one."""
    scene = make_scene(hall())
    parts = [goes(30.0 * k, k, *way) for k, way in enumerate(ways)]
    events = seen_in(*parts, scene=scene)
    ins = outs = inside = negatives = 0
    for event in events:
        if event.rule in ("west", "east"):
            comes_in = (event.rule == "west") == (event.direction == "b_to_a")
            ins, outs = ins + comes_in, outs + (not comes_in)
            negatives += not comes_in and inside == 0
            inside = inside + 1 if comes_in else max(inside - 1, 0)
    counter = scene.counters["hall"]
    assert counter.totals == {"in": ins, "out": outs, "inside": inside, "negatives": negatives}
    entries = counter.entries
    assert (np.diff(entries.ins) >= 0).all()
    assert (np.diff(entries.outs) >= 0).all()
    assert (entries.inside >= 0).all()
    assert len(entries.time) == ins + outs + negatives == len(counted(events))
    minutes = counter.per_minute(scene.time)
    assert (minutes.ins.sum(), minutes.outs.sum()) == (ins, outs)
    assert len(minutes.start) == int(np.ceil(scene.time / 60))


def test_entries_are_only_ever_added() -> None:
    scene = make_scene(hall(reconcile="floor"))
    before: list[tuple[object, ...]] = []
    parts = [goes(0, 1, OUTSIDE_W, INSIDE), empty(2, 90), goes(90, 2, INSIDE, OUTSIDE_E)]
    for part in parts:
        for moment in part:
            play(scene, [moment])
            e = scene.counters["hall"].entries
            now: list[tuple[object, ...]] = list(
                zip(e.time, e.reason, e.ins, e.outs, e.inside, strict=True)
            )
            assert now[: len(before)] == before
            before = now
    assert [row[1] for row in before] == ["in", "empty", "negative", "out"]


# minutes


def test_minutes_without_anybody_are_there_too() -> None:
    scene = make_scene(hall())
    seen_in(goes(10, 1, OUTSIDE_W, INSIDE), goes(400, 2, INSIDE, OUTSIDE_W), scene=scene)
    minutes = scene.counters["hall"].per_minute(600)
    assert minutes.start.tolist() == [60.0 * m for m in range(10)]
    assert minutes.ins.tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    assert minutes.outs.tolist() == [0, 0, 0, 0, 0, 0, 1, 0, 0, 0]
    assert minutes.inside.tolist() == [1, 1, 1, 1, 1, 1, 0, 0, 0, 0]


def test_a_crossing_belongs_to_the_minute_in_which_it_happened() -> None:
    """Told at 60.1 s and later, it happened before 60 s."""
    scene = make_scene(hall())
    x = (0.2999, 0.3001 + 0.02)
    stops = [(58.0, OUTSIDE_W, 0.5), (59.95, x[0], 0.5), (60.4, x[1], 0.5), (61, INSIDE, 0.5)]
    play(scene, moments([walk(*stops)], start=50.0))
    assert scene.counters["hall"].per_minute(120).ins.tolist() == [1, 0]


def test_minutes_are_those_of_the_clock() -> None:
    scene = make_scene(hall(), start=datetime.fromisoformat("2026-05-01T08:00:45+02:00"))
    seen_in(goes(10, 1, OUTSIDE_W, INSIDE), goes(16, 2, OUTSIDE_W, INSIDE), scene=scene)
    minutes = scene.counters["hall"].per_minute(20)
    assert minutes.start.tolist() == [-45.0, 15.0]
    assert minutes.ins.tolist() == [1, 1]


@pytest.mark.parametrize(("start", "hours"), [(SPRING, 23), (AUTUMN, 25)])
def test_days_of_23_and_25_hours_are_real(start: datetime, hours: int) -> None:
    """One person an hour, from midnight to midnight: each in a minute of its own, none twice."""
    scene = make_scene(hall(), start=start, timezone=BERLIN)
    seen_in(*(goes(3600.0 * h, h, OUTSIDE_W, INSIDE) for h in range(hours)), scene=scene)
    minutes = scene.counters["hall"].per_minute(3600.0 * hours)
    assert len(minutes.start) == 60 * hours
    assert minutes.ins.sum() == hours
    local = [scene.clock.local(scene.clock.minute(t)) for t in minutes.start]
    assert {moment.date() for moment in local} == {start.date()}
    assert (local[0].hour, local[0].minute) == (0, 0)
    assert (local[-1].hour, local[-1].minute) == (23, 59)
    twos = sum(moment.hour == 2 for moment in local)
    assert twos == {23: 0, 25: 120}[hours]


# adjustments


@pytest.mark.parametrize(
    ("start", "reset_at", "expected"),
    [
        ("2026-05-01T00:00:00+02:00", "03:00", [3.0, 27.0, 51.0]),
        ("2026-03-28T00:00:00+01:00", "02:30", [2.5, 26.5, 49.5]),  # 02:30 does not exist
        ("2026-03-28T00:00:00+01:00", "12:00", [12.0, 35.0, 59.0]),  # the second day is short
        ("2026-10-24T00:00:00+02:00", "02:30", [2.5, 26.5, 51.5]),  # 02:30 exists twice
        ("2026-10-24T00:00:00+02:00", "12:00", [12.0, 37.0, 61.0]),  # the second day is long
    ],
)
def test_reset_at_a_time_of_day_once_a_day(
    start: str, reset_at: str, expected: list[float]
) -> None:
    scene = make_scene(
        hall(reset_at=reset_at), start=datetime.fromisoformat(start), timezone=BERLIN
    )
    parts = (goes(3600.0 * h + 1, h, OUTSIDE_W, INSIDE) for h in range(64))
    events = seen_in(*parts, scene=scene)
    resets = [event for event in events if event.details.get("change") == "reset"]
    assert [event.time / 3600 for event in resets] == pytest.approx(expected, abs=1e-6)
    assert all(event.details["inside"] == 0 for event in resets)
    assert all(event.track is None for event in resets)
    assert scene.counters["hall"].totals["in"] == 64  # in and out go on
    assert scene.counters["hall"].totals["inside"] == 64 - int(np.ceil(expected[-1]))


def test_reconciled_when_the_zone_is_seen_empty_for_a_minute() -> None:
    """Somebody comes in and is lost: the zone stays empty, so nobody is inside."""
    scene = make_scene(hall(reconcile="floor"))
    events = seen_in(goes(0, 1, OUTSIDE_W, INSIDE), empty(1.1, 100), scene=scene)
    adjusted = [event for event in events if event.details.get("change") == "empty"]
    assert len(adjusted) == 1
    assert 61 <= adjusted[0].time <= 66  # a minute after the person was given up
    assert scene.counters["hall"].totals == {"in": 1, "out": 0, "inside": 0, "negatives": 0}
    assert scene.counters["hall"].entries.reason == ("in", "empty")


def test_not_reconciled_while_somebody_is_there() -> None:
    scene = make_scene(hall(reconcile="floor"))
    one = walk((0, OUTSIDE_W, 0.5), (1, INSIDE, 0.5), track=1)  # lost
    other = walk((3, OUTSIDE_W, 0.4), (4, INSIDE, 0.4), (200, INSIDE, 0.4), track=2)
    play(scene, moments([one, other]))
    assert scene.counters["hall"].totals["inside"] == 2


def test_not_reconciled_by_a_gap_in_the_footage() -> None:
    """Ten minutes without a picture are not ten minutes seen empty."""
    scene = make_scene(hall(reconcile="floor"))
    seen_in(goes(0, 1, OUTSIDE_W, INSIDE), empty(1.1, 10), empty(610, 640), scene=scene)
    assert scene.counters["hall"].totals["inside"] == 1
    seen_in(empty(640, 680), scene=scene)
    assert scene.counters["hall"].totals["inside"] == 0


# hours, classes, restart


def test_outside_its_mode_it_counts_and_tells_nothing() -> None:
    scene = make_scene(hall(modes=["away"]), mode="home")
    events = seen_in(goes(0, 1, OUTSIDE_W, INSIDE), scene=scene)
    assert counted(events) == []
    assert scene.counters["hall"].totals["in"] == 1
    scene.mode = "away"
    assert counted(list(play(scene, goes(5, 2, OUTSIDE_W, INSIDE)))) == [("in", 2, 0, 2)]


def test_outside_its_mode_it_does_not_count_without_count_always() -> None:
    scene = make_scene(hall(modes=["away"], count_always=False), mode="home")
    seen_in(goes(0, 1, OUTSIDE_W, INSIDE), scene=scene)
    scene.mode = "away"
    seen_in(goes(5, 2, OUTSIDE_W, INSIDE), scene=scene)
    assert scene.counters["hall"].totals == {"in": 1, "out": 0, "inside": 1, "negatives": 0}


def test_lines_that_are_not_the_counters_do_not_count() -> None:
    scene = make_scene(hall(lines=DOORS[:1]))
    seen_in(goes(0, 1, OUTSIDE_W, OUTSIDE_E), scene=scene)
    assert scene.counters["hall"].totals == {"in": 1, "out": 0, "inside": 1, "negatives": 0}


@pytest.mark.parametrize("cut", range(1, 60, 5))
def test_a_restart_loses_nothing(cut: int) -> None:
    """The process stops after any frame; the next one goes on from the state."""
    parts = [goes(0, 1, OUTSIDE_W, INSIDE, OUTSIDE_E), goes(3, 2, OUTSIDE_E, INSIDE, OUTSIDE_W)]
    frames = [moment for part in parts for moment in part]
    whole, first, second = make_scene(hall()), make_scene(hall()), make_scene(hall())
    events = play(first, frames[:cut])
    second.restore(first.state())
    assert counted(events + play(second, frames[cut:])) == counted(play(whole, frames))
    assert second.counters["hall"].totals == whole.counters["hall"].totals
    assert second.counters["hall"].entries.reason == ("in", "out", "in", "out")
