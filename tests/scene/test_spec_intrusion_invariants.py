"""What an intrusion rule looks at, and what must mean nothing to it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scene.drive import make_scene, moments, play, run, without
from tests.scene.intrusions import Spans, plain, zone
from tests.scene.stays import (
    OUTSIDE,
    ZONE,
    crowds,
    ends,
    near,
    of_rule,
    people_of,
    shuffled,
    spot,
    starts,
    visitor,
)

# What the rule looks at


def test_other_classes_are_not_looked_at() -> None:
    car = visitor([(2.0, 6.0)], label="car")
    assert run([zone()], [car]) == []
    assert [e.label for e in starts(run([zone(classes=["car"])], [car]))] == ["car"]


@pytest.mark.parametrize(
    ("options", "alarms"),
    [({"min_score": 0.85}, 1), ({"min_score": 0.95}, 0), ({"min_height": 0.15}, 1),
     ({"min_height": 0.25}, 0), ({"max_height": 0.25}, 1), ({"max_height": 0.15}, 0)],
)  # fmt: skip
def test_scores_and_heights_are_limits(options: dict[str, float], alarms: int) -> None:
    """The person has a score of 0.9 and a height of 0.2."""
    assert len(starts(run([zone(**options)], [visitor([(2.0, 6.0)])]))) == alarms


def test_after_an_alarm_a_track_is_silent_for_its_cool_down() -> None:
    """Three presences, the second begins within ten seconds of the first."""
    person = visitor([(3.0, 5.0), (8.0, 9.0), (20.0, 22.0)])
    events = run([zone(cool_down=10.0)], [person])
    assert [e.time for e in starts(events)] == [near(3.0), near(20.0)]
    assert len(ends(events)) == 2


# Invariants


@given(crowds, st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_the_order_of_rows_means_nothing(crowd: list[Spans], seed: int) -> None:
    found = []
    for played in (moments(people_of(crowd)), shuffled(moments(people_of(crowd)), seed)):
        scene = make_scene([zone()])
        found.append(plain(play(scene, played) + scene.finish()))
    assert found[0] == found[1]
    assert len(found[0]) == 2 * sum(len(spans) for spans in crowd)


@given(crowds)
@settings(max_examples=15)
def test_when_the_clock_began_means_nothing(crowd: list[Spans]) -> None:
    """Seconds of a file, or UTC seconds of a live camera."""
    epoch = 1_790_000_000.0
    later = [[(a + epoch, b + epoch) for a, b in spans] for spans in crowd]
    until = max(spans[-1][1] for spans in crowd) + 2.0
    walks = [
        visitor(spans, (epoch, epoch + until), i + 1, spot(3 * i)) for i, spans in enumerate(later)
    ]
    scene = make_scene([zone()])
    events = play(scene, moments(walks, start=epoch)) + scene.finish()
    found = sorted((e.phase.value, round(e.time - epoch, 3), e.track) for e in events)
    assert found == plain(run([zone()], people_of(crowd)))


@given(crowds, st.floats(1.0, 15.0))
@settings(max_examples=30)
def test_a_dropped_second_changes_no_count(crowd: list[Spans], begin: float) -> None:
    scene = make_scene([zone()])
    events = play(scene, without(moments(people_of(crowd)), begin, begin + 1.0)) + scene.finish()
    expected = sum(len(spans) for spans in crowd)
    assert (len(starts(events)), len(ends(events))) == (expected, expected)


@given(crowds)
@settings(max_examples=15)
def test_two_disjoint_zones_know_nothing_of_each_other(crowd: list[Spans]) -> None:
    """The first person goes to the zone on the left, the others to that on the right."""
    left, right = zone(id="left"), zone(id="right")
    left = left.model_copy(update={"polygon": [(x - 0.35, y) for x, y in ZONE]})
    right = right.model_copy(update={"polygon": [(x + 0.35, y) for x, y in ZONE]})
    until = max(spans[-1][1] for spans in crowd) + 2.0
    people = []
    for i, spans in enumerate(crowd):
        shift = -0.35 if i == 0 else 0.35
        x, y = spot(3 * i)
        people.append(
            visitor(spans, (0.0, until), i + 1, (x + shift, y), (OUTSIDE[0] + shift, OUTSIDE[1]))
        )
    together = run([left, right], people)
    assert plain(of_rule(together, "left")) == plain(run([left], people[:1], until=until))
    assert plain(of_rule(together, "right")) == plain(run([right], people[1:], until=until))
