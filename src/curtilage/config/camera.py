"""Settings of one camera as a source of footage: clock, analysis rate, ground plane."""

from datetime import datetime
from functools import cache
from typing import Annotated, Self
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from curtilage.config.form import METRES, form
from curtilage.config.shapes import Point

Positive = Annotated[float, Field(gt=0.0, allow_inf_nan=False)]


def _known_zone(name: str) -> str:
    if name not in _zones():
        raise ValueError(f"{name!r} is no time zone; write it as in 'Europe/Berlin' or 'UTC'")
    return name


@cache
def _zones() -> set[str]:
    """Names of all time zones; it takes 30 ms to look for them."""
    return available_timezones()


Zone = Annotated[str, AfterValidator(_known_zone)]
"""IANA name of a time zone."""


class Calibration(BaseModel):
    """Four or more points of the picture and where they lie on the ground."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    image: list[Point] = Field(
        min_length=4,
        max_length=64,
        description="Points of the picture that show the ground, as fractions of it: x, y.",
        json_schema_extra=form("In the picture", draw="points"),
    )
    ground: list[tuple[float, float]] = Field(
        min_length=4,
        max_length=64,
        description="Where each of them lies on the ground, in metres from any point you like.",
        json_schema_extra=form("On the ground", unit=METRES),
    )

    @model_validator(mode="after")
    def _solvable(self) -> Self:
        if len(self.image) != len(self.ground):
            raise ValueError(
                f"image has {len(self.image)} points and ground {len(self.ground)}; "
                "each point needs both"
            )
        for name, points in (("image", self.image), ("ground", self.ground)):
            if not _in_general_position(np.array(points, float)):
                raise ValueError(
                    f"the points of {name} lie on a line; four of them must form a quadrilateral"
                )
        return self


class CameraSettings(BaseModel):
    """The camera (or file) that the rules look at."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(
        "camera",
        min_length=1,
        max_length=64,
        pattern=r"^[\w][\w .-]*$",
        description="Name of the camera, for its results.",
        json_schema_extra=form("Name"),
    )
    source_fps: Positive | None = Field(
        None,
        le=1000,
        description="True frame rate of a file whose header is wrong; frames are then evenly "
        "spaced. Leave it out to use the file's own timestamps.",
    )
    start: AwareDatetime | None = Field(
        None,
        description="When the footage begins, with its offset from UTC. Only needed by schedules "
        "and by local-time buckets; a live camera knows it.",
    )
    timezone: Zone = Field("UTC", description="IANA name; schedules and day buckets follow it.")
    mode: str = Field(
        "home", pattern=r"^[a-z][a-z0-9_]*$", description="Arming mode: home, away, night, …"
    )
    calibration: Calibration | None = Field(
        None, description="With it, distances are metres on the ground instead of box heights."
    )

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as an object."""
        return ZoneInfo(self.timezone)

    @property
    def epoch(self) -> float | None:
        """UTC seconds of the start of the footage, or None when unknown."""
        start: datetime | None = self.start
        return start.timestamp() if start else None


def _in_general_position(points: np.ndarray) -> bool:
    """True when the points span a plane: the smaller singular value is not negligible."""
    spread = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
    return bool(spread[1] > 1e-3 * max(spread[0], 1e-12))
