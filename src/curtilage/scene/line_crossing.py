"""Line crossing (ONVIF ``LineDetector/Crossed``): who goes through a line, and which way.

One kernel serves all lines of a camera. A track's path goes from sighting to sighting, wherever it
was hidden in between. What its path does within the hysteresis of a line is one approach: when
the track is seen clear of the line again, it has crossed if the approach cut the line an odd
number of times. The way is that of most cuts, the time that of the last cut that way. So jitter
is nothing, there and back is two crossings, and going round an end cuts nothing, whatever the
shape of the line; a side needs no definition away from it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from curtilage.config.scene import Label, LineCrossingRule
from curtilage.geometry import Matrix, project, squared_distance, turn
from curtilage.model import Direction, Points
from curtilage.scene.errors import SceneError
from curtilage.scene.filters import FILTER, REBUILT, fill_filter, passes, plane_anchor
from curtilage.scene.observations import EPSILON, Record, Records, Slots
from curtilage.scene.stitch import Pairs

EDGE = 0.02  # of the frame: a box that comes nearer to its border is leaving the picture
ON_THE_LINE = 1e-9  # frame heights or metres: nearer than that is an exact zero

ALWAYS, HIDDEN = 1, 2  # which lost tracks another may continue

LINE = np.dtype(
    [
        *FILTER,
        ("first", "i8"),  # its points in the array of all points
        ("end", "i8"),
        ("band_h", "f8"),  # hysteresis in box heights
        ("band", "f8"),  # plus so much of the plane's unit
        ("memory", "f8"),  # s
        ("stitch", "i8"),  # 0, ALWAYS or HIDDEN
        ("x0", "f8"),  # its bounding box
        ("y0", "f8"),
        ("x1", "f8"),
        ("y1", "f8"),
    ]
)

PASSAGE = np.dtype(
    [
        ("x", "f8"),  # last sighting off the line, on the plane
        ("y", "f8"),
        ("seen", "f8"),  # s, last sighting
        ("cut_ab", "f8"),  # s, last cut from A to B
        ("cut_ba", "f8"),
        ("cuts", "i2"),  # of the approach, both ways
        ("net", "i2"),  # those from A to B less those from B to A
        ("known", "u1"),  # 0: no path yet
        ("clear", "u1"),  # 1: the approach began clear of the line
        ("resting", "u1"),  # 1: the last sighting was exactly on the line
        ("unused", "u1"),  # to the full eight bytes
    ]
)
"""What one line knows of one track."""


class Crossing(NamedTuple):
    """One track has crossed one line."""

    time: float  # s, of the last cut that way
    line: int  # index among the line rules
    track: int
    label: int  # index into LABELS
    way: int  # 1 from A to B, -1 from B to A
    x0: float  # its box when that was noticed, 0..1
    y0: float
    x1: float
    y1: float

    @property
    def direction(self) -> Direction:
        """Which way."""
        return Direction.A_TO_B if self.way > 0 else Direction.B_TO_A

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Its box when the crossing was noticed, 0..1 of the frame."""
        return self.x0, self.y0, self.x1, self.y1


