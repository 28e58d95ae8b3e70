"""The label of a segment: which camera, when, which one; a box that every player skips.

The index of recordings can be rebuilt from these alone. It is a ``uuid`` box
(ISO/IEC 14496-12, clause 4.2 and 11.1) right after ``ftyp``, its body JSON in UTF-8.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from curtilage.record.mp4.boxes import NS, box

LABEL_UUID = UUID("5e7d1c0a-9c1b-4f6e-8a53-c0d3b1a7e9f2").bytes
"""Marks the box as ours; never to be changed."""

VERSION = 1
"""Of the JSON inside. Readers take every version and ignore keys that they do not know."""


@dataclass(frozen=True, slots=True)
class Label:
    """Enough to put a file that was found anywhere back into the index."""

    camera: str
    stream: str
    start_ns: int  # UTC of decoding time 0 of the file
    serial: str  # uuid4 hex of the recorder's run of this stream
    number: int  # of the segment in that run, 0 first


def label_box(label: Label) -> bytes:
    """The label as a box."""
    text = json.dumps(
        {
            "version": VERSION,
            "camera": label.camera,
            "stream": label.stream,
            "start_ns": label.start_ns,
            "start": datetime.fromtimestamp(label.start_ns // NS, UTC).isoformat(),
            "serial": label.serial,
            "number": label.number,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return box(b"uuid", LABEL_UUID, text.encode())


def read_label(body: bytes) -> Label | None:
    """The label in the body of a ``uuid`` box; None if it is another's box, or unreadable."""
    if body[:16] != LABEL_UUID:
        return None
    try:
        found = json.loads(body[16:])
        label = Label(
            camera=found["camera"],
            stream=found["stream"],
            start_ns=found["start_ns"],
            serial=found["serial"],
            number=found["number"],
        )
    except (ValueError, KeyError, TypeError):
        return None
    texts = (label.camera, label.stream, label.serial)
    numbers = (label.start_ns, label.number)
    if not all(type(text) is str for text in texts) or not all(type(n) is int for n in numbers):
        return None
    return label if 0 <= label.start_ns < 1 << 62 else None  # what 64 bits can count with
