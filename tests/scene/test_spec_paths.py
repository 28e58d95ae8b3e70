"""Paths against their definition: origin-destination counts between zones."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.config import PathsRule
from curtilage.model import Event, Kind
from curtilage.scene.paths import Flows
from tests.scene.drive import Stop, Walk, make_scene, moments, play, walk

NAMES = ("north", "east", "south")
CENTRES = {"north": (0.5, 0.3), "east": (0.8, 0.6), "south": (0.5, 0.9), "out": (0.2, 0.6)}


def square(x: float, y: float, half: float = 0.1) -> list[tuple[float, float]]:
    return [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]


ZONES = {name: square(*CENTRES[name]) for name in NAMES}


def rule(**settings: object) -> PathsRule:
    return PathsRule.model_validate({"id": "ways", "zones": ZONES} | settings)


def through(*names: str, track: int = 1, begin: float = 0.0) -> Walk:
    """From place to place, two seconds each, and a second in each."""
    stops: list[Stop] = []
    for k, name in enumerate(names):
        stops += [(begin + 3.0 * k, *CENTRES[name]), (begin + 3.0 * k + 1, *CENTRES[name])]
    return walk(*stops, track=track)


def flows(walkers: list[Walk], **settings: object) -> tuple[Flows, list[Event]]:
    scene = make_scene([rule(**settings)])
    events = play(scene, moments(walkers)) + scene.finish()
    return scene.paths["ways"].flows, events


def table(found: Flows, which: str) -> dict[tuple[str, str], int]:
    """The counts that are not 0."""
    counts = getattr(found, which)
    return {
        (found.zones[i], found.zones[j]): int(counts[i, j]) for i, j in np.argwhere(counts).tolist()
    }


def test_from_one_zone_to_another_is_one_leg_and_one_journey() -> None:
    found, (event,) = flows([through("north", "south", track=5)])
    assert found.zones == NAMES
    assert table(found, "legs") == {("north", "south"): 1}
    assert table(found, "journeys") == {("north", "south"): 1}
    assert (event.kind, event.track, event.rule) == (Kind.PATH, 5, "ways")
    assert event.details == {"from": "north", "to": "south"}
    assert event.time == pytest.approx(1 + 2 * 5 / 6, abs=0.11)  # on entering


def test_origin_and_destination_of_a_way_over_several_zones() -> None:
    found, _ = flows([through("north", "east", "south")])
    assert table(found, "legs") == {("north", "east"): 1, ("east", "south"): 1}
    assert table(found, "journeys") == {("north", "south"): 1}


def test_who_visits_one_zone_only_goes_nowhere() -> None:
    found, events = flows([through("out", "east", "out")])
    assert table(found, "legs") == {}
    assert events == []


def test_who_visits_no_zone_is_not_counted() -> None:
    found, events = flows([walk((0, 0.1, 0.5), (4, 0.3, 0.5))])
    assert found.legs.sum() == found.journeys.sum() == 0
    assert events == []


def test_a_short_absence_does_not_end_a_stay() -> None:
    """Out of the zone for half a second and in again: no new leg, whatever it is next."""
    x, y = CENTRES["east"]
    stops = [(0, x, y), (2, x, y), (2.1, x - 0.2, y), (2.5, x - 0.2, y), (2.6, x, y), (5, x, y)]
    last = [(7.0, *CENTRES["north"]), (8.0, *CENTRES["north"])]
    found, _ = flows([walk(*stops, *last)])
    assert table(found, "legs") == {("east", "north"): 1}


def test_two_people_are_two() -> None:
    found, events = flows(
        [through("north", "south", track=1), through("south", "north", track=2)]
    )  # at the same time
    assert table(found, "legs") == {("north", "south"): 1, ("south", "north"): 1}
    assert len(events) == 2


def test_hidden_on_the_way_is_one_path() -> None:
    walker = through("north", "south")
    hidden = walk(*walker.stops, hidden=[(1.9, 2.6)])
    found, _ = flows([hidden])
    assert table(found, "journeys") == {("north", "south"): 1}


def test_an_identity_switch_on_the_way_is_one_path_when_stitched() -> None:
    """Last seen at y = 0.8 in the zone's edge, next in it; on for paths by default."""
    x = CENTRES["north"][0]
    first = walk((0, x, 0.3), (2, x, 0.7), track=1)
    second = walk((2.3, x, 0.76), (3, x, 0.9), (5, x, 0.9), track=2)
    assert table(flows([first, second])[0], "journeys") == {("north", "south"): 1}
    apart, events = flows([first, second], stitch=False)
    assert table(apart, "legs") == {}
    assert events == []


@given(
    st.lists(
        st.lists(st.sampled_from(["north", "east", "south", "out"]), min_size=1, max_size=6),
        min_size=1,
        max_size=4,
    )
)
def test_any_ways_against_brute_force(ways: list[list[str]]) -> None:
    """Straight ways between two of the zones do not touch the third."""
    walkers = [through(*way, track=k) for k, way in enumerate(ways)]
    legs: dict[tuple[str, str], int] = {}
    journeys: dict[tuple[str, str], int] = {}
    for way in ways:
        visited = [name for name in way if name != "out"]
        for pair in pairwise(visited):
            if pair[0] != pair[1]:
                legs[pair] = legs.get(pair, 0) + 1
        if visited:
            ends = (visited[0], visited[-1])
            journeys[ends] = journeys.get(ends, 0) + 1
    found, events = flows(walkers)
    assert table(found, "legs") == legs
    assert table(found, "journeys") == journeys
    assert len(events) == sum(legs.values())


def test_counts_go_on_outside_the_mode_unless_told_otherwise() -> None:
    for always, count in ((True, 1), (False, 0)):
        scene = make_scene([rule(modes=["away"], count_always=always)], mode="home")
        events = play(scene, moments([through("north", "south")])) + scene.finish()
        assert events == []
        assert scene.paths["ways"].flows.legs.sum() == count
