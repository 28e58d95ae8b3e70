"""Which tracks stand still: their foot point has stayed within a part of their own height."""

import numpy as np
import numpy.typing as npt
from numba import njit

from curtilage.model import Boxes, Ids, Mask, Times, Tracks

STILL_S = 3.0
NEAR = 0.15  # box heights

Places = npt.NDArray[np.float32]  # [N, 2], foot points


class Stillness:
    """Remembers where each track of a camera came to a stop, and when."""

    def __init__(self) -> None:
        self._id: Ids = np.empty(0, np.int64)
        self._place: Places = np.empty((0, 2), np.float32)
        self._since: Times = np.empty(0, np.float64)

    def update(self, time: float, tracks: Tracks, aspect: float) -> Mask:
        """Which of ``tracks`` stand still at ``time`` (s).

        Args:
            time: rises.
            tracks: sorted by id, as the tracker gives them.
            aspect: width / height of the picture.

        """
        place, since = _stops(
            self._id, self._place, self._since, time, tracks.id, tracks.box, aspect
        )
        self._id, self._place, self._since = tracks.id, place, since
        still: Mask = time - since >= STILL_S
        return still


@njit(cache=True)
def _stops(
    known: Ids,
    stopped: Places,
    begun: Times,
    time: float,
    track: Ids,
    box: Boxes,
    aspect: float,
) -> tuple[Places, Times]:
    """Where each of ``track`` (rising) has come to a stop, and when; here and now if it moves."""
    place, since = np.empty((len(track), 2), np.float32), np.empty(len(track))
    k = 0
    for i in range(len(track)):
        place[i, 0] = (box[i, 0] + box[i, 2]) * np.float32(0.5)
        place[i, 1] = box[i, 3]
        since[i] = time
        while k < len(known) and known[k] < track[i]:
            k += 1
        if k == len(known) or known[k] != track[i]:
            continue
        x = (place[i, 0] - stopped[k, 0]) * aspect
        y = place[i, 1] - stopped[k, 1]
        if np.hypot(x, y) <= NEAR * (box[i, 3] - box[i, 1]):
            place[i], since[i] = stopped[k], begun[k]
    return place, since
