"""What a trial of rules and the ways of tracks are told as; made by the worker, passed on as is."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from curtilage.model import Direction, Kind, Phase

Point = tuple[float, float]


class Told(BaseModel):
    """Models whose fields may be filled by their own names."""

    model_config = ConfigDict(populate_by_name=True)


class Stretch(Told):
    """From when to when."""

    begin: str = Field(alias="from", description="RFC 3339, UTC.")
    end: str = Field(alias="to", description="RFC 3339, UTC.")


class TriedEvent(Told):
    """An event that the rule would have told."""

    time: str = Field(description="When it happened; RFC 3339, UTC.")
    kind: Kind
    phase: Phase
    direction: Direction | None = Field(description="Of a crossing.")
    track: int | None = Field(description="Whose it is; one of `tracks`, if that was kept.")
    label: str | None = Field(alias="class", description="person, car, …")
    duration: float | None = Field(description="Seconds, at the end of a presence.")
    box: tuple[float, float, float, float] | None = Field(description="x0 y0 x1 y1, 0..1.")
    details: dict[str, Any] = Field(description="What is special to the rule's type.")


class TriedOccupancy(Told):
    """How many would have been inside, over the time that was looked at."""

    mean: float | None = Field(description="null: nothing was looked at.")
    most: int
    seconds: float = Field(description="For how long the number is known.")


class TriedDwell(Told):
    """How long those would have stayed who have left; a number for each bin of the rule."""

    lower: list[float] = Field(description="Seconds.")
    upper: list[float | None] = Field(description="Seconds; null: no end.")
    presences: list[int]


class TriedFlows(Told):
    """How many would have gone from which zone (row) to which (column)."""

    zones: list[str]
    legs: list[list[int]] = Field(description="To the next zone visited.")
    journeys: list[list[int]] = Field(description="From the first zone to the last.")


class RuleTried(Told):
    """What one rule would have said."""

    rule: str = Field(description="Its id.")
    type: str
    counts: dict[str, int] = Field(
        description="How often, by what it counts: `a_to_b` and `b_to_a` of a line; `in` and `out` "
        "of a counter; `entered`, `appeared_inside`, `already_inside`, `left`, `lost_inside` of a "
        "region; `alarms` of intrusion, loitering and gathering."
    )
    total: int = Field(description="Events of all phases.")
    events: list[TriedEvent] = Field(description="The first 500 of them, as they were noticed.")
    occupancy: TriedOccupancy | None = Field(description="Of occupancy rules.")
    dwell: TriedDwell | None = Field(description="Of dwell rules.")
    flows: TriedFlows | None = Field(description="Of paths rules.")
    presence_s: float | None = Field(description="Of heat maps: seconds of all cells together.")


class WayOut(Told):
    """Where a track went."""

    track: int
    label: str = Field(alias="class", description="person, car, …")
    times: list[str] = Field(description="Of the points; RFC 3339, UTC.")
    points: list[Point] = Field(description="x y of its foot, 0..1 of the picture; 60 at most.")


class Trial(Told):
    """What rules would have counted in a span of time."""

    begin: str = Field(alias="from", description="RFC 3339, UTC.")
    end: str = Field(alias="to", description="As asked for; RFC 3339, UTC.")
    until: str = Field(
        description="How far the trial came in the time that it may take: `to` if it was done."
    )
    done: bool = Field(description="Whether the whole span was tried; else ask on from `until`.")
    seen: float = Field(
        description="Share of the span, 0..1, in which the camera was looked at or known to be "
        "quiet; of the rest there is nothing to try rules on."
    )
    stretches: list[Stretch] = Field(description="When that was; breaths between are left out.")
    looks: int = Field(description="Pictures, and moments of quiet, that the rules were told.")
    took_s: float = Field(description="Seconds.")
    rules: list[RuleTried] = Field(description="In the order in which they were given.")
    tracks: list[WayOut] = Field(description="Of the events that are told; 300 at most.")


class Ways(Told):
    """Where the tracks of a span of time went."""

    begin: str = Field(alias="from", description="RFC 3339, UTC.")
    end: str = Field(alias="to", description="RFC 3339, UTC.")
    until: str = Field(description="How far was read in the time that it may take.")
    total: int = Field(description="How many tracks there were until then.")
    tracks: list[WayOut] = Field(description="Those that were there longest.")
