"""Routes: one picture of a camera, of now or of any recorded moment."""

from typing import Annotated

from fastapi import Query, Response
from pydantic import AwareDatetime

from curtilage.web.api.picture_desk import Made, PictureDesk
from curtilage.web.api.pictures import jpeg, live_picture, recorded_picture
from curtilage.web.api.times import maybe_ns, told
from curtilage.web.context import Context
from curtilage.web.guard import Guarded, Right
from curtilage.web.refusal import Refused

router = Guarded("/api/cameras", tags=["recordings"])


class Jpeg(Response):
    """A picture."""

    media_type = "image/jpeg"


@router.get("/{camera}/snapshot", needs=Right.VIDEO, camera="camera", response_class=Jpeg)
async def snapshot(
    context: Context,
    camera: str,
    time: Annotated[AwareDatetime | None, Query(description="RFC 3339; now if left out.")] = None,
    stream: str | None = None,
    width: Annotated[int | None, Query(ge=16, le=7680, description="Pixels, at most.")] = None,
) -> Jpeg:
    """A picture as JPEG: of now, or the last one at or before `time`; `X-Time` says of when."""
    at_ns = maybe_ns(time)

    def make() -> Made | None:
        found = (
            live_picture(context, camera, stream)
            if at_ns is None
            else recorded_picture(context, camera, stream, at_ns)
        )
        masks = context.masks(camera)
        return None if found is None else (jpeg(found, width, masks), found.time_ns)

    desk = context.part(PictureDesk, PictureDesk)
    made = await desk.picture((camera, at_ns, stream, width), make)
    if made is None:
        raise Refused(404, "There is no picture of that moment.")
    return Jpeg(made[0], headers={"X-Time": told(made[1]), "Cache-Control": "no-store"})
