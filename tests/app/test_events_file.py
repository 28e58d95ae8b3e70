import json
import uuid
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from curtilage.app.outputs.events import Origin, records, write_events
from curtilage.model import Direction, Event, Kind, Phase

CROSSED = Event(
    time=2.5,
    rule="gate",
    kind=Kind.LINE_CROSSED,
    phase=Phase.INSTANT,
    direction=Direction.A_TO_B,
    track=3,
    label="person",
    box=(0.1, 0.2, 0.30000001, 0.4),
)
ENDED = Event(
    time=1.0,
    rule="yard",
    kind=Kind.OBJECTS_INSIDE,
    phase=Phase.END,
    track=2,
    label="person",
    duration=4.25,
    details={"already_inside": True},
)
HERE = Origin("footage", "yard", None)


def test_a_record_says_what_the_reference_promises() -> None:
    first, second = records([CROSSED, ENDED], HERE)
    assert [first["time"], second["time"]] == [1.0, 2.5]
    assert list(second) == [
        *("id", "time", "rule", "kind", "phase", "direction", "track", "class"),
        *("duration", "box", "details", "camera", "thumbnail"),
    ]
    assert second | {"id": None} == {
        "id": None,
        "time": 2.5,
        "rule": "gate",
        "kind": "tns1:RuleEngine/LineDetector/Crossed",
        "phase": "instant",
        "direction": "a_to_b",
        "track": 3,
        "class": "person",
        "duration": None,
        "box": [0.1, 0.2, 0.3, 0.4],
        "details": {},
        "camera": "yard",
        "thumbnail": None,
    }
    assert first["details"] == {"already_inside": True}
    assert first["duration"] == 4.25


def test_ids_are_the_same_every_time_and_differ_between_events() -> None:
    one = [record["id"] for record in records([CROSSED, ENDED, CROSSED], HERE)]
    assert one == [record["id"] for record in records([ENDED, CROSSED, CROSSED], HERE)]
    assert len(set(one)) == 3
    other = [record["id"] for record in records([CROSSED], Origin("other", "yard", None))]
    assert not set(one) & set(other)


def test_ids_without_utc_are_hashes() -> None:
    identity = uuid.UUID(records([CROSSED], HERE)[0]["id"])
    assert identity.version == 8
    assert identity.variant == uuid.RFC_4122


def test_ids_with_utc_sort_by_it() -> None:
    start = datetime(2026, 5, 1, 8, 0, tzinfo=UTC).timestamp()
    identity = uuid.UUID(records([CROSSED], Origin("footage", "yard", start))[0]["id"])
    assert identity.version == 7
    assert identity.variant == uuid.RFC_4122
    assert identity.int >> 80 == round((start + 2.5) * 1000)


def test_numpy_numbers_become_plain_ones(tmp_path: Path) -> None:
    event = Event(
        time=np.float64(1.5),
        rule="floor",
        kind=Kind.OCCUPANCY,
        phase=Phase.INSTANT,
        details={"count": np.int64(3), "cells": np.arange(2)},
    )
    write_events(tmp_path, records([event], HERE))
    [line] = (tmp_path / "events.jsonl").read_text().splitlines()
    assert json.loads(line)["details"] == {"count": 3, "cells": [0, 1]}
