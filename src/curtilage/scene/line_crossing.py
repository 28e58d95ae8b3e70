"""Line crossing (ONVIF ``LineDetector/Crossed``): who goes from one side of a line to the other.

One kernel serves all lines of a camera. A track is on the side where its anchor was last seen
farther from the line than the hysteresis (at first: where it was first seen). When it is seen
that far on the other side, it has crossed if its path, from sighting to sighting, has cut the
line an odd number of times since; the crossing happened at the last of these cuts, when it left
the old side for good. Going round an end of the line cuts nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from curtilage.config.scene import Label, LineCrossingRule
from curtilage.geometry import Matrix, corner_normals, project, signed_distance, turn
from curtilage.model import Direction, Points
from curtilage.scene.errors import SceneError
from curtilage.scene.filters import FILTER, REBUILT, fill_filter, passes, plane_anchor
from curtilage.scene.observations import EPSILON, Record, Records, Slots
from curtilage.scene.stitch import Pairs

ENOUGH = 0.5  # share of the hysteresis that a track must have gone beyond the line when it ends
ON_THE_LINE = 1e-9  # frame heights or metres: nearer than that is an exact zero

LINE = np.dtype(
    [
        *FILTER,
        ("first", "i8"),  # its points in the array of all points
        ("end", "i8"),
        ("band_h", "f8"),  # hysteresis in box heights
        ("band", "f8"),  # plus so much of the plane's unit
        ("memory", "f8"),  # s
        ("stitch", "i8"),
        ("x0", "f8"),  # its bounding box
        ("y0", "f8"),
        ("x1", "f8"),
        ("y1", "f8"),
    ]
)

PASSAGE = np.dtype(
    [
        ("side", "i8"),  # confirmed: 1 is A, -1 is B, 0 unknown
        ("near", "i8"),  # side of the last sighting off the line
        ("cuts", "i8"),  # of the path with the line since the side was confirmed
        ("cut", "f8"),  # s, the last of them
        ("x", "f8"),  # last sighting, on the plane
        ("y", "f8"),
        ("seen", "f8"),  # s
        ("depth", "f8"),  # largest distance on the new side since the last cut, in bands
    ]
)
"""What one line knows of one track."""


class Crossing(NamedTuple):
    """One track has crossed one line."""

    time: float  # s, of the last cut
    line: int  # index among the line rules
    track: int
    label: int  # index into LABELS
    to: int  # side on which it arrived: 1 is A, -1 is B
    x0: float  # its box when that was noticed, 0..1
    y0: float
    x1: float
    y1: float

    @property
    def direction(self) -> Direction:
        """Which way."""
        return Direction.B_TO_A if self.to > 0 else Direction.A_TO_B

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Its box when the crossing was noticed, 0..1 of the frame."""
        return self.x0, self.y0, self.x1, self.y1


CROSSING = np.dtype(
    [(n, "f8" if t is float else "i8") for n, t in Crossing.__annotations__.items()]
)


