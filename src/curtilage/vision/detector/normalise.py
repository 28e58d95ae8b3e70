"""Brings a picture's bytes into the form that a network of others wants: float planes."""

import numpy as np
import numpy.typing as npt
from numba import njit

from curtilage.model import Image
from curtilage.vision.detector.layouts.layout import Preprocessing

Planes = npt.NDArray[np.float32]


class Normaliser:
    """``(value - mean) / std`` by channel, BGR or RGB, into planes of a given array."""

    def __init__(self, preprocessing: Preprocessing) -> None:
        self._order = np.array([2, 1, 0] if preprocessing.rgb else [0, 1, 2])
        std = np.array(preprocessing.std, np.float64)
        self._scale = (1.0 / std).astype(np.float32)
        self._shift = (-np.array(preprocessing.mean, np.float64) / std).astype(np.float32)

    def write(self, image: Image, planes: Planes) -> None:
        """``image`` uint8[H, W, 3] BGR into ``planes`` float32[3, H, W]."""
        _write(image, planes, self._order, self._scale, self._shift)


@njit(cache=True, nogil=True)
def _write(
    image: Image,
    planes: Planes,
    order: npt.NDArray[np.int64],
    scale: npt.NDArray[np.float32],
    shift: npt.NDArray[np.float32],
) -> None:
    height, width, _ = image.shape
    for channel in range(3):
        source = order[channel]
        for y in range(height):
            for x in range(width):
                value = np.float32(image[y, x, source])
                planes[channel, y, x] = value * scale[channel] + shift[channel]
