"""What a camera's analysis brings forth, committed as one: events, increments, and its memory.

Results and the state of the scene that they follow from stand or fall together, so a restart from
the last state neither loses nor doubles a count. ``follows_ns`` names the state that they build
on: results that build on another one (of a process that was believed dead, or given twice) are
refused as a whole.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, case, select, update

from curtilage.store.errors import StoreError
from curtilage.store.found import buckets, events, tracks
from curtilage.store.found import heat as heat_maps
from curtilage.store.found.events import StoredEvent
from curtilage.store.found.heat import HeatStretch
from curtilage.store.found.names import known, with_series
from curtilage.store.found.tables import (
    cameras,
    counts,
    dwell,
    occupancy,
    paths,
    scene_states,
)
from curtilage.store.found.tracks import TrackSummary
from curtilage.store.house import arming
from curtilage.store.index.upsert import Upsert

FIRST: Final = -1
"""``follows_ns`` of results before which there must be no state; with None nothing is checked."""


class SupersededError(StoreError):
    """The results follow a state of the scene that is not the one in the index."""


@dataclass(frozen=True, slots=True)
class CountRow:
    """What a rule counted.

    ``ins`` and ``outs`` are of a counter in and out, of a line a to b and b to a, of a region
    who entered and who left.
    """

    rule: str
    time_ns: int  # of the crossing, or any moment in the minute of several
    label: str | None  # class; None for what is of none, as adjustments
    ins: int = 0
    outs: int = 0
    adjusted: int = 0  # by how much `inside` was put right
    inside: int | None = None  # afterwards; None where the rule has no inside


@dataclass(frozen=True, slots=True)
class OccupancyRow:
    """A number that held for a while, within one minute; several rows may make up a minute."""

    rule: str
    time_ns: int  # any moment of the minute
    seconds: float  # for how long the number is known
    total: float  # number times seconds, summed; over `seconds` it is the mean
    most: int


@dataclass(frozen=True, slots=True)
class DwellRow:
    """Presences that ended and lasted ``lower_s`` to ``upper_s``."""

    rule: str
    time_ns: int  # of the end
    lower_s: float
    upper_s: float | None  # None: no end
    presences: int = 1


@dataclass(frozen=True, slots=True)
class PathRow:
    """Ways from zone to zone."""

    rule: str
    time_ns: int
    origin: str
    target: str
    legs: int = 0
    journeys: int = 0


@dataclass(frozen=True, slots=True)
class Results:
    """All that is new of one camera since its last commit."""

    camera: str
    at_ns: int  # UTC up to which the state has seen
    zone: ZoneInfo  # of the site; hours and days follow it
    events: Sequence[StoredEvent] = ()
    counts: Sequence[CountRow] = ()
    occupancy: Sequence[OccupancyRow] = ()
    dwell: Sequence[DwellRow] = ()
    paths: Sequence[PathRow] = ()
    heat: Sequence[HeatStretch] = ()
    tracks: Sequence[TrackSummary] = ()
    state: bytes | None = None  # None: the scene's memory is not part of it
    follows_ns: int | None = None  # at_ns of the state that these build on; see FIRST
    armed_in: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Arming modes of rules; one that is not in it is armed always."""
    mode: str = "home"  # of the site, until somebody chooses one


@dataclass(frozen=True, slots=True)
class SavedState:
    """What a camera's scene remembers."""

    at_ns: int
    blob: bytes


