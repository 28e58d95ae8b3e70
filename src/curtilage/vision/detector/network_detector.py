"""The detector: pictures into the network, its outputs thinned out to one box a thing.

One network for each input size, made when a picture of that aspect first comes. Pictures of one
call that share a size go through the back end together, whichever camera they are from.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np

from curtilage.model import Detections, Image
from curtilage.vision.detector.errors import ModelError
from curtilage.vision.detector.input_size import best_size
from curtilage.vision.detector.inputs import Inputs, placement_of
from curtilage.vision.detector.model_file import ModelFile
from curtilage.vision.detector.protocol import Backend, InputSize
from curtilage.vision.detector.suppression import suppress

BATCH = 16  # pictures that are prepared at once; more would only cost memory


class NetworkDetector:
    """A ``Detector`` that runs a model through a back end."""

    def __init__(
        self,
        model: ModelFile,
        make_backend: Callable[[InputSize], Backend],
        *,
        min_score: float,
        overlap: float,
    ) -> None:
        self._model = model
        self._make_backend = make_backend
        self._min_score = min_score
        self._overlap = overlap
        self._lanes: dict[InputSize, tuple[Backend, Inputs]] = {}

    @property
    def name(self) -> str:
        """See ``Detector``."""
        running = sorted(f"{backend.name} {size}" for size, (backend, _) in self._lanes.items())
        return f"{self._model.name} ({', '.join(running) or 'not yet run'})"

    @property
    def labels(self) -> tuple[str, ...]:
        """See ``Detector``."""
        return self._model.labels

    def input_size(self, width: int, height: int) -> InputSize:
        """See ``Detector``."""
        return best_size(width, height, self._model.sizes)

    def picture_size(self, width: int, height: int) -> tuple[int, int]:
        """See ``Detector``."""
        size, layout = self.input_size(width, height), self._model.layout
        placed = placement_of((width, height), size, layout.preprocessing)
        if placed.width <= width and placed.height <= height:
            return placed.width, placed.height
        return width, height

    def detect(self, images: Sequence[Image]) -> list[Detections]:
        """See ``Detector``. Raises ``ModelError`` for what is no picture."""
        by_size: defaultdict[InputSize, list[int]] = defaultdict(list)
        for index, image in enumerate(images):
            if image.ndim != 3 or image.shape[2] != 3 or not image.size or image.dtype != np.uint8:
                raise ModelError(
                    f"picture {index} is {image.dtype}{list(image.shape)}; a detector wants "
                    "uint8[height, width, 3]"
                )
            by_size[self.input_size(image.shape[1], image.shape[0])].append(index)
        found: list[Detections] = [Detections.empty()] * len(images)
        for size, indices in by_size.items():
            for first in range(0, len(indices), BATCH):
                some = indices[first : first + BATCH]
                detections = self._detect(size, [images[index] for index in some])
                for index, detected in zip(some, detections, strict=True):
                    found[index] = detected
        return found

    def prepare(self, size: InputSize) -> None:
        """Make and check the network of a size now, rather than with its first picture."""
        if size not in self._lanes:
            self._lanes[size] = (self._make_backend(size), Inputs(self._model, size))

    def _detect(self, size: InputSize, images: Sequence[Image]) -> list[Detections]:
        """The detections of a few pictures that share an input size."""
        self.prepare(size)
        backend, inputs = self._lanes[size]
        batch, placements = inputs.fill(images)
        found = []
        for placement, outputs in zip(placements, backend.infer(batch), strict=True):
            candidates = self._model.layout.decode(
                outputs, size, self._model.classes, self._min_score
            )
            detections = suppress(candidates, self._overlap)
            placement.to_frame(detections.boxes)
            found.append(detections)
        return found
