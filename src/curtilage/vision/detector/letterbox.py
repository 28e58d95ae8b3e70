"""Fits a picture of any size into the network's input without copying it twice.

The picture keeps its aspect and lies in the top left corner; what is left over is one colour.
It is resized straight into its slot of a batch that is allocated once.
"""

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numba import njit

from curtilage.model import Boxes, Image

Size: TypeAlias = tuple[int, int]  # width, height in pixels


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a picture lies in the network's input, in the input's pixels from the top left."""

    width: int
    height: int

    def to_frame(self, boxes: Boxes) -> Boxes:
        """Boxes in the input's pixels as fractions of the picture, clipped to it. In place."""
        _to_fractions(boxes, np.float32(self.width), np.float32(self.height))
        return boxes


def place(picture: Size, width: int, height: int) -> Placement:
    """The largest size of the picture that fits into ``width`` by ``height`` pixels."""
    scale = min(width / picture[0], height / picture[1])
    return Placement(
        max(1, min(width, round(picture[0] * scale))),
        max(1, min(height, round(picture[1] * scale))),
    )


def stretch(picture: Size, width: int, height: int) -> Placement:
    """The whole input: for networks that were trained on pictures pulled to their shape."""
    del picture
    return Placement(width, height)


@njit(cache=True, nogil=True)
def _to_fractions(boxes: Boxes, width: np.float32, height: np.float32) -> None:
    for i in range(len(boxes)):
        for side in range(4):
            along = boxes[i, side] / (width if side % 2 == 0 else height)
            boxes[i, side] = min(max(along, np.float32(0)), np.float32(1))


class Slots:
    """A batch of network inputs, ``uint8[N, H, W, 3]``, that pictures are resized into."""

    def __init__(self, count: int, width: int, height: int, border: int) -> None:
        self.images = np.full((count, height, width, 3), border, np.uint8)
        self._border = border
        self._filled: list[Placement | None] = [None] * count

    def __len__(self) -> int:
        return len(self.images)

    def put(self, index: int, image: Image, placement: Placement) -> None:
        """Resize ``image`` (``uint8[H, W, 3]``) into slot ``index``."""
        slot = self.images[index]
        if self._filled[index] != placement:
            slot.fill(self._border)
            self._filled[index] = placement
        view = slot[: placement.height, : placement.width]
        if image.shape == view.shape:
            view[...] = image
        else:
            cv2.resize(image, (placement.width, placement.height), dst=view)
