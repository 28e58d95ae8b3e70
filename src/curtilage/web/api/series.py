"""Routes: counts, occupancy, dwell and paths, in buckets of the site's local time."""

from typing import Annotated
from zoneinfo import ZoneInfo

import numpy as np
from fastapi import Query
from pydantic import BaseModel, Field

from curtilage.store.found import series
from curtilage.store.found.buckets import Step, day_of, minute_of
from curtilage.web.api.chosen import Cameras, Labels, Rules, chosen
from curtilage.web.api.times import From, To, span, told
from curtilage.web.context import Context, WebContext
from curtilage.web.guard import Guarded, Right, Who

router = Guarded("/api", tags=["counts"])

Buckets = Annotated[list[str], Field(description="Where each bucket begins; the last: its end.")]
Length = Annotated[Step, Query(description="Of a bucket, by the site's clock.")]


class Counted(BaseModel):
    """What one rule counted, a number for each bucket."""

    camera: str
    rule: str
    ins: list[int] = Field(serialization_alias="in", description="Of a line: from A to B.")
    outs: list[int] = Field(serialization_alias="out", description="Of a line: from B to A.")
    adjusted: list[int] = Field(description="By how much `inside` was put right.")
    inside: list[int | None] = Field(description="At the end of the bucket; null: not known.")


class Counts(BaseModel):
    """Counts of several rules in the same buckets."""

    buckets: Buckets
    counts: list[Counted]


class Occupied(BaseModel):
    """How many were in a zone."""

    camera: str
    rule: str
    mean: list[float | None] = Field(description="null: not known.")
    most: list[int | None]
    seconds: list[float] = Field(description="Of each bucket, how long the number is known.")


class Occupancy(BaseModel):
    """Occupancy of several zones in the same buckets."""

    buckets: Buckets
    occupancy: list[Occupied]


class Dwelt(BaseModel):
    """Presences by length; bins with fewer than five are left out."""

    camera: str
    rule: str
    lower: list[float] = Field(description="Seconds.")
    upper: list[float | None] = Field(description="Seconds; null: no end.")
    presences: list[int]


class Flows(BaseModel):
    """How many went from which zone (row) to which (column)."""

    camera: str
    rule: str
    zones: list[str]
    legs: list[list[int]] = Field(description="To the next zone visited.")
    journeys: list[list[int]] = Field(description="From the first zone to the last.")


@router.get("/counts", needs=Right.FINDINGS)
def counts(
    context: Context,
    who: Who,
    begin: From,
    end: To,
    step: Length = Step.HOUR,
    cameras: Cameras = None,
    rules: Rules = None,
    labels: Labels = None,
) -> Counts:
    """In, out and inside of counters, crossings of lines, per bucket; empty buckets are there."""
    names, (from_ns, to_ns) = chosen(context, who, cameras), span(begin, end)
    with context.database.read() as connection:
        found = series.counts(
            connection, names, from_ns, to_ns, step, _zone(context), rules=rules, labels=labels
        )
    return Counts(
        buckets=[told(int(edge)) for edge in found.edges],
        counts=[
            Counted(
                camera=one.camera,
                rule=one.rule,
                ins=found.ins[n].tolist(),
                outs=found.outs[n].tolist(),
                adjusted=found.adjusted[n].tolist(),
                inside=[None if value < 0 else value for value in found.inside[n].tolist()],
            )
            for n, one in enumerate(found.series)
        ],
    )


@router.get("/occupancy", needs=Right.FINDINGS)
def occupancy(
    context: Context,
    who: Who,
    begin: From,
    end: To,
    step: Length = Step.HOUR,
    cameras: Cameras = None,
    rules: Rules = None,
) -> Occupancy:
    """How many were inside, mean and most per bucket."""
    names, (from_ns, to_ns) = chosen(context, who, cameras), span(begin, end)
    with context.database.read() as connection:
        found = series.occupancy(
            connection, names, from_ns, to_ns, step, _zone(context), rules=rules
        )
    return Occupancy(
        buckets=[told(int(edge)) for edge in found.edges],
        occupancy=[
            Occupied(
                camera=one.camera,
                rule=one.rule,
                mean=[None if np.isnan(value) else round(value, 4) for value in found.mean[n]],
                most=[None if value < 0 else value for value in found.most[n].tolist()],
                seconds=np.round(found.seconds[n], 3).tolist(),
            )
            for n, one in enumerate(found.series)
        ],
    )


@router.get("/dwell", needs=Right.FINDINGS)
def dwell(
    context: Context,
    who: Who,
    begin: From,
    end: To,
    cameras: Cameras = None,
    rules: Rules = None,
) -> list[Dwelt]:
    """How long presences lasted, of the whole local days that the span touches."""
    names, (from_ns, to_ns) = chosen(context, who, cameras), span(begin, end)
    zone = _zone(context)
    first_ns, _ = day_of(minute_of(from_ns), zone)
    last_ns, length_ns = day_of(minute_of(to_ns - 1), zone)
    with context.database.read() as connection:
        found = series.dwell(connection, names, first_ns, last_ns + length_ns, zone, rules=rules)
    return [
        Dwelt(
            camera=one.series.camera,
            rule=one.series.rule,
            lower=one.lower_s.tolist(),
            upper=[None if np.isinf(value) else value for value in one.upper_s.tolist()],
            presences=one.presences.tolist(),
        )
        for one in found
    ]


@router.get("/paths", needs=Right.FINDINGS)
def paths(
    context: Context,
    who: Who,
    begin: From,
    end: To,
    cameras: Cameras = None,
    rules: Rules = None,
) -> list[Flows]:
    """How many went from which zone to which."""
    names, (from_ns, to_ns) = chosen(context, who, cameras), span(begin, end)
    with context.database.read() as connection:
        found = series.paths(connection, names, from_ns, to_ns, _zone(context), rules=rules)
    return [
        Flows(
            camera=one.series.camera,
            rule=one.series.rule,
            zones=list(one.zones),
            legs=one.legs.tolist(),
            journeys=one.journeys.tolist(),
        )
        for one in found
    ]


def _zone(context: WebContext) -> ZoneInfo:
    return ZoneInfo(context.site.timezone)
