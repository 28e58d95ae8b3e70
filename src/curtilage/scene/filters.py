"""Which sightings a rule looks at: classes, score, size, and where its anchor is."""

import numpy as np
from numba import njit

from curtilage.config.scene import Label, RuleBase
from curtilage.model import CLASS_ID
from curtilage.scene.observations import Record

FILTER = [
    ("classes", "i8"),  # bit per class
    ("open", "i8"),  # 0: the rule sees nothing now
    ("anchor", "i8"),
    ("min_score", "f8"),
    ("min_height", "f8"),
    ("max_height", "f8"),
]
"""Fields with which the settings of every rule begin."""

FOOT, CENTER, REBUILT = 0, 1, 2
SLACK = 1e-6


def fill_filter(record: Record, rule: RuleBase, classes: list[Label]) -> None:
    """Write the filter of ``rule`` into its record; ``classes`` holds where it names none."""
    names = rule.classes if rule.classes is not None else classes
    record["classes"] = sum(1 << CLASS_ID[name] for name in set(names))
    record["open"] = 1
    record["anchor"] = FOOT if rule.anchor == "foot" else CENTER
    # scores and boxes are single precision: 0.7 there lies a little below 0.7 here
    record["min_score"] = rule.min_score - SLACK
    record["min_height"] = rule.min_height - SLACK
    # a box may be taller than the frame; the largest setting means no limit
    record["max_height"] = rule.max_height + SLACK if rule.max_height < 1.0 else np.inf


@njit(cache=True)
def passes(rule: Record, row: Record) -> bool:
    """True when the rule looks at this sighting."""
    return bool(
        rule.open != 0
        and (rule.classes >> row.label) & 1
        and row.score >= rule.min_score
        and rule.min_height <= row.height <= rule.max_height
    )


@njit(cache=True)
def plane_anchor(rule: Record, row: Record) -> tuple[float, float]:
    """The rule's point of the box on the plane of the scene; NaN above its horizon."""
    if rule.anchor == FOOT:
        return row.foot_x, row.foot_y
    if rule.anchor == CENTER:
        return row.center_x, row.center_y
    return row.rebuilt_x, row.rebuilt_y


@njit(cache=True)
def frame_anchor(rule: Record, row: Record) -> tuple[float, float]:
    """The rule's point of the box cut to the frame, 0..1; NaN for a box outside the frame."""
    x0, x1 = max(row.x0, 0.0), min(row.x1, 1.0)
    y0, y1 = max(row.y0, 0.0), min(row.y1, 1.0)
    if x0 > x1 or y0 > y1:
        return np.nan, np.nan
    return (x0 + x1) / 2, (y1 if rule.anchor != CENTER else (y0 + y1) / 2)
