"""How noisy this scene's detections are, learned from the tracks themselves.

Three sightings of one track nearly lie on a line: what the middle one is off is jitter of the
detector, not motion. The mean of it over the scene says whether a shown box should follow the
detection (steady detector) or the filter (jittery one), and how soon a velocity may be believed
to have changed. Measured 0.003-0.012 box heights on MOT17's Faster R-CNN, 0.013 on NanoDet-g,
0.031 on MOT15's PETS.
"""

import numpy as np
import numpy.typing as npt
from numba import njit

Row = npt.NDArray[np.float64]
Rows = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

TYPICAL = 0.03  # box heights; from here on boxes are shown as filtered
PRIOR = 20.0  # sightings that the typical value is worth at the start
FADE = 0.995  # how much of the past is kept at each sighting
STEADY = 0.018  # box heights; detections that jitter less let velocities change faster
MOST_HASTE = 5.0
LARGEST = 0.2  # one sighting counts no more, box heights
APART = 1.0  # s, sightings farther apart than this say nothing


@njit(cache=True)
def learn(
    jitter: Row,
    earlier: Rows,
    last: Rows,
    last_time: Row,
    found: Indices,
    box: Rows,
    time: float,
) -> None:
    """Take three sightings of each track into ``jitter`` [2] (see ``State``).

    ``earlier`` [T, 3] cx cy time, ``last`` [T, >= 2] at ``last_time`` [T], and now row ``found``
    [T] of ``box`` [N, 4] cx cy w h at ``time`` (-1: not seen).
    """
    for i in range(len(found)):
        span = time - earlier[i, 2]
        d = found[i]
        if d < 0 or not span < APART:
            continue
        f = (last_time[i] - earlier[i, 2]) / span
        off_x = abs(last[i, 0] - (1.0 - f) * earlier[i, 0] - f * box[d, 0])
        off_y = abs(last[i, 1] - (1.0 - f) * earlier[i, 1] - f * box[d, 1])
        unit = box[d, 3] * np.sqrt(1.0 + f * f + (1.0 - f) * (1.0 - f))
        jitter[0] = FADE * jitter[0] + min(0.5 * (off_x + off_y) / unit, LARGEST)
        jitter[1] = FADE * jitter[1] + 1.0


@njit(cache=True)
def trust_in_filter(jitter: Row) -> float:
    """The share of the filter in a shown box, 0..1; the rest is the detection."""
    return float(min(1.0, _mean(jitter) / TYPICAL))


@njit(cache=True)
def haste(jitter: Row) -> float:
    """How much faster than usual velocities are learned, 1..``MOST_HASTE``."""
    return float(min(max(1.0, STEADY / _mean(jitter)), MOST_HASTE))


@njit(cache=True)
def _mean(jitter: Row) -> float:
    """The scene's jitter in box heights."""
    return float((jitter[0] + PRIOR * TYPICAL) / (jitter[1] + PRIOR))
