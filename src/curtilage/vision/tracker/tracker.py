"""The tracker: give it the detections of each frame, get back who is who.

Online, without any look at the picture: people are never recognised by how they look. What each
part does is in the files beside this one; ``docs/design/tracker.md`` says why.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from curtilage.errors import InputError
from curtilage.model import LABELS, Detections, Tracks
from curtilage.vision.tracker.classes import group_of_class
from curtilage.vision.tracker.edges import FAR_OFF, FINE, INSIDE_OUT, NOT_FINITE, update
from curtilage.vision.tracker.match import Knobs
from curtilage.vision.tracker.settings import TrackerSettings
from curtilage.vision.tracker.state import from_arrays, new_state, to_arrays, with_room


class TrackerError(InputError):
    """Detections, a time or a saved state that a tracker cannot take."""


class Tracker:
    """The tracks of one camera.

    ``aspect`` is width / height of the picture in pixels: inside, distances are measured in
    frame heights, so that right and down count alike. Raises TrackerError if it is not above 0.
    """

    def __init__(self, settings: TrackerSettings, aspect: float) -> None:
        if not (np.isfinite(aspect) and aspect > 0):
            raise TrackerError(f"aspect is {aspect}; it must be width / height of the picture")
        self.settings = settings
        self.aspect = float(aspect)
        self._knobs = Knobs(**settings.model_dump())
        self._group_of = group_of_class()
        self._state = new_state()

    def update(self, time: float, detections: Detections) -> Tracks:
        """The living tracks after the detections of ``time`` (s), in order of id.

        Times must rise; they may do so by any step. Call it for every analysed frame, also for
        those without a detection. Tracks on their first sightings (``hits`` below
        ``confirm_hits``) and tracks that are not seen now (``unseen`` > 0, box predicted) are
        included. Boxes may reach outside 0..1; a box without area is passed over. Raises
        TrackerError for a time that does not rise, and for detections of a wrong shape, an
        unknown class, numbers that are not finite or corners in the wrong order; the tracks are
        then as before.
        """
        last = float(self._state.clock[0])
        if not last < time < np.inf:
            raise TrackerError(
                f"time {time} s after {last} s: times must be finite and rise with every update"
            )
        corners = np.ascontiguousarray(detections.boxes, np.float64)
        score = np.ascontiguousarray(detections.score, np.float64)
        class_id = np.ascontiguousarray(detections.class_id, np.int64)
        if score.ndim != 1 or corners.shape != (len(score), 4) or class_id.shape != score.shape:
            raise TrackerError(
                f"boxes {corners.shape}, score {score.shape}, class_id {class_id.shape}:"
                " the shapes must be (N, 4), (N,), (N,)"
            )
        self._state = with_room(self._state, int(self._state.counters[0]) + len(score))
        code, tracks = update(
            self._state,
            self._knobs,
            float(time),
            corners,
            score,
            class_id,
            self._group_of,
            self.aspect,
        )
        if code != FINE:
            raise TrackerError(_what_is_wrong(code))
        return Tracks(*tracks)

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Everything remembered, as named arrays for ``numpy.savez``."""
        return to_arrays(self._state)

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave: the same updates give the same tracks, bit by bit.

        Raises TrackerError if an array is missing or of a wrong shape.
        """
        try:
            self._state = from_arrays(arrays)
        except (KeyError, ValueError) as error:
            raise TrackerError(f"not the saved state of a tracker: {error}") from error


def _what_is_wrong(code: int) -> str:
    """The sentence for a code of ``take_in``."""
    if code == NOT_FINITE:
        return "a box or score is not a finite number; detections must be finite"
    if code == FAR_OFF:
        return "a box is 100 pictures away; boxes must be fractions of the picture, not pixels"
    if code == INSIDE_OUT:
        return (
            "a box has its corners in the wrong order; it must be x0 y0 x1 y1, x0 <= x1, y0 <= y1"
        )
    return f"a class id is outside 0..{len(LABELS) - 1}, the indices of curtilage.model.LABELS"
