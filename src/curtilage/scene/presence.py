"""Presences in zones: from when to when each track is inside each polygon.

One kernel serves all zones of a camera; each rule over a zone takes from its changes what it
needs. A presence begins with the first sighting inside. It survives absences: seen outside for
up to ``grace``, unseen for up to ``coast``; it then ends at its last sighting inside. Times are
those of sightings, so that noticing late (young tracks, hidden people) moves no time.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from curtilage.geometry import Matrix, distance_to_ring, in_ring, project, ring_area_in_box
from curtilage.model import Points
from curtilage.scene.filters import FILTER, frame_anchor, passes, plane_anchor
from curtilage.scene.observations import EPSILON, NO_ROWS, Record, Records, Slots
from curtilage.scene.stitch import Pairs

BORDER = 1e-6  # of the frame: corners nearer than this to the frame's border lie outside it
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
        ("roam_h", "f8"),  # a stay begins anew when it leaves this distance, box heights
        ("roam", "f8"),  # or unit of the plane
        ("band_h", "f8"),  # an entrance is sure this far from the border
        ("band", "f8"),
        ("x0", "f8"),  # its bounding box in the frame
        ("y0", "f8"),
        ("x1", "f8"),
        ("y1", "f8"),
    ]
)

AWAY, INSIDE, ABSENT = 0, 1, 2
ENTERED, APPEARED, ALREADY = 0, 1, 2
STAY = np.dtype(
    [
        ("phase", "i8"),  # AWAY, INSIDE, or ABSENT: seen outside, within grace
        ("met", "i8"),  # 1: seen outside before
        ("visit", "i8"),  # number of the presence, unique for the camera
        ("owner", "i8"),  # track with which it began
        ("label", "i8"),
        ("origin", "i8"),  # ENTERED, APPEARED, ALREADY
        ("sure", "i8"),
        ("level", "i8"),  # thresholds passed
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


class Presences:
    """All zones of one camera, over rows of ``curtilage.scene.observations``.

    Args:
        zones: [Z] ZONE, filled but for ``first``, ``end`` and the bounding box.
        areas: for each zone its rings in the frame, the outer first, then the holes.
        plane: map of the frame to the plane where distances are measured.
        capacity: slots of the observations.
    """

    def __init__(
        self,
        zones: Records,
        areas: Sequence[Sequence[Points]],
        plane: Matrix,
        capacity: int,
    ) -> None:
        self._zones = zones
        corners: list[Points] = [np.empty((0, 2))]
        bounds: list[tuple[int, int]] = []
        for zone, rings in zip(zones, areas, strict=True):
            zone["first"] = len(bounds)
            for ring in rings:
                begin = sum(len(part) for part in corners)
                corners.append(_reaching_border(ring))
                bounds.append((begin, begin + len(ring)))
            zone["end"] = len(bounds)
            zone["x0"], zone["y0"] = _reaching_border(rings[0]).min(axis=0)
            zone["x1"], zone["y1"] = _reaching_border(rings[0]).max(axis=0)
        self._corners = np.concatenate(corners)
        self._bounds = np.array(bounds, np.int64).reshape(-1, 2)
        self._on_plane = project(plane, self._corners)
        self._stays = np.zeros((len(zones), capacity), STAY)
        self._visits = np.zeros(1, np.int64)
        self._begun = np.full(1, np.nan)  # s, when the footage began
        self._found = np.zeros(max(64, 2 * MOST_PER_ROW * len(zones)), CHANGE)

    @property
    def stays(self) -> Records:
        """[Z, S] STAY."""
        return self._stays

    def update(self, time: float, rows: Records, settled: float) -> list[Change]:
        """The changes that sightings at ``time`` bring, in the order in which rows stand.

        ``settled`` is the time before which no more rows can come; presences end only by that.
        """
        if np.isnan(self._begun[0]):
            self._begun[0] = time
        return self._all_changes(rows, settled)

    def finish(self) -> list[Change]:
        """End all presences, as at the end of the footage."""
        changes = self._all_changes(NO_ROWS, np.inf)
        return [c._replace(how=UNFINISHED) if c.how == LOST else c for c in changes]

    def end(self, ended: Slots) -> None:
        """Forget tracks for good; their presences have ended before."""
        if len(ended):
            self._stays[:, ended] = np.zeros((), STAY)

    def stitch(self, pairs: Pairs) -> None:
        """Where a zone says so, let the second track go on with the presence of the first."""
        for old, new in pairs:
            for zone in np.flatnonzero(self._zones["stitch"]):
                self._stays[zone, new] = self._stays[zone, old]
                self._stays[zone, old] = np.zeros((), STAY)

    def begin_anew(self, zone: int, time: float, keep: set[int]) -> None:
        """Let presences that go on in a zone count from ``time``, but for the visits ``keep``."""
        stays = self._stays[zone]
        again = (stays["phase"] != AWAY) & ~np.isin(stays["visit"], list(keep))
        stays["start"][again] = time
        now = again & (stays["phase"] == INSIDE)
        stays["last"][now] = np.maximum(stays["last"][now], time)
        stays["inside"][again] = 0.0
        stays["origin"][again] = ALREADY
        stays["level"][again] = 0

    def open(self, zone: int, is_open: bool) -> None:
        """Let a zone see, or not."""
        self._zones["open"][zone] = is_open

    def grow(self, capacity: int) -> None:
        """Make room for more tracks."""
        grown = np.zeros((len(self._zones), capacity), STAY)
        grown[:, : self._stays.shape[1]] = self._stays
        self._stays = grown

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """A copy of all that is remembered, by name."""
        return {
            "stays": self._stays.copy(),
            "visits": self._visits.copy(),
            "begun": self._begun.copy(),
        }

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        self.grow(arrays["stays"].shape[1])
        self._stays[:] = arrays["stays"]
        self._visits[:] = arrays["visits"]
        self._begun[:] = arrays["begun"]

    def _all_changes(self, rows: Records, settled: float) -> list[Change]:
        """Run the kernel as often as it takes; once, but for crowds that all move at once."""
        row, place, changes = 0, 0, list[Change]()
        while True:
            count, row, place = _update(
                self._zones,
                self._corners,
                self._on_plane,
                self._bounds,
                self._stays,
                rows,
                settled,
                self._begun[0],
                self._visits,
                self._found,
                row,
                place,
            )
            if count:
                changes += map(Change._make, self._found[:count].tolist())
            if place == self._stays.size:
                return changes


def _reaching_border(ring: Points) -> Points:
    """The ring with corners on the frame's border moved just beyond it: people are cut there."""
    moved = np.array(ring, np.float64)
    moved[moved <= BORDER] -= 2 * BORDER
    moved[moved >= 1 - BORDER] += 2 * BORDER
    return moved


