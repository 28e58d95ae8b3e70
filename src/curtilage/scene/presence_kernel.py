"""Presences in zones, compiled: what rows and time do to what zones know of tracks."""

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from numba import njit

from curtilage.geometry import distance_to_ring, in_ring, ring_area_in_box
from curtilage.model import Points
from curtilage.scene.filters import FILTER, frame_anchor, passes, plane_anchor
from curtilage.scene.observations import EPSILON, Record, Records

MAX_AGE = 2.0  # s; a track unseen for longer has ended, and its presences with it
LONG_ENOUGH = 0.5  # s inside that make an entrance sure where it stays near the border


ZONE = np.dtype(
    [
        *FILTER,
        ("first", "i8"),  # its rings in the array of all rings
        ("end", "i8"),
        ("body", "f8"),  # share of the lower half of the box; 0: the anchor counts
        ("grace", "f8"),  # s
        ("coast", "f8"),  # s
        ("stitch", "i8"),
        ("stay", "i8"),  # 1: levels are of the length of the presence; 0: of time inside
        ("level1", "f8"),  # s
        ("level2", "f8"),
        ("patience", "f8"),  # the shorter of grace and coast
        ("roams", "i8"),  # 1: a stay begins anew when it leaves this distance:
        ("roam_h", "f8"),  # box heights
        ("roam", "f8"),  # or unit of the plane
        ("band_h", "f8"),  # an entrance is sure this far from the border
        ("band", "f8"),
        ("deep", "f8"),  # but never farther than this, of the plane's unit
        ("x0", "f8"),  # its bounding box in the frame
        ("y0", "f8"),
        ("x1", "f8"),
        ("y1", "f8"),
    ]
)

NEW, OUTSIDE, INSIDE, ABSENT, HIDDEN = 0, 1, 2, 3, 4
ENTERED, APPEARED, ALREADY = 0, 1, 2
"""What a track is to a zone: not seen yet, seen outside; or it has a presence and is seen inside,
seen outside, unseen for longer than ``coast``."""
STAY = np.dtype(
    [
        ("visit", "i8"),  # number of the presence, unique for the camera
        ("owner", "i8"),  # track with which it began
        ("label", "i8"),
        ("origin", "i8"),  # ENTERED, APPEARED, ALREADY
        ("sure", "i8"),
        ("level", "i8"),  # thresholds passed
        ("due", "f8"),  # s, at which the next one is
        ("start", "f8"),  # s
        ("last", "f8"),  # s, last sighting inside
        ("inside", "f8"),  # s
        ("x", "f8"),  # where it began, on the plane
        ("y", "f8"),
    ]
)
"""What one zone knows of one track."""

BEGIN, SURE, LEVEL, END, UP, DOWN = 0, 1, 2, 3, 4, 5
LEFT, LOST, UNFINISHED = 0, 1, 2
MOST_PER_ROW = 8  # of a zone: END, DOWN, BEGIN, UP, SURE, END of a stay, two LEVELs


Phases: TypeAlias = npt.NDArray[np.uint8]  # [Z, S]


class Change(NamedTuple):
    """Something that has changed in a zone.

    BEGIN: a presence begins. SURE: an entrance is no jitter. LEVEL: a threshold is passed. END: a
    presence is over. UP, DOWN: one more, one fewer is inside (presences within grace are not).
    """

    kind: int
    time: float  # s, when it happened
    zone: int
    slot: int
    visit: int  # number of the presence, unique for the camera
    owner: int  # track with which it began
    label: int
    origin: int  # ENTERED, APPEARED, ALREADY
    sure: int
    level: int
    how: int  # of an END: LEFT, LOST, or UNFINISHED: the footage ends
    start: float  # s, first sighting inside
    last: float  # s, last sighting inside
    inside: float  # s
    x0: float  # box of the sighting that brought it, 0..1; of a sighting's changes only
    y0: float
    x1: float
    y1: float


CHANGE = np.dtype([(n, "f8" if t is float else "i8") for n, t in Change.__annotations__.items()])


