"""Every track of a camera from its first sighting to its last: what remains of it when it ends."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from curtilage.model import Boxes, Classes, Detections, Floats, Ids, Tracks

SURE = 3  # sightings that make a track worth a word
LATELY = 1.0  # s; who was seen so lately is believed to be there still

ENTRY = np.dtype(
    [
        ("track", "i8"),
        ("label", "i2"),  # index into LABELS
        ("sightings", "i4"),
        ("score", "f4"),  # of the best sighting, 0..1
        ("last_score", "f4"),
        ("first", "f8"),  # s
        ("last", "f8"),
        ("best", "f8"),
        ("begin", "f4", 2),  # foot point, 0..1
        ("best_box", "f4", 4),  # x0 y0 x1 y1, 0..1
        ("box", "f4", 4),  # last seen
    ]
)
"""One track."""

Entries = npt.NDArray[Any]  # structured: ENTRY


class TrackBook:
    """The tracks that live, in order of id."""

    def __init__(self) -> None:
        self._entries: Entries = np.zeros(0, ENTRY)

    def __len__(self) -> int:
        return len(self._entries)

    def update(self, time: float, tracks: Tracks) -> Entries:
        """Take in the tracks of a moment (s), in order of id; those that have ended, if sure."""
        known, entries = self._entries, np.zeros(len(tracks), ENTRY)
        gone = _turn_over(
            known, entries, time, tracks.id, tracks.class_id, tracks.hits, tracks.unseen,
            tracks.score, tracks.box,
        )  # fmt: skip
        self._entries = entries
        return known[gone] if len(gone) else known[:0]

    def score_of(self, track: int | None) -> float | None:
        """Score of the best sighting so far of a living track."""
        if track is None:
            return None
        at = int(np.searchsorted(self._entries["track"], track))
        if at == len(self._entries) or self._entries["track"][at] != track:
            return None
        return round(float(self._entries["score"][at]), 4)

    def there(self, time: float) -> Detections:
        """Where all are who were seen lately, as a detector would say it again."""
        entries = self._entries
        found = entries[(entries["sightings"] >= SURE) & (entries["last"] >= time - LATELY)]
        return Detections(
            np.ascontiguousarray(found["box"]),
            np.ascontiguousarray(found["last_score"]),
            np.ascontiguousarray(found["label"]),
        )

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """A copy of all that is remembered, by name."""
        return {"entries": self._entries.copy()}

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        entries = arrays["entries"]
        if entries.dtype != ENTRY:
            raise ValueError("the tracks are of another version")
        self._entries = entries.copy()


def foot_of(entry: Any) -> tuple[float, float]:
    """The foot point of the last sighting of an ``ENTRY``, 0..1."""
    x, y = _foot(entry["box"][None])[0].tolist()
    return x, y


def _foot(box: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.stack(((box[:, 0] + box[:, 2]) * np.float32(0.5), box[:, 3]), axis=1)


@njit(cache=True)
def _turn_over(
    known: Entries,
    entries: Entries,
    time: float,
    track: Ids,
    label: Classes,
    hits: npt.NDArray[np.int32],
    unseen: Floats,
    score: Floats,
    box: Boxes,
) -> npt.NDArray[np.int64]:
    """Fill ``entries``, one for each of ``track`` (rising); which of ``known`` have ended, if sure.

    Compiled as a whole: a dozen steps of NumPy over a handful of tracks took six times as long.
    """
    gone = np.empty(len(known), np.int64)
    k, ended = 0, 0
    for i in range(len(track)):
        while k < len(known) and known[k].track < track[i]:
            if known[k].sightings >= SURE:
                gone[ended] = k
                ended += 1
            k += 1
        if k < len(known) and known[k].track == track[i]:
            entries[i] = known[k]
            k += 1
        else:
            entries[i].track, entries[i].first = track[i], time
            entries[i].begin[0] = (box[i, 0] + box[i, 2]) * np.float32(0.5)
            entries[i].begin[1] = box[i, 3]
        entry = entries[i]
        entry.label, entry.sightings = label[i], hits[i]
        if unseen[i] != 0.0:
            continue
        entry.last, entry.last_score = time, score[i]
        better = score[i] > entry.score
        if better:
            entry.score, entry.best = score[i], time
        for side in range(4):
            entry.box[side] = box[i, side]
            if better:
                entry.best_box[side] = box[i, side]
    for rest in range(k, len(known)):
        if known[rest].sightings >= SURE:
            gone[ended] = rest
            ended += 1
    return gone[:ended]
