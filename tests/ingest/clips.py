"""Tiny videos made for a test: a red square runs to the right over grey, one step a frame."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream

from curtilage.model import Image

SIZE = (160, 120)
STEP = 2  # px that the square moves from frame to frame


def picture(number: int, size: tuple[int, int] = SIZE) -> Image:
    """Frame ``number``: the square's left edge is at ``10 + STEP * number``, its top at 30."""
    image = np.full((size[1], size[0], 3), 90, np.uint8)
    left = (10 + STEP * number) % (size[0] - 30)
    image[30:50, left : left + 20] = (20, 20, 230)
    image[:8, :8] = 255  # marks the stored top left corner
    return image


def write_clip(
    path: Path,
    count: int = 30,
    *,
    rate: int = 25,
    size: tuple[int, int] = SIZE,
    codec: str = "libx264",
    times: Sequence[float] | None = None,
    rotation: int | None = None,
    aspect: Fraction | None = None,
    first: int = 0,
    options: Mapping[str, str] | None = None,
    container: str | None = None,
) -> Path:
    """Write a clip of ``count`` frames; ``times`` (s) instead of an even ``rate``."""
    with av.open(str(path), "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate, options=dict(options or {}))
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = size
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        if rotation is not None:
            stream.set_display_rotation(rotation)
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        if times is not None:
            stream.codec_context.time_base = Fraction(1, 1000)
        for number in range(count):
            frame = av.VideoFrame.from_ndarray(picture(first + number, size), format="bgr24")
            if times is not None:
                frame.pts, frame.time_base = round(times[number] * 1000), Fraction(1, 1000)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def write_sound(path: Path) -> Path:
    """Write a second of silence, and no picture."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("aac", rate=16000)
        for start in range(0, 16000, 1024):
            frame = av.AudioFrame.from_ndarray(
                np.zeros((1, 1024), np.float32), format="fltp", layout="mono"
            )
            frame.sample_rate, frame.pts = 16000, start
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def square(image: Image) -> tuple[float, float]:
    """Centre (x, y in 0..1) of the red square in a picture; NaN without one."""
    red = (image[:, :, 2].astype(int) - image[:, :, 0]) > 80
    y, x = np.nonzero(red)
    if not len(x):
        return float("nan"), float("nan")
    return float(x.mean() + 0.5) / image.shape[1], float(y.mean() + 0.5) / image.shape[0]
