"""What Curtilage has to know of a family of detectors: pictures in, meaning of the outputs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from curtilage.model import Classes
from curtilage.vision.detector.layouts.candidates import Candidates
from curtilage.vision.detector.protocol import InputSize, Outputs

Triple: TypeAlias = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class OutputShape:
    """Name and shape of one output; a free dimension is None."""

    name: str
    shape: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """How the network wants its pictures: ``(value - mean) / std`` for each channel."""

    rgb: bool = False  # channel order; pictures are BGR here
    mean: Triple = (0.0, 0.0, 0.0)  # in the network's channel order
    std: Triple = (1.0, 1.0, 1.0)
    border: int = 114  # gray value beside a picture of another aspect
    stretched: bool = False  # trained on pictures pulled to the input's shape


Decode: TypeAlias = Callable[[Outputs, InputSize, Classes, float], Candidates]
"""Outputs of one picture, input size, our class of each of the network's (-1: none), least
score -> candidates in pixels of the input."""

Recognise: TypeAlias = Callable[[Sequence[OutputShape]], tuple[str, ...] | None]
"""Names of the outputs in the order that ``decode`` wants, or None if it is another layout."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A family of detectors."""

    name: str
    preprocessing: Preprocessing
    recognise: Recognise
    decode: Decode
    classes: Callable[[Sequence[OutputShape]], int | None]  # how many classes, if it can be told
    size_input: str | None = None  # a second input that takes the picture's size
