"""Every track of a camera from its first sighting to its last: what remains of it when it ends."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from curtilage.model import Detections, Tracks

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
        ended = self._turn_over(time, tracks)
        entries = self._entries
        seen = tracks.unseen == 0
        entries["label"] = tracks.class_id
        entries["sightings"] = tracks.hits
        entries["last"][seen] = time
        entries["box"][seen] = tracks.box[seen]
        entries["last_score"][seen] = tracks.score[seen]
        better = seen & (tracks.score > entries["score"])
        entries["score"][better] = tracks.score[better]
        entries["best"][better] = time
        entries["best_box"][better] = tracks.box[better]
        return ended

    def _turn_over(self, time: float, tracks: Tracks) -> Entries:
        """An entry for each of ``tracks``; those that have ended, if sure."""
        known, ids = self._entries, tracks.id
        before = known["track"]
        if np.array_equal(before, ids):
            return known[:0]
        place = np.searchsorted(ids, before)
        stays = np.zeros(len(known), np.bool_)
        inside = place < len(ids)
        stays[inside] = ids[place[inside]] == before[inside]
        entries = np.zeros(len(tracks), ENTRY)
        entries["first"] = time
        entries["track"] = ids
        entries[place[stays]] = known[stays]
        fresh = entries["sightings"] == 0
        entries["begin"][fresh] = _foot(tracks.box[fresh])
        self._entries = entries
        return known[~stays & (known["sightings"] >= SURE)]

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
