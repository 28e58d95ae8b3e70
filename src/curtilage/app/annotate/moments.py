"""Where everybody was at any moment: between two analysed frames boxes move in a straight line.

The video has all frames of the footage, the analysis may have looked at every third; without this
boxes would jump.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curtilage.app.outputs.tracks_file import Rows
from curtilage.app.report.figures import SURE_HITS
from curtilage.model import Boxes, Ids, Mask, Times

HELD = 1.5
"""Intervals for which a box stays after the last frame in which its track was."""

TRAIL_S = 3.0


@dataclass(frozen=True, slots=True)
class Moment:
    """Sure tracks at one time, struct of arrays."""

    track: Ids  # [N]
    class_id: npt.NDArray[np.int64]  # [N]
    box: Boxes  # [N, 4], 0..1
    seen: Mask  # [N], False: predicted while hidden


class Moments:
    """All moments of one piece of footage."""

    def __init__(self, rows: Rows, looks: Rows, interval: float) -> None:
        last_hits = np.zeros(int(rows["track"].max()) + 1 if len(rows) else 1, np.int64)
        np.maximum.at(last_hits, rows["track"], rows["hits"])
        self._rows = rows[last_hits[rows["track"]] >= SURE_HITS]
        self._time: Times = looks["time"]
        self._hold = HELD * interval
        self._first = np.searchsorted(self._rows["frame"], looks["frame"])
        self._end = np.searchsorted(self._rows["frame"], looks["frame"], side="right")
        by_track = self._rows[np.lexsort((self._rows["frame"], self._rows["track"]))]
        tracks, first = np.unique(by_track["track"], return_index=True)
        bounds = np.append(first, len(by_track))
        self._trails = {
            int(track): by_track[bounds[i] : bounds[i + 1]] for i, track in enumerate(tracks)
        }

    def at(self, time: float) -> Moment:
        """The moment at ``time`` (s)."""
        look = int(np.searchsorted(self._time, time + 1e-6, side="right")) - 1
        if look < 0 or time - self._time[look] > self._hold + self._step(look):
            return _moment(self._rows[:0], np.empty((0, 4), np.float32))
        here = self._rows[self._first[look] : self._end[look]]
        box = _boxes(here)
        if look + 1 < len(self._time):
            then = self._rows[self._first[look + 1] : self._end[look + 1]]
            share = (time - self._time[look]) / (self._time[look + 1] - self._time[look])
            _, mine, its = np.intersect1d(here["track"], then["track"], return_indices=True)
            box[mine] += np.float32(share) * (_boxes(then)[its] - box[mine])
        return _moment(here, box)

    def trail(self, track: int, time: float) -> npt.NDArray[np.float32]:
        """[N, 2]: where the feet of a track were during the last seconds, 0..1."""
        way = self._trails[track]
        first, end = np.searchsorted(way["time"], (time - TRAIL_S, time + 1e-6))
        way = way[first:end]
        return np.stack([(way["x0"] + way["x1"]) / 2, way["y1"]], axis=1)

    def _step(self, look: int) -> float:
        """Within a gap of the footage nothing is held; between two near looks everything is."""
        if look + 1 >= len(self._time):
            return 0.0
        step = float(self._time[look + 1] - self._time[look])
        return step if step <= self._hold * 2 else 0.0


def _boxes(rows: Rows) -> Boxes:
    return np.stack([rows[side] for side in ("x0", "y0", "x1", "y1")], axis=1)


def _moment(rows: Rows, box: Boxes) -> Moment:
    return Moment(rows["track"], rows["class"].astype(np.int64), box, rows["seen"])
