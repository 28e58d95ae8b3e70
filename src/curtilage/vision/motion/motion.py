"""Finds motion in the small grey pictures of a fixed camera, whatever their noise.

A background follows the picture within seconds, so that what has come to a stop is no motion any
more while what creeps still is. Every cell of 8 x 8 px has a threshold from its own noise: sensor
noise, keyframes that look a little different, leaves. A change of the whole picture is light.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from curtilage.model import Boxes
from curtilage.vision.motion.kernel import CELL, cell_means, compare
from curtilage.vision.motion.regions import clusters

BACKGROUND_S = 4.0  # in which the background follows what has changed
NOISE_S = 20.0  # in which a cell's noise is learned
NOISES = 4.5  # a pixel has changed from so many times the cell's noise,
LEAST = 9.0  # from so many grey levels at least,
MOST = 36.0  # and from so many in any case,
RESTLESS = 90.0  # unless the cell hardly ever rests: leaves in the wind
RESTLESS_S = 60.0  # in which that is learned,
RESTLESS_POWER = 64.0  # from this mean square of differences
CELL_PIXELS = 6  # changed pixels that make a cell active
AT_ONCE = 0.003  # share of the picture that is believed at first sight; less, when seen twice
LIGHT = 0.5  # share of active cells from which the light has changed
SETTLING_S = 1.0  # after a change of light, in which the background follows at once
STALE_S = 3.0  # after such a gap the background is the next picture
_AROUND = np.ones((3, 3), np.uint8)


@dataclass(frozen=True, slots=True)
class Motion:
    """What moved at one moment."""

    fraction: float  # of the picture's pixels that changed, in believed regions; 0..1
    moving: bool
    light: bool  # the light changed (so ``moving``, everywhere): what moves cannot be told
    regions: Boxes  # [N, 4]
    cells: npt.NDArray[np.bool_]  # [rows, columns], active and believed


class MotionDetector:
    """Motion of one fixed camera. Pictures may come at any rate, and cease for any time."""

    def __init__(self) -> None:
        self._time = -math.inf
        self._light_until = -math.inf
        self._background = np.empty((0, 0), np.float32)
        self._noise = np.empty((0, 0), np.float32)  # [rows, columns], mean square difference
        self._active = np.empty((0, 0), np.float32)  # [rows, columns], share of time restless
        self._before = np.empty((0, 0), np.bool_)  # active at the last update
        self._learned = 0  # pictures
        self._scratch = _Scratch(0, 0)

    def update(self, gray: npt.NDArray[np.uint8], time: float) -> Motion:
        """Compare the picture ``gray`` [h, w] of ``time`` (s) with the background.

        A picture of another size, a step back in time and a gap begin anew with this picture as
        background: no motion. A time that repeats is compared, but teaches nothing.
        """
        smooth = np.asarray(cv2.blur(gray, (3, 3)), np.uint8)
        passed = time - self._time
        if smooth.shape != self._background.shape:
            self._begin(smooth)
        if not 0.0 <= passed <= STALE_S:
            self._look_anew(smooth, time)
            return self._nothing()
        self._time = time
        scratch = self._scratch
        active, sizes = self._compare(smooth, passed)
        self._learn(passed)
        if np.count_nonzero(active) > LIGHT * active.size:
            return self._light(smooth, time)
        if time < self._light_until:
            self._background[:] = smooth
            return self._lit()
        total = gray.shape[0] * gray.shape[1]
        believed, regions = clusters(active, sizes, self._before, math.ceil(AT_ONCE * total))
        self._before = active
        fraction = float(scratch.changed[believed].sum()) / total
        return Motion(fraction, bool(len(regions)), False, regions, believed)

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """What is worth keeping over a restart: the noise of every cell."""
        return {"motion_noise": self._noise.copy()}

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Take the noise that ``state`` gave, if the next picture has that size."""
        noise = np.asarray(arrays["motion_noise"], np.float32)
        if noise.ndim != 2 or not np.isfinite(noise).all():
            raise ValueError(f"motion_noise has shape {noise.shape} or holds no numbers")
        self._noise = noise.copy()

    def _begin(self, smooth: npt.NDArray[np.uint8]) -> None:
        rows, columns = (math.ceil(side / CELL) for side in smooth.shape)
        self._background = smooth.astype(np.float32)
        if self._noise.shape != (rows, columns):
            self._noise = np.full((rows, columns), (LEAST / NOISES) ** 2 / 4.0, np.float32)
        self._active = np.zeros((rows, columns), np.float32)
        self._scratch = _Scratch(rows, columns)
        self._time = -math.inf

    def _look_anew(self, smooth: npt.NDArray[np.uint8], time: float) -> None:
        self._background[:] = smooth
        self._before = np.zeros(self._noise.shape, np.bool_)
        self._time = time
        self._light_until = -math.inf

    def _compare(
        self, smooth: npt.NDArray[np.uint8], passed: float
    ) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int32]]:
        """Active cells, and the changed pixels of each."""
        scratch = self._scratch
        cell_means(smooth, scratch.means)
        gain = self._gain(scratch.means)
        np.sqrt(self._noise, out=scratch.threshold)
        scratch.threshold *= NOISES
        cv2.dilate(self._active, _AROUND, dst=scratch.most)  # leaves reach beyond their cells
        np.clip((scratch.most - 0.25) * 4.0, 0.0, 1.0, out=scratch.most)
        scratch.most *= RESTLESS - MOST
        scratch.most += MOST
        np.clip(scratch.threshold, LEAST, scratch.most, out=scratch.threshold)
        keep = math.exp(-passed / BACKGROUND_S)
        compare(
            smooth,
            self._background,
            gain,
            keep,
            scratch.threshold,
            scratch.changed,
            scratch.power,
        )
        return scratch.changed >= CELL_PIXELS, scratch.changed

    def _gain(self, means: npt.NDArray[np.float32]) -> float:
        """Brightness over that of the background: exposure that drifts is no motion."""
        half = CELL // 2
        expected = self._background[half::CELL, half::CELL]
        found = means[: expected.shape[0], : expected.shape[1]]
        ratio = _median((found + 8.0) / (expected + 8.0))
        return min(max(ratio, 0.8), 1.25)

    def _learn(self, passed: float) -> None:
        """A cell's noise grows by little at a time, so that what passes is not learned."""
        restless = self._scratch.power > RESTLESS_POWER
        self._active += (1.0 - math.exp(-passed / RESTLESS_S)) * (restless - self._active)
        self._learned += passed > 0.0
        power = np.minimum(self._scratch.power, 4.0 * self._noise + 0.5)
        part = 1.0 - math.exp(-passed / NOISE_S)
        if part > 0.0:
            part = max(part, 1.0 / (self._learned + 4.0))  # the first pictures count for more
        self._noise += part * (power - self._noise)

    def _light(self, smooth: npt.NDArray[np.uint8], time: float) -> Motion:
        self._background[:] = smooth
        self._light_until = time + SETTLING_S
        return self._lit()

    def _lit(self) -> Motion:
        self._before = np.zeros(self._noise.shape, np.bool_)
        everywhere = np.ones(self._noise.shape, np.bool_)
        return Motion(1.0, True, True, np.array([[0, 0, 1, 1]], np.float32), everywhere)

    def _nothing(self) -> Motion:
        nowhere = np.zeros(self._noise.shape, np.bool_)
        return Motion(0.0, False, False, np.empty((0, 4), np.float32), nowhere)


def _median(values: npt.NDArray[np.float32]) -> float:
    """As numpy's, which takes eight times as long for so few numbers."""
    middle = (values.size - 1) // 2, values.size // 2
    sorted_there = np.partition(values.ravel(), middle)
    return float((sorted_there[middle[0]] + sorted_there[middle[1]]) * np.float32(0.5))


class _Scratch:
    """Arrays that are filled anew by every update."""

    def __init__(self, rows: int, columns: int) -> None:
        self.means = np.empty((rows, columns), np.float32)
        self.threshold = np.empty((rows, columns), np.float32)
        self.most = np.empty((rows, columns), np.float32)
        self.changed = np.empty((rows, columns), np.int32)
        self.power = np.empty((rows, columns), np.float32)
