"""The ways that tracks went, as points apart: what the search for a line works on.

Distances are in frame heights: x is multiplied with the picture's aspect, so that angles and
lengths are those that one sees.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curtilage.app.outputs.tracks_file import Rows
from curtilage.model import Points

STEP_S = 0.4
"""Points closer in time are left out: the jitter between two frames is no way."""

SURE_HITS = 3
MOVED = 1.0
"""Heights of its own box that a track must have gone to be on its way somewhere."""

TALLEST = 0.25
"""Of the frame: taller boxes are of people close to the camera, who cannot go many of their heights
within the picture; they are taken as this tall."""

MOST = 400
"""Tracks that are looked at; of more, evenly chosen ones."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Points of all tracks that went somewhere, in order of track and time; struct of arrays."""

    point: Points  # [N, 2], x * aspect and y
    track: npt.NDArray[np.int64]  # [N], 0..tracks - 1, rising
    height: npt.NDArray[np.float64]  # [tracks], median box height, at most TALLEST

    @property
    def tracks(self) -> int:
        """How many tracks went somewhere."""
        return len(self.height)


def ways_of(rows: Rows, aspect: float) -> Ways:
    """Ways of the sure tracks among ``rows`` (ROW[N]) that went further than they wobble."""
    rows = rows[rows["seen"]]
    rows = rows[np.lexsort((rows["frame"], rows["track"]))]
    new = np.ones(len(rows), np.bool_)
    new[1:] = rows["track"][1:] != rows["track"][:-1]
    starts = np.flatnonzero(new)
    ends = np.append(starts, len(rows))[1:]
    foot = np.stack([(rows["x0"] + rows["x1"]) / 2 * aspect, rows["y1"]], axis=1)
    foot = foot.astype(np.float64)
    box = (rows["y1"] - rows["y0"]).astype(np.float64)
    moved = [
        (first, last, height)
        for first, last in zip(starts.tolist(), ends.tolist(), strict=True)
        if rows["hits"][last - 1] >= SURE_HITS
        and (height := min(TALLEST, float(np.median(box[first:last])))) > 0
        and np.ptp(foot[first:last], axis=0).max() >= MOVED * height
    ]
    if len(moved) > MOST:
        moved = [moved[i] for i in np.linspace(0, len(moved) - 1, MOST).astype(int)]
    parts = [foot[first + _spaced(rows["time"][first:last])] for first, last, _ in moved]
    return Ways(
        point=np.concatenate([*parts, np.empty((0, 2))]),
        track=np.repeat(np.arange(len(parts)), [len(part) for part in parts]).astype(np.int64),
        height=np.array([height for *_, height in moved], np.float64),
    )


def _spaced(time: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Indices of the first row of each stretch of ``STEP_S``, and of the last row."""
    stretch = np.floor((time - time[0]) / STEP_S)
    first = np.flatnonzero(np.diff(stretch, prepend=-1.0))
    return np.unique(np.append(first, len(time) - 1)).astype(np.int64)
