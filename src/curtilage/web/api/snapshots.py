"""Routes: one picture of a camera, of now or of any recorded moment."""

from typing import Annotated

from fastapi import Query, Response
from pydantic import AwareDatetime

from curtilage.web.api.pictures import jpeg, live_picture, recorded_picture
from curtilage.web.api.times import ns_of, told
from curtilage.web.context import Context
from curtilage.web.guard import Guarded, Right
from curtilage.web.refusal import Refused

router = Guarded("/api/cameras", tags=["recordings"])


class Jpeg(Response):
    """A picture."""

    media_type = "image/jpeg"


@router.get("/{camera}/snapshot", needs=Right.VIDEO, camera="camera", response_class=Jpeg)
def snapshot(
    context: Context,
    camera: str,
    time: Annotated[AwareDatetime | None, Query(description="RFC 3339; now if left out.")] = None,
    stream: str | None = None,
    width: Annotated[int | None, Query(ge=16, le=7680, description="Pixels, at most.")] = None,
) -> Jpeg:
    """A picture as JPEG: of now, or the last one at or before `time`; `X-Time` says of when."""
    if time is None:
        found = live_picture(context, camera, stream)
    else:
        found = recorded_picture(context, camera, stream, ns_of(time))
    if found is None:
        raise Refused(404, "There is no picture of that moment.")
    headers = {"X-Time": told(found.time_ns), "Cache-Control": "no-store"}
    return Jpeg(jpeg(found, width), headers=headers)
