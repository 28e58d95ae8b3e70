"""Made-up scenes for the tracker's tests: people as rectangles that walk on straight lines."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curtilage.model import CLASS_ID, Detections, Tracks
from curtilage.vision.tracker import Tracker, TrackerSettings

ASPECT = 16 / 9
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Walker:
    """Somebody whose foot point moves steadily, in frame heights (x up to ``ASPECT``)."""

    x: float
    y: float
    vx: float = 0.0
    vy: float = 0.0
    height: float = 0.2
    score: float = 0.9
    label: str = "person"
    hidden: tuple[float, float] = (0.0, 0.0)  # s, from, to

    def corners(self, time: float) -> tuple[float, float, float, float]:
        """The box at ``time`` as x0 y0 x1 y1, in 0..1."""
        x, y, half = self.x + self.vx * time, self.y + self.vy * time, 0.2 * self.height
        return ((x - half) / ASPECT, y - self.height, (x + half) / ASPECT, y)


def look(walkers: list[Walker], time: float) -> Detections:
    """A perfect detector's answer at ``time`` (s)."""
    seen = [w for w in walkers if not w.hidden[0] <= time < w.hidden[1]]
    return Detections(
        np.array([w.corners(time) for w in seen], np.float32).reshape(-1, 4),
        np.array([w.score for w in seen], np.float32),
        np.array([CLASS_ID[w.label] for w in seen], np.int16),
    )


def film(
    walkers: list[Walker], times: Numbers, settings: TrackerSettings | None = None
) -> list[Tracks]:
    """The tracks at each of ``times``."""
    tracker = Tracker(settings or TrackerSettings(), ASPECT)
    return [tracker.update(float(t), look(walkers, float(t))) for t in times]


def every(seconds: float, fps: float) -> Numbers:
    """Times of the frames of ``seconds``."""
    return np.arange(round(seconds * fps)) / fps


def track_at(tracks: Tracks, walker: Walker, time: float) -> int:
    """The id of the seen track whose box is nearest to the walker's."""
    seen = np.flatnonzero(tracks.unseen == 0)
    off = np.abs(tracks.box[seen] - np.array(walker.corners(time))).sum(axis=1)
    assert off.min() < 0.5 * walker.height
    return int(tracks.id[seen[off.argmin()]])


def same(a: Tracks, b: Tracks) -> bool:
    """Whether two answers are equal, bit by bit."""
    return all(
        np.array_equal(getattr(a, name), getattr(b, name)) for name in Tracks.__dataclass_fields__
    )
