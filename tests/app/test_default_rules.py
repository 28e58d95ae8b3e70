"""Made rules: always valid, and their line lies where an owner would draw it."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from curtilage.app import replay as replay_module
from curtilage.app.default_rules import make_rules
from curtilage.app.outputs.playback import Playback, playback
from curtilage.app.outputs.tracks_file import LOOK, ROW, Footage, Rows, read_tracks
from curtilage.app.replay import replay
from curtilage.config import LineCrossingRule, SceneSettings, parse_settings
from curtilage.model import CLASS_ID
from tests.app.report_folder import write_folder
from tests.app.square import no_report
from tests.footage import need

INTERVAL = 0.1
SIZE = (640, 360)


def walk(
    track: int,
    way: list[tuple[float, float]],
    *,
    frames: int = 60,
    first: int = 0,
    height: float = 0.15,
    label: str = "person",
    jitter: float = 0.004,
) -> Rows:
    """Somebody whose feet go along ``way`` (0..1) at even speed."""
    at = np.linspace(0, len(way) - 1, frames)
    x, y = (np.interp(at, range(len(way)), [point[axis] for point in way]) for axis in (0, 1))
    x += np.random.default_rng(track).normal(0, jitter, frames)
    y += np.random.default_rng(track + 1).normal(0, jitter, frames)
    rows = np.zeros(frames, ROW)
    rows["frame"] = first + np.arange(frames)
    rows["track"], rows["class"], rows["score"] = track, CLASS_ID[label], 0.9
    rows["x0"], rows["x1"] = x - height / 6, x + height / 6
    rows["y0"], rows["y1"] = y - height, y
    rows["hits"], rows["seen"] = np.arange(1, frames + 1), True
    return rows


def played(*walks: Rows, source: str = "yard.mp4") -> Playback:
    rows = np.concatenate([*walks, np.zeros(0, ROW)])
    rows["time"] = rows["frame"] * INTERVAL
    rows = rows[np.lexsort((rows["track"], rows["frame"]))]
    looks = np.zeros(int(rows["frame"].max(initial=0)) + 1, LOOK)
    looks["frame"] = np.arange(len(looks))
    looks["time"] = looks["frame"] * INTERVAL
    return playback("made", Footage(source, "id", SIZE, INTERVAL), rows, looks)


def made(*walks: Rows, source: str = "yard.mp4") -> SceneSettings:
    return parse_settings(make_rules(played(*walks, source=source)))


def line_of(rules: SceneSettings) -> LineCrossingRule:
    [line] = [rule for rule in rules.rules if isinstance(rule, LineCrossingRule)]
    return line


def types(rules: SceneSettings) -> list[str]:
    return [rule.type for rule in rules.rules]


def test_nobody() -> None:
    rules = made()
    assert types(rules) == ["occupancy", "heatmap"]
    assert rules.classes == ["person"]
    text = make_rules(played())
    assert "Nobody was seen to go anywhere, so no line was drawn" in text


def test_the_commented_examples_work_too() -> None:
    text = make_rules(played())
    uncommented = "\n".join(
        line.replace("# - {", "- {") if line.startswith("  # - {") else line
        for line in text.splitlines()
    )
    assert len(parse_settings(uncommented).rules) == 5


def test_people_who_stand_about_make_no_line() -> None:
    still = [walk(i, [(0.2 * i, 0.6), (0.2 * i + 0.01, 0.6)]) for i in range(1, 5)]
    assert types(made(*still)) == ["occupancy", "heatmap"]


def test_a_path_from_left_to_right_is_cut_squarely() -> None:
    walks = [walk(i, [(0.02, 0.5 + 0.02 * i), (0.98, 0.5 + 0.02 * i)]) for i in range(1, 8)]
    rules = made(*walks)
    assert types(rules) == ["line_crossing", "counter", "occupancy", "heatmap"]
    (x0, y0), (x1, y1) = line_of(rules).points
    assert abs(x1 - x0) < 0.05  # upright
    assert 0.4 < (x0 + x1) / 2 < 0.6
    low, high = sorted((y0, y1))
    assert 0.3 < low < 0.52
    assert 0.64 < high < 0.80  # no longer than needed
    assert "7 of 7 that went somewhere cross it" in make_rules(played(*walks))


def test_where_ways_meet_there_is_the_line() -> None:
    """Two ways come together and go on to the right as one."""
    walks = [
        walk(i, [(0.03, 0.2 if i % 2 else 0.9), (0.5, 0.55), (0.97, 0.55)]) for i in range(1, 9)
    ]
    line = line_of(made(*walks))
    assert min(x for x, _ in line.points) > 0.4


def test_most_go_from_a_to_b_and_that_is_in() -> None:
    for there, back in ((5, 2), (2, 5)):
        walks = [walk(i, [(0.05, 0.6), (0.95, 0.6)]) for i in range(there)]
        walks += [walk(20 + i, [(0.95, 0.6), (0.05, 0.6)]) for i in range(back)]
        (_, y0), (_, y1) = line_of(made(*walks)).points
        # to the right is from A to B where the line goes up: A is on its left
        assert (y1 < y0) == (there > back)


def test_one_visitor_is_enough() -> None:
    rules = made(walk(1, [(0.1, 0.9), (0.6, 0.3)]))
    assert "line_crossing" in types(rules)


def test_people_who_fill_the_picture() -> None:
    walks = [walk(i, [(0.2, 0.95), (0.8, 0.95)], height=0.9, first=80 * i) for i in range(6)]
    assert "line_crossing" in types(made(*walks))


def test_wobbling_on_the_spot_draws_no_line_there() -> None:
    """A crowd that sways about x = 0.3 is no way; the few who pass at x = 0.5..0.9 are."""
    sway = [(0.3 + 0.06 * (-1) ** i, 0.6) for i in range(12)]
    crowd = [walk(i, sway, frames=120) for i in range(1, 7)]
    passing = [walk(30 + i, [(0.5, 0.65), (0.97, 0.65)]) for i in range(4)]
    line = line_of(made(*crowd, *passing))
    assert min(x for x, _ in line.points) > 0.45


def test_what_moves_is_looked_at() -> None:
    driving = [walk(i, [(0.02, 0.7), (0.98, 0.7)], label="car") for i in range(1, 5)]
    parked = [walk(40 + i, [(0.3 * i, 0.4), (0.3 * i, 0.4)], label="truck") for i in range(1, 3)]
    carried = [walk(60, [(0.02, 0.6), (0.98, 0.6)], label="backpack", height=0.05)]
    rules = made(*driving, *parked, *carried)
    assert rules.classes == ["car"]
    assert "line_crossing" in types(rules)
    rules = made(*driving, walk(50, [(0.1, 0.9), (0.5, 0.9)]))
    assert rules.classes == ["person", "car"]


def test_a_rare_class_is_an_error_of_the_detector() -> None:
    people = [walk(i, [(0.02, 0.7), (0.98, 0.7)], first=i) for i in range(1, 30)]
    assert made(*people, walk(99, [(0.1, 0.5), (0.6, 0.5)], label="horse")).classes == ["person"]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("front door.mp4", "front door"),
        ("yes.mp4", "yes"),
        ("1.5.mp4", "1.5"),
        ('a": {x}\n- b.mp4', "a_ _x_- b"),
        ("....mp4", "camera"),
        ("Hof für Räder.mkv", "Hof für Räder"),
        ("x" * 200 + ".mp4", "x" * 64),
        ("", "camera"),
    ],
)
def test_the_camera_is_named_after_the_file(source: str, name: str) -> None:
    assert made(source=source).camera.name == name


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 12), st.floats(0.02, 1.2))
def test_whatever_was_seen_the_rules_are_valid(seed: int, count: int, height: float) -> None:
    chance = np.random.default_rng(seed)
    walks = [
        walk(
            i,
            [tuple(point) for point in chance.uniform(-0.2, 1.2, (int(chance.integers(1, 6)), 2))],
            frames=int(chance.integers(1, 80)),
            height=height,
            label=str(chance.choice(["person", "car", "dog", "suitcase"])),
            jitter=float(chance.choice([0.0, 0.05])),
        )
        for i in range(count)
    ]
    text = make_rules(played(*walks))
    rules = parse_settings(text)
    assert json.dumps(YAML(typ="safe").load(text))
    for rule in rules.rules:
        if isinstance(rule, LineCrossingRule):
            assert all(0.04 < x < 0.96 and 0.04 < y < 0.96 for x, y in rule.points)


def test_the_same_tracks_make_the_same_rules() -> None:
    walks = [walk(i, [(0.02, 0.1 * i), (0.98, 0.6)]) for i in range(1, 8)]
    assert make_rules(played(*walks)) == make_rules(played(*walks))


def test_whole_picture_means_up_to_its_border(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Feet on the very bottom of the picture are in it."""
    text = make_rules(played())
    out = write_folder(tmp_path_factory.mktemp("border") / "out", text, ((1, 0.5, 0.5, 1.0, 40),))
    assert "picture,1" in (out / "occupancy.csv").read_text()


def test_most_people_of_pets_cross_the_line(tmp_path_factory: pytest.TempPathFactory) -> None:
    truth = need("pets09-s2l1/gt.txt")
    folder = tmp_path_factory.mktemp("pets")
    rules = folder / "any.yaml"
    rules.write_text("rules: [{id: floor, type: heatmap}]")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replay_module, "_report", no_report)
        replay(truth, rules, folder / "first", 7.0, (768, 576))
        seen = playback("pets", *read_tracks(folder / "first" / "tracks.parquet"))
        rules.write_text(make_rules(seen))
        replay(truth, rules, folder / "second", 7.0, (768, 576))
    events = (folder / "second" / "events.jsonl").read_text().splitlines()
    crossed = {
        event["track"] for event in map(json.loads, events) if event["kind"].endswith("Crossed")
    }
    assert len(crossed) >= 15  # of 19