@njit(cache=True)
def update(
    zones: Records,
    corners: Points,
    on_plane: Points,
    bounds: npt.NDArray[np.int64],
    stays: Records,
    phases: Phases,
    rows: Records,
    settled: float,
    begun: npt.NDArray[np.float64],
    visits: npt.NDArray[np.int64],
    found: Records,
    row_from: int,
    place_from: int,
) -> tuple[int, int, int]:
    """Go on with rows, then with all stays, until done or ``found`` is full; how far it came."""
    count = 0
    for i in range(row_from, len(rows)):
        if count + MOST_PER_ROW * len(zones) > len(found):
            return count, i, 0
        row = rows[i]
        slot = row.slot
        for z in range(len(zones)):
            zone = zones[z]
            if not passes(zone, row):
                continue
            if zone.body > 0.0:
                is_inside = _covers(zone, corners, bounds, row)
            else:
                x, y = frame_anchor(zone, row)
                is_inside = (
                    zone.x0 <= x <= zone.x1
                    and zone.y0 <= y <= zone.y1
                    and _contains(zone, corners, bounds, x, y)
                )
            if phases[z, slot] < INSIDE and not is_inside:
                phases[z, slot] = OUTSIDE
                continue
            stay = stays[z, slot]
            # who was inside in the frame before is not hidden, however rarely frames come
            unseen = phases[z, slot] > INSIDE or row.time - stay.last > row.dt + EPSILON
            if phases[z, slot] >= INSIDE and unseen and row.time - stay.last > zone.patience:
                count = _expire(zone, stay, phases, z, slot, row.time, found, count)
            if not is_inside:
                if phases[z, slot] == INSIDE:
                    count = _tell(found, count, DOWN, row.time, z, slot, stay)
                phases[z, slot] = ABSENT if phases[z, slot] >= INSIDE else OUTSIDE
                continue
            if phases[z, slot] < INSIDE:
                visits[0] += 1
                _enter(zone, stay, row, visits[0], phases[z, slot] == OUTSIDE, begun[z])
                count = _tell(found, count, BEGIN, row.time, z, slot, stay)
                _show(found[count - 1], row)
            elif phases[z, slot] == INSIDE:  # else absent, which neither adds nor resets
                stay.inside += row.time - stay.last
            if phases[z, slot] != INSIDE:
                count = _tell(found, count, UP, row.time, z, slot, stay)
            phases[z, slot], stay.last = INSIDE, row.time
            spent = row.time - stay.start if zone.stay == 1 else stay.inside
            if stay.sure == 0 or spent >= stay.due or zone.roams == 1:
                count = _judge(zone, on_plane, bounds, stay, z, row, visits, found, count)
    slots = phases.shape[1]
    for place in range(place_from, phases.size):
        z, slot = place // slots, place % slots
        if phases[z, slot] >= INSIDE:
            if count + 2 > len(found):
                return count, len(rows), place
            count = _expire(zones[z], stays[z, slot], phases, z, slot, settled, found, count)
    return count, len(rows), phases.size


@njit(cache=True)
def _enter(
    zone: Record, stay: Record, row: Record, visit: int, was_outside: bool, begun: float
) -> None:
    """A presence begins."""
    stay.visit, stay.owner, stay.label = visit, row.track, row.label
    stay.start, stay.inside, stay.sure = row.time, 0.0, 0
    stay.level, stay.due = 0, zone.level1
    stay.x, stay.y = plane_anchor(zone, row)
    stay.origin = ENTERED
    if not was_outside:
        stay.origin = ALREADY if row.time <= begun + EPSILON else APPEARED


@njit(cache=True)
def end(zones: Records, stays: Records, phases: Phases, slot: int, found: Records) -> int:
    """End the presences of one track, whatever the time."""
    count = 0
    for z in range(len(zones)):
        if phases[z, slot] >= INSIDE:
            count = _expire(zones[z], stays[z, slot], phases, z, slot, np.inf, found, count)
    return count


@njit(cache=True)
def _expire(
    zone: Record,
    stay: Record,
    phases: Phases,
    z: int,
    slot: int,
    time: float,
    found: Records,
    count: int,
) -> int:
    """What time alone does to a presence by ``time``: hidden for too long, absent for too long."""
    passed = time - stay.last - EPSILON
    if phases[z, slot] == INSIDE and passed > zone.coast:
        # a person who is only hidden is still there: counted until nobody can believe it
        count = _tell(found, count, DOWN, stay.last + zone.coast, z, slot, stay)
        phases[z, slot] = HIDDEN
    if phases[z, slot] == HIDDEN and passed > max(zone.coast, MAX_AGE):
        count = _tell(found, count, END, stay.last, z, slot, stay)
        found[count - 1].how = LOST
        phases[z, slot] = NEW
    elif phases[z, slot] == ABSENT and passed > zone.grace:
        count = _tell(found, count, END, stay.last, z, slot, stay)
        found[count - 1].how = LEFT
        phases[z, slot] = OUTSIDE
    return count


