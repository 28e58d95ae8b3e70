"""What a live scene has counted is taken away: nothing twice, nothing lost, whenever asked."""

from collections import Counter
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.config import Rule, SceneSettings
from curtilage.config.camera import CameraSettings
from curtilage.config.scene import CounterRule, HeatmapRule, LineCrossingRule, OccupancyRule
from curtilage.model import Event, Tracks
from curtilage.scene import Scene
from curtilage.scene.drained import Drained
from tests.footage import need
from tests.scene.drive import ASPECT, FPS, Stop, moments, walk
from tests.scene.pets import RATE, true_tracks
from tests.scene.stage import frames_of, scene_of
from tests.scene.stage import walk as path
from tests.scene.test_spec_state import RULES, footage, fresh, played, resumed, saved

UTC_S = 1_795_000_200.0  # 2026-11-18 11:10:00 UTC: a whole minute, and a stretch of heat maps
LATE_S = 40  # until all that occupancy can tell is told


class Ledger:
    """What a store would have after all that was drained."""

    def __init__(self) -> None:
        self.tallies: Counter[Any] = Counter()
        self.stays: Counter[Any] = Counter()
        self.steps: Counter[Any] = Counter()
        self.occupied: dict[tuple[str, float], list[float]] = {}
        self.heat: dict[tuple[str, float, int], dict[int, float]] = {}

    def add(self, drained: Drained) -> None:
        self.tallies.update(drained.tallies)
        self.stays.update(drained.stays)
        self.steps.update(drained.steps)
        for rule, rows in drained.occupied.items():
            for start, seconds, people, most in zip(
                rows.start, rows.seconds, rows.person_seconds, rows.most, strict=True
            ):
                row = self.occupied.setdefault((rule, float(start)), [0.0, 0.0, 0.0])
                row[0] += float(seconds)
                row[1] += float(people)
                row[2] = max(row[2], float(most))
        for rule, heat in drained.heat.items():
            fresh: dict[tuple[str, float, int], dict[int, float]] = {}
            for start, label, cell, seconds in zip(
                heat.start, heat.class_id, heat.cell, heat.seconds, strict=True
            ):
                stretch = fresh.setdefault((rule, float(start), int(label)), {})
                stretch[int(cell)] = float(seconds)
            self.heat |= fresh  # whole stretches: put in place of what was there


def same_ledger(one: Ledger, other: Ledger) -> None:
    assert one.tallies == other.tallies
    assert one.stays == other.stays
    assert one.steps == other.steps
    assert one.occupied.keys() == other.occupied.keys()
    for key, row in one.occupied.items():
        assert row == pytest.approx(other.occupied[key], abs=1e-6), key


def quiet(begin: float, seconds: float = LATE_S) -> list[tuple[float, Tracks]]:
    """Frames in which nobody is."""
    return [(begin + k / FPS, Tracks.empty()) for k in range(1, round(seconds * FPS))]


@cache
def whole(seed: int) -> tuple[list[Event], Ledger]:
    scene, ledger = fresh(), Ledger()
    frames = [*footage(seed), *quiet(12.0)]
    events = played(scene, frames)
    ledger.add(scene.drain())
    return events, ledger


def test_everything_is_told_once() -> None:
    """Against what the same scene says of itself when it is never drained."""
    for seed in range(4):
        events, ledger = whole(seed)
        scene = fresh()
        played(scene, [*footage(seed), *quiet(12.0)])
        for rule, ways in (scene.crossings | scene.regions).items():
            for way, count in ways.items():
                told = sum(n for t, n in ledger.tallies.items() if (t.rule, t.what) == (rule, way))
                assert told == count, (rule, way)
        entries = scene.counters["hall"].entries
        assert Counter(entries.reason) == Counter(
            {what: n for what, n in _by_reason(ledger).items() if n}
        )
        flows = scene.paths["ways"].flows
        legs = sum(n for step, n in ledger.steps.items() if not step.is_journey)
        journeys = sum(n for step, n in ledger.steps.items() if step.is_journey)
        assert (legs, journeys) == (flows.legs.sum(), flows.journeys.sum())
        assert sum(ledger.stays.values()) == scene.dwells["time"].histogram().count.sum()
        inside = sum((_inward(t.what) + t.adjusted) * n for t, n in ledger.tallies.items()
                     if t.rule == "hall")  # fmt: skip
        assert inside == scene.counters["hall"].totals["inside"]
    assert events


def _by_reason(ledger: Ledger) -> Counter[str]:
    reasons: Counter[str] = Counter()
    for tally, n in ledger.tallies.items():
        if tally.rule == "hall":
            reasons[tally.what] += n
    return reasons


def _inward(what: str) -> int:
    return {"in": 1, "out": -1}.get(what, 0)


