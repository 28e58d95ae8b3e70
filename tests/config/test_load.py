"""A rules file: what is right is read, what is wrong gets one sentence with its line."""

from pathlib import Path

import pytest

from curtilage.config import (
    CounterRule,
    IntrusionRule,
    LineCrossingRule,
    SettingsError,
    load_settings,
    parse_settings,
)

GOOD = """\
classes: [person]            # default for all rules
rules:
  - {id: gate,  type: line_crossing, points: [[0.56, 0.35], [0.56, 0.57]], direction: any}
  - id: plaza
    type: intrusion
    polygon: [[0.46, 0.37], [0.68, 0.37], [0.73, 0.50], [0.46, 0.50]]
    time_threshold: 0.5
  - {id: door,  type: counter, lines: [{line: gate, in: a_to_b}]}
  - {id: floor, type: heatmap}
"""


def test_the_file_of_the_specification_is_read() -> None:
    settings = parse_settings(GOOD)
    gate, plaza, door, _floor = settings.rules
    assert isinstance(gate, LineCrossingRule)
    assert gate.points == [(0.56, 0.35), (0.56, 0.57)]
    assert isinstance(plaza, IntrusionRule)
    assert plaza.time_threshold == 0.5
    assert isinstance(door, CounterRule)
    assert (door.lines[0].line, door.lines[0].in_) == ("gate", "a_to_b")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("type: intrusion", "type: intrusoin", 4, "did you mean 'intrusion'?"),
        ("time_threshold", "time_treshold", 7, "did you mean 'time_threshold'?"),
        ("time_threshold: 0.5", "time_threshold: -1", 7, "must be greater than or equal to 0"),
        ("time_threshold: 0.5", "time_threshold: 601", 7, "must be less than or equal to 600"),
        ("0.35]", "1.35]", 3, "rules[0].points[0][1]: must be less than or equal to 1, not 1.35"),
        ("[0.56, 0.35]", "[0.56, .nan]", 3, "must be a finite number"),
        ("direction: any", "direction: a_to_c", 3, "did you mean 'a_to_b'?"),
        ("[0.56, 0.57]", "[0.56, 0.35]", 3, "zero length"),
        (
            "[0.73, 0.50], [0.46, 0.50]",
            "[0.46, 0.50], [0.73, 0.50]",
            6,
            "crosses or touches itself",
        ),
        ("[0.68, 0.37], [0.73, 0.50], [0.46, 0.50]", "[0.6, 0.37], [0.7, 0.37]", 6, "polygon"),
        ("line: gate", "line: gat", 8, "'gat', which does not exist; it needs a line_crossing"),
        ("line: gate", "line: plaza", 8, "'plaza', which is of type intrusion"),
        ("id: door", "id: gate", 8, "two rules have the id 'gate'"),
        (", in: a_to_b", "", 8, "rules[2].lines[0].in: is missing"),
        ("[person] ", "[women] ", 1, "'women' is not allowed here; allowed: person, bicycle"),
        ("type: heatmap", "typ: heatmap", 9, "has no `type`"),
        ("type: heatmap", "type: heatmap, plane: ground", 9, "camera.calibration must be given"),
        ("rules:", "rulez:", 1, "rules: is missing"),
        ("rules:", "rules: [", 3, "is not YAML"),
        ("id: floor", "id: '../../etc'", 9, "rules[3].id"),
    ],
)
def test_a_mistake_is_named_with_its_line(old: str, new: str, line: int, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(GOOD.replace(old, new, 1), "front.yaml")
    sentence = str(caught.value)
    assert sentence.startswith(f"front.yaml, line {line}:")
    assert words in sentence
    assert "\n" not in sentence


def test_a_schedule_needs_the_start_of_the_footage() -> None:
    text = GOOD.replace("id: plaza\n", "id: plaza\n    schedule: [{from: '22:00', to: '06:00'}]\n")
    with pytest.raises(SettingsError, match=r"camera\.start must say when"):
        parse_settings(text)
    start = "camera: {start: 2026-05-01T08:00:00+02:00}\n"
    assert parse_settings(start + text).camera.epoch == 1777615200.0


def test_a_hole_must_lie_in_its_polygon() -> None:
    text = GOOD.replace("time_threshold: 0.5", "holes: [[[0.1, 0.1], [0.2, 0.1], [0.2, 0.2]]]")
    with pytest.raises(SettingsError, match="hole 1 is not inside the polygon"):
        parse_settings(text)


@pytest.mark.parametrize("text", ["", "[]", "just words", "- 1", "42", "rules: []", "rules: 3"])
def test_what_is_no_rules_file_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match=r"^rules"):
        parse_settings(text)


def test_a_calibration_on_one_line_is_refused() -> None:
    flat = "[[0.1, 0.1], [0.2, 0.2], [0.3, 0.3], [0.4, 0.4]]"
    square = "[[0, 0], [1, 0], [1, 1], [0, 1]]"
    text = f"camera: {{calibration: {{image: {flat}, ground: {square}}}}}\n" + GOOD
    with pytest.raises(SettingsError, match="the points of image lie on a line"):
        parse_settings(text)


def test_unreadable_files_get_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"missing\.yaml: cannot be read"):
        load_settings(tmp_path / "missing.yaml")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path)
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="is not UTF-8"):
        load_settings(binary)
    large = tmp_path / "large.yaml"
    large.write_text("#" * 1_000_001)
    with pytest.raises(SettingsError, match="larger than 1 MB"):
        load_settings(large)
