"""The rows of the table of events: what happened, in words, with a picture."""

from collections.abc import Iterable
from dataclasses import dataclass

from curtilage.app.report.folder import Folder, Record
from curtilage.app.report.pictures import thumbnail_uri
from curtilage.app.report.wording import (
    DIRECTION_WORDS,
    KIND_WORDS,
    TYPE_WORDS,
    Clock,
    length,
)
from curtilage.model import Kind, Phase

MOST = 500
"""Rows in the page; a page with more of them opens slowly, and nobody reads them."""

ADJUSTMENTS = {
    "negative": "put right: one left whom nobody saw come in",
    "empty": "put right: the place was seen empty",
    "reset": "starts again from 0",
}

NOTES = {
    "already_inside": "was inside when it began",
    "appeared_inside": "was first seen inside",
    "lost_inside": "was not seen to leave",
    "unfinished": "still there at the end",
}


@dataclass(frozen=True, slots=True)
class EventRow:
    """One row."""

    time: float  # s
    stamp: str  # hh:mm:ss of the footage
    local: str | None  # time of day on site
    what: str
    sort: str  # the same for all of its sort; filters go by it
    note: str
    rule: str
    kind: str
    label: str | None
    direction: str | None
    duration: float | None  # s
    duration_text: str
    track: int | None
    thumbnail: str | None  # data URI
    picture: str  # what the thumbnail shows, in words


@dataclass(frozen=True, slots=True)
class EventTable:
    """The rows shown, and how many there are."""

    rows: list[EventRow]
    total: int

    @property
    def unused(self) -> set[str]:
        """Columns that are empty in every row."""
        columns = ("direction", "duration")
        return {c for c in columns if all(getattr(row, c) is None for row in self.rows)}


def event_table(folder: Folder, clock: Clock) -> EventTable:
    """The first ``MOST`` rows; the start and the end of a presence are one row.

    Changes of occupancy and the counters' own entries are left out: the charts show them, and
    the crossings that they come from are here.
    """
    types = {rule.id: str(rule.type) for rule in folder.settings.rules}
    merged = _merged(event for event in folder.events if is_row(event))
    rows = [_row(event, types, folder, clock) for event in merged[:MOST]]
    return EventTable(rows, len(merged))


def is_row(event: Record) -> bool:
    """True for what is worth a row: no change of occupancy, no count that a crossing tells."""
    if event["kind"] == Kind.COUNTER:
        return (event.get("details") or {}).get("change") in ADJUSTMENTS
    return bool(event["kind"] != Kind.OCCUPANCY)


def _merged(events: Iterable[Record]) -> list[Record]:
    """Each presence once: its start, with duration and details of its end."""
    merged: list[Record] = []
    open_: dict[tuple[object, ...], list[Record]] = {}
    for event in events:
        key = (event["rule"], event.get("track"), (event.get("details") or {}).get("level"))
        if event.get("phase") == Phase.END and open_.get(key):
            start = open_[key].pop(0)
            start["duration"] = event.get("duration")
            start["details"] = (start.get("details") or {}) | (event.get("details") or {})
            continue
        event = dict(event)
        merged.append(event)
        if event.get("phase") == Phase.START:
            open_.setdefault(key, []).append(event)
    return merged


def _row(event: Record, types: dict[str, str], folder: Folder, clock: Clock) -> EventRow:
    details = event.get("details") or {}
    label = event.get("class")
    track = event.get("track")
    duration = event.get("duration")
    what = what_happened(event, types.get(event["rule"]))
    who = f"{label} {track}" if label and track is not None else "the scene"
    stamp = clock.stamp(event["time"])
    return EventRow(
        time=event["time"],
        stamp=stamp,
        local=clock.local(event["time"]),
        what=what,
        sort=_sort(event, types.get(event["rule"])),
        note=", ".join(word for key, word in NOTES.items() if details.get(key)),
        rule=event["rule"],
        kind=event["kind"],
        label=None if label is None else str(label),
        direction=DIRECTION_WORDS.get(str(event.get("direction"))),
        duration=float(duration) if isinstance(duration, int | float) else None,
        duration_text=length(duration) if isinstance(duration, int | float) else "",
        track=track if isinstance(track, int) else None,
        thumbnail=thumbnail_uri(folder.path, event.get("thumbnail")),
        picture=f"{who} at {stamp}: {what}",
    )


def what_happened(event: Record, type_: str | None) -> str:
    """An event in words; ``type_`` is that of its rule."""
    details = event.get("details") or {}
    kind = event["kind"]
    if kind == Kind.COUNTER:
        return ADJUSTMENTS[details["change"]]
    if kind == Kind.PATH:
        return f"from {details.get('from')} to {details.get('to')}"
    if kind == Kind.GATHERING and "peak" in details:
        return f"gathering of up to {details['peak']}"
    if kind == Kind.LOITERING and details.get("level"):
        return "stayed very long"
    return _sort(event, type_)


def _sort(event: Record, type_: str | None) -> str:
    kind = event["kind"]
    return TYPE_WORDS.get(type_ or "", "") or KIND_WORDS.get(kind, str(kind))
