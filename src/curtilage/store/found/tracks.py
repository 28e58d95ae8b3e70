"""Summaries of tracks: who was there from when to when, seen best at which moment."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, and_, or_, select

from curtilage.store.found.names import camera_numbers
from curtilage.store.found.tables import cameras, tracks
from curtilage.store.index.paging import next_rows
from curtilage.store.index.upsert import Upsert


@dataclass(frozen=True, slots=True)
class TrackSummary:
    """One track, after its end."""

    camera: str
    track: int
    label: str
    first_ns: int  # UTC of the first and the last sighting
    last_ns: int
    sightings: int
    best_ns: int  # UTC of the sighting with the highest score
    score: float  # of that one, 0..1
    box: tuple[float, float, float, float]  # of that one, x0 y0 x1 y1, 0..1
    begin: tuple[float, float]  # foot point of the first sighting, 0..1
    end: tuple[float, float]  # and of the last
    number: int = 0  # given by the index; for paging


_COLUMNS: Final = tuple(tracks.c[name] for name in (
    "track", "label", "first_ns", "last_ns", "sightings", "best_ns", "score",
    "x0", "y0", "x1", "y1", "from_x", "from_y", "to_x", "to_y",
))  # fmt: skip
_ADD: Final = Upsert(
    tracks,
    ("camera_id", "track", "first_ns"),
    replace=[c.name for c in _COLUMNS if c.name not in ("track", "first_ns")],
)


def add(connection: Connection, camera_id: int, new: Sequence[TrackSummary]) -> None:
    """Adds summaries of one camera; one that is there already is replaced."""
    rows = {(one.track, one.first_ns): one for one in new}
    _ADD(connection, [_row(one, camera_id) for one in rows.values()])


def page(
    connection: Connection,
    cameras_seen: Collection[str],
    *,
    labels: Collection[str] | None = None,
    from_ns: int | None = None,
    to_ns: int | None = None,
    before: TrackSummary | None = None,
    most: int = 100,
) -> list[TrackSummary]:
    """Tracks that were there in ``[from_ns, to_ns)``, the one that ended last first.

    ``before``: the last of the page before.
    """
    query = select(cameras.c.name, *_COLUMNS, tracks.c.id).join(
        cameras, cameras.c.id == tracks.c.camera_id
    )
    if labels is not None:
        query = query.where(tracks.c.label.in_(list(labels)))
    if from_ns is not None:
        query = query.where(tracks.c.last_ns >= from_ns)
    if to_ns is not None:
        query = query.where(tracks.c.first_ns < to_ns)
    if before is not None:
        query = query.where(
            tracks.c.last_ns <= before.last_ns,
            or_(
                tracks.c.last_ns < before.last_ns,
                and_(tracks.c.last_ns == before.last_ns, tracks.c.id < before.number),
            ),
        )
    rows = next_rows(
        connection,
        query.order_by(tracks.c.last_ns.desc(), tracks.c.id.desc()),
        tracks.c.camera_id,
        camera_numbers(connection, cameras_seen),
        most,
        lambda row: (-row.last_ns, -row.id),
    )
    return [_summary(row) for row in rows]


def _row(one: TrackSummary, camera_id: int) -> dict[str, Any]:
    x0, y0, x1, y1 = one.box
    return {
        "camera_id": camera_id,
        "track": one.track,
        "label": one.label,
        "first_ns": one.first_ns,
        "last_ns": one.last_ns,
        "sightings": one.sightings,
        "best_ns": one.best_ns,
        "score": one.score,
        "x0": x0,
        "y0": y0,
        "x1": x1,
        "y1": y1,
        "from_x": one.begin[0],
        "from_y": one.begin[1],
        "to_x": one.end[0],
        "to_y": one.end[1],
    }


def _summary(row: Sequence[Any]) -> TrackSummary:
    camera, track, label, first_ns, last_ns, sightings, best_ns, score, *places, number = row
    x0, y0, x1, y1, from_x, from_y, to_x, to_y = places
    return TrackSummary(
        camera,
        track,
        label,
        first_ns,
        last_ns,
        sightings,
        best_ns,
        score,
        (x0, y0, x1, y1),
        (from_x, from_y),
        (to_x, to_y),
        number,
    )
