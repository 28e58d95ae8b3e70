"""Short words for tests of what was seen: events, heat maps, commits of one camera."""

from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from curtilage.model import Direction, Kind, Phase
from curtilage.store import Database
from curtilage.store.found import results
from curtilage.store.found.events import StoredEvent
from curtilage.store.found.heat import HeatStretch
from curtilage.store.found.results import Results
from tests.store.support import S

UTC_ZONE = ZoneInfo("UTC")
NOON = 1_782_907_200 * S  # 2026-07-01 12:00 UTC


def an_event(number: int, **changed: Any) -> StoredEvent:
    """Event ``number`` seconds after noon."""
    given: dict[str, Any] = {
        "id": f"018f0000-0000-7000-8000-{number:012d}",
        "camera": "gate",
        "rule": "line",
        "kind": Kind.LINE_CROSSED,
        "phase": Phase.INSTANT,
        "time_ns": NOON + number * S,
        "noticed_ns": NOON + number * S + S // 5,
        "direction": Direction.A_TO_B,
        "track": number,
        "label": "person",
        "score": 0.75,
        "box": (0.25, 0.25, 0.5, 0.75),
        "details": {"speed": 1.5},
    }
    return StoredEvent(**{**given, **changed})


def a_stretch(start_s: float, cells: dict[int, float], **changed: Any) -> HeatStretch:
    """Ten minutes that begin ``start_s`` after noon."""
    given: dict[str, Any] = {
        "rule": "presence",
        "start_ns": NOON + round(start_s * S),
        "length_ns": 600 * S,
        "label": "person",
        "shape": (6, 8),
        "extent": (0.0, 0.0, 1.0, 1.0),
        "cell": np.array(sorted(cells), np.int32),
        "seconds": np.array([cells[n] for n in sorted(cells)], np.float64),
    }
    return HeatStretch(**{**given, **changed})


def commit(database: Database, **new: Any) -> list[StoredEvent]:
    """Results of the camera ``gate``, at noon, in UTC, unless said otherwise."""
    given = {"camera": "gate", "at_ns": NOON, "zone": UTC_ZONE, **new}
    return database.now(lambda connection: results.commit(connection, Results(**given)))
