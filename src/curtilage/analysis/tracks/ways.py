"""Where tracks went, in few points: foot points about as often as an eye needs to see the way."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from curtilage.model import LABELS
from curtilage.store.found.observations.log import SURE
from curtilage.store.found.observations.query import Looks

EVERY_NS: Final = 400_000_000
POINTS: Final = 60
"""Of one way; a longer one keeps its ends, and of the rest every so many."""


@dataclass(frozen=True, slots=True)
class Way:
    """The way of one track."""

    track: int
    label: str  # as it was last voted
    time_ns: npt.NDArray[np.int64]  # [P], UTC, rising
    foot: npt.NDArray[np.float64]  # [P, 2], x y, 0..1


@dataclass(frozen=True, slots=True)
class _Some:
    track: npt.NDArray[np.int64]
    time_ns: npt.NDArray[np.int64]
    class_id: npt.NDArray[np.int16]
    foot: npt.NDArray[np.float64]


class Ways:
    """Gathers the ways of tracks from looks in order of time."""

    def __init__(self) -> None:
        self._some: list[_Some] = []

    def add(self, looks: Looks) -> None:
        """The next looks."""
        seen = np.flatnonzero(looks.hits >= SURE)
        order = seen[np.lexsort((looks.time_ns[seen], looks.track[seen]))]
        track, time_ns = looks.track[order], looks.time_ns[order]
        slot = time_ns // EVERY_NS
        new = np.ones(len(order), np.bool_)
        changes = np.diff(track) != 0
        # the first of each stretch of time, and the last of each track
        new[1:] = changes | (np.diff(slot) != 0)
        new[:-1] |= changes
        new[-1:] = True
        kept = order[new]
        box = looks.box[kept].astype(np.float64)
        foot = np.clip(np.stack(((box[:, 0] + box[:, 2]) / 2, box[:, 3]), axis=1), 0.0, 1.0)
        self._some.append(_Some(looks.track[kept], looks.time_ns[kept], looks.class_id[kept], foot))

    def of(self, tracks: Collection[int]) -> list[Way]:
        """The ways of those tracks, in order of their numbers."""
        return self._all(np.array(sorted(tracks), np.int64))

    def longest(self, most: int) -> tuple[list[Way], int]:
        """The ``most`` tracks that were there for the longest time; and how many there are."""
        track = self._joined("track")
        if not len(track):
            return [], 0
        time_ns = self._joined("time_ns")
        names, place = np.unique(track, return_inverse=True)
        first, last = np.full(len(names), np.iinfo(np.int64).max), np.zeros(len(names), np.int64)
        np.minimum.at(first, place, time_ns)
        np.maximum.at(last, place, time_ns)
        longest = names[np.argsort(first - last, kind="stable")[:most]]
        return self._all(np.sort(longest)), len(names)

    def _all(self, wanted: npt.NDArray[np.int64]) -> list[Way]:
        track = self._joined("track")
        among = np.flatnonzero(np.isin(track, wanted))
        time_ns, class_id = self._joined("time_ns"), self._joined("class_id")
        foot = np.concatenate([one.foot for one in self._some] or [np.empty((0, 2))])
        order = among[np.lexsort((time_ns[among], track[among]))]
        cuts = np.flatnonzero(np.diff(track[order])) + 1
        ways = []
        for rows in np.split(order, cuts) if len(order) else ():
            some = rows[_few(len(rows))]
            label = LABELS[int(class_id[rows[-1]])]
            ways.append(Way(int(track[rows[0]]), label, time_ns[some], foot[some]))
        return ways

    def _joined(self, name: str) -> npt.NDArray[np.int64]:
        parts = [getattr(one, name) for one in self._some]
        return np.concatenate(parts or [np.empty(0)]).astype(np.int64)


def _few(count: int) -> npt.NDArray[np.int64]:
    """Which of so many points are kept."""
    if count <= POINTS:
        return np.arange(count)
    return np.rint(np.linspace(0, count - 1, POINTS)).astype(np.int64)
