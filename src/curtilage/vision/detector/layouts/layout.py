"""What Curtilage has to know of a family of detectors: pictures in, meaning of the outputs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from curtilage.model import Classes
from curtilage.vision.detector.layouts.candidates import Candidates
from curtilage.vision.detector.protocol import InputSize, Outputs

Triple: TypeAlias = tuple[float, float, float]

IMAGENET_MEAN: Triple = (123.675, 116.28, 103.53)  # RGB, of 0..255
IMAGENET_STD: Triple = (58.395, 57.12, 57.375)


@dataclass(frozen=True, slots=True)
class OutputShape:
    """Name and shape of one output; a free dimension is None."""

    name: str
    shape: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Shapes:
    """What a model's file says about itself."""

    outputs: tuple[OutputShape, ...]
    size: InputSize | None  # of its input, None if it is free


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """How the network wants its pictures: ``(value - mean) / std`` for each channel."""

    rgb: bool = False  # channel order; pictures are BGR here
    mean: Triple = (0.0, 0.0, 0.0)  # in the network's channel order
    std: Triple = (1.0, 1.0, 1.0)
    border: int = 114  # gray value beside a picture of another aspect
    stretched: bool = False  # trained on pictures pulled to the input's shape


@dataclass(frozen=True, slots=True)
class Signature:
    """What a model's outputs tell about it, once its layout is known."""

    outputs: tuple[str, ...]  # names, in the order in which ``decode`` wants them
    classes: int | None  # how many, where the shapes tell


Recognise: TypeAlias = Callable[[Shapes], Signature | None]
"""None: these cannot be the outputs of this layout."""

Decode: TypeAlias = Callable[[Outputs, InputSize, Classes, float], Candidates]
"""Outputs of one picture, input size, our class of each of the network's (-1: none), least
score -> candidates in pixels of the input."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A family of detectors."""

    name: str
    preprocessing: Preprocessing
    recognise: Recognise
    decode: Decode
    comparable: tuple[int, ...]  # outputs (by index) whose numbers two back ends must agree on
    only_named: bool = False  # its outputs look like another layout's: never told from them
    size_input: str | None = None  # a second input, that takes the picture's width and height


def cells_of(size: InputSize, strides: tuple[int, ...]) -> int:
    """How many grid cells all levels of a network have together."""
    return sum(-(-size.width // s) * -(-size.height // s) for s in strides)
