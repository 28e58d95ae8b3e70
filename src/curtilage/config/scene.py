"""Settings of a camera's rules: the words of a rules file, their ranges and their defaults.

Durations are seconds; distances that absorb jitter are in box heights of the track (or metres
when the camera is calibrated); shapes are fractions of the frame.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from curtilage.config.camera import Calibration, CameraSettings
from curtilage.config.schedule import Hours, TimeOfDay
from curtilage.config.shapes import Fraction, Line, Ring, check_holes

Label = Literal[
    "person", "bicycle", "car", "motorcycle", "bus", "truck", "dog", "cat", "bird", "horse",
    "sheep", "cow", "bear", "backpack", "handbag", "suitcase",
]  # fmt: skip
Seconds = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]
ModeName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=32)]
"""Of an arming mode: home, away, night, …"""
ModeNames = Annotated[tuple[ModeName, ...], Field(min_length=1, max_length=16)]
RuleId = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")]


class RuleBase(BaseModel):
    """What every rule has."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    id: RuleId = Field(description="Name of the rule, unique in the file; events carry it.")
    classes: list[Label] | None = Field(
        None, min_length=1, description="What the rule looks at; the file's `classes` if left out."
    )
    anchor: Literal["foot", "center"] = Field(
        "foot",
        description="Point of the box that the rule follows: bottom centre, or the centre for "
        "cameras that look straight down.",
    )
    min_score: Fraction = Field(0.0, description="Sightings below this score are not looked at.")
    min_height: Fraction = Field(0.0, description="Smallest box, as a share of the frame height.")
    max_height: Fraction = Field(1.0, description="Largest box, as a share of the frame height.")
    schedule: list[Hours] | None = Field(
        None, min_length=1, description="Weekly hours in which the rule alarms; always if left out."
    )
    modes: list[str] | None = Field(
        None,
        min_length=1,
        description="Arming modes in which the rule notices anything; all if left out. To keep "
        "its events in every mode and be alarmed in some, say `armed_in`.",
    )
    armed_in: ModeNames | None = Field(
        None,
        description="Arming modes in which an event of the rule may alarm; in others it is kept "
        "and marked as not armed. As the camera says if left out. Only for a live site.",
    )
    count_always: bool = Field(
        True, description="Counts and statistics go on outside schedule and modes."
    )
    cool_down: Seconds = Field(
        0.0,
        le=86400,
        description="After an event of a track, that track raises no other for so long. Never "
        "global: two people make two events.",
    )

    @model_validator(mode="after")
    def _heights(self) -> Self:
        if self.min_height > self.max_height:
            raise ValueError(
                f"min_height {self.min_height:g} is above max_height {self.max_height:g}"
            )
        return self


class LineCrossingRule(RuleBase):
    """A line that people or vehicles cross (ONVIF LineDetector/Crossed)."""

    type: Literal["line_crossing"] = "line_crossing"
    points: Line = Field(description="Two or more points; A is the left side from first to last.")
    direction: Literal["a_to_b", "b_to_a", "any"] = Field(
        "any", description="Which way makes an event."
    )
    hysteresis: float = Field(
        0.08,
        ge=0.0,
        le=2.0,
        description="How far beyond the line an object must be before it has crossed, in median "
        "box heights of its track. Larger absorbs more jitter and notices later.",
    )
    hysteresis_m: float = Field(
        0.15, ge=0.0, le=10.0, description="The same in metres, for a calibrated camera."
    )
    memory: Seconds = Field(
        3.0, le=60, description="How long a side is remembered while the object is hidden."
    )
    stitch: bool | Literal["hidden"] = Field(
        "hidden",
        description="Carry the side over where a track is lost and another goes on for it: always, "
        "never, or (hidden) only if the tracker had followed the first one on, unseen, as behind "
        "a post.",
    )
    rebuild_feet: bool = Field(
        False, description="Where a box suddenly shortens, take feet from its top and usual height."
    )


