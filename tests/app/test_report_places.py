"""Lines, zones and their names on the picture; A and B are where the rules say."""

import json
import re
from importlib.resources import files
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from curtilage.app.report.labels import NARROW, WIDE, Screen, labels_of
from curtilage.app.report.places import PALETTE, places_of
from curtilage.app.report.walks import track_colour
from curtilage.config import parse_settings
from tests.app.report_folder import RULES, SIZE, read_events, write_folder

ASPECT = SIZE[0] / SIZE[1]


@pytest.mark.parametrize(
    "points",
    [[[0.5, 0.2], [0.5, 0.9]], [[0.3, 0.95], [0.6, 0.3]], [[0.6, 0.4], [0.5, 0.6], [0.6, 0.9]]],
)
def test_the_badge_shows_the_way_that_the_rules_call_a_to_b(
    tmp_path: Path, points: list[list[float]]
) -> None:
    rules = f"rules: [{{id: gate, type: line_crossing, points: {json.dumps(points)}}}]"
    out = write_folder(tmp_path / "out", rules, ((1, 0.05, 0.95, 0.6, 60),))
    [event] = read_events(out)
    [line] = places_of(parse_settings(rules), ASPECT).lines
    to_the_right = np.cos(np.radians(line.angle))  # of the way from A to B
    assert abs(to_the_right) > 0.3
    assert (to_the_right > 0) == (event["direction"] == "a_to_b")


def test_rules_over_one_area_share_it() -> None:
    places = places_of(parse_settings(RULES), ASPECT)
    assert [zone.ids for zone in places.zones] == [
        ["lawn", "crowd", "stays"],
        ["picture"],
        ["left"],
        ["right"],
    ]
    assert [zone.whole for zone in places.zones] == [False, True, False, False]
    assert places.colours["door"] == places.colours["gate"]
    assert len({line.colour for line in places.lines} | {z.colour for z in places.zones}) == 6


@pytest.mark.parametrize("screen", [WIDE, NARROW])
def test_names_do_not_lie_on_each_other(screen: Screen) -> None:
    places = places_of(parse_settings(RULES), ASPECT)
    labels = labels_of(places, ASPECT, screen)
    assert [label.text for label in labels] == ["gate", "fence", "lawn +2", "left", "right"]
    for a, b in combinations(labels, 2):
        apart_x = abs(a.at[0] - b.at[0]) * screen.picture
        apart_y = abs(a.at[1] - b.at[1]) * screen.picture / ASPECT
        wide = (len(a.text) + len(b.text)) * screen.letter / 2 + screen.padding
        assert apart_x >= wide or apart_y >= screen.height


corners = st.tuples(st.floats(0, 1), st.floats(0, 1))


@given(st.lists(st.tuples(corners, corners), min_size=1, max_size=6), st.floats(0.5, 2.5))
def test_names_stay_in_the_picture(
    ends: list[tuple[tuple[float, float], ...]], aspect: float
) -> None:
    assume(all(np.hypot(*np.subtract(a, b)) > 0.01 for a, b in ends))
    rules = [
        {"id": f"line_{i}", "type": "line_crossing", "points": [list(a), list(b)]}
        for i, (a, b) in enumerate(ends)
    ]
    labels = labels_of(
        places_of(parse_settings(json.dumps({"rules": rules})), aspect), aspect, WIDE
    )
    assert len(labels) == len(ends)
    for label in labels:
        half = (len(label.text) * WIDE.letter + WIDE.padding) / 2 / WIDE.picture
        assert half <= label.at[0] <= 1 - half
        assert 0 < label.at[1] < 1


def test_every_colour_is_in_the_style_sheet() -> None:
    style = files("curtilage.app.report").joinpath("templates", "style.css").read_text()
    for name in (*PALETTE, "gray"):
        assert re.search(rf"\.c-{name} {{ --c: var\(--{name}\); }}", style)


def test_neighbouring_tracks_have_different_colours() -> None:
    colours = np.array([track_colour(track) for track in range(1, 30)])
    for near in (1, 2):
        assert np.abs(np.diff(colours[::near], axis=0)).sum(axis=1).min() > 60
