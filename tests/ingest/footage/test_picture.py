"""Pictures that are shrunk while they get their colours look like those shrunk afterwards."""

from typing import cast

import cv2
import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.ingest.footage.picture import SHRUNK_AS_STORED, Painter, Turn
from curtilage.model import Image

FORMATS = [
    *sorted(SHRUNK_AS_STORED),
    "yuv444p",
    "yuv411p",
    "nv12",
    "yuyv422",
    "gray",
    "yuv420p10le",
    "yuv422p10le",
    "gray10le",
    "gbrp",
    "rgb24",
]
SMALL = (80, 60)


def smooth(width: int, height: int, seed: int = 0) -> Image:
    """A colourful picture without detail, which every scaler shrinks alike."""
    coarse = np.random.default_rng(seed).integers(16, 240, (3, 4, 3), np.uint8)
    return cast(Image, cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR))


def stored(image: Image, name: str, matrix: int, levels: int) -> VideoFrame:
    """The picture as a decoder would give it, with what its header says of its colours."""
    frame = VideoFrame.from_ndarray(image, format="bgr24").reformat(
        format=name, dst_colorspace=matrix, dst_color_range=levels
    )
    assert frame.format.name == name
    return frame


def shrunk_afterwards(frame: VideoFrame, size: tuple[int, int]) -> Image:
    whole = frame.to_ndarray(format="bgr24")
    return cast(Image, cv2.resize(whole, size, interpolation=cv2.INTER_AREA))


def far(one: Image, other: Image) -> tuple[float, float]:
    """Mean and largest difference of two pictures, of 255."""
    apart = np.abs(one.astype(int) - other.astype(int))
    return float(apart.mean()), float(apart.max())


@pytest.mark.parametrize("levels", [ColorRange.UNSPECIFIED, ColorRange.MPEG, ColorRange.JPEG])
@pytest.mark.parametrize("matrix", [Colorspace.ITU601, Colorspace.ITU709, Colorspace.BT2020])
@pytest.mark.parametrize("name", FORMATS)
def test_colours_of_every_pixel_format(name: str, matrix: Colorspace, levels: ColorRange) -> None:
    frame = stored(smooth(320, 240), name, matrix, levels)
    image = Painter(SMALL, Turn()).paint(frame)
    assert image.shape == (60, 80, 3)
    assert image.dtype == np.uint8
    assert image.flags.c_contiguous
    mean, most = far(image, shrunk_afterwards(frame, SMALL))
    assert mean < 2  # the plain path places colours half a pixel to the right
    assert most <= 12


def test_the_two_ranges_and_matrices_do_differ() -> None:
    """Or the test above could not fail."""
    frame = stored(smooth(320, 240), "yuv420p", Colorspace.ITU709, ColorRange.JPEG)
    right = shrunk_afterwards(frame, SMALL)
    frame.color_range = ColorRange.MPEG
    assert far(Painter(SMALL, Turn()).paint(frame), right)[0] > 3
    frame = stored(smooth(320, 240), "yuv420p", Colorspace.ITU709, ColorRange.JPEG)
    frame.colorspace = 6  # SMPTE 170M, in FFmpeg's numbers of header fields
    assert far(Painter(SMALL, Turn()).paint(frame), right)[0] > 3


@settings(deadline=None)
@given(
    st.integers(100, 400),
    st.integers(100, 400),
    st.floats(0.3, 1.0),
    st.sampled_from(["yuv420p", "yuvj422p", "yuv444p"]),
)
def test_odd_sizes(width: int, height: int, scale: float, name: str) -> None:
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    frame = stored(smooth(width, height), name, Colorspace.ITU601, ColorRange.MPEG)
    image = Painter(size, Turn()).paint(frame)
    assert image.shape == (size[1], size[0], 3)
    mean, most = far(image, shrunk_afterwards(frame, size))
    assert mean < 4
    assert most <= 40  # at the edges, where the colour of two pixels reaches out of the picture


def test_sizes_and_formats_that_change_from_frame_to_frame() -> None:
    painter = Painter(SMALL, Turn())
    for number, (width, height, name) in enumerate(
        [
            (160, 120, "yuv420p"),
            (320, 200, "yuv420p"),
            (160, 120, "gray"),
            (60, 40, "yuv420p"),  # smaller than the pictures
            (90, 50, "yuv420p"),  # wider, and lower
            (80, 60, "yuv420p"),
            (320, 200, "yuv420p10le"),
            (160, 120, "yuvj420p"),
        ]
    ):
        frame = stored(smooth(width, height, number), name, Colorspace.ITU601, ColorRange.MPEG)
        mean, _ = far(painter.paint(frame), shrunk_afterwards(frame, SMALL))
        assert mean < 4, (width, height, name)


@pytest.mark.parametrize("turn", [Turn(True, flip_x=True), Turn(False, True, True), Turn(True)])
def test_turned_after_shrinking(turn: Turn) -> None:
    frame = stored(smooth(160, 120), "yuv420p", Colorspace.ITU601, ColorRange.MPEG)
    upright = turn.apply(Painter(SMALL, Turn()).paint(frame))
    assert np.array_equal(Painter(turn.size(SMALL), turn).paint(frame), upright)


def test_what_is_not_shrunk_is_the_plain_picture() -> None:
    frame = stored(smooth(160, 120), "yuv420p", Colorspace.ITU601, ColorRange.MPEG)
    assert np.array_equal(
        Painter((160, 120), Turn()).paint(frame), frame.to_ndarray(format="bgr24")
    )
