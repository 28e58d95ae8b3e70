"""Which classes a detector confuses: only within such a group may a track change its class."""

import numpy as np
import numpy.typing as npt

from curtilage.model import CLASS_ID, LABELS

CLASS_GROUPS: tuple[tuple[str, ...], ...] = (
    ("person",),
    ("bicycle", "motorcycle"),
    ("car", "bus", "truck"),
    ("dog", "cat", "horse", "sheep", "cow", "bear"),
    ("bird",),
    ("backpack", "handbag", "suitcase"),
)
"""Every label of the vocabulary, once."""


def group_of_class() -> npt.NDArray[np.int64]:
    """The number of the group of each class id, [len(LABELS)]."""
    groups = np.full(len(LABELS), -1, np.int64)
    for number, labels in enumerate(CLASS_GROUPS):
        for label in labels:
            groups[CLASS_ID[label]] = number
    return groups
