"""Turns a decoded frame into the picture as a viewer shows it: upright, square pixels, BGR.

Phones record sideways and say so in a display matrix (ISO 14496-12, `tkhd`); analogue cameras
record pixels that are not square. Both are undone here, so that 0..1 means what the eye sees.
"""

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from av.sidedata.sidedata import SideData
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from curtilage.ingest.footage.container import OpenVideo
from curtilage.model import Image

WIDEST_PIXEL = 2.5
"""Pixels longer or flatter than this are an error of the header."""


@dataclass(frozen=True, slots=True)
class Turn:
    """How a stored picture is turned for viewing: transposed first, then mirrored."""

    transpose: bool = False
    flip_x: bool = False
    flip_y: bool = False

    def apply(self, image: Image) -> Image:
        """The picture upright; the same array when there is nothing to do."""
        if self.transpose:
            image = cast(Image, cv2.transpose(image))
        if self.flip_x or self.flip_y:
            code = -1 if self.flip_x and self.flip_y else 1 if self.flip_x else 0
            image = cast(Image, cv2.flip(image, code))
        return image

    def size(self, size: tuple[int, int]) -> tuple[int, int]:
        """Width and height after the turn, or before it: the turn swaps them or not."""
        return (size[1], size[0]) if self.transpose else size


def turn_of(frame: VideoFrame) -> Turn:
    """How ``frame`` is to be turned, to the nearest quarter."""
    matrix = cast(SideData | None, frame.side_data.get("DISPLAYMATRIX"))
    if matrix is None:
        return Turn()
    a, b, _, c, d = np.frombuffer(bytes(matrix), np.int32)[:5].tolist()
    if max(abs(b), abs(c)) > max(abs(a), abs(d)):
        return Turn(True, flip_x=c < 0, flip_y=b < 0)
    return Turn(False, flip_x=a < 0, flip_y=d < 0)


def shown_size(frame: VideoFrame, video: OpenVideo, turn: Turn) -> tuple[int, int]:
    """Width and height in square pixels of what a viewer sees."""
    pixel = video.stream.sample_aspect_ratio or video.stream.codec_context.sample_aspect_ratio
    wide = float(pixel) if pixel else 1.0
    if not 1 / WIDEST_PIXEL <= wide <= WIDEST_PIXEL:
        wide = 1.0
    return turn.size((max(1, round(frame.width * wide)), frame.height))


SHRUNK_AS_STORED = frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuvj422p"})
"""Pixel formats that are shrunk first and get their colours then: 8 bit, colour at half the width.

swscale has fast code for either step and none for both at once: half the time (768x576 to
512x384: 0.33 against 0.6 ms of CPU), and the colours of a network's input are then as coarse as
those of a video of its size.
"""


class Painter:
    """Makes pictures of one size from decoded frames of any size and pixel format."""

    def __init__(self, size: tuple[int, int], turn: Turn) -> None:
        """``size``: width and height of the pictures, turned upright."""
        self._size = turn.size(size)
        self._turn = turn
        self._scaler, self._painter = VideoReformatter(), VideoReformatter()

    def paint(self, frame: VideoFrame) -> Image:
        """``uint8[H, W, 3]`` BGR, contiguous. Raises av.error.FFmpegError or ValueError."""
        width, height = self._size
        shrinks = frame.width > width or frame.height > height
        how = Interpolation.AREA if shrinks else Interpolation.BILINEAR
        if shrinks and frame.format.name in SHRUNK_AS_STORED:
            frame = self._scaler.reformat(frame, width, height, interpolation=how, threads=1)
        stored = self._painter.reformat(
            frame, width, height, format="bgr24", interpolation=how, threads=1
        )
        return self._turn.apply(np.ascontiguousarray(stored.to_ndarray(), np.uint8))
