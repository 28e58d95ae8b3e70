"""Settings of the reports that are made by themselves: which, of what, when, and kept how long."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from curtilage.config.schedule import TimeOfDay

Formats = Annotated[tuple[Literal["csv", "png", "pdf"], ...], Field(max_length=3)]


class SiteReports(BaseModel):
    """Reports in numbers that the site makes by itself; they lie in its state folder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    daily: Formats = Field((), description="Forms of a report of each day; none: none is made.")
    weekly: Formats = Field((), description="The same of each week, from Monday.")
    monthly: Formats = Field((), description="The same of each month.")
    at: TimeOfDay = Field(
        "01:00", description="Local time of day from which the one of the time before is made."
    )
    cameras: tuple[str, ...] | None = Field(
        None, max_length=500, description="Of these cameras; of all if left out."
    )
    days: float = Field(400.0, gt=0.0, le=36_500, description="Days that they are kept.")
