"""True visits to a zone and true occupancy, from annotated boxes.

A person is inside while the foot (bottom centre of the box, cut off at the edge of the picture) is
in the polygon or on its border; absences up to ``GRACE_S`` do not end a visit.
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


def inside(rows: Rows, polygon: npt.NDArray[np.float64], sequence: Sequence) -> Rows:
    """The boxes that stand in the polygon (px, [K, 2])."""
    left, right = (np.clip(x, 0, sequence.width) for x in (rows[:, 2], rows[:, 2] + rows[:, 4]))
    bottom = np.clip(rows[:, 3] + rows[:, 5], 0, sequence.height)
    within = shapely.intersects_xy(shapely.Polygon(polygon), (left + right) / 2, bottom)
    stay: Rows = rows[np.asarray(within, np.bool_)]
    return stay


def visits(zone: str, stay: Rows, fps: float) -> list[Visit]:
    """The visits in the rows that are inside (annotation, or what a tracker made), by begin."""
    found: list[Visit] = []
    for person in np.unique(stay[:, 1]):
        times = (np.sort(stay[stay[:, 1] == person, 0]) - 1) / fps
        breaks = np.flatnonzero(np.diff(times) > GRACE_S + 1 / fps + 1e-9)
        begins = times[np.concatenate([[0], breaks + 1])]
        ends = times[np.concatenate([breaks, [len(times) - 1]])]
        found += [
            Visit(zone, int(person), float(b), float(e)) for b, e in zip(begins, ends, strict=True)
        ]
    return sorted(found, key=lambda v: (v.begin, v.person))


def occupancy(stay: Rows, frames: int) -> npt.NDArray[np.int64]:
    """How many are inside, per frame, from the rows that are."""
    frame = stay[:, 0].astype(np.int64) - 1
    return np.bincount(frame, minlength=frames).astype(np.int64)