def commit(connection: Connection, new: Results) -> list[StoredEvent]:
    """Adds results to the index; the events that are new, with their ``seq``.

    To be told only after the transaction is on the disk. Raises ``SupersededError`` (and leaves
    all as it was, if the transaction is taken back) when ``follows_ns`` is not what is there.
    """
    camera_id, numbers = known(connection, new.camera)
    if new.state is not None:
        _save(connection, camera_id, new)
    rules = {
        row.rule
        for part in (new.events, new.counts, new.occupancy, new.dwell, new.paths, new.heat)
        for row in part
    }
    numbers = with_series(connection, camera_id, numbers, rules)
    _COUNTS(connection, _counted(new, numbers))
    _OCCUPANCY(connection, _occupied(new, numbers))
    _DWELL(connection, _dwelt(new, numbers))
    _PATHS(connection, _walked(new, numbers))
    heat_maps.put(connection, numbers, new.heat, new.at_ns)
    tracks.add(connection, camera_id, new.tracks)
    return events.add(connection, camera_id, numbers, _judged(connection, new))


def _judged(connection: Connection, new: Results) -> Sequence[StoredEvent]:
    """The events, each with whether its rule was armed when it was noticed.

    By the choices of a mode as this transaction sees them, so a choice counts from the moment at
    which it was made, also for what is read back from recordings after a restart.
    """
    return [
        replace(one, armed=(arming.mode_at(connection, one.noticed_ns) or new.mode) in modes)
        if (modes := new.armed_in.get(one.rule)) is not None
        else one
        for one in new.events
    ]


def load_state(connection: Connection, camera: str) -> SavedState | None:
    """What the camera's scene remembered at its last commit."""
    found = connection.execute(_STATE, {"name": camera}).first()
    return None if found is None else SavedState(int(found.at_ns), bytes(found.blob))


_STATE: Final = (
    select(scene_states.c.at_ns, scene_states.c.blob)
    .join(cameras, cameras.c.id == scene_states.c.camera_id)
    .where(cameras.c.name == bindparam("name"))
)
_SAVE: Final = Upsert(scene_states, ("camera_id",), replace=("at_ns", "blob"))
_BEGIN: Final = Upsert(scene_states, ("camera_id",))
_FOLLOW: Final = (
    update(scene_states)
    .where(
        scene_states.c.camera_id == bindparam("camera"),
        scene_states.c.at_ns == bindparam("follows"),
    )
    .values(at_ns=bindparam("now"), blob=bindparam("memory"))
)
_COUNTS: Final = Upsert(
    counts,
    ("series_id", "step", "start_ns", "label"),
    add=("ins", "outs", "adjusted"),
    most=("last_ns",),
    change={
        "inside": lambda old, new: case(
            (new["inside"].is_(None), old["inside"]),
            (old["inside"].is_(None), new["inside"]),
            (new["last_ns"] >= old["last_ns"], new["inside"]),
            else_=old["inside"],
        )
    },
)
_OCCUPANCY: Final = Upsert(
    occupancy, ("series_id", "step", "start_ns"), add=("seconds", "total"), most=("most",)
)
_DWELL: Final = Upsert(
    dwell, ("series_id", "step", "start_ns", "lower_s", "upper_s"), add=("presences",)
)
_PATHS: Final = Upsert(
    paths, ("series_id", "step", "start_ns", "origin", "target"), add=("legs", "journeys")
)
Rows = list[dict[str, Any]]
_Bucket = tuple[int, int, int]  # nominal seconds, start and length in ns
_FINE: Final = (buckets.MINUTE, buckets.HOUR, buckets.DAY)
_COARSE: Final = (buckets.HOUR, buckets.DAY)  # seldom enough that minutes would tell nothing


def _save(connection: Connection, camera_id: int, new: Results) -> None:
    if new.follows_ns is None:
        _SAVE(connection, [{"camera_id": camera_id, "at_ns": new.at_ns, "blob": new.state}])
        return
    if new.follows_ns == FIRST:
        begun = _BEGIN.returning(connection, "camera_id")
        row = {"camera_id": camera_id, "at_ns": new.at_ns, "blob": new.state}
        follows = connection.execute(begun, row).first() is not None
    else:
        row = {"camera": camera_id, "follows": new.follows_ns}
        row |= {"now": new.at_ns, "memory": new.state}
        follows = connection.execute(_FOLLOW, row).rowcount == 1
    if not follows:
        raise SupersededError(
            f"Results of camera {new.camera} follow a state that is not the last one in the "
            "index: another process has gone on from there."
        )


