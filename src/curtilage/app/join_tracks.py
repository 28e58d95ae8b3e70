"""Joins tracks, offline: who went behind a post and came out under another number is one person.

The same judgement as that of the lines (``curtilage.scene.stitch``): place, size and velocity
together, never looks. A file of tracks has no predictions, so rules that read it could not tell.
"""

import numpy as np
import numpy.typing as npt

from curtilage.app.track_files import BoxRows
from curtilage.model import Tracks
from curtilage.scene.observations import Observations
from curtilage.scene.stitch import LONGEST_HIDDEN, hidden_continuations


class Joins:
    """Which tracks go on as which, noted while the tracker runs; ``aspect`` is width / height."""

    def __init__(self, aspect: float) -> None:
        self._observations = Observations(np.diag([aspect, 1.0, 1.0]), aspect, LONGEST_HIDDEN + 1.0)
        self._goes_on: list[tuple[int, int]] = []  # the lost track, the one that continues it

    def see(self, time: float, tracks: Tracks) -> None:
        """Take in all tracks of ``time`` (s), predicted ones among them; times must rise."""
        self._observations.end(time)
        _, born, _ = self._observations.read(time, 0.0, tracks)
        if len(born):
            track = self._observations.slots["track"]
            pairs = hidden_continuations(self._observations.slots, born, time)
            self._goes_on += [(int(track[old]), int(track[new])) for old, new in pairs]

    def renumbered(self, rows: BoxRows) -> BoxRows:
        """``rows`` (in order of frame) with the number of its first track for each person.

        Who came back after all, while the other was there, keeps a number of its own.
        """
        name = {int(track): int(track) for track in np.unique(rows.id)}
        span = _spans(rows)
        for old, new in self._goes_on:
            first = name.get(old)
            if first is None or new not in span or span[first][1] >= span[new][0]:
                continue
            span[first] = (span[first][0], span[new][1])
            name[new] = first
        number = np.array([name[track] for track in rows.id.tolist()], np.int64)
        order = np.lexsort((number, rows.frame))
        return BoxRows(rows.frame[order], number[order], rows.box[order], rows.score[order])


def _spans(rows: BoxRows) -> dict[int, tuple[int, int]]:
    """First and last frame of each track."""
    order: npt.NDArray[np.int64] = np.lexsort((rows.frame, rows.id))
    number, frame = rows.id[order], rows.frame[order]
    cuts = np.flatnonzero(np.diff(number)) + 1
    first, last = np.append(0, cuts), np.append(cuts, len(number)) - 1
    return {
        int(number[a]): (int(frame[a]), int(frame[b])) for a, b in zip(first, last, strict=True)
    }
