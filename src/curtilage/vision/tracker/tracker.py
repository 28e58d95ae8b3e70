"""The tracker: give it the detections of each frame, get back who is who.

Online, without any look at the picture: people are never recognised by how they look.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from curtilage.errors import InputError
from curtilage.model import LABELS, Detections, Tracks
from curtilage.vision.tracker.classes import group_of_class
from curtilage.vision.tracker.settings import TrackerSettings
from curtilage.vision.tracker.state import from_arrays, new_state, to_arrays, with_room
from curtilage.vision.tracker.step import Knobs, advance


class TrackerError(InputError):
    """Detections, a time or a saved state that a tracker cannot take."""


class Tracker:
    """Tracks of one camera.

    ``aspect`` is width / height of the picture in pixels: inside, distances are measured in
    frame heights, so that right and down count alike.
    """

    def __init__(self, settings: TrackerSettings, aspect: float) -> None:
        if not (np.isfinite(aspect) and aspect > 0):
            raise TrackerError(f"aspect is {aspect}; it must be width / height of the picture, > 0")
        self.settings = settings
        self.aspect = float(aspect)
        self._knobs = _knobs(settings)
        self._group_of = group_of_class()
        self._state = new_state()

    def update(self, time: float, detections: Detections) -> Tracks:
        """The living tracks after the detections of ``time`` (s), in order of id.

        Times must rise; they may do so by any step. Tracks on their first sightings and tracks
        that are not seen now are included. Boxes may reach outside 0..1; a box without area is
        passed over. Raises TrackerError for a time that does not rise and for detections that
        are not finite, not well shaped or of an unknown class.
        """
        last = float(self._state.clock[0])
        if not time > last or time == np.inf:
            raise TrackerError(
                f"time {time} s comes after {last} s; times must be finite and rise"
                " from update to update"
            )
        boxes, score, class_id = self._canonical(detections)
        self._state = with_room(self._state, int(self._state.counters[0]) + len(score))
        advance(self._state, self._knobs, float(time), boxes, score, class_id, self._group_of)
        return self._tracks()

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Everything remembered, as named arrays for ``numpy.savez``."""
        return to_arrays(self._state)

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave: the same updates give the same tracks, bit by bit.

        Raises TrackerError if an array is missing or of the wrong shape.
        """
        try:
            self._state = from_arrays(arrays)
        except (KeyError, ValueError) as error:
            raise TrackerError(f"not the saved state of a tracker: {error}") from error

    def _canonical(
        self, detections: Detections
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.int64]]:
        """Checked detections as cx cy w h in frame heights, in an order that is their own."""
        corners = np.asarray(detections.boxes, np.float64)
        score = np.asarray(detections.score, np.float64)
        class_id = np.asarray(detections.class_id, np.int64)
        if corners.shape != (len(score), 4) or score.shape != class_id.shape:
            raise TrackerError(
                f"boxes {corners.shape}, score {score.shape}, class_id {class_id.shape}:"
                " must be [N, 4], [N], [N]"
            )
        if not (np.isfinite(corners).all() and np.isfinite(score).all()):
            raise TrackerError("boxes and scores must be finite numbers")
        if len(score) and (class_id.min() < 0 or class_id.max() >= len(LABELS)):
            raise TrackerError(f"class ids must lie in 0..{len(LABELS) - 1}")
        size = corners[:, 2:] - corners[:, :2]
        real = np.flatnonzero((size > 0).all(axis=1))
        order = real[np.lexsort((class_id[real], score[real], *corners[real].T[::-1]))]
        boxes = np.empty((len(order), 4))
        boxes[:, :2] = (corners[order, :2] + corners[order, 2:]) / 2
        boxes[:, 2:] = size[order]
        boxes[:, ::2] *= self.aspect
        return boxes, score[order], class_id[order]

    def _tracks(self) -> Tracks:
        """The state as others see it."""
        s = self._state
        n = int(s.counters[0])
        mean = s.mean[:n]
        box = np.empty((n, 4), np.float32)
        box[:, :2] = mean[:, :2] - mean[:, 2:4] / 2
        box[:, 2:] = mean[:, :2] + mean[:, 2:4] / 2
        box[:, ::2] /= self.aspect
        velocity = np.empty((n, 2), np.float32)
        velocity[:, 0] = mean[:, 4] / self.aspect
        velocity[:, 1] = mean[:, 5] + mean[:, 7] / 2
        now = s.clock[0]
        return Tracks(
            id=s.id[:n].copy(),
            box=box,
            class_id=s.votes[:n].argmax(axis=1).astype(np.int16),
            score=s.score[:n].astype(np.float32),
            hits=s.hits[:n].astype(np.int32),
            age=(now - s.born[:n]).astype(np.float32),
            unseen=(now - s.seen[:n]).astype(np.float32),
            velocity=velocity,
        )


def _knobs(settings: TrackerSettings) -> Knobs:
    """The settings as the kernel reads them."""
    sighting = 0.05**2
    noise = np.array(
        [
            [sighting, 0.005**2, settings.agility**2, 1.5**2],
            [sighting, 0.1**2, 0.05**2, 0.3**2],
        ]
    )
    return Knobs(
        score_high=settings.score_high,
        score_low=settings.score_low,
        score_new=settings.score_new,
        confirm_hits=settings.confirm_hits,
        max_age=settings.max_age,
        young_age=settings.young_age,
        reach=settings.reach,
        reach_low=settings.reach_low,
        noise=noise,
    )
