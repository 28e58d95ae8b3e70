"""A camera whose footage is made up, or that of PETS, for tests of what is counted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import text

from curtilage.config.site import SiteSettings
from curtilage.model import Detections
from curtilage.store.found.events import EventFilter, StoredEvent, page
from curtilage.store.found.results import Results, SavedState, commit, load_state
from curtilage.store.index.database import Database

NS = 1_000_000_000
T0 = 1_795_000_200 * NS  # 2026-11-18 11:10:00 UTC
ASPECT = 768 / 576
RATE = 7
PLAZA = [(0.46, 0.37), (0.68, 0.37), (0.73, 0.50), (0.46, 0.50)]
RULES: list[dict[str, Any]] = [
    {"id": "gate", "type": "line_crossing", "points": [(0.56, 0.35), (0.56, 0.57)]},
    {"id": "hall", "type": "counter", "lines": [{"line": "gate", "in": "a_to_b"}],
     "reset_at": "00:00"},
    {"id": "plaza", "type": "intrusion", "polygon": PLAZA},
    {"id": "enter", "type": "region_entrance", "polygon": PLAZA},
    {"id": "floor", "type": "occupancy", "polygon": PLAZA},
    {"id": "stay", "type": "dwell", "polygon": PLAZA},
    {"id": "ways", "type": "paths", "zones": {"west": [(0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0, 1)],
                                              "east": [(0.6, 0.0), (1.0, 0.0), (1, 1), (0.6, 1)]}},
]  # fmt: skip


def site_of(folder: Path, rules: list[dict[str, Any]] | None = None, **more: Any) -> SiteSettings:
    camera = {"name": "yard", "url": "rtsp://127.0.0.1:1/x", "analysis": {"fps": RATE}}
    return SiteSettings.model_validate(
        {
            "state": folder / "state",
            "volumes": [{"path": folder / "disk"}],
            "timezone": "Europe/Berlin",
            "cameras": [camera | {"rules": RULES if rules is None else rules}],
            **more,
        }
    )


def pets(gt: Path) -> dict[int, npt.NDArray[np.float32]]:
    """Boxes (0..1) of everybody in each of the frames 0..794 of PETS 2009 S2.L1."""
    rows = np.loadtxt(gt, delimiter=",")
    size = np.array([768, 576] * 2)
    boxes = {}
    for frame in range(795):
        seen = rows[rows[:, 0] == frame + 1]
        corners = np.column_stack([seen[:, 2:4], seen[:, 2:4] + seen[:, 4:6]])
        boxes[frame] = (corners / size).astype(np.float32)
    return boxes


def found(boxes: npt.ArrayLike, score: float = 0.9) -> Detections:
    """People in these boxes."""
    box = np.asarray(boxes, np.float32).reshape(-1, 4)
    n = len(box)
    return Detections(box, np.full(n, score, np.float32), np.zeros(n, np.int16))


def person(x: float, y: float, height: float = 0.2) -> list[float]:
    """The box of one whose feet are there."""
    return [x - height / 6, y - height, x + height / 6, y]


def stroll(
    *stops: tuple[float, float, float], rate: int = RATE
) -> Iterator[tuple[int, list[float]]]:
    """Time (ns) and box of one who goes from stop (s, x, y) to stop."""
    at, x, y = np.array(stops).T
    for k in range(int(np.ceil(at[0] * rate)), int(at[-1] * rate) + 1):
        time = k / rate
        yield T0 + round(time * NS), person(np.interp(time, at, x), np.interp(time, at, y))


def keep(database: Database, results: Results) -> list[StoredEvent]:
    return database.now(lambda connection: commit(connection, results))


def saved(database: Database) -> SavedState | None:
    with database.read() as connection:
        return load_state(connection, "yard")


def events(database: Database) -> list[StoredEvent]:
    with database.read() as connection:
        return page(connection, EventFilter(cameras=["yard"]), most=10_000)


def tables(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that was counted, as it stands in the index, rounded to a millisecond."""
    asked = {
        "events": "select time_ns / 1000000, s.rule, kind, phase, direction, track, e.label,"
        " duration_s from events e join series s on s.id = e.series_id",
        "counts": "select rule, step, start_ns, label, ins, outs, adjusted, inside"
        " from counts c join series s on s.id = c.series_id",
        "occupancy": "select rule, step, start_ns, seconds, total, most"
        " from occupancy o join series s on s.id = o.series_id",
        "dwell": "select rule, step, start_ns, lower_s, presences"
        " from dwell d join series s on s.id = d.series_id",
        "paths": "select rule, step, start_ns, origin, target, legs, journeys"
        " from paths p join series s on s.id = p.series_id",
        "tracks": "select track, label, first_ns / 1000000, last_ns / 1000000, sightings"
        " from tracks",
    }
    with database.read() as connection:
        return {
            name: sorted(
                (tuple(_rounded(v) for v in row) for row in connection.execute(text(query))),
                key=str,
            )
            for name, query in asked.items()
        }


def _rounded(value: Any) -> Any:
    return round(value, 2) if isinstance(value, float) else value
