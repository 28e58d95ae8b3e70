"""The heat maps of a plan's cameras, summed on the plan: read, then laid."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from sqlalchemy import Connection

from curtilage.config import HeatmapRule
from curtilage.config.site import SiteCamera, SiteSettings
from curtilage.plane import Matrix, homography
from curtilage.store.found import heat
from curtilage.store.house.plans import Placed, Plan
from curtilage.web.plans.warp import Grid, lay

LONG_SIDE: Final = 128
"""Cells of the plan's longer side."""


@dataclass(frozen=True, slots=True)
class OfCamera:
    """What one camera brought."""

    camera: str
    seconds: float  # on the plan
    outside: float  # beside it


@dataclass(frozen=True, slots=True)
class PlanHeat:
    """Seconds of presence on a plan."""

    seconds: Grid  # [rows, columns]
    cameras: tuple[OfCamera, ...]


def heat_on(
    connection: Connection,
    site: SiteSettings,
    plan: Plan,
    placed: list[Placed],
    span_ns: tuple[int, int],
    label: str | None,
) -> PlanHeat:
    """Of these cameras of a plan; one that has left the settings is left out."""
    shape = _shape(plan)
    total = np.zeros(shape)
    made = []
    known = {camera.name: camera for camera in site.cameras}
    for one in placed:
        camera = known.get(one.camera)
        if camera is None:
            continue
        rule = rule_of(site, camera)
        found = heat.grid(connection, camera.name, rule.id, *span_ns, label=label)
        matrix = _to_plan(one, camera, rule)
        if found is None or matrix is None:
            made.append(OfCamera(one.camera, 0.0, 0.0))
            continue
        laid = lay(found.seconds, found.extent, matrix, shape)
        total += laid.seconds
        made.append(OfCamera(one.camera, float(laid.seconds.sum()), laid.outside))
    return PlanHeat(total, tuple(made))


def rule_of(site: SiteSettings, camera: SiteCamera) -> HeatmapRule:
    """The heat map that is laid on plans: the first of the picture, else of the ground."""
    maps = [rule for rule in site.scene_of(camera).rules if isinstance(rule, HeatmapRule)]
    return next((rule for rule in maps if rule.plane == "frame"), maps[0])


def _to_plan(placed: Placed, camera: SiteCamera, rule: HeatmapRule) -> Matrix | None:
    """From the rule's plane to the plan."""
    matrix = homography(placed.picture, placed.plan)
    if rule.plane == "frame":
        return matrix
    if camera.calibration is None:
        return None
    return matrix @ homography(camera.calibration.ground, camera.calibration.image)


def _shape(plan: Plan) -> tuple[int, int]:
    """Rows and columns, as nearly square as the plan allows."""
    scale = LONG_SIDE / max(plan.width, plan.height)
    return max(1, round(plan.height * scale)), max(1, round(plan.width * scale))
