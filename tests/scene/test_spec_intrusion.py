"""Intrusion, sentence by sentence of its definition: presences, grace, hiding, schedules, areas."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from shapely import Point, Polygon, box

from curtilage.config.scene import IntrusionRule
from curtilage.config.schedule import Hours
from curtilage.model import Event, Kind
from tests.scene.drive import (
    ASPECT,
    HEIGHT,
    SLENDER,
    make_scene,
    moments,
    play,
    run,
    walk,
    without,
)
from tests.scene.stays import (
    FRAME,
    LONG,
    OUTSIDE,
    SHORT,
    SHORT_OR_LONG,
    STAY,
    ZONE,
    ends,
    histories,
    merged,
    of_rule,
    shuffled,
    spot,
    starts,
    visitor,
)

Spans = list[tuple[float, float]]
EIGHT = datetime(2026, 5, 1, 7, 59, 50, tzinfo=UTC)  # ten seconds before eight, a Friday


def zone(**options: Any) -> IntrusionRule:
    return IntrusionRule(**{"id": "z", "polygon": ZONE} | options)


def near(time: float) -> Any:
    return pytest.approx(time, abs=FRAME + 1e-3)


def plain(events: list[Event]) -> list[tuple[str, float, int | None]]:
    return sorted((e.phase.value, round(e.time, 3), e.track) for e in events)


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


# Schedules and modes


def test_who_is_inside_when_the_footage_begins_counts_from_then() -> None:
    events = run([zone(time_threshold=2.0)], [visitor([(0.0, 5.0)])])
    (start,), (end,) = starts(events), ends(events)
    assert start.time == near(0.0)
    assert start.details.get("already_inside") is True
    assert end.duration == near(5.0)


def test_who_comes_in_is_not_marked() -> None:
    (start,) = starts(run([zone()], [visitor([(3.0, 7.0)])]))
    assert "already_inside" not in start.details
    assert "appeared_inside" not in start.details


def test_who_is_inside_when_the_schedule_begins_counts_from_then() -> None:
    rule = zone(time_threshold=2.0, schedule=[Hours(from_="08:00", to="09:00")])
    person = visitor([(3.0, 20.0)])
    scene = make_scene([rule], start=EIGHT)
    told: list[tuple[float, Event]] = []
    for time, tracks in moments([person], until=25.0):
        told += [(time, event) for event in scene.update(time, tracks)]
    (noticed, start), (_, end) = told
    assert start.time == near(10.0)
    assert start.details.get("already_inside") is True
    assert noticed == near(12.0)
    assert end.duration == near(10.0)


def test_who_comes_after_the_schedule_began_is_not_already_inside() -> None:
    rule = zone(schedule=[Hours(from_="08:00", to="09:00")])
    (start,) = starts(run([rule], [visitor([(12.0, 20.0)])], start=EIGHT))
    assert start.time == near(12.0)
    assert "already_inside" not in start.details


def test_outside_its_hours_a_rule_raises_no_alarm() -> None:
    rule = zone(schedule=[Hours(from_="08:01", to="09:00")])
    assert run([rule], [visitor([(3.0, 20.0)])], start=EIGHT) == []


def test_hours_are_those_of_the_camera_not_of_utc() -> None:
    rule = zone(schedule=[Hours(from_="10:00", to="11:00")])
    person = visitor([(12.0, 20.0)])
    assert len(starts(run([rule], [person], start=EIGHT, timezone="Europe/Berlin"))) == 1
    assert starts(run([rule], [person], start=EIGHT, timezone="UTC")) == []


@pytest.mark.parametrize(("day", "alarms"), [("fri", 1), ("sat", 0)])
def test_hours_are_those_of_their_days(day: str, alarms: int) -> None:
    rule = zone(schedule=[{"days": [day]}])
    assert len(starts(run([rule], [visitor([(3.0, 6.0)])], start=EIGHT))) == alarms


def test_an_alarm_that_began_in_its_hours_ends_after_them() -> None:
    """One presence, one event: what was raised is closed, with its whole duration."""
    rule = zone(schedule=[Hours(from_="07:00", to="08:00")])
    events = run([rule], [visitor([(3.0, 20.0)])], start=EIGHT)
    assert [e.time for e in starts(events)] == [near(3.0)]
    assert [e.duration for e in ends(events)] == [near(17.0)]


def test_arming_with_somebody_inside_counts_from_then() -> None:
    scene = make_scene([zone(time_threshold=1.0, modes=["away"])])
    played = list(moments([visitor([(3.0, 15.0)])]))
    before = play(scene, (m for m in played if m[0] < 8.05))
    scene.mode = "away"
    after = play(scene, (m for m in played if m[0] >= 8.05)) + scene.finish()
    assert before == []
    (start,), (end,) = starts(after), ends(after)
    assert start.time == near(8.1)
    assert start.details.get("already_inside") is True
    assert end.duration == near(6.9)


def test_disarming_and_arming_again_makes_no_second_alarm_of_one_presence() -> None:
    scene = make_scene([zone(modes=["away"])], mode="away")
    events: list[Event] = []
    for time, tracks in moments([visitor([(3.0, 15.0)])]):
        scene.mode = "home" if 6.0 < time < 9.0 else "away"
        events += scene.update(time, tracks)
    assert [e.time for e in starts(events)] == [near(3.0)]
    assert [e.duration for e in ends(events)] == [near(12.0)]


# What counts as inside

SQUARE_WITH_BITE = [(0.2, 0.2), (0.8, 0.2), (0.8, 0.9), (0.6, 0.9), (0.6, 0.5), (0.4, 0.5),
                    (0.4, 0.9), (0.2, 0.9)]  # fmt: skip


@pytest.mark.parametrize(
    ("foot", "expected"),
    [((0.3, 0.8), 1), ((0.7, 0.8), 1), ((0.5, 0.4), 1), ((0.5, 0.7), 0), ((0.5, 0.95), 0)],
)
@pytest.mark.parametrize("backwards", [False, True])
def test_polygons_may_be_concave(foot: tuple[float, float], expected: int, backwards: bool) -> None:
    ring = SQUARE_WITH_BITE[::-1] if backwards else SQUARE_WITH_BITE
    events = run([zone(polygon=ring)], [walk((0, *foot), (3, *foot))])
    assert len(starts(events)) == expected


@pytest.mark.parametrize(("foot", "expected"), [((0.5, 0.5), 0), ((0.3, 0.5), 1), ((0.5, 0.75), 1)])
def test_holes_do_not_count(foot: tuple[float, float], expected: int) -> None:
    rule = zone(polygon=[(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8)], holes=[ZONE])
    assert len(starts(run([rule], [walk((0, *foot), (3, *foot))]))) == expected


def test_walking_over_a_hole_is_two_presences_or_one_by_grace() -> None:
    path = walk((0, 0.1, 0.5), (8, 0.9, 0.5))  # in from 1 to 7 s, in the hole from 3 to 5 s
    around = {"polygon": [(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8)], "holes": [ZONE]}
    assert len(starts(run([zone(**around)], [path]))) == 2
    (end,) = ends(run([zone(**around, grace=3.0)], [path]))
    assert end.duration == near(6.0)


def test_inside_means_the_foot_not_the_body() -> None:
    """Its body covers the zone, its foot stands in front of it; and the other way round."""
    before = walk((0, 0.5, 0.65), (3, 0.5, 0.65), height=0.4)
    within = walk((0, 0.5, 0.45), (3, 0.5, 0.45), height=0.4)
    assert starts(run([zone()], [before])) == []
    assert len(starts(run([zone()], [within]))) == 1


def test_cameras_that_look_down_follow_the_centre() -> None:
    path = walk((0, 0.5, 0.7), (3, 0.5, 0.7), height=0.4)  # its centre is at 0.5
    assert len(starts(run([zone(anchor="center")], [path]))) == 1
    assert starts(run([zone()], [path])) == []


@st.composite
def areas(draw: st.DrawFn) -> tuple[Spans, list[Spans]]:
    """A star of any shape, with or without a smaller one cut out of its middle."""
    radii = np.array(draw(st.lists(st.floats(0.1, 0.45), min_size=5, max_size=9)))
    angles = draw(st.floats(0, 1)) + np.arange(len(radii)) * 2 * np.pi / len(radii)
    rays = np.column_stack([np.cos(angles), np.sin(angles)])
    ring = 0.5 + radii[:, None] * rays
    hole = 0.5 + radii.min() * draw(st.floats(0.2, 0.7)) * rays
    return as_corners(ring), [as_corners(hole)] if draw(st.booleans()) else []


def as_corners(ring: Any) -> Spans:
    return [(float(x), float(y)) for x, y in ring]


@given(areas(), st.floats(0.0, 1.0), st.floats(0.2, 1.0))
def test_inside_is_what_shapely_calls_inside(
    area: tuple[Spans, list[Spans]], x: float, y: float
) -> None:
    shape, foot = Polygon(*area), Point(x, y)
    assume(shape.boundary.distance(foot) > 1e-5)
    assume(0.03 < x < 0.97)  # beyond, the box is cut by the frame
    rule = zone(polygon=area[0], holes=area[1], time_threshold=0)
    assert len(starts(run([rule], [walk((0, x, y), (0.5, x, y))]))) == shape.contains(foot)


@given(areas(), st.floats(0.05, 0.95), st.floats(0.3, 0.95), st.floats(0.01, 1.0))
def test_body_fraction_is_what_shapely_makes_of_it(
    area: tuple[Spans, list[Spans]], x: float, y: float, fraction: float
) -> None:
    half = HEIGHT * SLENDER / ASPECT / 2
    lower = box(x - half, y - HEIGHT / 2, x + half, y)
    share = Polygon(*area).intersection(lower).area / lower.area
    assume(abs(share - fraction) > 1e-3)
    rule = zone(polygon=area[0], holes=area[1], time_threshold=0, body_fraction=fraction)
    alarms = starts(run([rule], [walk((0, x, y), (0.5, x, y))]))
    assert len(alarms) == int(share > fraction)


def test_a_ring_may_be_closed_or_open() -> None:
    person = visitor([(2.0, 6.0)])
    closed = zone(polygon=[*ZONE, ZONE[0]])
    assert plain(run([closed], [person])) == plain(run([zone()], [person]))


@pytest.mark.parametrize(
    ("share", "foot_y", "expected"),
    [
        (0.5, 0.64, 1),  # lower half from 0.54 to 0.64: 0.6 of it is inside
        (0.5, 0.66, 0),  # 0.4 of it
        (0.3, 0.66, 1),
        (1.0, 0.59, 1),
        (1.0, 0.62, 0),
    ],
)
def test_body_fraction_is_the_share_of_the_lower_half_that_is_inside(
    share: float, foot_y: float, expected: int
) -> None:
    path = walk((0, 0.5, foot_y), (3, 0.5, foot_y))
    events = run([zone(body_fraction=share)], [path])
    assert len(starts(events)) == expected


def test_body_fraction_leaves_out_holes() -> None:
    """The lower half lies wholly in the polygon, half of it over a hole."""
    rule = zone(
        polygon=[(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)],
        holes=[[(0.4, 0.45), (0.6, 0.45), (0.6, 0.6), (0.4, 0.6)]],
    )
    path = walk((0, 0.5, 0.5), (3, 0.5, 0.5))  # lower half from 0.4 to 0.5
    for share, expected in ((0.4, 1), (0.6, 0)):
        events = run([rule.model_copy(update={"body_fraction": share})], [path])
        assert len(starts(events)) == expected


@pytest.mark.parametrize("foot_y", [0.97, 1.0, 1.04])
def test_a_zone_at_the_frame_border_holds_feet_that_are_cut_off_by_it(foot_y: float) -> None:
    rule = zone(polygon=[(0.3, 0.8), (0.7, 0.8), (0.7, 1.0), (0.3, 1.0)])
    path = walk((0, 0.5, 0.7), (2, 0.5, 0.7), (2.05, 0.5, foot_y), (5, 0.5, foot_y))
    (start,) = starts(run([rule], [path]))
    assert start.time == near(2.1)


@pytest.mark.parametrize(
    ("corners", "foot"),
    [
        ([(0.0, 0.3), (0.2, 0.3), (0.2, 0.7), (0.0, 0.7)], (0.0, 0.5)),
        ([(0.8, 0.3), (1.0, 0.3), (1.0, 0.7), (0.8, 0.7)], (1.0, 0.5)),
        ([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)], (0.0, 1.0)),
        ([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)], (1.0, 1.0)),
    ],
)
def test_the_sides_and_corners_of_the_frame_belong_to_zones_that_reach_them(
    corners: Spans, foot: tuple[float, float]
) -> None:
    rule = zone(polygon=corners)
    assert len(starts(run([rule], [walk((0, *foot), (3, *foot))]))) == 1


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


crowds = st.lists(histories(LONG, st.integers(20, 40), most=3), min_size=2, max_size=5)


def people_of(crowd: list[Spans]) -> list[Any]:
    until = max(spans[-1][1] for spans in crowd) + 2.0
    return [
        visitor(spans, seen=(0.0, until), track=i + 1, inside=spot(3 * i), outside=OUTSIDE)
        for i, spans in enumerate(crowd)
    ]


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
