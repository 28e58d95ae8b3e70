"""Routes: recorded film for Media Source Extensions, and thumbnails for the timeline."""

from typing import Annotated, Final

from fastapi import Header, Query, Response
from pydantic import AwareDatetime

from curtilage.model import VideoCodec
from curtilage.web.api.snapshots import Jpeg
from curtilage.web.api.streamed import Streamed
from curtilage.web.api.times import From, To, ns_of, span, told
from curtilage.web.context import Context
from curtilage.web.guard import Guarded, Right, Who
from curtilage.web.live.codec import media_type
from curtilage.web.playback.film import film
from curtilage.web.playback.plan import MS, plan
from curtilage.web.playback.scrub_desk import ScrubDesk
from curtilage.web.playback.shelf import LOOK_BACK_NS, Shelf
from curtilage.web.playback.still import Still, Wish, exact_still, keyframe_still
from curtilage.web.playback.why_not import REASON, nothing_of
from curtilage.web.refusal import Refused

router = Guarded("/api/cameras", tags=["recordings"])

LONGEST_NS: Final = 600_000_000_000
EARLIER_NS: Final = 2_000_000_000
"""With B-frames, what is shown at the beginning of a file may be in the one before it."""
KEPT: Final = {"Cache-Control": "private, max-age=300", "Vary": "Cookie, Authorization"}
"""For pictures that stay the same; short, since a mask may be drawn over them."""
MJPEG: Final = (
    "This stream is MJPEG, which browsers cannot play as film; show its pictures one by one: "
    "…/recordings/keyframe (each of them is a keyframe)."
)


class Mp4(Streamed):
    """Film."""

    media_type = "video/mp4"


@router.get(
    "/{camera}/recordings/media",
    needs=Right.VIDEO,
    camera="camera",
    stays_open=True,
    response_class=Mp4,
)
def media(
    context: Context, camera: str, begin: From, end: To, stream: str | None = None
) -> Response:
    """What was recorded from the keyframe at or before `from` to `to`, as fragmented MP4.

    At most 10 minutes, without sound. Media time 0 is the UTC in `X-Start`, and media time is
    wall-clock time: a gap is a hole in it. `Content-Type` is what `MediaSource.isTypeSupported`
    takes, `X-Codec` its codec alone. A film has one format: where another begins before `to`,
    it ends, and `X-Next` says from where to ask again. `X-End`: UTC where it ends. 404, with the
    reason in `X-Reason`: nothing is recorded in that time.
    """
    from_ns, to_ns = span(begin, end)
    if to_ns - from_ns > LONGEST_NS:
        raise Refused(422, "A film may have 10 minutes at most; ask for the next ones after it.")
    shelf = context.part(Shelf, Shelf)
    name = shelf.stream(camera, stream)
    found = None
    if name is not None:
        segments = shelf.read(shelf.sources(camera, name, from_ns - EARLIER_NS, to_ns))
        try:
            if segments and not segments[0].scan.fragments.key[0]:
                since_ns = segments[0].start_ns - LOOK_BACK_NS
                segments = shelf.read(shelf.sources(camera, name, since_ns, to_ns))
            found = plan(segments, from_ns, to_ns)
        except (OSError, ValueError):
            found = None  # deleted or damaged just now
    if found is None:
        raise nothing_of(context, camera, name, from_ns)
    headers = {"X-Start": told(found.zero_ns), "X-End": told(found.end_ns)}
    if found.next_ns is not None:
        headers["X-Next"] = told(-(-found.next_ns // MS) * MS)  # never before it
    if found.video.codec is VideoCodec.MJPEG:
        raise Refused(404, MJPEG, {**headers, REASON: "mjpeg"})
    kind = media_type(found.video)
    headers["X-Codec"] = kind.partition('codecs="')[2].rstrip('"')
    return Mp4(film(found, to_ns), headers=headers, media_type=kind)


@router.get(
    "/{camera}/recordings/keyframe", needs=Right.VIDEO, camera="camera", response_class=Jpeg
)
async def keyframe(
    context: Context,
    who: Who,
    camera: str,
    time: Annotated[AwareDatetime, Query(description="RFC 3339, with offset.")],
    stream: str | None = None,
    width: Annotated[int | None, Query(ge=16, le=7680, description="Pixels, at most.")] = None,
    exact: Annotated[
        bool, Query(description="Not the keyframe: what was to be seen at that moment.")
    ] = False,
    number: Annotated[
        int,
        Header(
            alias="X-Wish",
            ge=0,
            le=2**53,
            description="Rises from wish to wish (milliseconds will do): requests overtake each "
            "other on their way, and the one with the highest number is the newest.",
        ),
    ] = 0,
) -> Jpeg:
    """The keyframe at or before `time` as JPEG; `X-Time` says of when it is.

    Quick, for scrubbing: of one session, a newer wish for a camera takes the place of one that
    still waits, which is answered 409. 404, with the reason in `X-Reason`: nothing is recorded at
    that moment.
    """
    wish = Wish(camera, stream, ns_of(time), width)
    desk = context.part(ScrubDesk, ScrubDesk)
    make = exact_still if exact else keyframe_still
    lane = (who.by, who.credential_id, camera)
    return picture_of(await desk.made(lane, lambda: make(context, wish), number))


def picture_of(still: Still) -> Jpeg:
    """The answer with a picture."""
    kept = KEPT if still.settled else {"Cache-Control": "no-store"}
    return Jpeg(still.jpeg, headers={"X-Time": told(still.time_ns), **kept})