class CounterLine(BaseModel):
    """One door of a counter: a line rule and which way is in."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    line: RuleId
    in_: Literal["a_to_b", "b_to_a"] = Field(alias="in")


class CounterRule(RuleBase):
    """In, out and inside, from one or more lines (ONVIF CountAggregation/Counter)."""

    type: Literal["counter"] = "counter"
    lines: list[CounterLine] = Field(
        min_length=1, description="The doors: line rules of this file, and which way is in."
    )
    reset_at: TimeOfDay | None = Field(
        None, description="Local time of day at which `inside` starts again from 0."
    )
    reconcile: RuleId | None = Field(
        None,
        description="An occupancy rule; when its zone is seen empty for 60 s, `inside` becomes 0 "
        "by an adjust event.",
    )

    @model_validator(mode="after")
    def _counts_crossings(self) -> Self:
        strange = {"anchor", "min_score", "min_height", "max_height", "cool_down"}
        fields = type(self).model_fields
        # a default that is said again is none of the owner's: settings are told whole elsewhere
        for name in sorted(n for n in strange if getattr(self, n) != fields[n].default):
            raise ValueError(f"a counter counts what its lines see; set {name} at the lines")
        return self


class ZoneRule(RuleBase):
    """What every rule over a polygon has."""

    polygon: Ring = Field(description="Corners in order; may be concave.")
    holes: list[Ring] = Field(
        default_factory=list, description="Areas inside it that do not count."
    )
    body_fraction: Fraction = Field(
        0.0,
        description="0: inside means the anchor is inside. Above 0: at least this share of the "
        "lower half of the box is, for views where feet are hidden.",
    )
    grace: Seconds = Field(
        1.0, le=600, description="Absences up to this long do not end a presence."
    )
    coast: Seconds = Field(1.5, le=60, description="How long a hidden object keeps its presence.")
    stitch: bool = Field(
        True, description="A track that ends and one that begins beside it are one presence."
    )

    @model_validator(mode="after")
    def _holes(self) -> Self:
        check_holes(self.polygon, self.holes)
        return self


class RegionEntranceRule(ZoneRule):
    """Something goes from outside to inside."""

    type: Literal["region_entrance"] = "region_entrance"


class RegionExitRule(ZoneRule):
    """Something goes from inside to outside."""

    type: Literal["region_exit"] = "region_exit"


class IntrusionRule(ZoneRule):
    """Something is inside for some time (ONVIF FieldDetector/ObjectsInside)."""

    type: Literal["intrusion"] = "intrusion"
    time_threshold: Seconds = Field(
        0.5, le=600, description="Summed time inside before the alarm; 0: the first sure frame."
    )


class LoiteringRule(ZoneRule):
    """Somebody stays (ONVIF LoiteringDetector/ObjectIsLoitering)."""

    type: Literal["loitering"] = "loitering"
    time_threshold: Seconds = Field(
        30.0, gt=0, le=86400, description="Presence before the alarm, in seconds."
    )
    max_displacement: float | None = Field(
        None,
        gt=0,
        le=1000,
        description="Only while all positions lie within this distance of where the stay began, "
        "in box heights (metres when calibrated).",
    )
    escalate_after: Seconds | None = Field(
        None, le=86400, description="A second event at this time of presence."
    )

    @model_validator(mode="after")
    def _escalation(self) -> Self:
        if self.escalate_after is not None and self.escalate_after <= self.time_threshold:
            raise ValueError(
                f"escalate_after {self.escalate_after:g} must be above "
                f"time_threshold {self.time_threshold:g}"
            )
        return self


class GatheringRule(ZoneRule):
    """At least so many inside for so long; no identity in its events."""

    type: Literal["gathering"] = "gathering"
    count: int = Field(ge=2, le=10000, description="Begins at this many, ends below one less.")
    time_threshold: Seconds = Field(
        3.0, le=86400, description="How long so many must be inside, in seconds."
    )


class OccupancyRule(ZoneRule):
    """How many are inside, on change and per minute."""

    type: Literal["occupancy"] = "occupancy"
    debounce: Seconds = Field(
        1.0, le=60, description="A change is published when it has held for so long."
    )


class DwellRule(ZoneRule):
    """How long presences last, as a histogram."""

    type: Literal["dwell"] = "dwell"
    bins: list[Seconds] = Field(
        default_factory=lambda: [0.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0],
        min_length=2,
        max_length=64,
        description="Lower edges of the histogram, rising; the last one is open.",
    )
    k: int = Field(5, ge=1, le=1000, description="Rows with fewer presences are not exported.")

    @field_validator("bins")
    @classmethod
    def _rising(cls, bins: list[float]) -> list[float]:
        if bins[0] != 0.0 or any(a >= b for a, b in pairwise(bins)):
            raise ValueError("must begin with 0 and rise")
        return bins


class HeatmapRule(RuleBase):
    """Seconds of presence per cell of the frame, or of the ground."""

    type: Literal["heatmap"] = "heatmap"
    grid: tuple[Annotated[int, Field(ge=2, le=1024)], Annotated[int, Field(ge=2, le=1024)]] = Field(
        (96, 54), description="Columns and rows."
    )
    plane: Literal["frame", "ground"] = Field(
        "frame", description="`ground` needs the camera's calibration; cells are then metres."
    )
    extent: tuple[float, float, float, float] | None = Field(
        None,
        description="Of the ground, in metres: x0 y0 x1 y1; the calibration's points if left out.",
    )
    bucket: Seconds = Field(600.0, ge=1, le=86400, description="Kept per so many seconds.")


class PathsRule(RuleBase):
    """Origin-destination counts between named zones."""

    type: Literal["paths"] = "paths"
    zones: dict[RuleId, Ring] = Field(min_length=2, max_length=64)
    grace: Seconds = Field(
        1.0, le=600, description="Absences up to this long do not end a stay in a zone."
    )
    stitch: bool = Field(
        True, description="A track that ends and one that begins beside it are one path."
    )


Rule = Annotated[
    LineCrossingRule
    | CounterRule
    | RegionEntranceRule
    | RegionExitRule
    | IntrusionRule
    | LoiteringRule
    | GatheringRule
    | OccupancyRule
    | DwellRule
    | HeatmapRule
    | PathsRule,
    Field(discriminator="type"),
]


class SceneSettings(BaseModel):
    """A rules file: one camera and what to notice in front of it."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="Curtilage rules file")

    camera: CameraSettings = Field(default_factory=CameraSettings)
    classes: list[Label] = Field(
        default_factory=lambda: list[Any](["person"]),
        min_length=1,
        description="What all rules look at unless they say otherwise.",
    )
    rules: list[Rule] = Field(min_length=1, max_length=256)

    @model_validator(mode="after")
    def _references(self) -> Self:
        check_references(self.rules, self.camera.start is not None, self.camera.calibration)
        return self


