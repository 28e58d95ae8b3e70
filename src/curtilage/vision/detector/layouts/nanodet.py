"""NanoDet-g as Curtilage's build makes it: ``scores`` and ``distances``, channels first.

RangiLyu/nanodet, ``nanodet_head.py``: strides 8, 16, 32; eleven bins; centres in the middle of
the cells. The network takes raw bytes and normalises them itself.
"""

from collections.abc import Sequence
from functools import lru_cache

from curtilage.model import Classes
from curtilage.vision.detector.layouts.candidates import Candidates
from curtilage.vision.detector.layouts.cells import FloatGrid, cell_centres, decode_cells
from curtilage.vision.detector.layouts.layout import Layout, OutputShape, Preprocessing
from curtilage.vision.detector.protocol import InputSize, Outputs

SIDES_TIMES_BINS = 44


def decode(outputs: Outputs, size: InputSize, class_map: Classes, min_score: float) -> Candidates:
    """From ``scores`` float32[classes, A] and ``distances`` float32[44, A]."""
    scores, distances = outputs
    return decode_cells(scores, distances, _centres(size), class_map, min_score)


def recognise(outputs: Sequence[OutputShape]) -> tuple[str, ...] | None:
    """The two outputs by their names."""
    shapes = {output.name: output.shape for output in outputs}
    distances = shapes.get("distances", ())
    if "scores" in shapes and len(distances) == 3 and distances[1] == SIDES_TIMES_BINS:
        return ("scores", "distances")
    return None


def classes(outputs: Sequence[OutputShape]) -> int | None:
    """Channels of ``scores``."""
    return next((output.shape[1] for output in outputs if output.name == "scores"), None)


@lru_cache(maxsize=16)
def _centres(size: InputSize) -> FloatGrid:
    return cell_centres(size.width, size.height, (8, 16, 32), 0.5)


LAYOUT = Layout("nanodet", Preprocessing(border=0), recognise, decode, classes)
