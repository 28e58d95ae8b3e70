"""What is to be known about a network to run it: its file, its input, the outputs that count."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from curtilage.vision.detector.protocol import InputSize


@dataclass(frozen=True, slots=True)
class Network:
    """One network at one input size, ready for any back end."""

    path: Path  # ONNX, or OpenVINO's IR (.xml beside its .bin)
    size: InputSize
    input: str  # name of the input that takes the picture
    bytes_in: bool  # takes uint8[1, H, W, 3]; else float32[1, 3, H, W]
    outputs: tuple[str, ...]  # in the order in which the layout wants them
    constants: dict[str, npt.NDArray[Any]] = field(default_factory=dict)  # further inputs

    @property
    def input_shape(self) -> tuple[int, int, int, int]:
        """Shape of the picture's input for one picture."""
        if self.bytes_in:
            return (1, self.size.height, self.size.width, 3)
        return (1, 3, self.size.height, self.size.width)

    @property
    def input_type(self) -> type[np.uint8] | type[np.float32]:
        """Type of the picture's input."""
        return np.uint8 if self.bytes_in else np.float32