class LineCrossings:
    """All lines of one camera, over rows of ``curtilage.scene.observations``.

    ``plane`` maps the frame to the plane where distances are measured. With ``metric``, that is
    the ground in metres and the hysteresis is ``hysteresis_m``; otherwise its unit is the frame
    height and the hysteresis is in box heights.
    """

    def __init__(
        self,
        rules: Sequence[LineCrossingRule],
        classes: list[Label],
        plane: Matrix,
        metric: bool,
        capacity: int,
    ) -> None:
        self._lines = np.zeros(len(rules), LINE)
        points, normals, first = [], [], 0
        # a plane with y upwards has left and right exchanged
        self._left = 1.0 if np.linalg.det(plane) > 0 else -1.0
        for record, rule in zip(self._lines, rules, strict=True):
            drawn = project(plane, rule.points)
            if np.isnan(drawn).any():
                raise SceneError(
                    f"rule {rule.id!r}: a point of the line lies above the horizon of the "
                    "calibration, so it is not on the ground"
                )
            fill_filter(record, rule, classes)
            if rule.rebuild_feet and rule.anchor == "foot":
                record["anchor"] = REBUILT
            record["first"], record["end"] = first, first + len(drawn)
            record["band_h"] = 0.0 if metric else rule.hysteresis
            record["band"] = rule.hysteresis_m if metric else 0.0
            record["memory"] = rule.memory
            record["stitch"] = rule.stitch
            record["x0"], record["y0"] = drawn.min(axis=0)
            record["x1"], record["y1"] = drawn.max(axis=0)
            points.append(drawn)
            normals.append(corner_normals(drawn))
            first += len(drawn)
        self._points = np.concatenate([*points, np.empty((0, 2))])
        self._normals = np.concatenate([*normals, np.empty((0, 2))])
        self._passages = np.zeros((len(rules), capacity), PASSAGE)
        self._found = np.zeros(64 + len(rules), CROSSING)

    def update(self, rows: Records) -> list[Crossing]:
        """The crossings that these sightings bring to light."""
        crossings: list[Crossing] = []
        done = 0
        while done < len(rows) and len(self._lines):
            count, done = _update(
                self._lines,
                self._points,
                self._normals,
                self._left,
                self._passages,
                rows,
                self._found,
                done,
            )
            if count:
                crossings += map(Crossing._make, self._found[:count].tolist())
        return crossings

    def end(self, ended: Slots, slots: Records) -> list[Crossing]:
        """Forget tracks for good; the crossings of those last seen just beyond a line."""
        if not (len(ended) and len(self._lines)):
            return []
        crossings: list[Crossing] = []
        for slot in ended:
            count = _end(self._lines, self._passages, slot, slots, self._found)
            crossings += map(Crossing._make, self._found[:count].tolist())
        return crossings

    def stitch(self, pairs: Pairs) -> None:
        """Where a line says so, give what it knows of the first track to the second."""
        for old, new in pairs:
            for line in np.flatnonzero(self._lines["stitch"]):
                self._passages[line, new] = self._passages[line, old]
                self._passages[line, old] = np.zeros((), PASSAGE)

    def open(self, line: int, is_open: bool) -> None:
        """Let a line see, or not."""
        self._lines["open"][line] = is_open

    def grow(self, capacity: int) -> None:
        """Make room for more tracks."""
        grown = np.zeros((len(self._lines), capacity), PASSAGE)
        grown[:, : self._passages.shape[1]] = self._passages
        self._passages = grown

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """A copy of all that is remembered, by name."""
        return {"passages": self._passages.copy()}

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        self.grow(arrays["passages"].shape[1])
        self._passages[:] = arrays["passages"]


@njit(cache=True)
def _update(
    lines: Records,
    points: Points,
    normals: Points,
    left: float,
    passages: Records,
    rows: Records,
    found: Records,
    done: int,
) -> tuple[int, int]:
    """Take rows from ``done`` on; how many crossings were found, and how many rows are done."""
    count = 0
    for i in range(done, len(rows)):
        if count + len(lines) > len(found):
            return count, i
        row = rows[i]
        for k in range(len(lines)):
            line = lines[k]
            if not passes(line, row):
                continue
            x, y = plane_anchor(line, row)
            if np.isnan(x):
                continue
            known = passages[k, row.slot]
            if known.side != 0 and row.time - known.seen > line.memory + EPSILON:
                if _has_left(known):
                    _report(found[count], k, row.track, row.label, known.cut, known.near)
                    _show(found[count], row)
                    count += 1
                known.side, known.cuts = 0, 0
            away = left * signed_distance(points, normals, line.first, line.end, x, y)
            side = 1 if away > 0 else -1
            if abs(away) <= ON_THE_LINE:
                if known.side == 0:  # an exact zero tells no side: wait
                    continue
                # still on the side from which it came; the path must not run along the line
                x, y = _beside(points, normals, line.first, line.end, x, y, left * known.near)
                side = known.near
            if known.side == 0:
                known.side, known.cuts = side, 0
            else:
                _cut(points, line, known, x, y, row.time)
            known.near, known.x, known.y, known.seen = side, x, y, row.time
            band = line.band + line.band_h * row.h
            known.depth = (
                0.0 if side == known.side else max(known.depth, abs(away) / max(band, 1e-12))
            )
            if abs(away) > band:
                if side != known.side and known.cuts % 2 == 1:
                    _report(found[count], k, row.track, row.label, known.cut, side)
                    _show(found[count], row)
                    count += 1
                known.side, known.cuts = side, 0
    return count, len(rows)


