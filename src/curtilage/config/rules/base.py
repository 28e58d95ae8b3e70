"""What rules of every type have, and what every rule over a polygon has."""

from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from curtilage.config.form import OF_HEIGHT, SECONDS, form
from curtilage.config.schedule import Hours
from curtilage.config.shapes import Fraction, Ring, check_holes

Label = Literal[
    "person", "bicycle", "car", "motorcycle", "bus", "truck", "dog", "cat", "bird", "horse",
    "sheep", "cow", "bear", "backpack", "handbag", "suitcase",
]  # fmt: skip
LABEL_TITLES: Final = {
    "person": "People", "bicycle": "Bicycles", "car": "Cars", "motorcycle": "Motorcycles",
    "bus": "Buses", "truck": "Trucks", "dog": "Dogs", "cat": "Cats", "bird": "Birds",
    "horse": "Horses", "sheep": "Sheep", "cow": "Cows", "bear": "Bears",
    "backpack": "Backpacks", "handbag": "Handbags", "suitcase": "Suitcases",
}  # fmt: skip
Seconds = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]
ModeName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=32)]
"""Of an arming mode: home, away, night, …"""
ModeNames = Annotated[tuple[ModeName, ...], Field(min_length=1, max_length=16)]
RuleId = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")]
DIRECTIONS: Final = {"a_to_b": "From A to B", "b_to_a": "From B to A"}
CONFIG: Final = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class RuleBase(BaseModel):
    """What every rule has."""

    model_config = CONFIG

    id: RuleId = Field(
        description="Short name of the rule, unique for its camera: letters, digits, - and _. "
        "Its events and counts carry it; a rule under another name begins to count anew.",
        json_schema_extra=form("Name"),
    )
    classes: list[Label] | None = Field(
        None,
        min_length=1,
        description="What the rule looks at; what the camera's `classes` say if left out.",
        json_schema_extra=form("What counts", choices=LABEL_TITLES),
    )
    anchor: Literal["foot", "center"] = Field(
        "foot",
        description="The point of each box that the rule follows: the middle of its lower edge, "
        "where somebody stands; or the middle of the box, for a camera that looks straight down.",
        json_schema_extra=form(
            "Point that is followed",
            choices={"foot": "Feet (lower edge)", "center": "Middle of the box"},
            advanced=True,
        ),
    )
    min_score: Fraction = Field(
        0.0,
        description="Sightings of which the detector is less sure than this (0 to 1) are not "
        "looked at. Higher: fewer mistakes, but people who are hard to see are missed.",
        json_schema_extra=form("Least certainty", unit="0 to 1", advanced=True),
    )
    min_height: Fraction = Field(
        0.0,
        description="Boxes lower than this share of the picture's height are not looked at: "
        "passes over what is far away.",
        json_schema_extra=form("Smallest height", unit=OF_HEIGHT, advanced=True),
    )
    max_height: Fraction = Field(
        1.0,
        description="Boxes higher than this share of the picture's height are not looked at: "
        "passes over what is very near, such as an insect on the lens. 1: no limit.",
        json_schema_extra=form("Largest height", unit=OF_HEIGHT, advanced=True),
    )
    schedule: list[Hours] | None = Field(
        None,
        min_length=1,
        description="Weekly hours, by the site's clock, in which the rule alarms; always if left "
        "out.",
        json_schema_extra=form("Hours"),
    )
    modes: list[str] | None = Field(
        None,
        min_length=1,
        description="Arming modes in which the rule notices anything; all if left out. To keep "
        "its events in every mode and be alarmed in some, say `armed_in`.",
        json_schema_extra=form("Only in these modes", advanced=True),
    )
    armed_in: ModeNames | None = Field(
        None,
        description="Arming modes in which an event of the rule may alarm; in others it is kept "
        "and marked as not armed. As the camera says if left out. Only for a live site.",
        json_schema_extra=form("Alarms in these modes"),
    )
    count_always: bool = Field(
        True,
        description="Counts and statistics go on outside the rule's hours and modes; only its "
        "alarms rest.",
        json_schema_extra=form("Count at all times", advanced=True),
    )
    cool_down: Seconds = Field(
        0.0,
        le=86400,
        description="After an event of somebody, the same one raises no other for so many "
        "seconds. Never for all: two people make two events.",
        json_schema_extra=form("Rest after an event", unit=SECONDS, advanced=True),
    )

    @model_validator(mode="after")
    def _heights(self) -> Self:
        if self.min_height > self.max_height:
            raise ValueError(
                f"min_height {self.min_height:g} is above max_height {self.max_height:g}"
            )
        return self


class ZoneRule(RuleBase):
    """What every rule over a polygon has."""

    polygon: Ring = Field(
        description="Corners of the zone in order round it, fractions of the picture; may be "
        "concave.",
        json_schema_extra=form("Zone", draw="polygon"),
    )
    holes: list[Ring] = Field(
        default_factory=list,
        description="Areas inside the zone that do not count, such as a tree that moves.",
        json_schema_extra=form("Holes in it", draw="polygons", default=list[str]()),
    )
    body_fraction: Fraction = Field(
        0.0,
        description="0: somebody is inside when the point that is followed is. Above 0: when at "
        "least this share of the lower half of the box is, for views in which feet are hidden.",
        json_schema_extra=form("Share of the body inside", unit="0 to 1", advanced=True),
    )
    grace: Seconds = Field(
        1.0,
        le=600,
        description="Who leaves the zone for no longer than this, in seconds, has not left. "
        "Longer: fewer events of somebody who walks along the border.",
        json_schema_extra=form("Short absences", unit=SECONDS, advanced=True),
    )
    coast: Seconds = Field(
        1.5,
        le=60,
        description="Who is hidden, by a pillar or another person, is taken to be where they were "
        "for so many seconds.",
        json_schema_extra=form("Hidden for", unit=SECONDS, advanced=True),
    )
    stitch: bool = Field(
        True,
        description="Where one track ends and another begins beside it, the two are one presence: "
        "trackers lose people now and then.",
        json_schema_extra=form("Join broken tracks", advanced=True),
    )

    @model_validator(mode="after")
    def _holes(self) -> Self:
        check_holes(self.polygon, self.holes)
        return self
