"""Changes of a settings text: what they change, and that every other line stays as it was."""

import difflib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.config import SettingsError, parse_site
from curtilage.config.edit import (
    Change,
    EditError,
    add_camera,
    all_of,
    change_camera,
    edit,
    put_rule,
    remove_camera,
    remove_rule,
    replace_camera,
    set_rules,
    set_site,
)
from curtilage.config.splice import become, plain_tree

TEXT = """\
# the house
state: /var/lib/x   # fast disk
volumes:
  - path: /srv/a  # big one
    reserve: 5GB

# cameras, from the street inwards
cameras:
  # the front door
  - name: door   # new in May
    url: "rtsp://u:geheim@192.0.2.1/1"   # its address
    rules:
      # who comes
      - id: gate
        type: line_crossing
        points: [[0.1, 0.2], [0.3, 0.4]]   # drawn by eye
      - {id: all, type: heatmap}
    # end of door

  # the yard
  - name: yard
    url: rtsp://u:geheim@192.0.2.2/1
    enabled: false

  # - name: shed
  #   url: rtsp://192.0.2.3/1

# the web
web:
  port: 9000 # not 80
# the end
"""
LINE = {"id": "gate", "type": "line_crossing", "points": [[0.5, 0.2], [0.3, 0.4]]}
HALL = {"name": "hall", "url": "rtsp://192.0.2.4/1"}


def changed(change: Change, text: str = TEXT) -> list[str]:
    """Lines that went and came."""
    after = edit(text, change)
    lines = difflib.ndiff(text.splitlines(), after.splitlines())
    return [line[0] + line[2:] for line in lines if line[0] in "+-"]


def test_no_change_changes_nothing() -> None:
    assert edit(TEXT, lambda _tree: None) == TEXT


def test_a_camera_comes_behind_the_others() -> None:
    assert changed(add_camera({**HALL, "rules": [LINE]})) == [
        "+  - name: hall",
        "+    url: rtsp://192.0.2.4/1",
        "+    rules:",
        "+      - id: gate",
        "+        type: line_crossing",
        "+        points: [[0.5, 0.2], [0.3, 0.4]]",
    ]


def test_a_camera_goes_with_its_own_comments_only() -> None:
    assert changed(remove_camera("yard")) == [
        "-  # the yard",
        "-  - name: yard",
        "-    url: rtsp://u:geheim@192.0.2.2/1",
        "-    enabled: false",
    ]
    gone = changed(remove_camera("door"))
    assert gone[0] == "-  # the front door"
    assert gone[-1] == "-    # end of door"
    assert len(gone) == 10


def test_the_last_camera_leaves_an_empty_list() -> None:
    after = edit(TEXT, all_of(remove_camera("door"), remove_camera("yard")))
    assert "\ncameras: []\n" in after
    again = edit(after, add_camera(HALL))
    assert "\ncameras:\n  - name: hall\n    url: rtsp://192.0.2.4/1\n" in again


def test_keys_of_a_camera() -> None:
    assert changed(change_camera("yard", {"enabled": None, "analysis.fps": 2})) == [
        "-    enabled: false",
        "+    analysis:",
        "+      fps: 2",
    ]
    assert changed(change_camera("door", {"name": "front"})) == [
        "-  - name: door   # new in May",
        "+  - name: front   # new in May",
    ]


def test_a_rule_is_put_in_its_place_or_behind() -> None:
    assert changed(put_rule("door", LINE)) == [
        "-        points: [[0.1, 0.2], [0.3, 0.4]]   # drawn by eye",
        "+        points: [[0.5, 0.2], [0.3, 0.4]]   # drawn by eye",
    ]
    assert changed(put_rule("door", {**LINE, "id": "second"})) == [
        "+      - id: second",
        "+        type: line_crossing",
        "+        points: [[0.5, 0.2], [0.3, 0.4]]",
    ]
    assert "+    rules:" in changed(put_rule("yard", LINE))


def test_a_rule_goes() -> None:
    assert changed(remove_rule("door", "all")) == ["-      - {id: all, type: heatmap}"]
    assert changed(remove_rule("door", "gate"))[0] == "-      # who comes"


def test_all_rules_at_once() -> None:
    after = edit(TEXT, set_rules("door", []))
    assert parse_site(after).cameras[0].rules == []
    assert "rules" not in after
    both = edit(TEXT, set_rules("door", [LINE, {"id": "new", "type": "heatmap"}]))
    assert [rule.id for rule in parse_site(both).cameras[0].rules] == ["gate", "new"]
    assert "# who comes" in both


def test_keys_of_the_site() -> None:
    assert changed(set_site({"web.port": 80, "web.host": "::1", "mode": "away"})) == [
        "-  port: 9000 # not 80",
        "+  port: 80 # not 80",
        "+  host: ::1",
        "+mode: away",
    ]
    assert changed(set_site({"web.port": None})) == [
        "-# the web",
        "-web:",
        "-  port: 9000 # not 80",
    ]


