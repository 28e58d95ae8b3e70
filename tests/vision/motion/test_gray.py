"""The small grey picture is the frame's brightness, whatever its format."""

import av
import numpy as np
import pytest

from curtilage.vision.motion import small_gray

FORMATS = ["yuv420p", "yuvj420p", "yuv422p", "yuv444p", "nv12", "gray", "yuv420p10le", "rgb24"]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("size", [(1280, 720), (768, 432), (640, 480), (320, 180), (160, 90)])
def test_it_is_the_frame_in_small(name: str, size: tuple[int, int]) -> None:
    wide, high = size
    image = np.full((high, wide, 3), 60, np.uint8)
    image[: high // 2, : wide // 2] = 200
    frame = av.VideoFrame.from_ndarray(image, "rgb24").reformat(format=name)
    small = small_gray(frame)
    rows, columns = small.shape
    assert columns == min(wide, 320)
    assert rows == round(high * columns / wide)
    assert small[: rows // 2 - 2, : columns // 2 - 2].min() > 150
    assert small[rows // 2 + 2 :].max() < 100


def test_it_has_memory_of_its_own() -> None:
    frame = av.VideoFrame.from_ndarray(np.full((135, 160), 90, np.uint8), "yuv420p")
    small = small_gray(frame)
    small[:] = 0
    assert small_gray(frame).max() == 90
