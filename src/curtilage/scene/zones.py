"""The settings of zone rules as the presence kernel reads them."""

import numpy as np

from curtilage.config.scene import (
    IntrusionRule,
    Label,
    LoiteringRule,
    PathsRule,
    RegionExitRule,
    ZoneRule,
)
from curtilage.model import Points
from curtilage.scene.filters import fill_filter
from curtilage.scene.observations import EPSILON, Records
from curtilage.scene.presence_kernel import ZONE

JITTER_H = 0.08  # box heights: nearer to the border than that, an entrance may be jitter
JITTER_M = 0.15  # the same in metres
LINES_MEMORY = 3.0  # s; whether a hidden object has left is not decided before
COAST = 1.5  # s, for rules without a setting of it


def zones_of(
    rule: ZoneRule | PathsRule, classes: list[Label], metric: bool
) -> tuple[Records, list[list[Points]]]:
    """The zones of a rule: [Z] ZONE and for each its rings, the outer first.

    ``classes`` holds where the rule names none; with ``metric`` distances are in metres.
    """
    if isinstance(rule, PathsRule):
        areas = [[_ring(ring)] for ring in rule.zones.values()]
    else:
        areas = [[_ring(rule.polygon), *(_ring(hole) for hole in rule.holes)]]
    zones = np.zeros(len(areas), ZONE)
    for zone in zones:
        fill_filter(zone, rule, classes)
        zone["grace"], zone["stitch"] = rule.grace, rule.stitch
        zone["level1"] = zone["level2"] = np.inf
        zone["band"], zone["band_h"] = (JITTER_M, 0.0) if metric else (0.0, JITTER_H)
        zone["coast"] = COAST if isinstance(rule, PathsRule) else rule.coast
        if isinstance(rule, ZoneRule):
            zone["body"] = rule.body_fraction
        if isinstance(rule, RegionExitRule):
            zone["coast"] = max(rule.coast, LINES_MEMORY)
        elif isinstance(rule, IntrusionRule):
            zone["level1"] = rule.time_threshold - EPSILON
        elif isinstance(rule, LoiteringRule):
            zone["stay"] = 1
            zone["level1"] = rule.time_threshold - EPSILON
            zone["level2"] = (rule.escalate_after or np.inf) - EPSILON
            if rule.max_displacement is not None:
                zone["roams"], zone["roam" if metric else "roam_h"] = 1, rule.max_displacement
        zone["patience"] = min(zone["grace"], zone["coast"])
    return zones, areas


def _ring(corners: list[tuple[float, float]]) -> Points:
    ring = np.array(corners, np.float64)
    return ring[:-1] if len(ring) > 3 and (ring[0] == ring[-1]).all() else ring
