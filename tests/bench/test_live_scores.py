"""Scores of the live benchmarks: what counts as found, lost, doubled, late."""

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.live import busy, kill, latency
from bench.live.ears import Ears
from bench.live.health import Told
from bench.live.matching import Heard, match, percentile
from bench.live.passage import BEGIN_NS, Passage
from bench.live.presence import again, presence
from bench.live.recall import figures
from curtilage.model import Kind, Phase
from curtilage.store.found.events import StoredEvent
from curtilage.vision.gate import Gate

NS = 1_000_000_000


def crossing(time: float, direction: str = "a_to_b", rule: str = "gate") -> Heard:
    return Heard(rule, "crossed", "instant", direction, time)


def stored(
    time: float, name: str = "x", *, camera: str = "yard0", noticed: float | None = None
) -> StoredEvent:
    at_ns = BEGIN_NS + round(time * NS)
    noticed_ns = at_ns if noticed is None else BEGIN_NS + round(noticed * NS)
    return StoredEvent(name, camera, "gate", Kind.LINE_CROSSED, Phase.INSTANT, at_ns, noticed_ns)


def test_what_fits_is_found_once() -> None:
    found = match([crossing(1.0), crossing(1.3)], [crossing(1.2)])
    assert len(found.differences) == 1
    assert found.differences[0] == pytest.approx(-0.1)
    assert [e.time for e in found.missed] == [1.0]
    assert found.recall == 0.5


def test_as_many_pairs_as_can_be_before_the_nearest() -> None:
    # the nearest of all would be 1.4 with 1.5; then 1.0 and 1.9 would stay alone
    found = match([crossing(1.0), crossing(1.5)], [crossing(1.4), crossing(1.9)])
    assert not found.missed
    assert not found.extra


def test_visits_are_noticed_and_events_of_nobody_are_told_apart() -> None:
    visits = again([(10.0, 14.0)], 60.0, 2)
    assert visits == [(10.0, 14.0), (70.0, 74.0)]
    seen = presence(visits, [crossing(9.5), crossing(16.0), crossing(30.0), crossing(77.5)])
    assert (seen.visits, seen.noticed) == (2, 1)
    assert [event.time for event in seen.nobody] == [30.0, 77.5]


@pytest.mark.parametrize(
    "other",
    [crossing(1.0, "b_to_a"), crossing(1.0, rule="door"), crossing(1.51),
     dataclasses.replace(crossing(1.0), phase="start"),
     dataclasses.replace(crossing(1.0), kind="inside")],
)  # fmt: skip
def test_another_event_is_not_it(other: Heard) -> None:
    found = match([crossing(1.0)], [other])
    assert found.missed == (crossing(1.0),)
    assert found.extra == (other,)


times = st.lists(st.floats(0, 20, allow_nan=False), max_size=12)


@given(times, times)
def test_every_event_is_accounted_for(ours: list[float], theirs: list[float]) -> None:
    found = match([crossing(t) for t in ours], [crossing(t) for t in theirs])
    assert len(found.differences) + len(found.missed) == len(ours)
    assert len(found.differences) + len(found.extra) == len(theirs)
    assert all(abs(d) <= 0.5 for d in found.differences)


@given(times)
def test_a_run_finds_all_of_itself(ours: list[float]) -> None:
    assert match([crossing(t) for t in ours], [crossing(t) for t in ours]).recall == 1.0


def test_percentiles_are_values_that_were_there() -> None:
    values = [float(n) for n in range(1, 101)]
    assert percentile(values, 0.95) == 95.0
    assert percentile(values, 1.0) == 100.0
    assert percentile([7.0], 0.5) == 7.0
    assert math.isnan(percentile([], 0.5))


def test_recall_tells_what_was_missed_and_where_the_gate_was() -> None:
    report = Gate("auto", False).report
    reference = Passage([stored(1.0), stored(5.0)], packets=100, report=report)
    gated = Passage([stored(1.1)], packets=100, decoded=20, report=report)
    gated.states = [(0.0, "awake", "start"), (4.0, "asleep", "quiet")]
    gated.looked = [1.0, 3.9]
    row = figures("yard", False, reference, gated)
    assert (row["events"], row["found"], row["extra"]) == (2, 1, 0)
    assert row["recall"] == 0.5
    assert row["apart_most_s"] == pytest.approx(0.1, abs=1e-6)
    assert row["share_decoded"] == 0.2
    (missed,) = row["missed_events"]
    assert "asleep (quiet)" in missed


def test_latency_counts_from_the_picture_and_what_never_came() -> None:
    events = [stored(1.0, "a"), stored(2.0, "b", noticed=3.0), stored(4.0, "c")]
    heard = Ears(by_api={"a": BEGIN_NS + 1_200_000_000, "b": BEGIN_NS + 3_500_000_000})
    found = latency.figures(events, heard)
    api = found["all"]["api"]
    assert (api["events"], api["unheard"]) == (2, 1)
    assert api["p50_s"] == pytest.approx(0.2)
    assert api["most_s"] == pytest.approx(0.5)
    assert not found["met"]  # one never came


def test_a_kill_that_doubles_or_loses_is_seen() -> None:
    expected = [stored(1.0, "a"), stored(9.0, "b")]
    doubled = kill.figures([*expected, stored(1.0, "a2")], expected)
    assert (doubled["lost"], doubled["too_many"]) == (0, 1)
    assert doubled["counts_differ"] == {"gate instant": [3, 2]}
    lost = kill.figures(expected[:1], expected)
    assert (lost["lost"], lost["too_many"]) == (1, 0)


def test_a_busy_camera_is_compared_turn_by_turn() -> None:
    # the second turn was slow as a whole; the ratio is that of the others
    spent = {
        "bare decoder": [30.0, 60.0, 30.0],
        "decode": [40.0, 80.0, 40.0],
        "inference": [60.0, 120.0, 60.0],
        "network": [50.0, 100.0, 50.0],
        "analysis": [110.0, 220.0, 110.0],
    }
    found = busy.figures(spent)
    assert found["ratio"] == pytest.approx(1.1)
    assert found["ratio_to_bare"] == pytest.approx(1.375)
    assert found["met"]
    assert not busy.figures(spent | {"analysis": [120.0, 220.0, 120.0]})["met"]


def test_lag_is_of_cameras_that_are_looked_at() -> None:
    rows = [
        {"camera": "a", "lag_s": 0.2, "wanted_fps": 5.0, "got_fps": 4.0},
        {"camera": "a", "lag_s": 9.0, "wanted_fps": 0.0, "got_fps": 0.0},  # asleep
        {"camera": "b", "lag_s": 0.9, "wanted_fps": 5.0, "got_fps": 5.0},
    ]
    told = Told(rows)
    assert told.lags(["a"]) == {"p50_s": 0.2, "most_s": 0.2}
    assert told.rates(["a", "b"]) == {"wanted": 5.0, "got": 4.5}
