"""Intrusion, sentence by sentence: presences, grace, time inside, hiding."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from curtilage.model import Kind
from tests.scene.drive import make_scene, moments, play, run, walk
from tests.scene.intrusions import Spans, plain, zone
from tests.scene.stays import (
    FRAME,
    SHORT,
    SHORT_OR_LONG,
    STAY,
    ends,
    histories,
    merged,
    near,
    spot,
    starts,
    visitor,
)

# One presence makes one event


def test_one_presence_makes_one_start_and_one_end_with_its_duration() -> None:
    events = run([zone()], [visitor([(3.0, 7.0)], track=9)])
    (start,), (end,) = starts(events), ends(events)
    assert len(events) == 2
    assert start.time == near(3.0)
    assert end.time == near(7.0)
    assert end.duration == near(4.0)
    assert end.duration == pytest.approx(end.time - start.time)
    assert start.duration is None
    assert {e.kind for e in events} == {Kind.OBJECTS_INSIDE}
    assert {(e.track, e.label) for e in events} == {(9, "person")}
    assert start.box is not None


@given(histories(SHORT, STAY))
def test_absences_within_grace_do_not_part_a_presence(spans: Spans) -> None:
    events = run([zone()], [visitor(spans)])
    (start,), (end,) = starts(events), ends(events)
    assert start.time == near(spans[0][0])
    assert end.time == near(spans[-1][1])
    assert end.duration == near(spans[-1][1] - spans[0][0])


@given(histories(SHORT_OR_LONG, STAY))
def test_reentry_after_grace_is_a_new_presence(spans: Spans) -> None:
    events = run([zone(time_threshold=0)], [visitor(spans)])
    expected = merged(spans, grace=1.0)
    assert [e.time for e in starts(events)] == [near(first) for first, _ in expected]
    assert [e.time for e in ends(events)] == [near(last) for _, last in expected]


@pytest.mark.parametrize(("grace", "presences"), [(0.0, 3), (1.0, 2), (4.0, 1)])
def test_grace_is_as_long_as_set(grace: float, presences: int) -> None:
    spans = [(2.0, 4.0), (4.5, 7.0), (9.5, 12.0)]
    events = run([zone(grace=grace)], [visitor(spans)])
    assert len(starts(events)) == len(ends(events)) == presences


@given(histories(SHORT_OR_LONG, STAY), st.integers(0, 2**32 - 1), st.booleans())
def test_short_hiding_changes_neither_number_nor_times(
    spans: Spans, seed: int, coasts: bool
) -> None:
    """Hidden amid stays for up to 1.4 s; a tracker may predict meanwhile or leave it out."""
    rng = np.random.default_rng(seed)
    hidden = []
    for first, last in spans:
        longest = min(1.4, last - first - 0.8)
        if longest > 0.1:
            length = rng.uniform(0.1, longest)
            begin = first + 0.4 + rng.random() * (last - first - 0.8 - length)
            hidden.append((begin, begin + length))
    rules = [zone(time_threshold=0)]
    seen = run(rules, [visitor(spans)])
    assert plain(run(rules, [visitor(spans, hidden=hidden, coasts=coasts)])) == plain(seen)


def test_a_track_that_ends_inside_ends_its_presence_where_it_was_last_seen() -> None:
    gone = visitor([(2.0, 6.0)], seen=(0.0, 6.0))
    scene = make_scene([zone()])
    events = play(scene, moments([gone], until=12.0))
    assert [e.time for e in ends(events)] == [near(6.0)]
    assert ends(events)[0].duration == near(4.0)


def test_unseen_for_long_ends_a_presence_and_coming_back_begins_another() -> None:
    events = run([zone()], [visitor([(2.0, 12.0)], hidden=[(4.05, 8.95)])])
    assert [e.time for e in starts(events)] == [near(2.0), near(9.0)]
    assert [e.time for e in ends(events)] == [near(4.0), near(12.0)]


def test_the_end_of_the_footage_closes_presences() -> None:
    events = run([zone()], [visitor([(2.0, 6.0)], seen=(0.0, 6.0))])
    (end,) = ends(events)
    assert (end.time, end.duration) == (near(6.0), near(4.0))


def test_two_people_cause_two_alarms() -> None:
    people = [
        visitor([(2.0, 6.0)], track=1, inside=spot(0)),
        visitor([(3.0, 5.0)], track=2, inside=spot(4)),
    ]
    events = run([zone(cool_down=60.0)], people)
    assert sorted((e.track, e.time) for e in starts(events)) == [(1, near(2.0)), (2, near(3.0))]
    assert sorted((e.track, e.time) for e in ends(events)) == [(1, near(6.0)), (2, near(5.0))]


# Summed time inside


def test_the_default_threshold_is_half_a_second() -> None:
    assert starts(run([zone()], [visitor([(2.0, 2.3)])])) == []
    assert len(starts(run([zone()], [visitor([(2.0, 2.7)])]))) == 1


def test_time_inside_is_summed_over_short_absences() -> None:
    """Three stays of a second each make a threshold of 2.5 s: absences do not reset."""
    spans = [(2.0, 3.0), (3.6, 4.6), (5.2, 6.2)]
    assert len(starts(run([zone(time_threshold=2.5)], [visitor(spans)]))) == 1


def test_absences_do_not_add() -> None:
    """3 s inside of 4.6 s in all: no alarm at 3.5 s."""
    spans = [(2.0, 3.0), (3.8, 4.8), (5.6, 6.6)]
    assert starts(run([zone(time_threshold=3.5)], [visitor(spans)])) == []


def test_an_absence_beyond_grace_resets() -> None:
    spans = [(2.0, 3.0), (4.5, 5.5), (7.0, 8.0)]
    assert starts(run([zone(time_threshold=1.5)], [visitor(spans)])) == []


@given(histories(SHORT, STAY), st.integers(5, 120))
def test_alarm_exactly_when_the_sum_reaches_the_threshold(spans: Spans, tenths: int) -> None:
    threshold = tenths / 10
    spent = sum(last - first for first, last in spans)
    # when the foot crossed the border is known to a frame on each side
    if abs(spent + len(spans) * FRAME - threshold) < (len(spans) + 1) * FRAME:
        return
    events = run([zone(time_threshold=threshold)], [visitor(spans)])
    assert len(starts(events)) == int(spent > threshold)


@given(histories(SHORT, STAY))
def test_the_time_of_the_alarm_is_that_of_the_entry(spans: Spans) -> None:
    """Noticed when the sum is reached, dated when the presence began."""
    spent = sum(last - first for first, last in spans)
    scene = make_scene([zone(time_threshold=spent / 2)])
    for time, tracks in moments([visitor(spans)]):
        for event in starts(scene.update(time, tracks)):
            assert event.time == near(spans[0][0])
            assert time >= spans[0][0] + spent / 2 - (len(spans) + 1) * FRAME
            return
    pytest.fail("no alarm")


def test_threshold_zero_is_the_first_confirmed_frame() -> None:
    """Seen inside from its first sighting: told at the third, dated at the first."""
    scene = make_scene([zone(time_threshold=0)])
    told: list[tuple[Any, Any]] = [
        (time, event.time)
        for time, tracks in moments([visitor([(2.0, 5.0)], seen=(2.0, 5.0))], until=6.0)
        for event in starts(scene.update(time, tracks))
    ]
    assert told == [(pytest.approx(2.2), pytest.approx(2.0))]


def test_threshold_zero_of_a_known_track_is_the_first_frame_inside() -> None:
    scene = make_scene([zone(time_threshold=0)])
    told: list[tuple[Any, Any]] = [
        (time, event.time)
        for time, tracks in moments([visitor([(2.0, 5.0)])])
        for event in starts(scene.update(time, tracks))
    ]
    assert told == [(pytest.approx(2.0), near(2.0))]


def test_a_track_of_two_sightings_is_nobody() -> None:
    flash = visitor([(2.0, 2.1)], seen=(2.0, 2.1))
    assert run([zone(time_threshold=0)], [flash], until=6.0) == []


def test_a_visit_while_the_track_is_young_is_replayed() -> None:
    """Inside only for its first two sightings, which are not sure yet."""
    young = visitor([(2.0, 2.1)], seen=(2.0, 5.0))
    events = run([zone(time_threshold=0)], [young])
    assert [e.time for e in starts(events)] == [pytest.approx(2.0)]


def test_thresholds_go_to_ten_minutes() -> None:
    stay = walk((0, 0.5, 0.75), (2, 0.5, 0.75), (2.5, 0.5, 0.5), (604, 0.5, 0.5))
    rule = zone(time_threshold=600)
    assert len(starts(run([rule], [stay], fps=2.0))) == 1
    assert starts(run([rule], [stay], fps=2.0, until=600.0)) == []
    with pytest.raises(ValidationError):
        zone(time_threshold=601)


@pytest.mark.parametrize("fps", [2.0, 5.0, 7.0, 12.5, 30.0])
def test_the_frame_rate_means_nothing(fps: float) -> None:
    path = walk((0, 0.2, 0.5), (3, 0.5, 0.5), (8, 0.5, 0.5), (11, 0.2, 0.5))  # inside 2..9 s
    events = run([zone(time_threshold=5.0)], [path], fps=fps)
    (start,), (end,) = starts(events), ends(events)
    assert start.time == pytest.approx(2.0, abs=1 / fps + 1e-3)
    assert end.duration == pytest.approx(7.0, abs=2 / fps + 1e-3)


# Coasting


@pytest.mark.parametrize("coasts", [True, False])
def test_coasting_creates_no_event(coasts: bool) -> None:
    """It walks in while hidden, is predicted inside, and is never seen there."""
    path = walk(
        (0, 0.2, 0.5), (4, 0.6, 0.5), (8, 0.9, 0.5), hidden=[(1.75, 4.3)], coasts=coasts
    )  # inside from 2 to 4 s
    assert run([zone(time_threshold=0)], [path]) == []


def test_a_threshold_passed_while_hidden_is_told_when_seen_again() -> None:
    person = visitor([(2.0, 8.0)], hidden=[(3.55, 4.75)], coasts=True)
    scene = make_scene([zone(time_threshold=2.0)])
    told = [
        time for time, tracks in moments([person]) for event in starts(scene.update(time, tracks))
    ]
    assert len(told) == 1
    assert told[0] >= 4.75


def test_a_threshold_passed_while_hidden_is_nothing_where_nobody_is_seen_again() -> None:
    person = visitor([(2.0, 8.0)], seen=(0.0, 9.0), hidden=[(3.55, 9.0)], coasts=True)
    scene = make_scene([zone(time_threshold=2.0)])
    assert play(scene, moments([person], until=12.0)) == []


@pytest.mark.parametrize("coast", [0.0, 0.05, 0.5])
def test_who_is_seen_in_every_frame_is_never_hidden(coast: float) -> None:
    """However short ``coast`` is, also below the time between frames."""
    (end,) = ends(run([zone(coast=coast, time_threshold=2.0)], [visitor([(3.0, 7.0)])]))
    assert end.duration == near(4.0)


def test_a_frame_in_two_seconds_is_enough_for_a_presence() -> None:
    path = walk((0, 0.5, 0.75), (9, 0.5, 0.75), (9.5, 0.5, 0.5), (50, 0.5, 0.5))
    (end,) = ends(run([zone(time_threshold=30.0)], [path], fps=0.5))
    assert end.duration == pytest.approx(40.0)