def _counted(new: Results, numbers: dict[str, int]) -> Rows:
    made: dict[tuple[Any, ...], dict[str, Any]] = {}
    for one in new.counts:
        for step, start_ns, length_ns in _buckets(one.time_ns, new.zone, _FINE):
            key = (numbers[one.rule], step, start_ns, one.label or "")
            row = made.get(key)
            if row is None:
                row = made[key] = dict(zip(_COUNT_KEY, key, strict=True))
                row |= {"length_ns": length_ns, "ins": 0, "outs": 0, "adjusted": 0}
                row |= {"inside": None, "last_ns": one.time_ns}
            row["ins"] += one.ins
            row["outs"] += one.outs
            row["adjusted"] += one.adjusted
            if one.time_ns >= row["last_ns"]:
                row["last_ns"] = one.time_ns
                row["inside"] = row["inside"] if one.inside is None else one.inside
    return list(made.values())


_COUNT_KEY: Final = ("series_id", "step", "start_ns", "label")


def _occupied(new: Results, numbers: dict[str, int]) -> Rows:
    made: dict[tuple[int, int, int], dict[str, Any]] = {}
    for one in new.occupancy:
        for step, start_ns, length_ns in _buckets(one.time_ns, new.zone, _FINE):
            key = (numbers[one.rule], step, start_ns)
            row = made.setdefault(
                key,
                {
                    "series_id": key[0],
                    "step": step,
                    "start_ns": start_ns,
                    "length_ns": length_ns,
                    "seconds": 0.0,
                    "total": 0.0,
                    "most": one.most,
                },
            )
            row["seconds"] += one.seconds
            row["total"] += one.total
            row["most"] = max(row["most"], one.most)
    return list(made.values())


def _dwelt(new: Results, numbers: dict[str, int]) -> Rows:
    return _summed(
        [
            (
                {
                    "series_id": numbers[one.rule],
                    "lower_s": one.lower_s,
                    "upper_s": one.upper_s or 0.0,
                },
                one.time_ns,
                {"presences": one.presences},
            )
            for one in new.dwell
        ],
        new.zone,
    )


def _walked(new: Results, numbers: dict[str, int]) -> Rows:
    return _summed(
        [
            (
                {"series_id": numbers[one.rule], "origin": one.origin, "target": one.target},
                one.time_ns,
                {"legs": one.legs, "journeys": one.journeys},
            )
            for one in new.paths
        ],
        new.zone,
    )


def _summed(given: Sequence[tuple[dict[str, Any], int, dict[str, int]]], zone: ZoneInfo) -> Rows:
    """Rows (key, time, numbers) per hour and day, those of one bucket as one."""
    made: dict[tuple[Any, ...], dict[str, Any]] = {}
    for key, time_ns, numbers in given:
        for step, start_ns, length_ns in _buckets(time_ns, zone, _COARSE):
            bucket = {"step": step, "start_ns": start_ns, "length_ns": length_ns}
            row = made.setdefault((*key.values(), step, start_ns), {**key, **bucket})
            for name, more in numbers.items():
                row[name] = row.get(name, 0) + more
    return list(made.values())


def _buckets(time_ns: int, zone: ZoneInfo, steps: Sequence[int]) -> list[_Bucket]:
    minute_ns = buckets.minute_of(time_ns)
    return [(step, *_BUCKET_OF[step](minute_ns, zone)) for step in steps]


_BUCKET_OF: Final[dict[int, Callable[[int, ZoneInfo], tuple[int, int]]]] = {
    buckets.MINUTE: lambda minute_ns, _: (minute_ns, buckets.MINUTE_NS),
    buckets.HOUR: buckets.hour_of,
    buckets.DAY: buckets.day_of,
}
