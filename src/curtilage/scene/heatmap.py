"""Heat map: seconds of presence per cell, of the frame or of the ground.

Each sighting of a sure track adds the time that its frame stands for to the four cells around its
anchor (bilinear). The time of a frame is the time since the frame before, so that the map does not
depend on the frame rate; nothing is lost at the border of the frame. Kept per stretch of ten
minutes and class as sparse rows, so that any range is a sum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from curtilage.config.scene import HeatmapRule, Label
from curtilage.model import CLASS_ID, LABELS
from curtilage.scene.filters import FILTER, fill_filter, frame_anchor, passes, plane_anchor
from curtilage.scene.observations import Records, Slots
from curtilage.scene.stitch import Pairs

OFTEN = 60.0  # s; open stretches are told no more often

Grid = npt.NDArray[np.float64]  # [rows, columns]

MAP = np.dtype(
    [
        *FILTER,
        ("ground", "i8"),
        ("bucket", "f8"),  # s
        ("epoch", "f8"),  # s, so that stretches begin on the clock's round minutes
        ("x0", "f8"),  # extent of the grid
        ("y0", "f8"),
        ("x1", "f8"),
        ("y1", "f8"),
    ]
)


@dataclass(frozen=True, slots=True)
class HeatRows:
    """A heat map as sparse rows: seconds in one cell by one class in one stretch of time."""

    start: npt.NDArray[np.float64]  # [N], s, when the stretch began
    class_id: npt.NDArray[np.int16]  # [N], index into LABELS
    cell: npt.NDArray[np.int32]  # [N], row * columns + column
    seconds: npt.NDArray[np.float64]  # [N]


class HeatMap:
    """One heat map, over rows of ``curtilage.scene.observations``; what was drained is not in it.

    ``extent`` is x0 y0 x1 y1 of the grid: 0 0 1 1 of the frame, or metres on the ground.
    """

    def __init__(
        self,
        rule: HeatmapRule,
        classes: list[Label],
        extent: tuple[float, float, float, float],
        epoch: float,
        capacity: int,
    ) -> None:
        self.extent = extent
        self.shape = (rule.grid[1], rule.grid[0])
        self._map = np.zeros(1, MAP)
        fill_filter(self._map[0], rule, classes)
        self._map["ground"] = rule.plane == "ground"
        self._map["bucket"], self._map["epoch"] = rule.bucket, epoch
        for edge, value in zip(("x0", "y0", "x1", "y1"), extent, strict=True):
            self._map[edge] = value
        self.bucket, self._epoch = rule.bucket, epoch  # s
        # one plane of cells for each class that the map looks at
        looked_at = (int(self._map["classes"][0]) >> np.arange(len(LABELS))) & 1
        self._labels = np.flatnonzero(looked_at).astype(np.int16)
        self._planes = np.cumsum(looked_at) - 1
        self._closed: list[HeatRows] = []
        # open stretches, the current one and the one before it: sightings may be told late
        self._open = np.zeros((2, len(self._labels), *self.shape))
        self._clock = np.array([-np.inf, 0.0])  # number of the current stretch; s outside the grid
        self._touched = False  # the open stretches have changed since they were told
        self._told = -np.inf  # s, when that was
        self._visits = np.zeros(self.shape)
        self._seen = np.zeros((capacity, -(-rule.grid[0] * rule.grid[1] // 8)), np.uint8)

    @property
    def outside(self) -> float:
        """Seconds of anchors outside the grid."""
        return float(self._clock[1])

    def update(self, time: float, rows: Records) -> None:
        """Add sightings; ``time`` is that of the frame."""
        stretch = (time + self._epoch) // self.bucket
        if stretch != self._clock[0]:
            self._turn(stretch)
        if len(rows):
            _add(self._map, self._planes, rows, self._open, self._clock, self._visits, self._seen)
            self._touched = True

    def cells(
        self, label: str | None = None, since: float = -np.inf, until: float = np.inf
    ) -> Grid:
        """[rows, columns]: seconds, of one class or all.

        ``since`` and ``until`` (s) choose the stretches that begin in that range.
        """
        rows = self.rows()
        chosen = (rows.start >= since) & (rows.start < until)
        if label is not None:
            chosen &= rows.class_id == CLASS_ID[label]
        cells = self.shape[0] * self.shape[1]
        seconds = np.bincount(rows.cell[chosen], rows.seconds[chosen], cells)
        return seconds.astype(np.float64).reshape(self.shape)

    def visits(self) -> Grid:
        """[rows, columns]: how many tracks (stitched) were seen in each cell."""
        return self._visits.copy()

    def rows(self) -> HeatRows:
        """The whole map as sparse rows, in order of time, class and cell."""
        return _joined([*self._closed, *self._stretch(1), *self._stretch(0)])

    def drain(self, time: float) -> HeatRows:
        """Whole stretches that have changed since the last time, as they are now.

        Those that are over are then forgotten; those that are not are told every ``OFTEN``.
        """
        parts, self._closed = self._closed, []
        if self._touched and time >= self._told + OFTEN:
            parts += [*self._stretch(1), *self._stretch(0)]
            self._touched, self._told = False, time
        return _joined(parts)

    def end(self, ended: Slots) -> None:
        """Forget tracks for good."""
        if len(ended):
            self._seen[ended] = 0

    def stitch(self, pairs: Pairs) -> None:
        """Let the second track go on with the visits of the first."""
        for old, new in pairs:
            self._seen[new] = self._seen[old]

    def open(self, is_open: bool) -> None:
        """Let the map see, or not."""
        self._map["open"] = is_open

    def grow(self, capacity: int) -> None:
        """Make room for more tracks."""
        grown = np.zeros((capacity, self._seen.shape[1]), np.uint8)
        grown[: len(self._seen)] = self._seen
        self._seen = grown

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """A copy of all that is remembered, by name."""
        rows = _joined(self._closed)
        closed = {f"closed.{name}": getattr(rows, name) for name in _EMPTY}
        return {
            "open": self._open.copy(),
            "clock": self._clock.copy(),
            "told": np.array([self._told, self._touched], np.float64),
            "visits": self._visits.copy(),
            "seen": self._seen.copy(),
            **closed,
        }

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        closed = HeatRows(*(arrays[f"closed.{name}"] for name in _EMPTY))
        self._closed = [closed] if len(closed.cell) else []
        self._told, self._touched = float(arrays["told"][0]), bool(arrays["told"][1])
        self._open[:], self._clock[:] = arrays["open"], arrays["clock"]
        self._visits[:] = arrays["visits"]
        self._seen = arrays["seen"].copy()

    def _turn(self, stretch: float) -> None:
        """Close the stretch before the current one, and the current one too if it is long past."""
        self._closed += self._stretch(1)
        if stretch == self._clock[0] + 1:
            self._open[1] = self._open[0]
        else:
            self._closed += self._stretch(0)
            self._open[1] = 0.0
        self._open[0] = 0.0
        self._clock[0] = stretch

    def _stretch(self, age: int) -> list[HeatRows]:
        """An open stretch as rows; none where nothing was seen."""
        plane, row, column = np.nonzero(self._open[age])
        if not len(plane):
            return []
        start = (self._clock[0] - age) * self._map["bucket"][0] - self._map["epoch"][0]
        return [
            HeatRows(
                np.full(len(plane), start),
                self._labels[plane],
                (row * self.shape[1] + column).astype(np.int32),
                self._open[age][plane, row, column],
            )
        ]


_EMPTY: dict[str, npt.NDArray[Any]] = {
    "start": np.empty(0, np.float64),
    "class_id": np.empty(0, np.int16),
    "cell": np.empty(0, np.int32),
    "seconds": np.empty(0, np.float64),
}


def _joined(parts: Sequence[HeatRows]) -> HeatRows:
    return HeatRows(
        *(
            np.concatenate([getattr(part, name) for part in parts] or [empty])
            for name, empty in _EMPTY.items()
        )
    )


@njit(cache=True)
def _add(
    maps: Records,
    planes: npt.NDArray[np.int64],
    rows: Records,
    seconds: npt.NDArray[np.float64],
    clock: npt.NDArray[np.float64],
    visits: Grid,
    seen: npt.NDArray[np.uint8],
) -> None:
    heat = maps[0]
    height, width = visits.shape
    for i in range(len(rows)):
        row = rows[i]
        if not passes(heat, row):
            continue
        x, y = plane_anchor(heat, row) if heat.ground != 0 else frame_anchor(heat, row)
        if not (heat.x0 <= x <= heat.x1 and heat.y0 <= y <= heat.y1):
            clock[1] += row.dt
            continue
        # in cells, counted from their centres
        u = (x - heat.x0) / (heat.x1 - heat.x0) * width - 0.5
        v = (y - heat.y0) / (heat.y1 - heat.y0) * height - 0.5
        column, line = int(np.floor(u)), int(np.floor(v))
        right, below = u - column, v - line
        # half a cell at the border has no neighbour: what is meant for it stays in the last cell
        left, beside = max(column, 0), min(column + 1, width - 1)
        top, under = max(line, 0), min(line + 1, height - 1)
        age = 1 if np.floor((row.time + heat.epoch) / heat.bucket) < clock[0] else 0
        cells = seconds[age, planes[row.label]]
        cells[top, left] += row.dt * (1 - right) * (1 - below)
        cells[top, beside] += row.dt * right * (1 - below)
        cells[under, left] += row.dt * (1 - right) * below
        cells[under, beside] += row.dt * right * below
        cell = min(int(np.floor(v + 0.5)), height - 1) * width + min(
            int(np.floor(u + 0.5)), width - 1
        )
        bit = np.uint8(1 << (cell % 8))
        if seen[row.slot, cell // 8] & bit == 0:
            seen[row.slot, cell // 8] |= bit
            visits[cell // width, cell % width] += 1.0
