"""Routes: what an event looked like: its picture with its box, and some seconds of film."""

import re
from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import Header, Query, Response

from curtilage.model import VideoCodec
from curtilage.store.found import events
from curtilage.store.found.events import StoredEvent
from curtilage.web.api.picture_desk import PictureDesk
from curtilage.web.api.playback import KEPT, MJPEG, Mp4, picture_of
from curtilage.web.api.snapshots import Jpeg
from curtilage.web.api.times import told
from curtilage.web.context import Context, WebContext
from curtilage.web.guard import Guarded, Right
from curtilage.web.playback.clip import clip
from curtilage.web.playback.shelf import Shelf
from curtilage.web.playback.still import Still, Wish, boxed_still, exact_still
from curtilage.web.playback.why_not import REASON, nothing_of
from curtilage.web.refusal import Refused, not_found

router = Guarded("/api/events", tags=["events"])

SECOND_NS: Final = 1_000_000_000
BEFORE_NS: Final = 4 * SECOND_NS
AFTER_NS: Final = 6 * SECOND_NS
LONGEST_NS: Final = 15 * SECOND_NS
SETTLED_NS: Final = 30 * SECOND_NS
"""So long after a moment its recording is on the disk for sure, whole."""
FRESH: Final = {"Cache-Control": "no-store"}
_RANGE: Final = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


def _camera_of(context: WebContext, path: Mapping[str, str]) -> str | None:
    with context.database.read() as connection:
        found = events.one(connection, path["event"])
    return None if found is None else found.camera


@router.get("/{event}/picture", needs=Right.VIDEO, camera=_camera_of, response_class=Jpeg)
async def picture(
    context: Context,
    event: str,
    width: Annotated[int | None, Query(ge=16, le=7680, description="Pixels, at most.")] = None,
    plain: Annotated[bool, Query(description="Without the box.")] = False,
) -> Jpeg:
    """The recorded picture with which the event was sure (`noticed`), its box drawn on it.

    `X-Time` says of when it is; one that is more than 0.6 s older has no box. 404, with the reason
    in `X-Reason`: nothing is recorded of that moment, or not yet.
    """

    def make() -> tuple[bytes, int]:
        found = _event(context, event)
        wish = Wish(found.camera, None, found.noticed_ns, width)
        if plain or found.box is None:
            still = exact_still(context, wish)
        else:
            still = boxed_still(context, wish, found.box)
        return still.jpeg, still.time_ns

    desk = context.part(PictureDesk, PictureDesk)
    made = await desk.picture(("event", event, width, plain), make)
    if made is None:
        raise not_found()
    return picture_of(Still(*made, context.now_ns() - made[1] > SETTLED_NS))


@router.get("/{event}/clip", needs=Right.VIDEO, camera=_camera_of, response_class=Mp4)
def film(
    context: Context,
    event: str,
    asked: Annotated[str | None, Header(alias="Range")] = None,
) -> Response:
    """Some seconds around the event as MP4 (15 s at most, without sound), for a `<video>`.

    From 4 s before it to 6 s after it was noticed, or as much of that as was recorded in one
    piece. One range of bytes can be asked for. `X-Start`, `X-End`: UTC of what is seen. 404 with
    `X-Reason` as for the picture.
    """
    found = _event(context, event)
    at_ns = found.noticed_ns
    to_ns = at_ns + AFTER_NS
    from_ns = max(min(found.time_ns, at_ns) - BEFORE_NS, to_ns - LONGEST_NS)
    shelf = context.part(Shelf, Shelf)
    stream = shelf.stream(found.camera, None)
    made = None
    if stream is not None:
        segments = shelf.read(shelf.sources(found.camera, stream, from_ns, to_ns))
        try:
            made = clip(segments, at_ns, from_ns, to_ns)
        except (OSError, ValueError):
            made = None  # deleted or damaged just now
        if made is not None and segments[-1].info.video.codec is VideoCodec.MJPEG:
            raise Refused(404, MJPEG, {REASON: "mjpeg"})
    if made is None:
        raise nothing_of(context, found.camera, stream, at_ns)
    kept = KEPT if context.now_ns() - to_ns > SETTLED_NS else FRESH
    headers = {
        "X-Start": told(made.begin_ns),
        "X-End": told(made.end_ns),
        "Accept-Ranges": "bytes",
        **kept,
    }
    begin, end = _range(asked, made.size)
    headers["Content-Length"] = str(end - begin)
    if asked is not None:
        headers["Content-Range"] = f"bytes {begin}-{end - 1}/{made.size}"
    return Mp4(made.read(begin, end), 200 if asked is None else 206, headers)


def _event(context: WebContext, number: str) -> StoredEvent:
    with context.database.read() as connection:
        found = events.one(connection, number)
    if found is None:
        raise not_found()
    return found


def _range(asked: str | None, size: int) -> tuple[int, int]:
    """The bytes of a Range header (RFC 9110, 14.2): one range; ``[begin, end)``."""
    if asked is None:
        return 0, size
    match = _RANGE.fullmatch(asked.strip())
    first, last = match.groups() if match is not None else ("", "")
    if first:
        begin, end = int(first), min(int(last) + 1, size) if last else size
    elif last:
        begin, end = max(size - int(last), 0), size
    else:
        begin = end = 0
    if begin >= end:
        headers = {"Content-Range": f"bytes */{size}"}
        raise Refused(416, "There are no such bytes; one range can be asked for.", headers)
    return begin, end
