"""Routes: where in a stretch of time something moved, for the timeline."""

from typing import Annotated, Final, Literal

import numpy as np
from fastapi import Query
from pydantic import BaseModel, Field

from curtilage.store.recorded.contents import sizes
from curtilage.web.api.times import From, To, span, told
from curtilage.web.context import Context, WebContext
from curtilage.web.guard import Guarded, Right
from curtilage.web.playback import activity as motion
from curtilage.web.playback.changes import changes
from curtilage.web.playback.shelf import Shelf
from curtilage.web.refusal import Refused

router = Guarded("/api/cameras", tags=["recordings"])

MOST: Final = 2000
LONGEST_NS: Final = 100 * 86_400 * 1_000_000_000
"""150,000 files of a minute."""
MINUTE_S: Final = 60
FINE_NS: Final = 3_600_000_000_000
"""Of so much time the pictures' own sizes are read; it takes a fraction of a second."""
_NS: Final = 1_000_000_000


class ActivityOut(BaseModel):
    """How much moved, bucket by bucket."""

    begin: str = Field(serialization_alias="from", description="Where the first bucket begins.")
    step: int = Field(description="Seconds of each bucket.")
    density: list[float | None] = Field(
        description="0: nothing moves; 1: much; null: not recorded, or not on the disk yet."
    )
    source: Literal["files", "pictures"] = Field(
        description="What it is told by: the bytes of the recorded files (about a minute each), or "
        "those of each picture (steps below a minute)."
    )
    telling: bool = Field(
        description="false: the camera sends the same number of bytes whatever it sees (constant "
        "bit rate), so the density says nothing; better not show it."
    )


@router.get("/{camera}/activity", needs=Right.VIDEO, camera="camera")
def activity(
    context: Context,
    camera: str,
    begin: From,
    end: To,
    step: Annotated[
        int, Query(ge=1, le=86_400, description="Seconds; below 60 for one hour at most.")
    ] = MINUTE_S,
    stream: str | None = None,
) -> ActivityOut:
    """How much moved in front of a camera, by the bytes that its pictures needed.

    Against what it needs when nothing moves, within three hours; at most 2,000 buckets, 100 days.
    """
    from_ns, to_ns = span(begin, end)
    count = -(-(to_ns - from_ns) // (step * _NS))
    if count > MOST:
        raise Refused(422, f"That would be {count:,} buckets; {MOST:,} can be asked for at once.")
    if to_ns - from_ns > LONGEST_NS:
        raise Refused(422, "Activity can be asked for of 100 days at once.")
    fine = step < MINUTE_S
    if fine and to_ns - from_ns > FINE_NS:
        raise Refused(422, "Steps below a minute can be asked for of one hour at most.")
    edges = from_ns + np.arange(count + 1, dtype=np.int64) * (step * _NS)
    shelf = context.part(Shelf, Shelf)
    name = shelf.stream(camera, stream)
    given = _rates(context, camera, name, from_ns, to_ns)
    if fine and name is not None:
        found = changes(shelf, (camera, name), given, edges)
    else:
        values = motion.density(given.rate, given.quiet)
        found = motion.in_buckets(given, values, edges)
    return ActivityOut(
        begin=told(from_ns),
        step=step,
        density=[None if np.isnan(one) else round(one, 3) for one in found.tolist()],
        source="pictures" if fine else "files",
        telling=motion.is_telling(given),
    )


def _rates(
    context: WebContext, camera: str, stream: str | None, from_ns: int, to_ns: int
) -> motion.Rates:
    around = motion.AROUND_NS
    with context.database.read() as connection:
        rows = sizes(connection, camera, stream or "", from_ns - around, to_ns + around)
    return motion.rates(rows)
