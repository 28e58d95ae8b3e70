"""Rules over lines: crossings, and counters made of them."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from curtilage.config.form import HEIGHTS, METRES, SECONDS, form
from curtilage.config.rules.base import CONFIG, DIRECTIONS, RuleBase, RuleId, Seconds
from curtilage.config.schedule import TimeOfDay
from curtilage.config.shapes import Line


class LineCrossingRule(RuleBase):
    """A line that people or vehicles cross (ONVIF LineDetector/Crossed)."""

    model_config = ConfigDict(**CONFIG, title="Line crossing")

    type: Literal["line_crossing"] = Field(
        "line_crossing", description="Type of the rule.", json_schema_extra=form("Type")
    )
    points: Line = Field(
        description="Two or more points, fractions of the picture. A is the left side, going from "
        "the first to the last as seen in the picture; B is the right side.",
        json_schema_extra=form("Line", draw="line"),
    )
    direction: Literal["a_to_b", "b_to_a", "any"] = Field(
        "any",
        description="Which way makes an event. Both are counted in any case.",
        json_schema_extra=form("Direction", choices={**DIRECTIONS, "any": "Both ways"}),
    )
    hysteresis: float = Field(
        0.08,
        ge=0.0,
        le=2.0,
        description="How far beyond the line somebody must be before they have crossed it, in "
        "their own heights. Larger: who stands on the line makes fewer events; crossings are "
        "noticed later.",
        json_schema_extra=form("Margin", unit=HEIGHTS, advanced=True),
    )
    hysteresis_m: float = Field(
        0.15,
        ge=0.0,
        le=10.0,
        description="The same in metres on the ground, for a calibrated camera.",
        json_schema_extra=form("Margin on the ground", unit=METRES, advanced=True),
    )
    memory: Seconds = Field(
        3.0,
        le=60,
        description="How many seconds the side of somebody is remembered while they are hidden: "
        "who passes behind a post is still counted.",
        json_schema_extra=form("Memory", unit=SECONDS, advanced=True),
    )
    stitch: bool | Literal["hidden"] = Field(
        "hidden",
        description="Carry the side over where a track is lost and another goes on for it: always "
        "(true), never (false), or (hidden) only if the tracker had followed the first one on, "
        "unseen, as behind a post.",
        json_schema_extra=form(
            "Join broken tracks",
            choices={"true": "Always", "false": "Never", "hidden": "Only when hidden"},
            advanced=True,
        ),
    )
    rebuild_feet: bool = Field(
        False,
        description="Where a box suddenly shortens, since something hides the feet, take the feet "
        "from its top and its usual height.",
        json_schema_extra=form("Guess hidden feet", advanced=True),
    )


class CounterLine(BaseModel):
    """One door of a counter: a line rule and which way is in."""

    model_config = ConfigDict(**CONFIG, title="Door")

    line: RuleId = Field(
        description="Name of a line rule of this camera.", json_schema_extra=form("Line")
    )
    in_: Literal["a_to_b", "b_to_a"] = Field(
        alias="in",
        description="Which way is in; the other is out.",
        json_schema_extra=form("Way in", choices=DIRECTIONS),
    )


class CounterRule(RuleBase):
    """In, out and inside, from one or more lines (ONVIF CountAggregation/Counter)."""

    model_config = ConfigDict(**CONFIG, title="Counter")

    type: Literal["counter"] = Field(
        "counter", description="Type of the rule.", json_schema_extra=form("Type")
    )
    lines: list[CounterLine] = Field(
        min_length=1,
        description="The doors: line rules of this camera, and which way is in.",
        json_schema_extra=form("Doors"),
    )
    reset_at: TimeOfDay | None = Field(
        None,
        description="Local time of day, as in 04:00, at which `inside` starts again from 0; never "
        "if left out.",
        json_schema_extra=form("Start again at"),
    )
    reconcile: RuleId | None = Field(
        None,
        description="Name of an occupancy rule; when its zone is seen empty for 60 s, `inside` "
        "becomes 0, told as an event of its own.",
        json_schema_extra=form("Put right by", advanced=True),
    )

    @model_validator(mode="after")
    def _counts_crossings(self) -> Self:
        strange = {"anchor", "min_score", "min_height", "max_height", "cool_down"}
        fields = type(self).model_fields
        # a default that is said again is none of the owner's: settings are told whole elsewhere
        for name in sorted(n for n in strange if getattr(self, n) != fields[n].default):
            raise ValueError(f"a counter counts what its lines see; set {name} at the lines")
        return self
