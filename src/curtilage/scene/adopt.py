"""Rules were changed while a camera is watched: what did not change goes on, the rest begins anew.

A rule goes on if nothing that it says or inherits is different. What it follows in the picture
(sides of lines, presences) also needs the same view: aspect of the frame and calibration.
Counters follow nothing in the picture, so theirs goes on in any case.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from curtilage.config.scene import CounterRule, Rule, SceneSettings
from curtilage.scene.observations import Slots
from curtilage.scene.parts import Parts

Arrays = Mapping[str, npt.NDArray[Any]]
SAME_SHAPE = 0.005
"""Share by which width / height of a picture may differ, as by a row of pixels that is cut off."""

Said: TypeAlias = dict[str, Any]  # settings as JSON has them: those of another version, too


@dataclass(frozen=True, slots=True)
class Adopted:
    """What goes on."""

    rules: set[str]  # ids
    gates: dict[str, bool]  # of those with hours or modes: whether they alarm
    unbegun: set[str]  # of those: no frame has come yet


def adopt(parts: Parts, now: SceneSettings, aspect: float, arrays: Arrays) -> Adopted:
    """Fill fresh ``parts`` of the rules ``now`` from the state of rules that may be others.

    Raises:
        KeyError, ValueError: the arrays are not that of a scene.
    """
    before = _settings_in(arrays)
    same_view = _has_same_view(now, aspect, arrays)
    kept = _kept(now, before, same_view)
    _restore(parts.frames, arrays, "frames")
    _restore(parts.watched, arrays, "watched")
    if same_view:
        _restore(parts.observations, arrays, "observations")
        rules = json.loads(now.model_dump_json())["rules"]
        lines = _places(_lines(rules), _lines(before["rules"]), kept)
        parts.lines.restore_some(_under(arrays, "lines"), *lines)
        parts.line_counts.restore_some(_under(arrays, "line_counts"), *lines)
        zones = _places(_zones(rules), _zones(before["rules"]), kept)
        parts.presences.restore_some(_under(arrays, "presences"), *zones)
    for kind in ("alarms", "watchers", "counters", "heatmaps"):
        for rule, part in getattr(parts, kind).items():
            if rule in kept:
                _restore(part, arrays, f"{kind}/{rule}")
    if now.camera.timezone != before["camera"]["timezone"]:
        for rule in kept & parts.counters.keys():
            parts.counters[rule].reset_anew(parts.frames.time)
    parts.grow()
    gated = [r["id"] for r in before["rules"] if r["schedule"] or r["modes"]]
    gates = dict(zip(gated, arrays["gates"].tolist(), strict=True))
    current = {rule.id for rule in now.rules if rule.schedule or rule.modes}
    return Adopted(
        kept,
        {rule: gates[rule] for rule in kept & current},
        kept & set(arrays["unbegun"].tolist()),
    )


def adopt_counts(parts: Parts, now: SceneSettings, arrays: Arrays) -> set[str]:
    """The same for counters alone: what the clock said before means nothing now."""
    kept = _kept(now, _settings_in(arrays), same_view=False)
    for rule in kept:
        _restore(parts.counters[rule], arrays, f"counters/{rule}")
    return kept


def _settings_in(arrays: Arrays) -> Said:
    """The settings of the scene whose state that is."""
    said: Said = json.loads(str(arrays["settings"]))
    return said


def _has_same_view(now: SceneSettings, aspect: float, arrays: Arrays) -> bool:
    """Whether places in the picture mean the same."""
    calibration = json.loads(now.camera.model_dump_json())["calibration"]
    same = _settings_in(arrays)["camera"]["calibration"] == calibration
    return same and abs(float(arrays["aspect"]) - aspect) <= SAME_SHAPE * aspect


def _kept(now: SceneSettings, before: Said, same_view: bool) -> set[str]:
    old = {rule["id"]: rule for rule in before["rules"]}
    return {
        rule.id
        for rule in now.rules
        if rule.id in old
        and _means(rule, now.classes) == _meant(old[rule.id], before["classes"], rule)
        and (same_view or isinstance(rule, CounterRule))
    }


def _means(rule: Rule, classes: list[Any]) -> str:
    """All that a rule says and what it inherits, as text: the order of zones counts."""
    said = json.loads(rule.model_dump_json())
    return json.dumps(said | {"classes": said["classes"] or classes})


def _meant(said: Said, classes: list[Any], now: Rule) -> str:
    """The same of the rule before; what it did not know of was as it is by default."""
    fields = type(now).model_fields
    new = {k: f.get_default(call_default_factory=True) for k, f in fields.items() if k not in said}
    ordered = {k: (said | new)[k] for k in fields}
    extra = {k: v for k, v in said.items() if k not in fields}
    return json.dumps(ordered | extra | {"classes": said["classes"] or classes}, default=str)


def _lines(rules: list[Said]) -> list[str]:
    return [rule["id"] for rule in rules if rule["type"] == "line_crossing"]


def _zones(rules: list[Said]) -> list[str]:
    """The rule of each zone, in the order in which parts number them."""
    return [
        rule["id"]
        for rule in rules
        if "polygon" in rule or "zones" in rule
        for _ in rule.get("zones", "1")
    ]


def _places(now: list[str], before: list[str], kept: set[str]) -> tuple[Slots, Slots]:
    """Where the kept rules stood and where they stand; both in the order of now."""
    old, new = list[int](), list[int]()
    for rule in dict.fromkeys(now):
        if rule in kept:
            old += [i for i, other in enumerate(before) if other == rule]
            new += [i for i, other in enumerate(now) if other == rule]
    return np.array(old, np.int64), np.array(new, np.int64)


def _restore(part: Any, arrays: Arrays, name: str) -> None:
    part.restore(_under(arrays, name))


def _under(arrays: Arrays, name: str) -> dict[str, npt.NDArray[Any]]:
    """The arrays of one part, by their names in it."""
    return {k[len(name) + 1 :]: v for k, v in arrays.items() if k.startswith(f"{name}/")}
