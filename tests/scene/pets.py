"""The annotated people of PETS 2009 S2.L1 as tracks; its true rate is 7 frames a second."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from curtilage.model import Tracks
from curtilage.scene import Sightings

SIZE = (768, 576)
RATE = 7.0
FRAMES = 795

Rows = npt.NDArray[np.float64]  # [N, 10]: frame (1 first), id, x, y, width, height (px), …


def true_tracks(gt: Path, every: int = 1) -> Iterator[tuple[float, Tracks]]:
    """Time and tracks of every ``every``-th frame."""
    rows, sightings = np.loadtxt(gt, delimiter=","), Sightings()
    scale = np.array(SIZE * 2, np.float64)
    for frame in range(1, FRAMES + 1, every):
        seen = rows[rows[:, 0] == frame]
        boxes = np.column_stack([seen[:, 2:4], seen[:, 2:4] + seen[:, 4:6]]) / scale
        yield (frame - 1) / RATE, sightings.tracks(seen[:, 1], boxes)


def people(gt: Path) -> Iterator[tuple[int, Rows, Rows, Rows]]:
    """Each person: id, times (s), feet [N, 2] and heights of boxes (px)."""
    rows = np.loadtxt(gt, delimiter=",")
    for person in np.unique(rows[:, 1]):
        own = rows[rows[:, 1] == person]
        own = own[np.argsort(own[:, 0])]
        feet = np.column_stack([own[:, 2] + own[:, 4] / 2, own[:, 3] + own[:, 5]])
        yield int(person), (own[:, 0] - 1) / RATE, feet, own[:, 5]
