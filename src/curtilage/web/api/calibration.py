"""Routes: where the ground lies in a camera's picture, and whether what was said of it fits."""

from typing import Annotated

import numpy as np
from fastapi import Body
from pydantic import BaseModel, Field

from curtilage.config.camera import Calibration
from curtilage.config.edit import change_camera
from curtilage.web import ground
from curtilage.web.api.settings_file import Changed, change_settings
from curtilage.web.context import Context
from curtilage.web.guard import Guarded, Right, Who
from curtilage.web.refusal import Refused

router = Guarded("/api/cameras", tags=["rules"])

Point = tuple[float, float]
Points = Annotated[Calibration, Body(description="Four points or more.")]
BYTES = 32 << 10


class GridLineOut(BaseModel):
    """A line on the ground, as the picture shows it."""

    axis: str = Field(description="`x` or `y`: which of the two is the same all along.")
    metres: float = Field(description="Its value there.")
    points: list[Point] = Field(description="x y, 0..1 of the picture; some lie beside it.")


class GroundCheck(BaseModel):
    """How well the points fit, and what is to be drawn of it."""

    works: bool = Field(description="Whether the points fix a plane.")
    sentence: str | None = Field(description="Why not.")
    residuals_m: list[float] = Field(
        description="Of each point: metres between where it is said to be and where all put it."
    )
    warnings: list[str] = Field(description="Sentences about what may be wrong.")
    step_m: float | None = Field(description="Metres from one line of the grid to the next.")
    grid: list[GridLineOut]
    horizon: list[Point] | None = Field(
        description="Where it meets the left and the right edge of the picture, or their "
        "continuation; null: it does not."
    )


class CalibrationOut(BaseModel):
    """What a camera's settings say of the ground."""

    calibration: Calibration | None = Field(description="null: not calibrated.")
    check: GroundCheck | None = Field(description="null: not calibrated.")


@router.get("/{camera}/calibration", needs=Right.FINDINGS, camera="camera")
def calibration(context: Context, camera: str) -> CalibrationOut:
    """The camera's calibration, and how well it fits."""
    found = context.camera(camera).calibration
    return CalibrationOut(calibration=found, check=None if found is None else _checked(found))


@router.post("/{camera}/calibration/check", needs=Right.FINDINGS, camera="camera", body_bytes=BYTES)
def check(context: Context, camera: str, points: Points) -> GroundCheck:
    """How well points fit; nothing is changed."""
    context.camera(camera)
    return _checked(points)


@router.put(
    "/{camera}/calibration",
    needs=Right.SETTINGS_WRITE,
    camera="camera",
    status_code=202,
    body_bytes=BYTES,
)
def calibrate(context: Context, who: Who, camera: str, points: Points) -> Changed:
    """Gives a camera these points: distances in its rules are metres from then on."""
    context.camera(camera)
    try:
        ground.fitted(points)
    except ValueError as error:
        raise Refused(422, f"calibration: {error}") from None
    return change_settings(
        context, who, change_camera(camera, {"calibration": points.model_dump(mode="json")})
    )


@router.delete(
    "/{camera}/calibration", needs=Right.SETTINGS_WRITE, camera="camera", status_code=202
)
def forget(context: Context, who: Who, camera: str) -> Changed:
    """Forgets them: distances are box heights again."""
    context.camera(camera)
    return change_settings(context, who, change_camera(camera, {"calibration": None}))


def _checked(points: Calibration) -> GroundCheck:
    try:
        matrix = ground.fitted(points)
    except ValueError as error:
        sentence = f"The points do not fit together: {error}."
        return GroundCheck(
            works=False, sentence=sentence, residuals_m=[], warnings=[], step_m=None, grid=[],
            horizon=None,
        )  # fmt: skip
    step, lines = ground.grid(matrix, points)
    far = ground.horizon(matrix)
    return GroundCheck(
        works=True,
        sentence=None,
        residuals_m=np.round(ground.residuals_m(matrix, points), 3).tolist(),
        warnings=list(ground.doubts(matrix, points)),
        step_m=step,
        grid=[
            GridLineOut(
                axis=line.axis, metres=line.metres, points=np.round(line.points, 4).tolist()
            )
            for line in lines
        ],
        horizon=None if far is None else np.round(far, 4).tolist(),
    )
