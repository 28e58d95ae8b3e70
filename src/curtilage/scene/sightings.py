"""Tracks of any tracker, as arrays, into the words that rules read."""

import numpy as np
import numpy.typing as npt

from curtilage.model import Tracks


class Sightings:
    """Counts the sightings of each id, so that rules know when a track is sure."""

    def __init__(self) -> None:
        self._hits: dict[int, int] = {}

    def tracks(
        self,
        ids: npt.ArrayLike,
        boxes: npt.ArrayLike,
        class_id: npt.ArrayLike | None = None,
        score: npt.ArrayLike | None = None,
    ) -> Tracks:
        """The tracks of one frame. Give it those that are seen, not those that are predicted.

        Args:
            ids: [N] whole numbers, each once; the same for the same object in every frame.
            boxes: [N, 4] x0 y0 x1 y1, 0..1 of the frame.
            class_id: [N] indices into ``curtilage.model.LABELS``; all persons if left out.
            score: [N] 0..1; all 1 if left out.
        """
        track = np.asarray(ids, np.int64).reshape(-1)
        for each in track.tolist():
            self._hits[each] = self._hits.get(each, 0) + 1
        n = len(track)
        return Tracks(
            id=track,
            box=np.asarray(boxes, np.float32).reshape(-1, 4),
            class_id=np.zeros(n, np.int16) if class_id is None else np.asarray(class_id, np.int16),
            score=np.ones(n, np.float32) if score is None else np.asarray(score, np.float32),
            hits=np.array([self._hits[each] for each in track.tolist()], np.int32),
            age=np.zeros(n, np.float32),
            unseen=np.zeros(n, np.float32),
            velocity=np.zeros((n, 2), np.float32),
        )
