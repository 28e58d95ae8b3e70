"""Where a track will be: a constant-velocity Kalman filter, two by two.

Centre and size of a box are filtered apart; x and y (and width and height) share one covariance,
since they have the same noise, in units of the track's own height. So a filter is three numbers.
"""

import numpy as np
import numpy.typing as npt
from numba import njit

Rows = npt.NDArray[np.float64]


@njit(cache=True)
def begin(mean: Rows, spread: Rows, row: int, box: Rows, noise: Rows) -> None:
    """Start the filter of ``row`` at ``box`` [4] (cx cy w h), at rest but unsure of it."""
    square = box[3] * box[3]
    for k in range(4):
        mean[row, k] = box[k]
        mean[row, 4 + k] = 0.0
    for part in range(2):
        spread[row, 3 * part] = noise[part, 0] * square
        spread[row, 3 * part + 1] = 0.0
        spread[row, 3 * part + 2] = noise[part, 3] * square


@njit(cache=True)
def predict(mean: Rows, spread: Rows, row: int, dt: float, grow: float, noise: Rows) -> None:
    """Move the filter of ``row`` ahead by ``dt`` seconds, its size only by ``grow`` seconds.

    ``noise`` [2, 4], for centre and size, in squared box heights: of a sighting, of drift per
    second, of rate per second, of the rate of a new track.
    """
    square = mean[row, 3] * mean[row, 3]
    mean[row, 0] += dt * mean[row, 4]
    mean[row, 1] += dt * mean[row, 5]
    mean[row, 2] = max(mean[row, 2] + grow * mean[row, 6], 0.7 * mean[row, 2])
    mean[row, 3] = max(mean[row, 3] + grow * mean[row, 7], 0.7 * mean[row, 3])
    for part in range(2):
        a = 3 * part
        drift = noise[part, 1] * square * dt
        rate = noise[part, 2] * square * dt
        spread[row, a] += (
            2.0 * dt * spread[row, a + 1]
            + dt * dt * spread[row, a + 2]
            + rate * dt * dt / 3.0
            + drift
        )
        spread[row, a + 1] += dt * spread[row, a + 2] + rate * dt / 2.0
        spread[row, a + 2] += rate


@njit(cache=True)
def correct(mean: Rows, spread: Rows, row: int, box: Rows, noise: Rows) -> None:
    """Take the sighting ``box`` [4] (cx cy w h) into the filter of ``row``."""
    height = 0.5 * (mean[row, 3] + box[3])
    for part in range(2):
        a = 3 * part
        total = spread[row, a] + noise[part, 0] * height * height
        gain = spread[row, a] / total
        rate_gain = spread[row, a + 1] / total
        for k in range(2 * part, 2 * part + 2):
            error = box[k] - mean[row, k]
            mean[row, k] += gain * error
            mean[row, 4 + k] += rate_gain * error
        spread[row, a + 2] -= rate_gain * spread[row, a + 1]
        spread[row, a + 1] *= 1.0 - gain
        spread[row, a] *= 1.0 - gain
