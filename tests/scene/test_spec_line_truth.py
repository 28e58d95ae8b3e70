"""Line crossing against brute force: random walks over random lines, and annotated people.

The truth knows no tracks and no state: it cuts the path of the feet with the line (shapely),
divides it where the foot is clear of the line, and looks at what lies between two clear moments.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from bench.truth.crossings import crossings
from curtilage.config import LineCrossingRule
from curtilage.model import Direction, Event
from tests.footage import need
from tests.scene.drive import ASPECT, FPS, Walk, make_scene, moments, play, run, walk
from tests.scene.pets import SIZE, people, true_tracks

AB, BA = Direction.A_TO_B, Direction.B_TO_A
TALL = 0.2
BAND = 0.08 * TALL  # frame heights
DOUBT = 1e-4  # frame heights; nearer to a limit than that, rounding decides

Path = list[tuple[float, float]]
Told = tuple[float, Direction | None, int | None]

places = st.tuples(st.floats(0.1, 0.9), st.floats(0.2, 0.9))
corners = st.tuples(st.floats(0.1, 0.9), st.floats(0.1, 0.9))
VEE = [(0.3, 0.25), (0.5, 0.75), (0.7, 0.25)]
STAIRS = [(0.2, 0.5), (0.4, 0.5), (0.4, 0.75), (0.6, 0.75), (0.6, 0.5), (0.8, 0.5)]
paths = st.lists(places, min_size=3, max_size=8)
lines = st.sampled_from([[(0.5, 0.2), (0.5, 0.8)], VEE, STAIRS]) | st.lists(
    corners, min_size=2, max_size=4
)


def line(points: Path, **settings: object) -> LineCrossingRule:
    return LineCrossingRule.model_validate({"id": "gate", "points": points} | settings)


def along(path: Path, track: int = 1) -> Walk:
    """Half a second from point to point."""
    stops = [(k / 2, x, y) for k, (x, y) in enumerate(path)]
    return walk(*stops, track=track, height=TALL)


def told(events: list[Event]) -> list[Told]:
    return sorted((round(event.time, 3), event.direction, event.track) for event in events)


def flipped(found: list[Told]) -> list[Told]:
    return sorted((time, AB if way == BA else BA, track) for time, way, track in found)


def drawable(points: Path) -> shapely.LineString:
    """The line in frame heights; assumes that it can be drawn and does not cross itself."""
    shape = shapely.LineString([(x * ASPECT, y) for x, y in points])
    assume(all(np.hypot(a[0] - b[0], a[1] - b[1]) > 0.01 for a, b in pairwise(points)))
    assume(shape.is_simple)
    return shape


@dataclass(frozen=True, slots=True)
class Approach:
    """What lies between two moments clear of the line: times and directions of its cuts."""

    times: list[float]
    ways: list[Direction]


def approaches(path: Path, drawn: Path) -> list[Approach]:
    """The truth. Assumes that nothing depends on rounding."""
    shape = drawable(drawn)
    walker = along(path)
    times = [k / FPS for k in range((len(path) - 1) * 5 + 1)]
    feet = [(x * ASPECT, y) for x, y in map(walker.foot, times)]
    assume(shape.distance(shapely.Point(feet[0])) > DOUBT)
    found, now = list[Approach](), Approach([], [])
    for (t0, a), (t1, b) in pairwise(zip(times, feet, strict=True)):
        for place, way in _cuts(a, b, shape):
            now.times.append(t0 + place * (t1 - t0))
            now.ways.append(way)
        away = shape.distance(shapely.Point(b))
        assume(abs(away - BAND) > DOUBT)
        assume(away > DOUBT)
        if away > BAND:
            found.append(now)
            now = Approach([], [])
    assume(not now.times)  # the last walk into the band came to nothing
    return found


def _cuts(
    a: tuple[float, float], b: tuple[float, float], shape: shapely.LineString
) -> list[tuple[float, Direction]]:
    """Where the step from ``a`` to ``b`` cuts the line: share of the step, direction; in order."""
    step = shapely.LineString([a, b])
    cuts = []
    for p, q in pairwise(shape.coords):
        met = step.intersection(shapely.LineString([p, q]))
        if met.is_empty:
            continue
        assume(isinstance(met, shapely.Point))
        assume(min(met.distance(shapely.Point(end)) for end in (p, q)) > DOUBT)
        to_the_left = (b[0] - a[0]) * (q[1] - p[1]) - (b[1] - a[1]) * (q[0] - p[0]) > 0
        cuts.append(
            (step.project(shapely.Point(met.coords[0])) / step.length, BA if to_the_left else AB)
        )
    return sorted(cuts)


@given(lines, paths)
def test_random_walks_over_random_lines_against_brute_force(drawn: Path, path: Path) -> None:
    """An odd number of cuts between two clear moments is one event, an even number none."""
    true = [a for a in approaches(path, drawn) if len(a.times) % 2 == 1]
    events = run([line(drawn)], [along(path)])
    assert len(events) == len(true)
    for event, approach in zip(events, true, strict=True):
        assert event.direction == max(approach.ways, key=approach.ways.count)
        nearest = min(approach.times, key=lambda t: abs(t - event.time))
        assert event.time == pytest.approx(nearest, abs=2e-3)
        assert event.direction == approach.ways[approach.times.index(nearest)]


@given(lines, paths)
def test_clear_crossings_are_told_at_each_cut(drawn: Path, path: Path) -> None:
    """Without wobble each cut is an event of its own: exact in time, direction and number."""
    true = approaches(path, drawn)
    assume(all(len(a.times) <= 1 for a in true))
    expected = [(t, way) for a in true for t, way in zip(a.times, a.ways, strict=True)]
    events = run([line(drawn)], [along(path)])
    assert [event.direction for event in events] == [way for _, way in expected]
    assert [event.time for event in events] == pytest.approx([t for t, _ in expected], abs=2e-3)


# symmetries


@given(lines, paths)
def test_a_direction_filter_tells_that_direction_only(drawn: Path, path: Path) -> None:
    drawable(drawn)
    both = told(run([line(drawn)], [along(path)]))
    for way in (AB, BA):
        events = run([line(drawn, direction=way.value)], [along(path)])
        assert told(events) == [event for event in both if event[1] == way]


@given(lines, paths)
def test_a_reversed_line_flips_directions(drawn: Path, path: Path) -> None:
    drawable(drawn)
    events = told(run([line(drawn)], [along(path)]))
    assert told(run([line(drawn[::-1])], [along(path)])) == flipped(events)


@given(lines, paths)
def test_a_mirrored_scene_flips_directions(drawn: Path, path: Path) -> None:
    approaches(path, drawn)  # nothing depends on rounding
    events = run([line(drawn)], [along(path)])
    mirrored = run([line([(1 - x, y) for x, y in drawn])], [along([(1 - x, y) for x, y in path])])
    assert [event.direction for event in mirrored] == [
        AB if event.direction == BA else BA for event in events
    ]
    assert [event.time for event in mirrored] == pytest.approx(
        [event.time for event in events], abs=1e-3
    )


@given(lines, paths, paths)
def test_people_do_not_change_each_other(drawn: Path, one: Path, other: Path) -> None:
    drawable(drawn)
    rule, pair = line(drawn), [along(one, 1), along(other, 2)]
    alone = sorted(event for walker in pair for event in told(run([rule], [walker])))
    assert told(run([rule], pair)) == alone
    assert told(run([rule], pair[::-1])) == alone


@given(lines, paths, st.sampled_from([1e3, 1.7e9]))
def test_only_time_since_matters(drawn: Path, path: Path, later: float) -> None:
    """A live camera's clock shows 1.7e9 s."""
    drawable(drawn)
    events = run([line(drawn)], [along(path)])
    scene = make_scene([line(drawn)])
    shifted = play(scene, ((t + later, seen) for t, seen in moments([along(path)])))
    shifted += scene.finish()
    assert [event.direction for event in shifted] == [event.direction for event in events]
    assert [event.time - later for event in shifted] == pytest.approx(
        [event.time for event in events], abs=1e-3
    )


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95), paths)
def test_a_line_that_cannot_be_walked_round_is_crossed_there_and_back_in_turn(
    top: float, bottom: float, path: Path
) -> None:
    events = run([line([(top, 0.0), (bottom, 1.0)])], [along(path)])
    assert all(a.direction != b.direction for a, b in pairwise(events))


