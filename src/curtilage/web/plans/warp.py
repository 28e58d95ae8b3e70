"""A camera's heat map laid on a floor plan. Pure.

Each cell's seconds are spread over where its area lies on the plan, by points taken evenly in it; a
cell that looks large on the plan (far from the camera) gets more of them. So nothing is lost or
made: what falls beside the plan, or beyond the horizon, is told. Which share of which cell goes
where depends only on how the camera is placed; it is worked out once and kept.
"""

import threading
from dataclasses import dataclass
from functools import lru_cache
from math import isqrt
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from curtilage.plane import Matrix, project

Grid: TypeAlias = npt.NDArray[np.float64]  # [rows, columns], seconds; or [N, 2], points
Whole: TypeAlias = npt.NDArray[np.int64]  # [N]
Extent: TypeAlias = tuple[float, float, float, float]  # x0 y0 x1 y1 of the whole grid
Shape: TypeAlias = tuple[int, int]  # rows, columns

FINEST: Final = 48
"""Points a side of a cell at most; farther cells would be blurred by the detector anyway."""
_STEPS: Final = np.array([0, 2, 4, 8, 16, 32, FINEST])
_DENSE: Final = 3.0
"""Points a side for each cell of the plan that a cell spans: its neighbours differ by 4 : 3."""
MOST_POINTS: Final = 12_000_000
"""Of all cells together, about: three seconds; of a fine grid each cell gets fewer."""
_POINTS: Final = 1_000_000
"""Worked on at a time: 50 MB."""
_WORKING: Final = threading.Lock()
"""One works them out, and who asks for the same meanwhile finds them."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A heat map on a plan."""

    seconds: Grid
    outside: float  # seconds that lie beside the plan


@dataclass(frozen=True, slots=True)
class Shares:
    """Which share of which cell of the heat map goes to which cell of the plan."""

    source: Whole  # [N], row * columns + column of the heat map
    target: Whole  # [N], the same of the plan
    share: Grid  # [N], 0..1; those of a source sum up to 1 where it lies on the plan as a whole


def lay(seconds: Grid, extent: Extent, to_plan: Matrix, shape: Shape) -> Laid:
    """The heat map on the plan's grid.

    Args:
        seconds: [R, C], row by row from the top left of ``extent``.
        extent: of the grid, in the coordinates that ``to_plan`` takes.
        to_plan: plane map to the plan, 0..1.
        shape: rows and columns of the plan's grid.
    """
    there = (seconds.shape[0], seconds.shape[1])
    matrix = np.ascontiguousarray(to_plan, np.float64).tobytes()
    with _WORKING:
        shares = _shares(matrix, there, extent, shape)
    weight = shares.share * seconds.reshape(-1)[shares.source]
    summed = np.bincount(shares.target, weight, shape[0] * shape[1])
    laid = np.asarray(summed, np.float64).reshape(shape)
    return Laid(laid, max(0.0, float(seconds.sum() - laid.sum())))


@lru_cache(maxsize=32)
def _shares(matrix: bytes, there: Shape, extent: Extent, shape: Shape) -> Shares:
    """Of a grid of ``there`` rows and columns; a megabyte each."""
    to_plan = np.frombuffer(matrix).reshape(3, 3)
    size = np.array([(extent[2] - extent[0]) / there[1], (extent[3] - extent[1]) / there[0]])
    line, column = np.divmod(np.arange(there[0] * there[1]), there[1])
    corner = np.column_stack([column, line]) * size + extent[:2]
    sides = _sides(corner, size, to_plan, shape)
    made = [Shares(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))]
    for side in np.unique(sides[sides > 0]).tolist():
        which = np.flatnonzero(sides == side)
        step = max(1, _POINTS // side**2)
        made += [
            _spread(which[first : first + step], corner, size, side, to_plan, shape)
            for first in range(0, len(which), step)
        ]
    return Shares(
        np.concatenate([one.source for one in made]),
        np.concatenate([one.target for one in made]),
        np.concatenate([one.share for one in made]),
    )


def _sides(corner: Grid, size: Grid, to_plan: Matrix, shape: Shape) -> Whole:
    """[N]: points a side that each cell needs; 0 where it lies beside the plan as a whole."""
    around = np.array([[0, 0], [1, 0], [0, 1], [1, 1]]) * size
    points = (corner[:, None] + around).reshape(-1, 2)
    on_plan = project(to_plan, points).reshape(-1, 4, 2)
    hidden = np.isnan(on_plan[:, :, 0])  # corners beyond the horizon
    cut, beyond = hidden.any(axis=1), hidden.all(axis=1)
    low, high = on_plan.min(axis=1), on_plan.max(axis=1)
    with np.errstate(invalid="ignore"):
        beside = beyond | ((low >= 1.0) | (high < 0.0)).any(axis=1)
        wanted = np.ceil(_DENSE * ((high - low) * (shape[1], shape[0])).max(axis=1)) + 1
    finest = min(FINEST, max(2, isqrt(MOST_POINTS // len(corner))))
    wanted = np.where(beside, 0, np.where(cut, finest, np.minimum(wanted, finest)))
    return np.asarray(_STEPS[np.searchsorted(_STEPS, wanted)], np.int64)


def _spread(
    cells: Whole, corner: Grid, size: Grid, side: int, to_plan: Matrix, shape: Shape
) -> Shares:
    """The shares of these cells, by ``side`` times ``side`` points in each."""
    ticks = (np.arange(side) + 0.5) / side
    within = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2) * size
    points = project(to_plan, (corner[cells][:, None] + within).reshape(-1, 2))
    with np.errstate(invalid="ignore"):
        there = ((points >= 0.0) & (points < 1.0)).all(axis=1)
    place = (points[there] * (shape[1], shape[0])).astype(np.int64)
    plan_cells = shape[0] * shape[1]
    pair = np.repeat(cells, side**2)[there] * plan_cells + place[:, 1] * shape[1] + place[:, 0]
    pair, points_in = np.unique(pair, return_counts=True)
    return Shares(pair // plan_cells, pair % plan_cells, points_in / side**2)
