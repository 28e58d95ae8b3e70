"""Which tracks stand still: their foot point has stayed within a part of their own height."""

import numpy as np
import numpy.typing as npt

from curtilage.model import Ids, Mask, Times, Tracks

STILL_S = 3.0
NEAR = 0.15  # box heights


class Stillness:
    """Remembers where each track of a camera came to a stop, and when."""

    def __init__(self) -> None:
        self._id: Ids = np.empty(0, np.int64)
        self._place: npt.NDArray[np.float32] = np.empty((0, 2), np.float32)
        self._since: Times = np.empty(0, np.float64)

    def update(self, time: float, tracks: Tracks, aspect: float) -> Mask:
        """Which of ``tracks`` stand still at ``time`` (s).

        Args:
            time: rises.
            tracks: sorted by id, as the tracker gives them.
            aspect: width / height of the picture.

        """
        box = tracks.box
        place = np.stack(((box[:, 0] + box[:, 2]) * 0.5, box[:, 3]), axis=1)
        since = np.full(len(tracks), time)
        if len(self._id) and len(tracks):
            at = np.minimum(np.searchsorted(self._id, tracks.id), len(self._id) - 1)
            moved = place - self._place[at]
            moved[:, 0] *= aspect
            height = box[:, 3] - box[:, 1]
            near = (self._id[at] == tracks.id) & (np.hypot(*moved.T) <= NEAR * height)
            place[near] = self._place[at][near]
            since[near] = self._since[at][near]
        self._id, self._place, self._since = tracks.id, place, since
        still: Mask = time - since >= STILL_S
        return still
