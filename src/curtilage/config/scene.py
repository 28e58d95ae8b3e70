"""Settings of a camera's rules: the words of a rules file, their ranges and their defaults.

Durations are seconds; distances that absorb jitter are in box heights of the track (or metres
when the camera is calibrated); shapes are fractions of the frame. Each type of rule is in
``config.rules``.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from curtilage.config.camera import Calibration, CameraSettings
from curtilage.config.form import form
from curtilage.config.rules.base import (
    LABEL_TITLES,
    Label,
    ModeName,
    ModeNames,
    RuleBase,
    RuleId,
    Seconds,
    ZoneRule,
)
from curtilage.config.rules.lines import CounterLine, CounterRule, LineCrossingRule
from curtilage.config.rules.maps import HeatmapRule, PathsRule
from curtilage.config.rules.zones import (
    DwellRule,
    GatheringRule,
    IntrusionRule,
    LoiteringRule,
    OccupancyRule,
    RegionEntranceRule,
    RegionExitRule,
)

__all__ = [
    "CounterLine", "CounterRule", "DwellRule", "GatheringRule", "HeatmapRule", "IntrusionRule",
    "Label", "LineCrossingRule", "LoiteringRule", "ModeName", "ModeNames", "OccupancyRule",
    "PathsRule", "RegionEntranceRule", "RegionExitRule", "Rule", "RuleBase", "RuleId",
    "SceneSettings", "Seconds", "ZoneRule", "check_references",
]  # fmt: skip

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

    camera: CameraSettings = Field(
        default_factory=CameraSettings,
        description="The camera, or the file, that the rules look at.",
        json_schema_extra=form("Camera"),
    )
    classes: list[Label] = Field(
        default_factory=lambda: list[Any](["person"]),
        min_length=1,
        description="What all rules look at unless they say otherwise.",
        json_schema_extra=form("What counts", choices=LABEL_TITLES, default=["person"]),
    )
    rules: list[Rule] = Field(
        min_length=1,
        max_length=256,
        description="What to notice in front of the camera.",
        json_schema_extra=form("Rules"),
    )

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
