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
from curtilage.vision.detector.letterbox import Slots, place, stretch
from curtilage.vision.detector.model_file import ModelFile
from curtilage.vision.detector.network import Network
from curtilage.vision.detector.normalise import Normaliser
from curtilage.vision.detector.protocol import Backend, Batch, InputSize
from curtilage.vision.detector.suppression import suppress

BATCH = 16  # pictures that are prepared at once; more would only cost memory


class NetworkDetector:
    """A ``Detector`` that runs a model through a back end."""

    def __init__(
        self,
        model: ModelFile,
        make_backend: Callable[[Network], Backend],
        *,
        min_score: float,
        overlap: float,
    ) -> None:
        self._model = model
        self._make_backend = make_backend
        self._min_score = min_score
        self._overlap = overlap
        self._lanes: dict[InputSize, _Lane] = {}

    @property
    def name(self) -> str:
        """See ``Detector``."""
        running = sorted(f"{lane.backend.name} {size}" for size, lane in self._lanes.items())
        return f"{self._model.name} ({', '.join(running) or 'not yet run'})"

    @property
    def labels(self) -> tuple[str, ...]:
        """See ``Detector``."""
        return self._model.labels

    def input_size(self, width: int, height: int) -> InputSize:
        """See ``Detector``."""
        return best_size(width, height, self._model.sizes)

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
            lane = self._lane(size, len(indices))
            for first in range(0, len(indices), BATCH):
                some = indices[first : first + BATCH]
                for index, detections in zip(
                    some, lane.detect([images[i] for i in some]), strict=True
                ):
                    found[index] = detections
        return found

    def _lane(self, size: InputSize, count: int) -> "_Lane":
        """What runs pictures of a size, with room for ``count`` of them."""
        lane = self._lanes.get(size)
        if lane is None:
            backend = self._make_backend(self._model.network(size))
            lane = _Lane(self._model, backend, size, self._min_score, self._overlap)
            self._lanes[size] = lane
        lane.make_room(min(count, BATCH))
        return lane


class _Lane:
    """One network at one size, with the memory for its inputs."""

    def __init__(
        self, model: ModelFile, backend: Backend, size: InputSize, min_score: float, overlap: float
    ) -> None:
        self.backend = backend
        self._model = model
        self._size = size
        self._min_score = min_score
        self._overlap = overlap
        preprocessing = model.layout.preprocessing
        self._place = stretch if preprocessing.stretched else place
        self._normaliser = None if model.bytes_in else Normaliser(preprocessing)
        self._slots = Slots(0, size.width, size.height, preprocessing.border)
        self._planes = np.empty((0, 3, size.height, size.width), np.float32)
        self._batches: dict[int, Batch] = {}

    def make_room(self, count: int) -> None:
        """Have at least ``count`` slots."""
        if count > len(self._slots):
            border = self._model.layout.preprocessing.border
            self._slots = Slots(count, self._size.width, self._size.height, border)
            if self._normaliser:
                self._planes = np.empty((count, *self._planes.shape[1:]), np.float32)
            self._batches.clear()

    def detect(self, images: Sequence[Image]) -> list[Detections]:
        """The detections of at most as many pictures as there are slots."""
        placements = [self._place(image, self._size.width, self._size.height) for image in images]
        for index, (image, placement) in enumerate(zip(images, placements, strict=True)):
            self._slots.put(index, image, placement)
            if self._normaliser:
                self._normaliser.write(self._slots.images[index], self._planes[index])
        found = []
        outputs = self.backend.infer(self._batch(len(images)))
        for placement, output in zip(placements, outputs, strict=True):
            candidates = self._model.layout.decode(
                output, self._size, self._model.classes, self._min_score
            )
            detections = suppress(candidates, self._overlap)
            placement.to_frame(detections.boxes)
            found.append(detections)
        return found

    def _batch(self, count: int) -> Batch:
        """The first ``count`` inputs; the same array object each time, back ends bind to it."""
        batch = self._batches.get(count)
        if batch is None:
            whole: Batch = self._planes if self._normaliser else self._slots.images
            batch = self._batches[count] = whole[:count]
        return batch
