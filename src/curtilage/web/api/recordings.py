"""Routes: what is recorded of a camera and why the rest is not; legal holds."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, Field

from curtilage.model import VideoCodec
from curtilage.record.disk import hold_copies
from curtilage.record.disk.volumes import present
from curtilage.store.recorded import holds
from curtilage.store.recorded.contents import Format, formats
from curtilage.store.recorded.holds import Hold
from curtilage.store.recorded.ledger import intervals, known
from curtilage.web.api.chosen import chosen
from curtilage.web.api.times import From, Moment, To, maybe_told, span, told
from curtilage.web.context import Context, WebContext
from curtilage.web.guard import Guarded, Right, Who
from curtilage.web.refusal import Refused, not_found

router = Guarded("/api/cameras", tags=["recordings"])
held = Guarded("/api/holds", tags=["recordings"])

MOST_HOLDS = 1000
"""Each is copied beside the recordings, again with every change."""


class IntervalOut(BaseModel):
    """A stretch of time of a stream."""

    begin: str = Field(serialization_alias="from")
    end: str = Field(serialization_alias="to")
    recorded: bool
    reason: str | None = Field(description="Why it is not recorded.")
    sentence: str


class FormatOut(BaseModel):
    """How a stretch of a stream was encoded; there may be gaps in it."""

    begin: str = Field(serialization_alias="from")
    end: str = Field(serialization_alias="to")
    codec: VideoCodec = Field(description="mjpeg cannot be played as film (`recordings/media`).")
    width: int = Field(description="Pixels.")
    height: int

    @classmethod
    def of(cls, one: Format) -> "FormatOut":
        """As it is told."""
        return cls(
            begin=told(one.start_ns),
            end=told(one.end_ns),
            codec=VideoCodec(one.codec),
            width=one.width,
            height=one.height,
        )


class StreamRecordings(BaseModel):
    """What there is of a stream; the intervals follow each other without a hole."""

    stream: str
    intervals: list[IntervalOut]
    formats: list[FormatOut] = Field(
        description="Formats of what is recorded, one after the other; where one ends, so does a "
        "film. The exact codec is told with the film."
    )


class HoldOut(BaseModel):
    """Recordings that nothing deletes."""

    id: int
    camera: str | None = Field(description="null: all cameras.")
    begin: str = Field(serialization_alias="from")
    end: str = Field(serialization_alias="to")
    reason: str
    by: str
    created: str
    released: str | None
    released_by: str | None

    @classmethod
    def of(cls, hold: Hold) -> "HoldOut":
        """As it is told."""
        return cls(
            id=hold.id,
            camera=hold.camera,
            begin=told(hold.from_ns),
            end=told(hold.to_ns),
            reason=hold.reason,
            by=hold.by,
            created=told(hold.created_ns),
            released=maybe_told(hold.released_ns),
            released_by=hold.released_by,
        )


class NewHold(BaseModel):
    """What is to be kept."""

    camera: str
    begin: Moment = Field(alias="from")
    end: Moment = Field(alias="to")
    reason: Annotated[str, Field(min_length=3, max_length=500)]


@router.get("/{camera}/recordings", needs=Right.VIDEO, camera="camera")
def recordings(
    context: Context, camera: str, begin: From, end: To, stream: str | None = None
) -> list[StreamRecordings]:
    """What is recorded of a camera, and why the rest is not."""
    from_ns, to_ns = span(begin, end)
    now_ns = context.now_ns()
    with context.database.read() as connection:
        streams = [one.stream for one in known(connection) if one.camera == camera]
        if not streams and not context.knows(camera):
            raise not_found()
        return [
            StreamRecordings(
                stream=name,
                intervals=[
                    IntervalOut(
                        begin=told(one.start_ns),
                        end=told(one.end_ns),
                        recorded=one.recorded,
                        reason=None if one.reason is None else str(one.reason),
                        sentence=one.sentence,
                    )
                    for one in intervals(connection, camera, name, from_ns, to_ns, now_ns)
                ],
                formats=[
                    FormatOut.of(one) for one in formats(connection, camera, name, from_ns, to_ns)
                ],
            )
            for name in streams
            if stream in (None, name)
        ]


@held.get("", needs=Right.HOLD)
def all_holds(context: Context, who: Who, released: bool = False) -> list[HoldOut]:
    """The holds of the cameras that you see; also released ones if asked for."""
    with context.database.read() as connection:
        found = holds.ever(connection) if released else holds.current(connection)
    return [HoldOut.of(one) for one in found if _sees(who.cameras, one.camera)]


@held.post("", needs=Right.HOLD, status_code=201)
def hold(context: Context, who: Who, given: NewHold) -> HoldOut:
    """Keeps a stretch of a camera until somebody lets it go."""
    [camera] = chosen(context, who, [given.camera])
    from_ns, to_ns = span(given.begin, given.end)
    now_ns = context.now_ns()
    with context.database.read() as connection:
        if len(holds.current(connection)) >= MOST_HOLDS:
            raise Refused(409, f"There are {MOST_HOLDS} holds; release some first.")
    kept = context.database.now(
        lambda connection: holds.add(
            connection,
            camera=camera,
            from_ns=from_ns,
            to_ns=to_ns,
            reason=given.reason,
            by=who.name,
            at_ns=now_ns,
        )
    )
    _copy(context)
    return HoldOut.of(kept)


def _camera_of(context: WebContext, path: Mapping[str, str]) -> str | None:
    with context.database.read() as connection:
        found = [one for one in holds.ever(connection) if str(one.id) == path["hold"]]
    if not found:
        return None
    return found[0].camera or ""


@held.post("/{hold}/release", needs=Right.HOLD, camera=_camera_of)
def release(context: Context, who: Who, hold: int) -> HoldOut:
    """Lets a hold go; it stays in the list of released ones."""
    now_ns = context.now_ns()
    gone = context.database.now(
        lambda connection: holds.release(connection, hold, by=who.name, at_ns=now_ns)
    )
    _copy(context)
    return HoldOut.of(gone)


def _copy(context: WebContext) -> None:
    """Beside the recordings as well, now: the index may be lost any moment."""
    hold_copies.keep(context.database, present(context.database))


def _sees(cameras: frozenset[str] | None, camera: str | None) -> bool:
    return cameras is None or (camera is not None and camera in cameras)
