"""Routes: heat maps of a camera, as numbers and as a picture to lay over the scene."""

from typing import Annotated

import numpy as np
from fastapi import Query
from pydantic import BaseModel, Field

from curtilage.config import HeatmapRule
from curtilage.config.camera import Calibration
from curtilage.store.found import heat
from curtilage.store.found.heat import HeatGrid
from curtilage.web.api.times import From, To, span, told
from curtilage.web.context import Context, WebContext
from curtilage.web.ground import cells_in_picture, fitted
from curtilage.web.guard import Guarded, Right
from curtilage.web.refusal import not_found

router = Guarded("/api/cameras", tags=["heat maps"])

Class = Annotated[str | None, Query(alias="class", description="person, car, …; all if left out.")]


class CellOut(BaseModel):
    """A cell of the ground, as the picture shows it."""

    seconds: float
    corners: list[tuple[float, float]] = Field(
        description="Four, x y, 0..1 of the picture; some may lie beside it."
    )


class HeatMapOut(BaseModel):
    """Seconds of presence per cell."""

    rule: str
    begin: str = Field(serialization_alias="from", description="Of the first stretch in it.")
    end: str = Field(serialization_alias="to", description="End of the last.")
    columns: int
    rows: int
    extent: tuple[float, float, float, float] = Field(
        description="x0 y0 x1 y1: 0 0 1 1 is the picture; otherwise metres on the ground."
    )
    seconds: list[list[float]] = Field(description="Row by row, from the top left.")
    total: float = Field(description="Seconds of all cells together.")
    other_grids: int = Field(description="Stretches left out since the grid was changed.")
    overlay: list[CellOut] | None = Field(
        description="Of a map of the ground: its cells with anybody in them, to be drawn over the "
        "picture, by the camera's present calibration. null: the picture itself is the grid."
    )


@router.get("/{camera}/heatmaps", needs=Right.FINDINGS, camera="camera")
def names(context: Context, camera: str) -> list[str]:
    """Ids of the camera's heat maps."""
    scene = context.site.scene_of(context.camera(camera))
    return [rule.id for rule in scene.rules if isinstance(rule, HeatmapRule)]


@router.get("/{camera}/heatmaps/{rule}", needs=Right.FINDINGS, camera="camera")
def heat_map(
    context: Context, camera: str, rule: str, begin: From, end: To, label: Class = None
) -> HeatMapOut:
    """The sum of a heat map over a span of time."""
    found = _found(context, camera, rule, span(begin, end), label)
    rows, columns = found.seconds.shape
    return HeatMapOut(
        rule=rule,
        begin=told(found.from_ns),
        end=told(found.to_ns),
        columns=columns,
        rows=rows,
        extent=found.extent,
        seconds=np.round(found.seconds, 3).tolist(),
        total=round(float(found.seconds.sum()), 3),
        other_grids=found.other_grids,
        overlay=_overlay(found, _ground_of(context, camera, rule)),
    )


def _found(
    context: WebContext, camera: str, rule: str, span_ns: tuple[int, int], label: str | None
) -> HeatGrid:
    with context.database.read() as connection:
        found = heat.grid(connection, camera, rule, *span_ns, label=label)
    if found is not None:
        return found
    settings = context.camera(camera)
    for one in context.site.scene_of(settings).rules:
        if isinstance(one, HeatmapRule) and one.id == rule:
            columns, rows = one.grid
            nobody = np.zeros((rows, columns))
            extent = one.extent_for(settings.calibration)
            return HeatGrid(extent, nobody, *span_ns, other_grids=0)
    raise not_found()


def _ground_of(context: WebContext, camera: str, rule: str) -> Calibration | None:
    """The camera's ground, if ``rule`` maps it; a rule that is gone is known by its cells only."""
    settings = next((one for one in context.site.cameras if one.name == camera), None)
    if settings is None:
        return None
    maps_ground = any(
        isinstance(one, HeatmapRule) and one.id == rule and one.plane == "ground"
        for one in settings.rules
    )
    return settings.calibration if maps_ground else None


def _overlay(found: HeatGrid, calibration: Calibration | None) -> list[CellOut] | None:
    if calibration is None:
        return None
    try:
        matrix = fitted(calibration)
    except ValueError:
        return None
    flat = found.seconds.ravel()
    cells = np.flatnonzero(flat)
    shape = (found.seconds.shape[0], found.seconds.shape[1])
    seen, corners = cells_in_picture(matrix, found.extent, cells, shape)
    return [
        CellOut(seconds=seconds, corners=four)
        for seconds, four in zip(
            np.round(flat[cells[seen]], 3).tolist(), np.round(corners, 4).tolist(), strict=True
        )
    ]
