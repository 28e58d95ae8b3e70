"""Nothing of what is under a privacy mask is left in a picture, and all else is."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.vision.mask import EDGE, Polygon, masked

L_SHAPE: Polygon = [(0.1, 0.1), (0.9, 0.1), (0.9, 0.3), (0.4, 0.3), (0.4, 0.8), (0.1, 0.8)]
SHARE = st.floats(0.0, 1.0)


def white(wide: int, high: int) -> np.ndarray:
    return np.full((high, wide, 3), 255, np.uint8)


@pytest.mark.parametrize("size", [(1920, 1080), (640, 360), (333, 77), (16, 9), (1, 1)])
def test_a_concave_mask_hides_its_inside_and_its_notch_stays(size: tuple[int, int]) -> None:
    wide, high = size
    made = masked(white(wide, high), [L_SHAPE])
    rows, columns = np.mgrid[:high, :wide]
    x, y = (columns + 0.5) / wide, (rows + 0.5) / high
    within = (x > 0.1) & (x < 0.9) & (y > 0.1) & (y < 0.8) & ~((x > 0.4) & (y > 0.3))
    assert not made[within].any()
    far = (EDGE + 1) / np.array(size)
    notch = (x > 0.4 + far[0]) & (y > 0.3 + far[1]) & (x < 1) & (y < 1)
    assert (made[notch] == 255).all()


@settings(max_examples=60, deadline=None)
@given(SHARE, SHARE, SHARE, SHARE, st.integers(1, 300), st.integers(1, 300))
def test_every_pixel_that_a_box_touches_is_black(
    x0: float, y0: float, x1: float, y1: float, wide: int, high: int
) -> None:
    left, right, top, bottom = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
    box = [(left, top), (right, top), (right, bottom), (left, bottom)]
    made = masked(white(wide, high), [box])
    columns = slice(int(left * wide), int(np.ceil(right * wide)))
    rows = slice(int(top * high), int(np.ceil(bottom * high)))
    assert not made[rows, columns].any()


def test_several_masks_overlap_and_the_given_picture_stays_as_it_is() -> None:
    image = white(100, 100)
    made = masked(image, [[(0, 0), (0.5, 0), (0.5, 1), (0, 1)], [(0.3, 0), (0.6, 0), (0.6, 0.5)]])
    assert image.all()
    assert not made[:, :50].any()
    assert not made[5, 55].any()
    assert (made[:, 70:] == 255).all()


def test_a_bare_picture_is_not_copied() -> None:
    image = white(8, 8)
    assert masked(image, []) is image


def test_nothing_shines_through_scaling_and_jpeg() -> None:
    """White under the mask, grey beside it: what is decoded again is black under it."""
    image = np.full((720, 1280, 3), 100, np.uint8)
    image[200:400, 300:700] = 255
    box = [(300 / 1280, 200 / 720), (700 / 1280, 200 / 720)]
    box += [(700 / 1280, 400 / 720), (300 / 1280, 400 / 720)]
    scaled = cv2.resize(image, (410, 231), interpolation=cv2.INTER_CUBIC)
    small = masked(np.asarray(scaled, np.uint8), [box])
    assert small.max() <= 101
    coded = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 85])[1]
    seen = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR))
    assert seen.max() < 135