@njit(cache=True)
def _update(
    zones: Records,
    corners: Points,
    on_plane: Points,
    bounds: npt.NDArray[np.int64],
    stays: Records,
    rows: Records,
    settled: float,
    begun: float,
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
        for z in range(len(zones)):
            zone = zones[z]
            if not passes(zone, row):
                continue
            stay = stays[z, row.slot]
            if stay.phase != AWAY:
                count = _expire(zone, stay, z, row.slot, row.time, found, count)
            if not _inside(zone, corners, bounds, row):
                stay.met = 1
                if stay.phase == INSIDE:
                    stay.phase = ABSENT
                    count = _tell(found, count, DOWN, row.time, z, row.slot, stay)
                continue
            if stay.phase == AWAY:
                visits[0] += 1
                stay.visit, stay.owner, stay.label = visits[0], row.track, row.label
                stay.start, stay.inside, stay.level, stay.sure = row.time, 0.0, 0, 0
                stay.x, stay.y = plane_anchor(zone, row)
                stay.origin = ENTERED
                if stay.met == 0:
                    stay.origin = ALREADY if row.time <= begun + EPSILON else APPEARED
                count = _tell(found, count, BEGIN, row.time, z, row.slot, stay)
                _show(found[count - 1], row)
            elif stay.phase == INSIDE:
                stay.inside += row.time - stay.last
            if stay.phase != INSIDE:
                count = _tell(found, count, UP, row.time, z, row.slot, stay)
            stay.phase, stay.last = INSIDE, row.time
            count = _judge(zone, on_plane, bounds, stay, z, row, visits, found, count)
    slots = stays.shape[1]
    for place in range(place_from, len(zones) * slots):
        z, slot = place // slots, place % slots
        if stays[z, slot].phase != AWAY:
            if count + 2 > len(found):
                return count, len(rows), place
            count = _expire(zones[z], stays[z, slot], z, slot, settled, found, count)
    return count, len(rows), stays.size


@njit(cache=True)
def _expire(
    zone: Record, stay: Record, z: int, slot: int, time: float, found: Records, count: int
) -> int:
    """End a presence whose absence is too long at ``time``."""
    if stay.phase == INSIDE and time - stay.last > zone.coast + EPSILON:
        # a person who is only hidden is still there: counted until nobody can believe it
        count = _tell(found, count, DOWN, stay.last + zone.coast, z, slot, stay)
        count = _tell(found, count, END, stay.last, z, slot, stay)
        found[count - 1].how = LOST
        stay.phase, stay.met = AWAY, 0
    elif stay.phase == ABSENT and time - stay.last > zone.grace + EPSILON:
        count = _tell(found, count, END, stay.last, z, slot, stay)
        found[count - 1].how = LEFT
        stay.phase = AWAY
    return count


@njit(cache=True)
def _inside(zone: Record, corners: Points, bounds: npt.NDArray[np.int64], row: Record) -> bool:
    """True when the anchor, or enough of the lower half of the box, is in the zone."""
    if zone.body > 0.0:
        x0, x1 = max(row.x0, 0.0), min(row.x1, 1.0)
        y0, y1 = max((row.y0 + row.y1) / 2, 0.0), min(row.y1, 1.0)
        if x0 >= x1 or y0 >= y1:
            return False
        area = 0.0
        for r in range(zone.first, zone.end):
            part = ring_area_in_box(corners, bounds[r, 0], bounds[r, 1], x0, y0, x1, y1)
            area += part if r == zone.first else -part
        return bool(area >= (zone.body - 1e-9) * (x1 - x0) * (y1 - y0))
    x, y = frame_anchor(zone, row)
    # a comparison with NaN is false
    if not (zone.x0 <= x <= zone.x1 and zone.y0 <= y <= zone.y1):
        return False
    for r in range(zone.first, zone.end):
        if in_ring(corners, bounds[r, 0], bounds[r, 1], x, y) != (r == zone.first):
            return False
    return True


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
    if np.hypot(x - stay.x, y - stay.y) > zone.roam + zone.roam_h * row.h:
        count = _tell(found, count, END, row.time, z, row.slot, stay)
        found[count - 1].how = LEFT
        visits[0] += 1
        stay.visit, stay.start, stay.inside, stay.level = visits[0], row.time, 0.0, 0
        stay.x, stay.y = x, y
    spent = stay.last - stay.start if zone.stay == 1 else stay.inside
    for level, threshold in ((1, zone.level1), (2, zone.level2)):
        if stay.level < level and spent >= threshold - EPSILON:
            stay.level = level
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
        if away <= zone.band + zone.band_h * h:
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
