"""An analysis whose detector finds the red square of made clips: quick, exact, a real process.

``python -m tests.app.square SOURCE… --out OUT [--rules FILE] [--workers N]``; the environment says
how long a picture takes (``SQUARE_SLOW_S``), how often progress is kept (``SQUARE_KEEP_S``) and
whether the process dies when it meets a file of a certain width (``SQUARE_CRASH_WIDTH``).
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from curtilage.app.analyze import AnalyzeOptions, analyze, side_by_side, source, tracking
from curtilage.errors import InputError
from curtilage.model import Detections, Image
from curtilage.vision.detector import DetectorSettings, InputSize


class SquareDetector:
    """A ``Detector`` that sees the red square as a person."""

    name = "square (numpy-f32 160x120)"
    labels = ("person",)

    def input_size(self, width: int, height: int) -> InputSize:
        """Any picture stays as it is."""
        return InputSize(width, height)

    def picture_size(self, width: int, height: int) -> tuple[int, int]:
        """All of it."""
        return width, height

    def detect(self, images: Sequence[Image]) -> list[Detections]:
        """One person where there is red, else nobody."""
        time.sleep(float(os.environ.get("SQUARE_SLOW_S", "0")) * len(images))
        if str(images[0].shape[1]) == os.environ.get("SQUARE_CRASH_WIDTH"):
            os.kill(os.getpid(), signal.SIGSEGV)
        return [_square(image) for image in images]


def _square(image: Image) -> Detections:
    y, x = np.nonzero(image[:, :, 2].astype(np.int16) - image[:, :, 0] > 80)
    if not len(x):
        return Detections.empty()
    height, width = image.shape[:2]
    box = [x.min() / width, y.min() / height, (x.max() + 1) / width, (y.max() + 1) / height]
    score = 0.9 - 0.01 * (int(x.sum()) % 10)  # depends on every pixel that is red
    return Detections(
        np.array([box], np.float32), np.array([score], np.float32), np.zeros(1, np.int16)
    )


def use_square(_: DetectorSettings | None = None) -> SquareDetector:
    """In the place of ``open_detector``."""
    return SquareDetector()


def no_report(*_: object) -> None:
    """In the place of the report, which takes longer than the analysis of a made clip."""


def main() -> int:
    """Run an analysis like the command line does; exit codes as there."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sources", nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--rules", type=Path)
    parser.add_argument("--workers", type=int)
    given = parser.parse_args()
    try:
        analyze(
            given.sources,
            AnalyzeOptions(out=given.out, rules=given.rules, fps=0, workers=given.workers),
        )
    except InputError as error:
        sys.stdout.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def use_everywhere() -> None:
    """Have this process analyse with the square, and the processes that it begins."""
    vars(source).update(open_detector=use_square, _report=no_report)
    vars(tracking).update(KEEP_EVERY_S=float(os.environ.get("SQUARE_KEEP_S", "5")))
    vars(side_by_side).update(WORKER="tests.app.square_worker")


if __name__ == "__main__":
    use_everywhere()
    raise SystemExit(main())