def check_references(
    rules: Sequence[Rule], knows_time: bool, calibration: Calibration | None
) -> None:
    """Raise where rules do not fit each other or their camera.

    ``knows_time``: whether it is known when the footage begins (always, of a live camera).

    Raises:
        PydanticCustomError: of type `reference`, for a validator to pass on.
    """
    kinds: dict[str, str] = {}
    for i, rule in enumerate(rules):
        if rule.id in kinds:
            raise _at_rule(i, f"two rules have the id {rule.id!r}; each needs its own")
        kinds[rule.id] = rule.type
    for i, rule in enumerate(rules):
        if isinstance(rule, CounterRule):
            for door in rule.lines:
                _refer(i, kinds, rule.id, door.line, "line_crossing")
            if rule.reconcile is not None:
                _refer(i, kinds, rule.id, rule.reconcile, "occupancy")
        resets = isinstance(rule, CounterRule) and rule.reset_at is not None
        if (rule.schedule is not None or resets) and not knows_time:
            what = "is reset at a time of day" if resets else "has a schedule"
            raise _at_rule(
                i,
                f"rule {rule.id!r} {what}, so camera.start must say when the footage "
                "begins, as in 2026-05-01T08:00:00+02:00",
            )
        maps_ground = isinstance(rule, HeatmapRule) and rule.plane == "ground"
        if maps_ground and calibration is None:
            raise _at_rule(
                i, f"rule {rule.id!r} maps the ground, so camera.calibration must be given"
            )


def _refer(i: int, kinds: dict[str, str], rule: str, other: str, kind: str) -> None:
    if kinds.get(other) != kind:
        found = f"is of type {kinds[other]}" if other in kinds else "does not exist"
        raise _at_rule(i, f"rule {rule!r} refers to {other!r}, which {found}; it needs a {kind}")


def _at_rule(index: int, sentence: str) -> PydanticCustomError:
    """An error of the whole file that belongs to one rule of it, so that a line can be named."""
    return PydanticCustomError("reference", "{sentence}", {"sentence": sentence, "rule": index})
