"""Does the camera itself move? Then all tracks miss their detections by the same shift.

The median of what the predictions missed, taken for a shift if it stands out from its own
scatter. One such frame proves nothing (people set off together); a camera that moves shows it in
many frames of any three seconds (measured: 35-60 % on a carried camera, below 20 % on fixed
ones), and only then predictions are shifted. Fixed cameras are never touched.
"""

import numpy as np
import numpy.typing as npt
from numba import njit

from curtilage.vision.median import median

Row = npt.NDArray[np.float64]

FEWEST = 4  # tracks that must agree
MOST = 50  # tracks that are asked, the oldest first
SIGNIFICANT = 4.0  # deviations by which a shift must stand out to prove a moving camera
LIKELY = 1.0  # the same to be followed, once the camera is known to move
LEAST = 0.02  # smallest shift that counts, box heights
SHARE = 0.3  # of frames with a shift that make a moving camera
MEMORY = 3.0  # s over which that share is taken
FOLLOW = 0.6  # part of a shift that goes into the camera's velocity
STEADY = 0.5  # s in which that velocity dies away


@njit(cache=True)
def coast(camera: Row, dt: float) -> tuple[float, float]:
    """The shift to expect after ``dt`` s (frame heights); the velocity in ``camera`` decays."""
    if dt > STEADY:
        camera[0] = 0.0
        camera[1] = 0.0
    x = camera[0] * dt
    y = camera[1] * dt
    fade = np.exp(-dt / STEADY)
    camera[0] *= fade
    camera[1] *= fade
    return x, y


@njit(cache=True)
def shift(camera: Row, dt: float, missed: Row, height: float) -> tuple[float, float]:
    """The common shift in ``missed`` [2, N] (frame heights), (0, 0) unless the camera moves.

    ``height`` is the mean box height of the N tracks. Updates ``camera`` (see ``State``).
    """
    n = missed.shape[1]
    if n < FEWEST:
        return 0.0, 0.0
    common = np.zeros(2)
    clear = np.zeros(2)
    some = np.empty(n)
    for axis in range(2):
        for i in range(n):
            some[i] = missed[axis, i]
        middle = median(some)
        for i in range(n):
            some[i] = abs(some[i] - middle)
        scatter = 1.4826 * median(some)
        error = 1.2533 * scatter / np.sqrt(n)  # deviation of a median
        if abs(middle) > LIKELY * error:
            common[axis] = middle
        if abs(middle) > SIGNIFICANT * error:
            clear[axis] = middle
    stands_out = np.hypot(clear[0], clear[1]) > LEAST * height
    camera[2] += (1.0 - np.exp(-dt / MEMORY)) * ((1.0 if stands_out else 0.0) - camera[2])
    if camera[2] < SHARE or np.hypot(common[0], common[1]) < LEAST * height:
        return 0.0, 0.0
    camera[0] += FOLLOW * common[0] / dt
    camera[1] += FOLLOW * common[1] / dt
    return common[0], common[1]
