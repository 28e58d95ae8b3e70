"""True visits to a zone and true occupancy, from annotated boxes.

A person is inside while the foot (bottom centre of the box) is in the polygon; absences up to
``GRACE_S`` do not end a visit.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from bench.data import Rows, Sequence

GRACE_S = 1.0


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay of one person in one zone."""

    zone: str
    person: int
    begin: float  # s, first frame inside
    end: float  # s, last frame inside


def inside(rows: Rows, polygon: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which boxes stand in the polygon (px, [K, 2])."""
    feet_x, feet_y = rows[:, 2] + rows[:, 4] / 2, rows[:, 3] + rows[:, 5]
    return np.asarray(shapely.contains_xy(shapely.Polygon(polygon), feet_x, feet_y), np.bool_)


def visits(
    zone: str, polygon: npt.NDArray[np.float64], sequence: Sequence, rows: Rows
) -> list[Visit]:
    """The visits of all ids of ``rows`` (annotation, or what a tracker made), by begin."""
    stay = rows[inside(rows, polygon)]
    found: list[Visit] = []
    for person in np.unique(stay[:, 1]):
        times = (np.sort(stay[stay[:, 1] == person, 0]) - 1) / sequence.fps
        breaks = np.flatnonzero(np.diff(times) > GRACE_S + 1 / sequence.fps + 1e-9)
        begins = times[np.concatenate([[0], breaks + 1])]
        ends = times[np.concatenate([breaks, [len(times) - 1]])]
        found += [
            Visit(zone, int(person), float(b), float(e)) for b, e in zip(begins, ends, strict=True)
        ]
    return sorted(found, key=lambda v: (v.begin, v.person))


def occupancy(
    polygon: npt.NDArray[np.float64], sequence: Sequence, rows: Rows
) -> npt.NDArray[np.int64]:
    """How many stand in the polygon, per frame."""
    frame = rows[inside(rows, polygon), 0].astype(np.int64) - 1
    return np.bincount(frame, minlength=sequence.frames).astype(np.int64)
