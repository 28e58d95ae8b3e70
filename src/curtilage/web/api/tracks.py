"""Routes: who was there: summaries of a camera's tracks, page by page."""

import re
from typing import Annotated, Final

from fastapi import Query
from pydantic import BaseModel, Field

from curtilage.store.found import tracks
from curtilage.store.found.tracks import TrackSummary
from curtilage.web.api.chosen import Labels
from curtilage.web.api.times import MaybeFrom, MaybeTo, maybe_ns, told
from curtilage.web.context import Context
from curtilage.web.guard import Guarded, Right
from curtilage.web.refusal import Refused

router = Guarded("/api/cameras", tags=["tracks"])

_BEFORE: Final = re.compile("([0-9]{1,19})-([0-9]{1,18})")
_LARGEST: Final = 2**63 - 1

Point = tuple[float, float]


class TrackOut(BaseModel):
    """Somebody or something that was there for a while."""

    track: int
    label: str = Field(serialization_alias="class")
    begin: str = Field(serialization_alias="from", description="First seen.")
    end: str = Field(serialization_alias="to", description="Last seen.")
    sightings: int
    best: str = Field(description="When it was seen best.")
    score: float = Field(description="Of that sighting, 0..1.")
    box: tuple[float, float, float, float] = Field(description="x0 y0 x1 y1 then, 0..1.")
    first_foot: Point = Field(description="Where its foot was first; x y, 0..1.")
    last_foot: Point

    @classmethod
    def of(cls, one: TrackSummary) -> "TrackOut":
        """As it is told."""
        return cls(
            track=one.track,
            label=one.label,
            begin=told(one.first_ns),
            end=told(one.last_ns),
            sightings=one.sightings,
            best=told(one.best_ns),
            score=one.score,
            box=one.box,
            first_foot=one.begin,
            last_foot=one.end,
        )


class TrackPage(BaseModel):
    """Tracks, the one that ended last first."""

    tracks: list[TrackOut]
    before: str | None = Field(description="Give this as `before` for older ones; null: no more.")


@router.get("/{camera}/tracks", needs=Right.FINDINGS, camera="camera")
def page(
    context: Context,
    camera: str,
    labels: Labels = None,
    begin: MaybeFrom = None,
    end: MaybeTo = None,
    before: Annotated[str | None, Query(max_length=40, description="Of the page before.")] = None,
    most: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> TrackPage:
    """Tracks of a camera that were there in a span of time, the one that ended last first."""
    with context.database.read() as connection:
        found = tracks.page(
            connection,
            [camera],
            labels=labels,
            from_ns=maybe_ns(begin),
            to_ns=maybe_ns(end),
            before=None if before is None else _place(camera, before),
            most=most,
        )
    last = f"{found[-1].last_ns}-{found[-1].number}" if len(found) == most else None
    return TrackPage(tracks=[TrackOut.of(one) for one in found], before=last)


def _place(camera: str, before: str) -> TrackSummary:
    """The place in the list that a page ended with."""
    match = _BEFORE.fullmatch(before)
    if match is None or int(match[1]) > _LARGEST:
        raise Refused(422, "before: give what a page gave as `before`.")
    last_ns, nowhere = int(match[1]), (0.0, 0.0)
    return TrackSummary(
        camera, 0, "", 0, last_ns, 0, 0, 0.0, (0.0, 0.0, 0.0, 0.0), nowhere, nowhere, int(match[2])
    )