@njit(cache=True)
def _has_left(known: Record) -> bool:
    """True when a track was last seen across the line, deep enough to believe it."""
    return bool(
        known.side != 0
        and known.near != known.side
        and known.cuts % 2 == 1
        and known.depth > ENOUGH
    )


@njit(cache=True)
def _cut(points: Points, line: Record, known: Record, x: float, y: float, time: float) -> None:
    """Count where the step from the last sighting to ``x y`` cuts the line."""
    px, py = known.x, known.y
    if max(px, x) < line.x0 or min(px, x) > line.x1 or max(py, y) < line.y0 or min(py, y) > line.y1:
        return
    latest = -1.0
    for j in range(line.first, line.end - 1):
        ax, ay, bx, by = points[j, 0], points[j, 1], points[j + 1, 0], points[j + 1, 1]
        before, after = turn(ax, ay, bx, by, px, py), turn(ax, ay, bx, by, x, y)
        # a zero counts as left throughout, so that touching is two cuts or none
        if (before >= 0.0) == (after >= 0.0):
            continue
        a, b = turn(px, py, x, y, ax, ay), turn(px, py, x, y, bx, by)
        meets = (a >= 0.0) != (b >= 0.0)
        # through an inner corner: one of its two parts is cut; through an end: that is a cut
        if (j == line.first and a == 0.0) or (j == line.end - 2 and b == 0.0):
            meets = True
        if meets:
            known.cuts += 1
            latest = max(latest, before / (before - after))
    if latest >= 0.0:
        known.cut = known.seen + latest * (time - known.seen)


@njit(cache=True)
def _beside(
    points: Points, normals: Points, first: int, end: int, x: float, y: float, side: float
) -> tuple[float, float]:
    """A point on the line, moved just off it to a side."""
    for step in range(first, 2 * end - first):
        # the normal of the part or corner on which the point lies leads off the line
        j = first + (step - first) % (end - first)
        dx, dy = normals[j, 0] * side, normals[j, 1] * side
        nx, ny = x + 2 * ON_THE_LINE * dx, y + 2 * ON_THE_LINE * dy
        if signed_distance(points, normals, first, end, nx, ny) * side > 0.0:
            return nx, ny
    return x, y


@njit(cache=True)
def _end(lines: Records, passages: Records, slot: int, slots: Records, found: Records) -> int:
    """Forget the passages of an ended track; report those that had cut and not come back."""
    count, track = 0, slots[slot]
    for k in range(len(lines)):
        known = passages[k, slot]
        if _has_left(known):
            _report(found[count], k, track.track, track.label, known.cut, known.near)
            _show(found[count], track)
            count += 1
        known.side, known.cuts = 0, 0
    return count


@njit(cache=True)
def _report(crossing: Record, line: int, track: int, label: int, time: float, to: int) -> None:
    crossing.line, crossing.track, crossing.label = line, track, label
    crossing.time, crossing.to = time, to


@njit(cache=True)
def _show(crossing: Record, where: Record) -> None:
    crossing.x0, crossing.y0, crossing.x1, crossing.y1 = where.x0, where.y0, where.x1, where.y1
