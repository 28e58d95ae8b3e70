"""Rules are changed while a camera is watched: what did not change goes on, bit by bit."""

import json
from typing import Any

import numpy as np
import pytest

from curtilage.config import SceneSettings
from curtilage.config.camera import CameraSettings
from curtilage.config.scene import IntrusionRule, RegionEntranceRule
from curtilage.model import Event
from curtilage.scene import Scene, SceneError
from tests.scene.drive import ASPECT, FPS, moments, play, walk
from tests.scene.test_spec_state import (
    RULES,
    START,
    ZONE,
    all_series,
    footage,
    fresh,
    played,
    saved,
)

ARMED = [r | ({"modes": None} if r["id"] == "alarm" else {}) for r in RULES]


def scene_of(rules: list[Any], aspect: float = ASPECT, **camera: Any) -> Scene:
    given = {"camera": CameraSettings(**{"start": START, "mode": "home", **camera}), "rules": rules}
    return Scene(SceneSettings.model_validate(given), aspect, 1 / FPS)


def of_rules(events: list[Event], rules: set[str]) -> list[Event]:
    return [event for event in events if event.rule in rules]


@pytest.mark.parametrize("seed", range(3))
def test_the_same_rules_go_on_as_from_their_own_state(seed: int) -> None:
    frames, restored, adopted = footage(seed), fresh(), fresh()
    first = fresh()
    played(first, frames[:60])
    state = saved(first)
    restored.restore(state)
    assert adopted.adopt(state) == []
    assert played(adopted, frames[60:]) == played(restored, frames[60:])
    assert all_series(adopted) == all_series(restored)
    assert adopted.finish() == restored.finish()


@pytest.mark.parametrize("changed", [str(rule["id"]) for rule in RULES])
def test_one_rule_changes_and_all_others_go_on(changed: str) -> None:
    """Whichever it is; also when the rules stand in another order."""
    frames = footage(1)
    whole = scene_of(ARMED)
    play(whole, frames[:60])
    state = saved(whole)
    rules = [r | ({"count_always": False} if r["id"] == changed else {}) for r in ARMED]
    after = scene_of(rules[::-1])
    assert after.adopt(state) == [changed]
    others = {str(rule["id"]) for rule in RULES} - {changed}
    if changed in ("gate", "bent", "floor"):
        others -= {"hall"}  # it counts what those lines see, and asks whether that zone is empty
    expected = of_rules(play(whole, frames[60:]) + whole.finish(), others)
    events = of_rules(play(after, frames[60:]) + after.finish(), others)
    assert sorted(events, key=str) == sorted(expected, key=str)
    assert events


def test_a_counter_keeps_who_is_inside_though_its_line_is_drawn_anew() -> None:
    before = scene_of(ARMED)
    play(before, moments([walk((0, 0.3, 0.5), (4, 0.7, 0.5))]))
    inside = before.counters["hall"].totals
    assert inside["inside"] > 0
    rules = [r | ({"points": [(0.2, 0.2), (0.2, 0.9)]} if r["id"] == "gate" else {}) for r in ARMED]
    after = scene_of(rules)
    assert after.adopt(saved(before)) == ["gate"]
    assert after.counters["hall"].totals == inside
    assert after.crossings["gate"] == {"a_to_b": 0, "b_to_a": 0}


def test_another_shape_of_the_picture_leaves_the_counters() -> None:
    """What was followed in the picture means nothing in another one."""
    before = scene_of(ARMED)
    play(before, moments([walk((0, 0.3, 0.5), (4, 0.7, 0.5))]))
    after = scene_of(ARMED, aspect=4 / 3)
    assert set(after.adopt(saved(before))) == {str(r["id"]) for r in RULES} - {"hall"}
    assert after.counters["hall"].totals == before.counters["hall"].totals
    played(after, [(100.0 + t, tracks) for t, tracks in footage(2)])


def test_who_is_inside_a_new_zone_was_there_already() -> None:
    """A rule that is added while somebody stands in its zone saw nobody come in."""
    stand = list(moments([walk((0, 0.1, 0.5), (3, 0.5, 0.5), (60, 0.5, 0.5))], until=20))
    old = {"id": "old", "type": "region_entrance", "polygon": ZONE}
    before = scene_of([old])
    told = play(before, stand[:100])
    assert [event.rule for event in told] == ["old"]
    new = RegionEntranceRule(id="new", polygon=ZONE)
    alarm = IntrusionRule(id="alarm", polygon=ZONE)
    after = scene_of([old, new.model_dump(), alarm.model_dump()])
    assert after.adopt(saved(before)) == ["new", "alarm"]
    events = play(after, stand[100:])
    assert [(e.rule, e.details) for e in events] == [("alarm", {"already_inside": True})]
    assert after.regions["new"]["already_inside"] == 1
    assert after.regions["old"]["entered"] == 1


def test_the_mode_is_that_of_the_settings() -> None:
    before = scene_of(RULES)
    before.mode = "night"
    after = scene_of(RULES, mode="away")
    after.adopt(saved(before))
    assert after.mode == "away"


def test_in_another_time_zone_the_counters_reset_by_that() -> None:
    """08:00 in Berlin was at 06:00 UTC; it is 07:59:55 UTC."""
    before = scene_of(RULES, timezone="Europe/Berlin")
    play(before, moments([walk((0, 0.3, 0.5), (4, 0.7, 0.5))]))
    after = scene_of(RULES, timezone="UTC")
    assert after.adopt(saved(before)) == []
    events = play(after, [(t + 4.1, x) for t, x in moments([], until=4.0)])
    assert [e.details["change"] for e in of_rules(events, {"hall"})] == ["reset"]


def test_a_setting_that_the_older_version_did_not_know_changes_nothing() -> None:
    before = fresh()
    played(before, footage(0)[:50])
    state = saved(before)
    said = json.loads(str(state["settings"]))
    for rule in said["rules"]:
        del rule["cool_down" if rule["id"] != "gate" else "min_height"]
    state["settings"] = np.array(json.dumps(said))
    assert fresh().adopt(state) == []


def test_gates_that_were_closed_stay_closed() -> None:
    """A rule that counts in its hours only goes on not counting."""
    rules = [
        {"id": "gate", "type": "line_crossing", "points": [(0.5, 0.2), (0.5, 0.9)]},
        {"id": "hall", "type": "counter", "lines": [{"line": "gate", "in": "a_to_b"}],
         "modes": ["away"], "count_always": False},
    ]  # fmt: skip
    frames = list(moments([walk((0, 0.3, 0.5), (4, 0.7, 0.5))]))
    for go_on in (Scene.restore, Scene.adopt):
        before, after = scene_of(rules), scene_of(rules)
        play(before, frames[:5])
        go_on(after, saved(before))
        play(after, frames[5:])
        assert after.counters["hall"].totals["in"] == 0
        assert sum(after.crossings["gate"].values()) == 1


@pytest.mark.parametrize("damage", ["empty", "one is missing", "no settings"])
def test_what_is_no_state_is_refused(damage: str) -> None:
    state = saved(fresh())
    if damage == "empty":
        state.clear()
    elif damage == "no settings":
        state["settings"] = np.array("{")
    else:
        state.pop(next(name for name in state if name.startswith("lines/")))
    with pytest.raises(SceneError, match="not the saved state"):
        fresh().adopt(state)