@given(st.integers(0, 3), st.sets(st.integers(0, 520), max_size=12), st.booleans())
@settings(max_examples=40, deadline=None)
def test_it_does_not_matter_when_it_is_taken_away(
    seed: int, cuts: set[int], restarts: bool
) -> None:
    """Nor whether another process goes on from the state that was saved with it."""
    expected_events, expected = whole(seed)
    frames = [*footage(seed), *quiet(12.0)]
    scene, ledger, events = fresh(), Ledger(), list[Event]()
    for n, moment in enumerate(frames):
        events += played(scene, [moment])
        if n in cuts:
            ledger.add(scene.drain())
            if restarts:
                scene = resumed(saved(scene))
    ledger.add(scene.drain())
    assert events == expected_events
    same_ledger(ledger, expected)


def test_heat_that_was_told_while_it_grew_is_whole_in_the_end() -> None:
    rule = HeatmapRule(id="heat", grid=(8, 4), bucket=60)
    scene, undrained = scene_of(rule), scene_of(rule)
    ledger = Ledger()
    stops = [(0.0, 0.1, 0.5), (100.0, 0.9, 0.5), (200.0, 0.1, 0.9), (300.0, 0.9, 0.9)]
    for n, (time, tracks) in enumerate(frames_of({1: path(*stops)}, until=400)):
        scene.update(time, tracks)
        undrained.update(time, tracks)
        if n % 37 == 0:
            ledger.add(scene.drain())
    ledger.add(scene.drain())
    rows = undrained.heatmaps["heat"].rows()
    told = {(start, c): s for (_, start, _), cells in ledger.heat.items() for c, s in cells.items()}
    kept = zip(rows.start.tolist(), rows.cell.tolist(), rows.seconds.tolist(), strict=True)
    assert told == {(start, cell): pytest.approx(seconds) for start, cell, seconds in kept}


# --- live time -------------------------------------------------------------------------------


def _brief(events: list[Event], start: float) -> list[Any]:
    """Events to the microsecond, from ``start``."""
    return [
        (
            round(e.time - start, 4), e.rule, e.kind, e.phase, e.direction, e.track, e.label,
            None if e.duration is None else round(e.duration, 4), e.box,
            {k: round(v - start, 4) if k == "reached" else v for k, v in e.details.items()},
        )
        for e in events
    ]  # fmt: skip


def _live(start: str) -> Scene:
    camera = CameraSettings.model_validate({"start": start, "mode": "home"})
    given = SceneSettings.model_validate({"camera": camera, "rules": RULES})
    return Scene(given, ASPECT, 1 / FPS)


@pytest.mark.parametrize("seed", range(4))
def test_in_utc_seconds_the_same_happens(seed: int) -> None:
    """A live camera's time is 1.8e9 s: a whole run there is the run at 0, to 0.1 ms."""
    early, late = _live("2026-11-18T11:10:00+00:00"), _live("1970-01-01T00:00:00+00:00")
    frames = [*footage(seed), *quiet(12.0)]
    events = played(early, frames) + early.finish()
    shifted = []
    for time, tracks in frames:
        late.mode = "away" if 3 <= time < 8 else "home"
        shifted += late.update(UTC_S + time, tracks)
    shifted += late.finish()
    assert _brief(shifted, UTC_S) == _brief(events, 0.0)
    assert late.crossings == early.crossings
    assert late.regions == early.regions
    assert late.counters["hall"].totals == early.counters["hall"].totals
    one, other = Ledger(), Ledger()
    one.add(early.drain())
    other.add(late.drain())
    assert sum(one.tallies.values()) == sum(other.tallies.values())
    for (rule, start), row in one.occupied.items():
        assert row == pytest.approx(other.occupied[rule, start + UTC_S], abs=1e-3)
    assert late.heatmaps["heat"].cells() == pytest.approx(early.heatmaps["heat"].cells(), abs=1e-4)


def test_the_footage_of_pets_in_utc_seconds() -> None:
    """All 795 frames, at 7 a second: times that are no round numbers."""
    gt = need("pets09-s2l1/gt.txt")
    rules: list[Rule] = [
        LineCrossingRule(id="gate", points=[(0.56, 0.35), (0.56, 0.57)]),
        CounterRule.model_validate(
            {"id": "hall", "lines": [{"line": "gate", "in": "a_to_b"}], "reconcile": "plaza"}
        ),
        OccupancyRule(id="plaza", polygon=[(0.46, 0.37), (0.68, 0.37), (0.73, 0.5), (0.46, 0.5)]),
    ]
    told = []
    for start in (0.0, UTC_S):
        scene = _of(rules)
        told.append(_brief([e for t, x in true_tracks(gt) for e in scene.update(start + t, x)],
                           start))  # fmt: skip
    assert told[0] == told[1]
    assert len(told[0]) > 40


def _of(rules: list[Rule]) -> Scene:
    camera = CameraSettings.model_validate({"start": "1970-01-01T00:00:00Z"})
    return Scene(SceneSettings(camera=camera, rules=rules), 768 / 576, 1 / RATE)


