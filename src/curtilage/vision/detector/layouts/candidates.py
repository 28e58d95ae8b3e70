"""What every layout decodes to: boxes that the network thinks possible, not yet thinned out."""

from dataclasses import dataclass

import numpy as np

from curtilage.model import Boxes, Classes, Floats


@dataclass(frozen=True, slots=True)
class Candidates:
    """Possible boxes of one picture, overlapping ones included."""

    boxes: Boxes  # float32[K, 4], x0 y0 x1 y1 in pixels of the network's input
    score: Floats  # float32[K], 0..1
    class_id: Classes  # int16[K], index into LABELS

    def __len__(self) -> int:
        return len(self.score)

    @classmethod
    def empty(cls) -> "Candidates":
        """No candidate."""
        return cls(np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty(0, np.int16))
