"""Rules that make maps: where people are, and from where to where they go."""

from typing import Annotated, Literal, TypeAlias

from pydantic import ConfigDict, Field

from curtilage.config.camera import Calibration
from curtilage.config.form import METRES, SECONDS, form
from curtilage.config.rules.base import CONFIG, RuleBase, RuleId, Seconds
from curtilage.config.shapes import Ring

Cells = Annotated[int, Field(ge=2, le=1024)]
Extent: TypeAlias = tuple[float, float, float, float]


class HeatmapRule(RuleBase):
    """Seconds of presence per cell of the frame, or of the ground."""

    model_config = ConfigDict(**CONFIG, title="Heat map")

    type: Literal["heatmap"] = Field(
        "heatmap", description="Type of the rule.", json_schema_extra=form("Type")
    )
    grid: tuple[Cells, Cells] = Field(
        (96, 54),
        description="Columns and rows of cells.",
        json_schema_extra=form("Columns and rows", unit="cells", advanced=True),
    )
    plane: Literal["frame", "ground"] = Field(
        "frame",
        description="Cells of the picture, or of the ground seen from above; the ground needs the "
        "camera's calibration, and cells are then metres.",
        json_schema_extra=form("Map of", choices={"frame": "The picture", "ground": "The ground"}),
    )
    extent: Extent | None = Field(
        None,
        description="What part of the ground, in metres: x0 y0 x1 y1; what the calibration's "
        "points span if left out.",
        json_schema_extra=form("Part of the ground", unit=METRES, advanced=True),
    )
    bucket: Seconds = Field(
        600.0,
        ge=1,
        le=86400,
        description="The map is kept apart for each so many seconds: the shortest time that can "
        "be asked for later.",
        json_schema_extra=form("Kept per", unit=SECONDS, advanced=True),
    )

    def extent_for(self, calibration: Calibration | None) -> Extent:
        """x0 y0 x1 y1 of the grid: 0 0 1 1 of the frame, or metres on the ground."""
        if self.plane == "frame" or calibration is None:
            return (0.0, 0.0, 1.0, 1.0)
        if self.extent is not None:
            return self.extent
        x, y = zip(*calibration.ground, strict=True)
        return (min(x), min(y), max(x), max(y))


class PathsRule(RuleBase):
    """Origin-destination counts between named zones."""

    model_config = ConfigDict(**CONFIG, title="Paths between zones")

    type: Literal["paths"] = Field(
        "paths", description="Type of the rule.", json_schema_extra=form("Type")
    )
    zones: dict[RuleId, Ring] = Field(
        min_length=2,
        max_length=64,
        description="Two zones or more, by name: the corners of each in order round it, fractions "
        "of the picture.",
        json_schema_extra=form("Zones", draw="zones"),
    )
    grace: Seconds = Field(
        1.0,
        le=600,
        description="Who leaves a zone for no longer than this, in seconds, has not left it.",
        json_schema_extra=form("Short absences", unit=SECONDS, advanced=True),
    )
    stitch: bool = Field(
        True,
        description="Where one track ends and another begins beside it, the two are one path.",
        json_schema_extra=form("Join broken tracks", advanced=True),
    )
