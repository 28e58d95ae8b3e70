"""A yard in which a white block walks, and a detector that takes white blocks for people."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream

from curtilage.model import CLASS_ID, Detections, Image
from curtilage.vision.detector import InputSize

SIZE = (320, 180)
FPS = 15
BLOCK = (22, 64)  # px wide and high

Walk = Callable[[float], float | None]
"""Where the block's left edge is (0..1 of the way across) at a time (s); None: nowhere."""


def walks(*times: tuple[float, float]) -> Walk:
    """One who crosses from left to right in each of these stretches."""

    def place(time: float) -> float | None:
        return next(((time - a) / (b - a) for a, b in times if a <= time < b), None)

    return place


def film(path: Path, seconds: float, *places: Walk, gop: int = 30) -> Path:
    """The yard for so long, with a block for each of ``places``; constant quality."""
    random = np.random.default_rng(3)
    width, height = SIZE
    coarse = random.integers(60, 150, (height // 6, width // 8), np.uint8)
    yard = np.kron(coarse, np.ones((6, 8), np.uint8))
    with av.open(str(path), "w") as output:
        options = {
            "preset": "ultrafast",
            "x264-params": f"keyint={gop}:min-keyint={gop}:scenecut=0:bframes=0:threads=1",
        }
        stream = output.add_stream("libx264", rate=FPS, options=options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, FPS)
        for number in range(round(seconds * FPS)):
            picture = yard + random.integers(0, 4, yard.shape, np.uint8)
            for row, place in enumerate(places):
                at = place(number / FPS)
                if at is not None:
                    left, top = round(at * (width - BLOCK[0])), 50 + 40 * row
                    picture[top : top + BLOCK[1], left : left + BLOCK[0]] = 250
            frame = av.VideoFrame.from_ndarray(np.stack((picture,) * 3, axis=2), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


class BlockDetector:
    """Finds the one white block of a picture."""

    def __init__(self, wait: Callable[[int], None] | None = None) -> None:
        self.pictures = 0
        self._wait = wait

    name = "blocks"
    labels = ("person",)

    def input_size(self, width: int, height: int) -> InputSize:
        return InputSize(*self.picture_size(width, height))

    def picture_size(self, width: int, height: int) -> tuple[int, int]:
        return min(width, 320), min(height, 180)

    def detect(self, images: Sequence[Image]) -> list[Detections]:
        self.pictures += len(images)
        if self._wait is not None:
            self._wait(len(images))
        return [self._look(image) for image in images]

    def _look(self, image: Image) -> Detections:
        rows, columns = np.nonzero(image.min(axis=2) > 215)
        if len(rows) < 300:
            return Detections.empty()
        height, width = image.shape[:2]
        x0, x1 = columns.min() / width, (columns.max() + 1) / width
        y0, y1 = rows.min() / height, (rows.max() + 1) / height
        box = np.array([(x0, y0, x1, y1)], np.float32)
        person = np.array([CLASS_ID["person"]], np.int16)
        return Detections(box, np.array([0.9], np.float32), person)
