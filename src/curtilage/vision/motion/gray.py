"""The small grey picture that motion is looked for in, from a decoded frame's brightness plane.

No colour is converted: the planes of every camera's codec begin with brightness.
"""

from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt

Gray = npt.NDArray[np.uint8]  # [h, w]

WIDTH = 320  # px, of the small picture


def small_gray(frame: av.VideoFrame, width: int = WIDTH) -> Gray:
    """Brightness of ``frame``, ``width`` px wide (or as wide as it is, if smaller).

    Returns:
        uint8[h, w] of its own memory, with the frame's aspect.
    """
    luma = _luma(frame)
    height, wide = luma.shape
    if wide <= width:
        return luma.copy()
    size = (width, max(round(height * width / wide), 1))
    step = wide // (2 * width)
    if step < 2:
        return np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.uint8)
    rows = luma[::step]  # what is left out costs nothing; of what is left, 2 x 2 are averaged
    return np.asarray(cv2.resize(rows, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _luma(frame: av.VideoFrame) -> Gray:
    """uint8[height, width]: a view of the first plane where it is 8 bits of brightness."""
    layout = frame.format
    planar = layout.name.startswith(("yuv", "nv12", "nv21", "gray"))
    if not planar or layout.name.startswith(("yuyv", "yuv4mpeg")):
        return np.asarray(frame.to_ndarray(format="gray"), np.uint8)
    plane = frame.planes[0]
    bits = layout.components[0].bits
    pixels: npt.NDArray[np.unsignedinteger[Any]] = np.frombuffer(
        memoryview(plane), np.uint16 if bits > 8 else np.uint8
    )
    stride = plane.line_size // pixels.itemsize
    rows = pixels[: stride * frame.height].reshape(frame.height, stride)[:, : frame.width]
    return np.asarray(rows >> (bits - 8) if bits > 8 else rows, np.uint8)
