"""Dwell, sentence by sentence: seconds per finished presence, as a histogram that names nobody."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from curtilage.config.scene import DwellRule
from curtilage.scene import Scene
from tests.scene.drive import Walk, make_scene, moments, play, without
from tests.scene.stays import (
    LONG,
    OUTSIDE,
    SHORT_OR_LONG,
    ZONE,
    Spans,
    histories,
    merged,
    shuffled,
    spot,
    visitor,
)

EDGES = [0.0, 2.0, 4.0, 8.0]


def zone(**options: Any) -> DwellRule:
    return DwellRule(**{"id": "z", "polygon": ZONE, "bins": EDGES, "k": 1} | options)


def crowd(*people: Spans, until: float | None = None) -> list[Walk]:
    """People who are inside for their spans, all seen throughout."""
    end = max(spans[-1][1] for spans in people) + 3.0 if until is None else until
    return [
        visitor(spans, (0.0, end), i + 1, spot(i % 20), OUTSIDE) for i, spans in enumerate(people)
    ]


def rows(scene: Scene) -> dict[tuple[float, float], int]:
    """What is exported: (from, to) in seconds -> presences."""
    found = scene.dwells["z"].histogram()
    return {
        (a, b): n
        for a, b, n in zip(
            found.start.tolist(), found.end.tolist(), found.count.tolist(), strict=True
        )
    }


def dwelt(rule: DwellRule, people: list[Walk], until: float | None = None) -> Scene:
    scene = make_scene([rule])
    assert play(scene, moments(people, until=until)) + scene.finish() == []
    return scene


def test_a_presence_is_in_the_row_of_its_length() -> None:
    scene = dwelt(zone(), crowd([(3, 4)], [(3, 6)], [(3, 6.5)], [(3, 15)]))
    assert rows(scene) == {(0.0, 2.0): 1, (2.0, 4.0): 2, (8.0, np.inf): 1}


def test_rows_of_fewer_than_k_are_not_exported() -> None:
    people = crowd(*[[(3, 4)]] * 4, *[[(3, 6)]] * 5, *[[(3, 15)]] * 6)
    assert rows(dwelt(zone(k=5), people)) == {(2.0, 4.0): 5, (8.0, np.inf): 6}


def test_k_is_five_unless_said() -> None:
    rule = DwellRule(id="z", polygon=ZONE)
    assert rule.k == 5
    assert rows(dwelt(rule, crowd(*[[(3, 5)]] * 4))) == {}
    assert sum(rows(dwelt(rule, crowd(*[[(3, 5)]] * 5))).values()) == 5


def test_nothing_but_the_rows_is_exported() -> None:
    """A sum would give away what the missing rows hold."""
    histogram = dwelt(zone(k=5), crowd(*[[(3, 4)]] * 5, [(3, 6)])).dwells["z"].histogram()
    public = {name for name in dir(histogram) if not name.startswith("_")}
    assert public == {"start", "end", "count"}


def test_it_makes_no_events() -> None:
    scene = make_scene([zone()])
    assert play(scene, moments(crowd([(3, 6)]))) + scene.finish() == []


def test_a_presence_counts_when_it_is_finished_not_before() -> None:
    scene = make_scene([zone()])
    play(scene, moments(crowd([(3, 12)], until=10.0)))
    assert rows(scene) == {}
    scene.finish()
    assert sum(rows(scene).values()) == 1


def test_the_end_of_the_footage_finishes_presences_at_their_last_sighting() -> None:
    """Seen from 3 to 6 s, hidden to the end at 6.5 s."""
    scene = dwelt(zone(), [visitor([(3.0, 6.0)], seen=(0.0, 6.0))], until=6.5)
    assert rows(scene) == {(2.0, 4.0): 1}


def test_a_track_that_ends_inside_has_dwelt_until_it_was_seen_last() -> None:
    scene = dwelt(zone(), [visitor([(3.0, 6.0)], seen=(0.0, 6.0))], until=20.0)
    assert rows(scene) == {(2.0, 4.0): 1}


@given(st.lists(histories(SHORT_OR_LONG, st.integers(6, 60), most=4), min_size=1, max_size=6))
@settings(max_examples=40)
def test_the_rows_sum_to_the_presences_and_are_those_by_hand(people: list[Spans]) -> None:
    presences = [p for spans in people for p in merged(spans, grace=1.0)]
    lengths = np.array([last - first for first, last in presences])
    found = rows(dwelt(zone(), crowd(*people)))
    assert sum(found.values()) == len(presences)
    # entry and exit are known to a frame each
    least, _ = np.histogram(lengths - 0.2, [-1.0, *EDGES[1:], np.inf])
    most, _ = np.histogram(lengths + 0.2, [-1.0, *EDGES[1:], np.inf])
    counts = [found.get((a, b), 0) for a, b in zip(EDGES, [*EDGES[1:], np.inf], strict=True)]
    below = np.cumsum(counts)
    assert (np.cumsum(most) <= below).all()
    assert (below <= np.cumsum(least)).all()


@given(
    st.lists(histories(LONG, st.integers(20, 60), most=3), min_size=2, max_size=6),
    st.integers(1, 8),
)
@settings(max_examples=20)
def test_with_k_exactly_the_small_rows_are_missing(people: list[Spans], k: int) -> None:
    scene = make_scene([zone(id="all"), zone(id="z", k=k)])
    play(scene, moments(crowd(*people)))
    scene.finish()
    everything = scene.dwells["all"].histogram()
    shown = {
        (a, b): n
        for a, b, n in zip(everything.start, everything.end, everything.count, strict=True)
        if n >= k
    }
    assert rows(scene) == shown


@given(
    st.lists(histories(LONG, st.integers(20, 40), most=3), min_size=2, max_size=5),
    st.floats(1.0, 15.0),
)
@settings(max_examples=25)
def test_a_dropped_second_changes_no_number(people: list[Spans], begin: float) -> None:
    scene = make_scene([zone()])
    play(scene, without(moments(crowd(*people)), begin, begin + 1.0))
    scene.finish()
    assert sum(rows(scene).values()) == sum(len(spans) for spans in people)


@given(
    st.lists(histories(SHORT_OR_LONG, st.integers(6, 40), most=3), min_size=2, max_size=5),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=20)
def test_the_order_of_rows_means_nothing(people: list[Spans], seed: int) -> None:
    scene = make_scene([zone()])
    play(scene, shuffled(moments(crowd(*people)), seed))
    scene.finish()
    assert rows(scene) == rows(dwelt(zone(), crowd(*people)))


@pytest.mark.parametrize("coasts", [True, False])
def test_short_hiding_is_part_of_the_stay(coasts: bool) -> None:
    person = visitor([(3, 8)], hidden=[(4.05, 5.35)], coasts=coasts)
    assert rows(dwelt(zone(), [person])) == {(4.0, 8.0): 1}


def test_outside_its_mode_it_goes_on_unless_told_otherwise() -> None:
    for always, presences in ((True, 1), (False, 0)):
        scene = make_scene([zone(modes=["away"], count_always=always)])
        play(scene, moments(crowd([(3, 6)])))
        scene.finish()
        assert sum(rows(scene).values()) == presences


@pytest.mark.parametrize("bins", [[1.0, 2.0], [0.0, 5.0, 5.0], [0.0, 5.0, 3.0]])
def test_bins_begin_with_nothing_and_rise(bins: list[float]) -> None:
    with pytest.raises(ValidationError, match="must begin with 0 and rise"):
        zone(bins=bins)