@njit(cache=True)
def _contains(
    zone: Record, corners: Points, bounds: npt.NDArray[np.int64], x: float, y: float
) -> bool:
    """True when a point is in the zone and in none of its holes."""
    for r in range(zone.first, zone.end):
        if in_ring(corners, bounds[r, 0], bounds[r, 1], x, y) != (r == zone.first):
            return False
    return True


@njit(cache=True)
def _covers(zone: Record, corners: Points, bounds: npt.NDArray[np.int64], row: Record) -> bool:
    """True when the zone covers enough of the lower half of the box, as far as it is in view."""
    x0, x1 = max(row.x0, 0.0), min(row.x1, 1.0)
    y0, y1 = max((row.y0 + row.y1) / 2, 0.0), min(row.y1, 1.0)
    if x0 >= x1 or y0 >= y1:
        return False
    area = 0.0
    for r in range(zone.first, zone.end):
        part = ring_area_in_box(corners, bounds[r, 0], bounds[r, 1], x0, y0, x1, y1)
        area += part if r == zone.first else -part
    return bool(area >= (zone.body - 1e-9) * (x1 - x0) * (y1 - y0))


@njit(cache=True)
def _judge(
    zone: Record,
    on_plane: Points,
    bounds: npt.NDArray[np.int64],
    stay: Record,
    z: int,
    row: Record,
    visits: npt.NDArray[np.int64],
    found: Records,
    count: int,
) -> int:
    """What a sighting inside means for a presence: sure, thresholds, a stay that begins anew."""
    x, y = plane_anchor(zone, row)
    if stay.sure == 0 and _is_sure(zone, on_plane, bounds, stay, x, y, row.h):
        stay.sure = 1
        count = _tell(found, count, SURE, stay.start, z, row.slot, stay)
        _show(found[count - 1], row)
    if zone.roams == 1 and np.hypot(x - stay.x, y - stay.y) > zone.roam + zone.roam_h * row.h:
        count = _tell(found, count, END, row.time, z, row.slot, stay)
        found[count - 1].how = LEFT
        visits[0] += 1
        stay.visit, stay.start, stay.inside = visits[0], row.time, 0.0
        stay.level, stay.due, stay.x, stay.y = 0, zone.level1, x, y
    while (row.time - stay.start if zone.stay == 1 else stay.inside) >= stay.due:
        stay.level += 1
        stay.due = zone.level2 if stay.level == 1 else np.inf
        count = _tell(found, count, LEVEL, row.time, z, row.slot, stay)
        _show(found[count - 1], row)
    return count


@njit(cache=True)
def _is_sure(
    zone: Record,
    on_plane: Points,
    bounds: npt.NDArray[np.int64],
    stay: Record,
    x: float,
    y: float,
    h: float,
) -> bool:
    """True when a presence cannot be jitter at the border: deep enough, or long enough."""
    if stay.inside >= LONG_ENOUGH - EPSILON or zone.body > 0.0:
        return True
    for r in range(zone.first, zone.end):
        away = distance_to_ring(on_plane, bounds[r, 0], bounds[r, 1], x, y)
        if away <= min(zone.band + zone.band_h * h, zone.deep):
            return False
    return True


@njit(cache=True)
def _tell(
    found: Records, count: int, kind: int, time: float, z: int, slot: int, stay: Record
) -> int:
    change = found[count]
    change.kind, change.time, change.zone, change.slot = kind, time, z, slot
    change.visit, change.owner, change.label = stay.visit, stay.owner, stay.label
    change.origin, change.sure, change.level, change.how = stay.origin, stay.sure, stay.level, LEFT
    change.start, change.last, change.inside = stay.start, stay.last, stay.inside
    change.x0, change.y0, change.x1, change.y1 = 0.0, 0.0, 0.0, 0.0
    return count + 1


@njit(cache=True)
def _show(change: Record, row: Record) -> None:
    change.x0, change.y0, change.x1, change.y1 = row.x0, row.y0, row.x1, row.y1
