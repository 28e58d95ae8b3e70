"""Fits a picture of any size into the network's input without copying it twice.

The picture keeps its aspect and lies in the top left corner; what is left over is one colour.
It is resized straight into its slot of a batch that is allocated once.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from curtilage.model import Boxes, Image


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a picture lies in the network's input, in the input's pixels from the top left."""

    width: int
    height: int

    def to_frame(self, boxes: Boxes) -> Boxes:
        """Boxes in the input's pixels as fractions of the picture, clipped to it. In place."""
        boxes[:, 0::2] /= np.float32(self.width)
        boxes[:, 1::2] /= np.float32(self.height)
        return np.clip(boxes, np.float32(0), np.float32(1), out=boxes)


def place(image: Image, width: int, height: int) -> Placement:
    """The largest size of the picture that fits into ``width`` by ``height`` pixels."""
    scale = min(width / image.shape[1], height / image.shape[0])
    return Placement(
        max(1, min(width, round(image.shape[1] * scale))),
        max(1, min(height, round(image.shape[0] * scale))),
    )


def stretch(image: Image, width: int, height: int) -> Placement:
    """The whole input: for networks that were trained on pictures pulled to their shape."""
    del image
    return Placement(width, height)


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
