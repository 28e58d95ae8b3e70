"""``curtilage models tune``: frames of the owner's videos into the tuning of the detector."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from curtilage.ingest.footage.moments import frames_at
from curtilage.ingest.footage.reader import FootageReader, Reading
from curtilage.ingest.footage.sources import find_footage
from curtilage.model import Image
from curtilage.vision.detector import DetectorSettings
from curtilage.vision.detector.tune import TuneResult, tune

FRAMES = 600  # of all videos together; the tuning draws from them
UNKNOWN_DURATION_S = 600.0  # of a file that does not say how long it is


def tune_detector(
    sources: Sequence[str], settings: DetectorSettings, say: Callable[[str], None]
) -> list[TuneResult]:
    """Tune the detector on frames spread evenly over the footage behind ``sources``.

    Raises:
        InputError: footage that cannot be read, or a model that cannot be tuned.
    """
    return tune(_frames(find_footage(sources)), settings, progress=say)


def _frames(paths: Sequence[Path]) -> Iterator[Image]:
    count = max(2, FRAMES // len(paths))
    for path in paths:
        with FootageReader(path, Reading()) as reader:
            duration = reader.duration or UNKNOWN_DURATION_S
        times = np.linspace(0.0, duration, count, endpoint=False).tolist()
        last = -1
        for frame in frames_at(path, times):
            if frame.index != last:  # a short video has fewer frames than are asked for
                yield frame.image
            last = frame.index
