"""Things that were seen, in a test's index: crossings, somebody in a zone, a heat map."""

from uuid import uuid4
from zoneinfo import ZoneInfo

import numpy as np

from curtilage.model import Direction, Kind, Phase
from curtilage.store.found.events import StoredEvent
from curtilage.store.found.heat import HeatStretch
from curtilage.store.found.results import CountRow, DwellRow, OccupancyRow, PathRow, Results, commit
from curtilage.store.found.tracks import TrackSummary
from curtilage.store.index.database import Database

NS = 1_000_000_000
ZONE = ZoneInfo("UTC")


def crossing(camera: str, at_ns: int, rule: str = "gate") -> StoredEvent:
    return StoredEvent(
        id=str(uuid4()),
        camera=camera,
        rule=rule,
        kind=Kind.LINE_CROSSED,
        phase=Phase.INSTANT,
        time_ns=at_ns,
        noticed_ns=at_ns + NS // 5,
        direction=Direction.A_TO_B,
        track=7,
        label="person",
        box=(0.1, 0.2, 0.3, 0.4),
    )


def seen(database: Database, camera: str, at_ns: int) -> StoredEvent:
    """One crossing, counted, with all that may come along; the event as it is kept."""
    minute_ns = at_ns - at_ns % (60 * NS)
    results = Results(
        camera=camera,
        at_ns=at_ns,
        zone=ZONE,
        events=[crossing(camera, at_ns)],
        counts=[CountRow("gate", at_ns, "person", ins=1)],
        occupancy=[OccupancyRow("yard", at_ns, 60.0, 90.0, 2)],
        dwell=[DwellRow("stay", at_ns, 0.0, 5.0, 6), DwellRow("stay", at_ns, 5.0, None, 2)],
        paths=[PathRow("ways", at_ns, "door", "desk", legs=3, journeys=1)],
        heat=[
            HeatStretch(
                "presence", minute_ns, 600 * NS, "person", (2, 3), (0.0, 0.0, 1.0, 1.0),
                np.array([1, 5], np.int32), np.array([2.5, 4.0]),
            )
        ],
    )  # fmt: skip
    [kept] = database.now(lambda connection: commit(connection, results))
    return kept


def walked(database: Database, camera: str, at_ns: int, track: int) -> None:
    """A person who was there for two seconds."""
    one = TrackSummary(
        camera, track, "person", at_ns - 2 * NS, at_ns, 9, at_ns - NS, 0.9,
        (0.1, 0.2, 0.3, 0.4), (0.2, 0.4), (0.6, 0.8),
    )  # fmt: skip
    results = Results(camera=camera, at_ns=at_ns, zone=ZONE, tracks=[one])
    database.now(lambda connection: commit(connection, results))
