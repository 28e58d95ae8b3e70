"""Brings pictures into the form in which a network wants them, in memory that is reused."""

from collections.abc import Sequence

import numpy as np

from curtilage.model import Image
from curtilage.vision.detector.layouts.layout import Preprocessing
from curtilage.vision.detector.letterbox import Placement, Size, Slots, place, stretch
from curtilage.vision.detector.model_file import ModelFile
from curtilage.vision.detector.normalise import Normaliser
from curtilage.vision.detector.protocol import Batch, InputSize


def placement_of(picture: Size, size: InputSize, preprocessing: Preprocessing) -> Placement:
    """How large a picture of this width and height lies in a network's input."""
    how = stretch if preprocessing.stretched else place
    return how(picture, size.width, size.height)


class Inputs:
    """The inputs of a model at one size, for as many pictures as ever came at once."""

    def __init__(self, model: ModelFile, size: InputSize) -> None:
        preprocessing = model.layout.preprocessing
        self._size = size
        self._preprocessing = preprocessing
        self._border = preprocessing.border
        self._normaliser = None if model.bytes_in else Normaliser(preprocessing)
        self._slots = Slots(0, size.width, size.height, self._border)
        self._batches: list[Batch] = []

    def fill(self, images: Sequence[Image]) -> tuple[Batch, list[Placement]]:
        """The pictures as network inputs, and where in them they lie.

        The batch is good until the next call; for as many pictures it is the same object.
        """
        if len(images) > len(self._slots):
            self._grow(len(images))
        batch = self._batches[len(images)]
        placements = []
        for index, image in enumerate(images):
            shape = (image.shape[1], image.shape[0])
            placement = placement_of(shape, self._size, self._preprocessing)
            self._slots.put(index, image, placement)
            if self._normaliser:
                self._normaliser.write(self._slots.images[index], batch[index])
            placements.append(placement)
        return batch, placements

    def _grow(self, count: int) -> None:
        """Make room for ``count`` pictures."""
        self._slots = Slots(count, self._size.width, self._size.height, self._border)
        whole: Batch = self._slots.images
        if self._normaliser:
            whole = np.empty((count, 3, self._size.height, self._size.width), np.float32)
        self._batches = [whole[:n] for n in range(count + 1)]
