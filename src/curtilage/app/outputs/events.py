"""``events.jsonl``: what happened, one JSON object per line, in order of time.

An event's id depends on the footage, the camera and the event alone: whoever runs the same rules
over the same tracks again gets the same ids, so that events can be referred to for ever.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from curtilage.app.outputs.files import replacing_text
from curtilage.model import Event
from curtilage.scene.identity import identity

EVENTS = "events.jsonl"
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where events come from."""

    source_id: str
    camera: str
    epoch: float | None  # UTC s at which the footage begins, None when unknown


def records(events: Iterable[Event], origin: Origin) -> list[Record]:
    """Events as JSON objects, sorted by time, each with its id; none has a thumbnail yet."""
    made = [_record(event, origin) for event in sorted(events, key=_order)]
    twins: Counter[str] = Counter()
    for record in made:
        content = json.dumps(record, sort_keys=True, default=_plain)
        twin, time = twins[content], record["time"]
        record["id"] = str(identity(content, twin, time, origin.source_id, origin.epoch))
        twins[content] += 1
    return [{"id": record.pop("id"), **record, "thumbnail": None} for record in made]


def write_events(folder: Path, made: Sequence[Record]) -> None:
    """Write ``events.jsonl`` into ``folder``.

    Raises:
        OutputError: it cannot be written.

    """
    with replacing_text(folder / EVENTS) as file:
        for record in made:
            file.write(json.dumps(record, ensure_ascii=False, default=_plain) + "\n")


def _order(event: Event) -> tuple[float, str, str, int]:
    return (event.time, event.rule, event.phase, -1 if event.track is None else event.track)


def _record(event: Event, origin: Origin) -> Record:
    return {
        "time": _rounded(event.time),
        "rule": event.rule,
        "kind": str(event.kind),
        "phase": str(event.phase),
        "direction": None if event.direction is None else str(event.direction),
        "track": event.track,
        "class": event.label,
        "duration": None if event.duration is None else _rounded(event.duration),
        "box": None if event.box is None else [_rounded(side) for side in event.box],
        "details": event.details,
        "camera": origin.camera,
    }


def _plain(value: Any) -> Any:
    """Numbers and arrays of NumPy as JSON knows them."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def _rounded(value: float) -> float:
    """Microseconds, and millionths of a frame: what is beyond is noise of the arithmetic."""
    return round(float(value), 6)