# --- occupancy over time that was looked at ---------------------------------------------------

ZONE = [(0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)]


def _occupied(scene: Scene) -> dict[float, Any]:
    rows = scene.drain().occupied["z"]
    columns = (rows.start, rows.seconds, rows.person_seconds, rows.most)
    return {
        start: (seconds, people, most)
        for start, seconds, people, most in zip(*(c.tolist() for c in columns), strict=True)
    }


def test_minutes_say_how_long_was_looked_and_how_many_were_there() -> None:
    """One inside from 70 s to 100 s; nobody looks from 120 s to 170 s."""
    scene = scene_of(OccupancyRule(id="z", polygon=ZONE), start=_utc(0))
    stops = [(60.0, 0.1, 0.5), (69.9, 0.1, 0.5), (70.0, 0.5, 0.5), (100.0, 0.5, 0.5)]
    for time, tracks in frames_of({1: path(*stops)}, until=300):
        if not 120 < time < 170:
            scene.update(time, tracks)
    minutes = _occupied(scene)
    assert minutes[0.0] == (pytest.approx(60), 0, 0)
    # hidden after 100 s, it counts for 1.5 s more
    assert minutes[60.0] == (pytest.approx(60), pytest.approx(31.5, abs=0.11), 1)
    # the frame after the gap stands for three usual ones
    assert minutes[120.0] == (pytest.approx(10 + 0.3, abs=0.11), 0, 0)
    assert minutes[180.0] == (pytest.approx(60), 0, 0)
    assert max(minutes) < 300


def test_what_is_held_was_looked_at_however_long() -> None:
    scene = scene_of(OccupancyRule(id="z", polygon=ZONE), start=_utc(0))
    frames = frames_of({1: path((0.0, 0.5, 0.5), (5.0, 0.5, 0.5))}, until=5)
    for time, tracks in frames:
        scene.update(time, tracks)
    there = frames[-1][1]
    for time in range(6, 240):
        scene.still(float(time), replace(there, hits=there.hits + time))
    minutes = _occupied(scene)
    assert minutes[60.0] == (pytest.approx(60), pytest.approx(60), 1)
    assert minutes[120.0] == (pytest.approx(60), pytest.approx(60), 1)


def test_nothing_can_be_held_before_the_first_frame_or_back_in_time() -> None:
    scene = scene_of(OccupancyRule(id="z", polygon=ZONE))
    with pytest.raises(ValueError, match="times must rise"):
        scene.still(1.0, Tracks.empty())
    scene.update(1.0, Tracks.empty())
    with pytest.raises(ValueError, match="times must rise"):
        scene.still(1.0, Tracks.empty())


def _utc(second: int) -> str:
    return f"1970-01-01T00:00:{second:02}+00:00"


# --- months ------------------------------------------------------------------------------------


def _traffic(rng: np.random.Generator, first: int, begin: float) -> list[tuple[float, Tracks]]:
    """A busy half minute: eight people who cross, enter, meet and leave."""
    walks = []
    for n in range(8):
        times = begin + rng.uniform(0, 10) + np.cumsum(rng.uniform(1, 4, 4))
        stops: list[Stop] = [(float(t), *rng.uniform(0.1, 0.9, 2)) for t in times]
        walks.append(walk(*stops, track=first + n))
    return list(moments(walks, fps=2, until=begin + 30, start=begin))


def _size(scene: Scene) -> int:
    return sum(array.nbytes for array in scene.state().values())


@pytest.mark.slow
def test_a_month_of_traffic_leaves_no_trace_in_memory() -> None:
    """Every ten minutes half a minute of it; what is kept after days is what is kept after weeks.

    The rules of all types; drained every half hour.
    """
    rng = np.random.default_rng(1)
    camera = CameraSettings.model_validate({"start": "1970-01-01T00:00:00Z", "timezone": "UTC"})
    rules = [r | {"bucket": 600.0} if r["type"] == "heatmap" else r for r in RULES]
    scene = Scene(SceneSettings.model_validate({"camera": camera, "rules": rules}), ASPECT, 0.5)
    days, busy, sizes, tallies = 30, 24, [], 0
    for day in range(days):
        for turn in range(busy):
            begin = UTC_S + day * 86_400 + turn * 86_400 / busy
            for time, tracks in _traffic(rng, 1 + 8 * (day * busy + turn), begin):
                scene.update(time, tracks)
            scene.still(begin + 600, Tracks.empty())
            if turn % 3 == 0:
                tallies += len(scene.drain().tallies)
        scene.drain()
        sizes.append(_size(scene))
    assert tallies > 10_000
    assert max(sizes[10:]) <= max(sizes[:10]) * 1.02
    assert len(scene.counters["hall"].entries.time) == 0
