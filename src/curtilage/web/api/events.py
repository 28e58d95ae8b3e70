"""Routes: events, page by page, one by one, and as they happen."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Header, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from curtilage.model import Direction, Kind, Phase
from curtilage.store.found import events
from curtilage.store.found.events import EventFilter, StoredEvent
from curtilage.web.api.chosen import Cameras, Labels, Rules, Seq, chosen
from curtilage.web.api.event_feed import EventFeed, sse
from curtilage.web.api.times import MaybeFrom, MaybeTo, maybe_ns, maybe_told, told
from curtilage.web.context import Context, WebContext
from curtilage.web.guard import Guarded, Right, Who
from curtilage.web.refusal import not_found

router = Guarded("/api/events", tags=["events"])

Box = tuple[float, float, float, float]


class EventOut(BaseModel):
    """Something that a rule noticed."""

    id: str
    seq: int = Field(description="Rises from event to event; where a page or stream goes on.")
    camera: str
    rule: str
    kind: Kind
    phase: Phase
    time: str = Field(description="When it happened.")
    noticed: str = Field(description="Time of the picture with which it was sure.")
    direction: Direction | None
    track: int | None
    label: str | None = Field(serialization_alias="class")
    score: float | None
    duration: float | None = Field(description="Seconds, at the end of a presence.")
    box: Box | None = Field(description="x0 y0 x1 y1, 0..1 of the picture.")
    details: dict[str, Any]
    acknowledged: str | None
    acknowledged_by: str | None
    note: str | None = Field(description="Of who acknowledged it.")
    armed: bool = Field(
        description="Whether its rule was armed in the mode of that moment; only those alarm."
    )

    @classmethod
    def of(cls, event: StoredEvent) -> "EventOut":
        """As it is told."""
        return cls(
            id=event.id,
            seq=event.seq,
            camera=event.camera,
            rule=event.rule,
            kind=event.kind,
            phase=event.phase,
            time=told(event.time_ns),
            noticed=told(event.noticed_ns),
            direction=event.direction,
            track=event.track,
            label=event.label,
            score=event.score,
            duration=event.duration_s,
            box=event.box,
            details=dict(event.details),
            acknowledged=maybe_told(event.acknowledged_ns),
            acknowledged_by=event.acknowledged_by,
            note=event.note,
            armed=event.armed,
        )


class Acknowledgement(BaseModel):
    """What somebody has to say about an event that they have seen to."""

    note: Annotated[str, Field(min_length=1, max_length=500)] | None = None


class EventPage(BaseModel):
    """Events, newest first."""

    events: list[EventOut]
    before: int | None = Field(description="Give this as `before` for older ones; null: no more.")


@router.get("", needs=Right.FINDINGS)
def page(
    context: Context,
    who: Who,
    cameras: Cameras = None,
    rules: Rules = None,
    labels: Labels = None,
    kind: Annotated[list[Kind] | None, Query()] = None,
    phase: Annotated[list[Phase] | None, Query()] = None,
    direction: Annotated[list[Direction] | None, Query()] = None,
    begin: MaybeFrom = None,
    end: MaybeTo = None,
    acknowledged: bool | None = None,
    armed: Annotated[bool | None, Query(description="Of rules armed then, or not.")] = None,
    before: Annotated[Seq, Query(description="seq; only older events.")] = None,
    after: Annotated[Seq, Query(description="seq; only newer events.")] = None,
    most: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> EventPage:
    """Events of the cameras that you see, newest first."""
    wanted = EventFilter(
        cameras=chosen(context, who, cameras),
        rules=rules,
        kinds=kind,
        phases=phase,
        labels=labels,
        directions=direction,
        from_ns=maybe_ns(begin),
        to_ns=maybe_ns(end),
        acknowledged=acknowledged,
        armed=armed,
    )
    with context.database.read() as connection:
        found = events.page(connection, wanted, before=before, after=after, most=most)
    last = found[-1].seq if len(found) == most else None
    return EventPage(events=[EventOut.of(event) for event in found], before=last)


@router.get("/stream", needs=Right.FINDINGS, stays_open=True, response_class=StreamingResponse)
async def stream(
    context: Context,
    who: Who,
    cameras: Cameras = None,
    last_event_id: Annotated[str | None, Header()] = None,
    after: Annotated[Seq, Query(description="seq; begin after it.")] = None,
) -> StreamingResponse:
    """Events as they happen (server-sent events); `Last-Event-ID` goes on where it broke off.

    Each has the event's `seq` as its id, `event` as its name, and the event as JSON.
    """
    asked = chosen(context, who, cameras)
    since = after if after is not None else _number(last_event_id)
    feed = context.part(EventFeed, EventFeed)
    lines = sse(feed, context, asked, since, lambda event: EventOut.of(event))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(lines, media_type="text/event-stream", headers=headers)


def _camera_of(context: WebContext, path: Mapping[str, str]) -> str | None:
    with context.database.read() as connection:
        found = events.one(connection, path["event"])
    return None if found is None else found.camera


@router.get("/{event}", needs=Right.FINDINGS, camera=_camera_of)
def one(context: Context, event: str) -> EventOut:
    """One event."""
    with context.database.read() as connection:
        return _found(events.one(connection, event))


@router.post("/{event}/acknowledge", needs=Right.ACKNOWLEDGE, camera=_camera_of)
def acknowledge(
    context: Context, who: Who, event: str, given: Acknowledgement | None = None
) -> EventOut:
    """Says that you have seen to it, with a note if you like; the first who said so stays."""
    now_ns = context.now_ns()
    note = None if given is None else given.note

    def change(connection: Connection) -> StoredEvent | None:
        events.acknowledge(connection, event, by=who.name, at_ns=now_ns, note=note)
        return events.one(connection, event)

    return _found(context.database.now(change))


def _found(event: StoredEvent | None) -> EventOut:
    if event is None:
        raise not_found()
    return EventOut.of(event)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() and len(text) < 19 else None
