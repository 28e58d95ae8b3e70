"""What a detector and what an inference back end is, for those who use one or write another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from curtilage.model import Detections, Image

Batch: TypeAlias = npt.NDArray[np.uint8] | npt.NDArray[np.float32]
"""Network inputs: uint8[N, H, W, 3] BGR, or float32[N, 3, H, W], as the network wants them."""

Outputs: TypeAlias = tuple[npt.NDArray[Any], ...]
"""One picture's outputs of a network, without the batch axis."""


@dataclass(frozen=True, slots=True, order=True)
class InputSize:
    """Width and height of a network's input in pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


class Detector(Protocol):
    """Finds people, vehicles, animals and bags in pictures. Not to be shared between threads."""

    @property
    def name(self) -> str:
        """Model and back ends in use, for logs and reports."""

    @property
    def labels(self) -> tuple[str, ...]:
        """What it can find, a part of ``curtilage.model.LABELS``."""

    def input_size(self, width: int, height: int) -> InputSize:
        """The network's input for pictures of this size."""

    def picture_size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height that are enough for a picture of this size.

        A caller that converts its pictures straight to this size saves resizing them; more
        pixels would not be looked at. Never larger than the picture.
        """

    def detect(self, images: Sequence[Image]) -> list[Detections]:
        """What is in each picture (``uint8[H, W, 3]`` BGR, of any and of different sizes).

        Boxes are fractions of the picture, best score first. The list has one entry for each
        picture, in order.
        """


class Backend(Protocol):
    """Runs one network at one input size."""

    @property
    def name(self) -> str:
        """Library and precision, such as ``openvino-bf16``."""

    def infer(self, batch: Batch) -> Iterator[Outputs]:
        """Run the inputs of a batch; yields the outputs of each in order.

        The arrays belong to the back end and are good until the next ones are asked for.
        """
