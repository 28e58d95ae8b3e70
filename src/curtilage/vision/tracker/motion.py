"""Where a track will be: a constant-velocity Kalman filter, two by two.

Centre and size of a box are filtered apart; x and y (and width and height) share one covariance,
since they have the same noise in units of the track's own height. So a filter is three numbers.
Velocities change slowly (people walk on behind a post), positions may drift.
"""

import numpy as np
import numpy.typing as npt
from numba import njit

Rows = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

SIGHTING = 0.05  # deviation of a detected centre or size, box heights
DOUBT = 2.0  # how much a score of 0 adds to the variance of a sighting, relative
DRIFT = 0.05  # deviation of centre and size after one second beyond their velocity, box heights
GROWTH = 0.05  # deviation of the rate of size after one second, box heights per second
BEGIN = 2.0  # deviation of the velocity of a new track, box heights per second
BEGIN_GROWTH = 0.3  # the same of its rate of size, relative to BEGIN
SMALLER = 0.7  # a predicted size never falls below this share of the last in one step


@njit(cache=True)
def begin(mean: Rows, spread: Rows, row: int, box: Rows) -> None:
    """Start the filter of ``row`` at ``box`` [4] (cx cy w h), at rest but unsure of it."""
    square = box[3] * box[3]
    for k in range(4):
        mean[row, k] = box[k]
        mean[row, 4 + k] = 0.0
    for part in range(2):
        rate = BEGIN if part == 0 else BEGIN * BEGIN_GROWTH
        spread[row, 3 * part] = SIGHTING * SIGHTING * square
        spread[row, 3 * part + 1] = 0.0
        spread[row, 3 * part + 2] = rate * rate * square


@njit(cache=True)
def predict(mean: Rows, spread: Rows, dt: float, grows: Mask, agility: float) -> None:
    """Move the filters of all rows [T] ahead by ``dt`` seconds.

    The size follows its rate only where it ``grows`` [T]: while unseen it is kept, since boxes of
    half-hidden things shrink before they vanish.
    """
    for i in range(len(grows)):
        square = mean[i, 3] * mean[i, 3]
        mean[i, 0] += dt * mean[i, 4]
        mean[i, 1] += dt * mean[i, 5]
        if grows[i]:
            mean[i, 2] = max(mean[i, 2] + dt * mean[i, 6], SMALLER * mean[i, 2])
            mean[i, 3] = max(mean[i, 3] + dt * mean[i, 7], SMALLER * mean[i, 3])
        drift = DRIFT * DRIFT * square * dt
        for part in range(2):
            a = 3 * part
            turn = agility if part == 0 else GROWTH
            rate = turn * turn * square * dt
            spread[i, a] += (
                2.0 * dt * spread[i, a + 1]
                + dt * dt * spread[i, a + 2]
                + rate * dt * dt / 3.0
                + drift
            )
            spread[i, a + 1] += dt * spread[i, a + 2] + rate * dt / 2.0
            spread[i, a + 2] += rate


@njit(cache=True)
def correct(mean: Rows, spread: Rows, found: Indices, box: Rows, score: Rows) -> None:
    """Take the sightings ``box`` [N, 4] (cx cy w h) into the filters; ``found`` [T], -1: none."""
    for i in range(len(found)):
        d = found[i]
        if d < 0:
            continue
        height = 0.5 * (mean[i, 3] + box[d, 3])
        noise = SIGHTING * SIGHTING * height * height * (1.0 + DOUBT * (1.0 - score[d]))
        for part in range(2):
            a = 3 * part
            gain = spread[i, a] / (spread[i, a] + noise)
            rate_gain = spread[i, a + 1] / (spread[i, a] + noise)
            for k in range(2 * part, 2 * part + 2):
                error = box[d, k] - mean[i, k]
                mean[i, k] += gain * error
                mean[i, 4 + k] += rate_gain * error
            spread[i, a + 2] -= rate_gain * spread[i, a + 1]
            spread[i, a + 1] *= 1.0 - gain
            spread[i, a] *= 1.0 - gain