# people who were really there

DRAWN = {
    "post": [(0.56, 0.35), (0.56, 0.57)],
    "west": [(0.30, 0.35), (0.30, 0.55)],
    "east": [(0.60, 0.45), (0.90, 0.40)],
    "middle": [(0.45, 0.36), (0.45, 0.60)],
    "corner": [(0.70, 0.66), (0.93, 0.52)],
    "north": [(0.68, 0.34), (0.92, 0.34)],
}


@pytest.mark.parametrize("name", DRAWN)
def test_annotated_people_cross_lines_exactly_as_they_did(name: str) -> None:
    """PETS 2009: nothing missed, nothing false (F1 = 1); what is doubtful may be told or not."""
    gt = need("pets09-s2l1/gt.txt")
    (x0, y0), (x1, y1) = DRAWN[name]
    first, last = (x0 * SIZE[0], y0 * SIZE[1]), (x1 * SIZE[0], y1 * SIZE[1])
    true = [
        truth
        for person, times, feet, heights in people(gt)
        for truth in crossings(name, first, last, person, times, feet, heights)
    ]
    scene = make_scene([line(DRAWN[name])], fps=7.0, aspect=SIZE[0] / SIZE[1])
    left = play(scene, true_tracks(gt)) + scene.finish()
    missed = []
    for truth in sorted(true, key=lambda t: t.optional):
        fitting = [
            event
            for event in left
            if (event.track, event.direction) == (truth.person, truth.direction)
            and truth.begin - 0.05 <= event.time <= truth.end + 0.05
        ]
        if fitting:
            left.remove(fitting[0])
        elif not truth.optional:
            missed.append(truth)
    assert missed == []
    assert left == []
    assert sum(not truth.optional for truth in true) >= 5
