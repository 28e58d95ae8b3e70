"""Blacks out what nobody is to see of a camera's picture: its privacy masks.

For every picture that is made for people: snapshots, keyframes, pictures of events. Solid black,
put on before the picture is encoded, so that nothing of what is under it is in the file. The edge
of a mask is drawn a little wider than it was set, since scaling and decoding blend neighbours.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

import cv2
import numpy as np

from curtilage.model import Image

Polygon: TypeAlias = Sequence[tuple[float, float]]
"""Corners ``x y``, fractions of the frame, open or closed."""

EDGE: Final = 5
"""Pixels across the line that is drawn along the edge: two to each side of it."""
_BITS: Final = 4  # of fractions of a pixel, in OpenCV's fixed point
_BLACK: Final = (0, 0, 0)


def masked(image: Image, masks: Sequence[Polygon]) -> Image:
    """``image`` with everything within ``masks`` black; itself if there are none.

    Args:
        image: ``uint8[H, W, 3]``, the whole frame, at any size.
        masks: Polygons in fractions of the frame; concave ones and overlaps are fine.

    """
    if not masks:
        return image
    made = image.copy()
    high, wide = made.shape[:2]
    for mask in masks:
        # OpenCV counts from the middle of the first pixel, we from its corner
        corners = np.asarray(mask, np.float64) * (wide, high) - 0.5
        fixed = np.round(corners * (1 << _BITS)).astype(np.int32)[None]
        cv2.fillPoly(made, [fixed[0]], _BLACK, cv2.LINE_8, _BITS)
        cv2.polylines(made, [fixed[0]], True, _BLACK, EDGE, cv2.LINE_8, _BITS)
    return made
