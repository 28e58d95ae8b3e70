"""Rules over zones: who comes, goes, stays, and how many are there."""

from itertools import pairwise
from typing import Final, Literal, Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from curtilage.config.form import HEIGHTS, SECONDS, form
from curtilage.config.rules.base import CONFIG, Seconds, ZoneRule

BINS: Final = [0.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0]


class RegionEntranceRule(ZoneRule):
    """Something goes from outside to inside."""

    model_config = ConfigDict(**CONFIG, title="Entering a zone")

    type: Literal["region_entrance"] = Field(
        "region_entrance", description="Type of the rule.", json_schema_extra=form("Type")
    )


class RegionExitRule(ZoneRule):
    """Something goes from inside to outside."""

    model_config = ConfigDict(**CONFIG, title="Leaving a zone")

    type: Literal["region_exit"] = Field(
        "region_exit", description="Type of the rule.", json_schema_extra=form("Type")
    )


class IntrusionRule(ZoneRule):
    """Something is inside for some time (ONVIF FieldDetector/ObjectsInside)."""

    model_config = ConfigDict(**CONFIG, title="Intrusion")

    type: Literal["intrusion"] = Field(
        "intrusion", description="Type of the rule.", json_schema_extra=form("Type")
    )
    time_threshold: Seconds = Field(
        0.5,
        le=600,
        description="Seconds inside, all together, before the alarm. 0: at the first sure sight.",
        json_schema_extra=form("Alarm after", unit=SECONDS),
    )


class LoiteringRule(ZoneRule):
    """Somebody stays (ONVIF LoiteringDetector/ObjectIsLoitering)."""

    model_config = ConfigDict(**CONFIG, title="Loitering")

    type: Literal["loitering"] = Field(
        "loitering", description="Type of the rule.", json_schema_extra=form("Type")
    )
    time_threshold: Seconds = Field(
        30.0,
        gt=0,
        le=86400,
        description="Seconds of presence before the alarm.",
        json_schema_extra=form("Alarm after", unit=SECONDS),
    )
    max_displacement: float | None = Field(
        None,
        gt=0,
        le=1000,
        description="Only who stays within this distance of where the stay began, in their own "
        "heights (metres when the camera is calibrated); anywhere in the zone if left out.",
        json_schema_extra=form("Stays within", unit=HEIGHTS, advanced=True),
    )
    escalate_after: Seconds | None = Field(
        None,
        le=86400,
        description="A second event after so many seconds of presence; none if left out.",
        json_schema_extra=form("Again after", unit=SECONDS),
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

    model_config = ConfigDict(**CONFIG, title="Gathering")

    type: Literal["gathering"] = Field(
        "gathering", description="Type of the rule.", json_schema_extra=form("Type")
    )
    count: int = Field(
        ge=2,
        le=10000,
        description="Begins when so many are inside; ends when there are fewer than one less.",
        json_schema_extra=form("How many"),
    )
    time_threshold: Seconds = Field(
        3.0,
        le=86400,
        description="For how many seconds so many must be inside.",
        json_schema_extra=form("For at least", unit=SECONDS),
    )


class OccupancyRule(ZoneRule):
    """How many are inside, on change and per minute."""

    model_config = ConfigDict(**CONFIG, title="Occupancy")

    type: Literal["occupancy"] = Field(
        "occupancy", description="Type of the rule.", json_schema_extra=form("Type")
    )
    debounce: Seconds = Field(
        1.0,
        le=60,
        description="A change of the number is told when it has held for so many seconds.",
        json_schema_extra=form("Settles for", unit=SECONDS, advanced=True),
    )


class DwellRule(ZoneRule):
    """How long presences last, as a histogram."""

    model_config = ConfigDict(**CONFIG, title="Dwell time")

    type: Literal["dwell"] = Field(
        "dwell", description="Type of the rule.", json_schema_extra=form("Type")
    )
    bins: list[Seconds] = Field(
        default_factory=lambda: list(BINS),
        min_length=2,
        max_length=64,
        description="Where each bin of the histogram begins, in seconds: 0 first, rising; the "
        "last one has no end.",
        json_schema_extra=form("Bins", unit=SECONDS, advanced=True, default=BINS),
    )
    k: int = Field(
        5,
        ge=1,
        le=1000,
        description="Bins with fewer presences than this are not exported, so that nobody can be "
        "told from them.",
        json_schema_extra=form("Smallest bin", advanced=True),
    )

    @field_validator("bins")
    @classmethod
    def _rising(cls, bins: list[float]) -> list[float]:
        if bins[0] != 0.0 or any(a >= b for a, b in pairwise(bins)):
            raise ValueError("must begin with 0 and rise")
        return bins