def test_a_hidden_password_is_kept() -> None:
    camera = {"name": "yard", "url": "rtsp://u:***@192.0.2.2/1", "enabled": False}
    assert edit(TEXT, replace_camera("yard", camera)) == TEXT
    assert edit(TEXT, change_camera("yard", {"url": "rtsp://u:***@192.0.2.2/1"})) == TEXT
    with pytest.raises(EditError, match="give both"):
        edit(TEXT, change_camera("yard", {"url": "rtsp://u:***@192.0.2.9/1"}))
    with pytest.raises(EditError, match="give both"):
        edit(TEXT, add_camera({"name": "new", "url": "rtsp://u:***@192.0.2.2/1"}))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (add_camera({"name": "door", "url": "rtsp://h/1"}), "camera 'door' is there already"),
        (remove_camera("cellar"), "no camera is called 'cellar'"),
        (change_camera("cellar", {"enabled": False}), "no camera is called 'cellar'"),
        (remove_rule("door", "tunnel"), "camera 'door' has no rule 'tunnel'"),
    ],
)
def test_what_cannot_be_changed_is_said(change: Change, sentence: str) -> None:
    with pytest.raises(EditError, match=sentence):
        edit(TEXT, change)


def test_what_would_be_wrong_is_said_with_its_line() -> None:
    with pytest.raises(SettingsError, match=r"settings, line 26: cameras\[2\].nam: 'nam' is no"):
        edit(TEXT, add_camera({**HALL, "nam": "x"}))


def test_a_wrong_text_is_not_changed() -> None:
    with pytest.raises(SettingsError, match="line 1"):
        edit("x: 1\n", add_camera(HALL))


@pytest.mark.parametrize(
    "text",
    [
        "state: s\nvolumes: [{path: v}]\ncameras: [{name: a, url: 'rtsp://h/1'}]  # all\n",
        "state: s\nvolumes: [{path: v}]",
        "state: s\nvolumes:\n- path: v\ncameras:\n- name: a\n  url: rtsp://h/1\n# end",
        "state: s\r\nvolumes: [{path: v}]\r\ncameras: []\r\n",
        "{state: s, volumes: [{path: v}]}\n",
        "state: s\nvolumes: [{path: v}]\ncameras:\n  -\n    name: a\n    url: rtsp://h/1\n",
        "state: s\nvolumes: [{path: v}]\ncameras:\n  - name: a\n    url: >-\n      rtsp://h/1\n\n\n",
    ],
)
def test_texts_of_any_form(text: str) -> None:
    before = parse_site(text).cameras
    after = edit(text, add_camera(HALL))
    assert [camera.name for camera in parse_site(after).cameras] == [
        *(camera.name for camera in before),
        "hall",
    ]
    comments = [line for line in text.splitlines() if "#" in line]
    assert all(comment.partition("#")[2] in after for comment in comments)
    assert plain_tree(edit(after, remove_camera("hall"))).get("cameras") in (
        plain_tree(text).get("cameras"),
        [],
    )


def test_anchors_that_tie_cameras_together_come_apart() -> None:
    text = (
        "state: s\nvolumes: [{path: v}]\ncameras:\n"
        "  - name: a\n    url: rtsp://h/1\n    retention: &short {days: 2}\n"
        "  - name: b\n    url: rtsp://h/2\n    retention: *short\n"
    )
    after = parse_site(edit(text, change_camera("a", {"retention": {"days": 3}})))
    assert [camera.retention.days for camera in after.cameras] == [3.0, 2.0]


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.floats(-9, 9)
KEYS = st.text("abcdefgh-: #é'\"", min_size=1, max_size=4)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.lists(
            st.builds(lambda n, rest: {"name": n, **rest}, KEYS, st.dictionaries(KEYS, inner)),
            max_size=4,
            unique_by=lambda one: str(one["name"]),
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES), st.dictionaries(KEYS, VALUES))
def test_any_content_becomes_any_other(one: dict[str, Any], other: dict[str, Any]) -> None:
    text = become("{}\n", one)
    assert plain_tree(text) == one
    assert plain_tree(become(text, other)) == other


@given(st.data())
def test_comments_of_what_stays_stay(data: st.DataObject) -> None:
    names = ["a", "b", "c", "d", "e"]
    text = "# head\nlist:\n" + "".join(
        f"  # above {name}\n  - name: {name}  # beside {name}\n    size: 1\n" for name in names
    )
    gone = data.draw(st.sets(st.sampled_from(names)))
    bigger = data.draw(st.sets(st.sampled_from(names)))
    wanted = plain_tree(text)
    wanted["list"] = [
        {**one, "size": 2} if one["name"] in bigger else one
        for one in wanted["list"]
        if one["name"] not in gone
    ]
    after = become(text, wanted)
    assert plain_tree(after) == wanted
    for name in names:
        for comment in (f"# above {name}", f"# beside {name}"):
            assert (comment in after) == (name not in gone)