CROSSING = np.dtype(
    [(name, "f8" if kind is float else "i8") for name, kind in Crossing.__annotations__.items()]
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
        points: list[Points] = [np.empty((0, 2))]
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
            record["first"] = sum(len(part) for part in points)
            record["end"] = record["first"] + len(drawn)
            record["band_h"] = 0.0 if metric else rule.hysteresis
            record["band"] = rule.hysteresis_m if metric else 0.0
            record["memory"] = rule.memory
            record["stitch"] = HIDDEN if rule.stitch == "hidden" else ALWAYS * rule.stitch
            record["x0"], record["y0"] = drawn.min(axis=0)
            record["x1"], record["y1"] = drawn.max(axis=0)
            points.append(drawn)
        self._points = np.concatenate(points)
        # a plane with y upwards has left and right exchanged
        self._left = 1 if np.linalg.det(plane) > 0 else -1
        self._passages = np.zeros((capacity, len(rules)), PASSAGE)
        self._found = np.zeros(64 + 2 * len(rules), CROSSING)  # two for a row and a line at most

    def update(self, rows: Records) -> list[Crossing]:
        """The crossings that these sightings bring to light."""
        crossings: list[Crossing] = []
        done = 0
        while done < len(rows) and len(self._lines):
            count, done = _update(
                self._lines, self._points, self._left, self._passages, rows, self._found, done
            )
            if count:
                crossings += map(Crossing._make, self._found[:count].tolist())
        return crossings

    def end(self, ended: Slots, slots: Records) -> list[Crossing]:
        """Forget tracks for good; the crossings of those last seen just beyond a line."""
        crossings: list[Crossing] = []
        for slot in ended if len(self._lines) else ():
            count = _end(self._lines, self._passages, slot, slots[slot], self._found)
            crossings += map(Crossing._make, self._found[:count].tolist())
        return crossings

    def stitch(self, pairs: Pairs, hidden: Pairs) -> None:
        """Where a line says so, give what it knows of a lost track to the one that continues it.

        Args:
            pairs: [P, 2], slots, for lines that always do so.
            hidden: [Q, 2], slots, for lines that do so if the tracker had followed on, unseen.
        """
        for wanted, joined in ((ALWAYS, pairs), (HIDDEN, hidden)):
            lines = np.flatnonzero(self._lines["stitch"] == wanted)
            for old, new in joined:
                self._passages[new, lines] = self._passages[old, lines]
                self._passages[old, lines] = np.zeros((), PASSAGE)

    def grow(self, capacity: int) -> None:
        """Make room for more tracks."""
        grown = np.zeros((capacity, len(self._lines)), PASSAGE)
        grown[: len(self._passages)] = self._passages
        self._passages = grown

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """A copy of all that is remembered, by name."""
        return {"passages": self._passages.copy()}

    def restore_some(
        self, arrays: Mapping[str, npt.NDArray[Any]], before: Slots, now: Slots
    ) -> None:
        """Of the lines ``before`` what is known of tracks goes on in the lines ``now``."""
        self.grow(len(arrays["passages"]))
        self._passages[:, now] = arrays["passages"][:, before]

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        self.grow(len(arrays["passages"]))
        self._passages[:] = arrays["passages"]


@njit(cache=True)
def _update(
    lines: Records,
    points: Points,
    left: int,
    passages: Records,
    rows: Records,
    found: Records,
    done: int,
) -> tuple[int, int]:
    """Take rows from ``done`` on; how many crossings were found, and how many rows are done."""
    count = 0
    for i in range(done, len(rows)):
        if count + 2 * len(lines) > len(found):
            return count, i
        row = rows[i]
        for k in range(len(lines)):
            line = lines[k]
            if not passes(line, row):
                continue
            x, y = plane_anchor(line, row)
            if np.isnan(x):
                continue
            known = passages[row.slot, k]
            if known.known != 0 and row.time - known.seen > line.memory + EPSILON:
                known.known = 0
            # far away and staying there is most of what happens: nothing else to look at
            band = line.band + line.band_h * row.h
            near = line.x0 - band <= x <= line.x1 + band and line.y0 - band <= y <= line.y1 + band
            away = _squared_distance(points, line, x, y) if near else np.inf
            if away <= ON_THE_LINE**2:  # tells nothing: wait for what comes next
                known.seen, known.resting = row.time, 1
                continue
            if known.known == 0:
                known.known, known.cuts, known.net, known.clear = 1, 0, 0, 0
                known.cut_ab = known.cut_ba = -np.inf
            elif (
                max(known.x, x) >= line.x0
                and min(known.x, x) <= line.x1
                and max(known.y, y) >= line.y0
                and min(known.y, y) <= line.y1
            ):
                _cut(points, left, line, known, x, y, row.time)
            known.x, known.y, known.seen, known.resting = x, y, row.time, 0
            if away > band * band:
                if known.cuts % 2 == 1:
                    count = _report(found, count, k, known, row)
                known.cuts, known.net, known.clear = 0, 0, 1
    return count, len(rows)


@njit(cache=True)
def _squared_distance(points: Points, line: Record, x: float, y: float) -> float:
    """Square of how far ``x y`` is from the line."""
    nearest = np.inf
    for j in range(line.first, line.end - 1):
        away = squared_distance(
            points[j, 0], points[j, 1], points[j + 1, 0], points[j + 1, 1], x, y
        )
        nearest = min(nearest, away)
    return nearest


@njit(cache=True)
def _cut(
    points: Points, left: int, line: Record, known: Record, x: float, y: float, time: float
) -> None:
    """Count where the step from the last sighting off the line to ``x y`` cuts the line."""
    px, py = known.x, known.y
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
        if not meets:
            continue
        # who was on the line left it after that sighting
        share = 0.0 if known.resting else before / (before - after)
        when = known.seen + share * (time - known.seen)
        if (before >= 0.0) == (left > 0):
            known.net += 1
            known.cut_ab = max(known.cut_ab, when)
        else:
            known.net -= 1
            known.cut_ba = max(known.cut_ba, when)
        known.cuts += 1


@njit(cache=True)
def _end(lines: Records, passages: Records, slot: int, track: Record, found: Records) -> int:
    """Forget the paths of an ended track; how many crossings are in ``found``.

    Who came from afar, went straight through a line and out of the picture has crossed it, clear
    of it or not: lines near the border need this. Anywhere else a track that ends within the
    hysteresis has not, nor has one with several cuts, who was standing on the line.
    """
    count = 0
    leaves = min(track.x0, track.y0) < EDGE or max(track.x1, track.y1) > 1.0 - EDGE
    for k in range(len(lines)):
        known = passages[slot, k]
        if known.known != 0 and known.clear == 1 and known.cuts == 1 and leaves:
            count = _report(found, count, k, known, track)
        known.known, known.cuts = 0, 0
    return count


@njit(cache=True)
def _report(found: Records, count: int, k: int, known: Record, where: Record) -> int:
    crossing = found[count]
    crossing.line, crossing.track, crossing.label = k, where.track, where.label
    crossing.way = 1 if known.net > 0 else -1
    crossing.time = known.cut_ab if known.net > 0 else known.cut_ba
    crossing.x0, crossing.y0, crossing.x1, crossing.y1 = where.x0, where.y0, where.x1, where.y1
    return count + 1
