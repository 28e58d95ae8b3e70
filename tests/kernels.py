"""Compiles the kernels once for all workers: ``python -m tests.kernels``, beside the first tests.

Compiling takes half a minute of a core; workers that need the same kernel at the same time would
each compile it. What is not compiled here is compiled by the first test that calls it.
"""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

FIRST = (
    "tests/store",
    "tests/record",
    "tests/ingest",
    "tests/config",
    "tests/cli",
    "tests/cameras",
)
"""Folders of tests that need no kernel, and may run while others are compiled."""
DONE = "all-compiled"


def begin() -> "subprocess.Popen[bytes] | None":
    """Compile in a process of its own; None: it has been done for this state of the sources."""
    if (_folder() / DONE).exists():
        return None
    return subprocess.Popen(
        [sys.executable, "-m", "tests.kernels"],
        cwd=Path(__file__).resolve().parents[1],
        stdin=subprocess.DEVNULL,
    )


def main() -> None:
    """One of everything that is compiled."""
    _see()
    _follow()
    _judge()
    _folder().mkdir(parents=True, exist_ok=True)
    (_folder() / DONE).touch()


def _see() -> None:
    """The gate, motion, the built-in detector."""
    from curtilage.vision.detector import DetectorSettings, open_detector
    from curtilage.vision.gate import Gate
    from curtilage.vision.motion import MotionDetector
    from tests.vision.gate.simulated import Camera

    Camera().run(Gate("auto", separate_motion_stream=False), 10.0)
    motion = MotionDetector()
    for number in range(3):
        motion.update(np.full((180, 320), 40 * number, np.uint8), 0.2 * number)
    detector = open_detector(DetectorSettings())
    width, height = detector.picture_size(640, 360)
    detector.detect([np.zeros((height, width, 3), np.uint8)])


def _follow() -> None:
    """Tracks."""
    from curtilage.model import Detections
    from curtilage.vision.tracker import Tracker, TrackerSettings

    tracker = Tracker(TrackerSettings(), 16 / 9)
    boxes = np.array([[0.1, 0.1, 0.2, 0.4], [0.5, 0.1, 0.6, 0.4]], np.float32)
    for number in range(5):
        score, kind = np.full(2, 0.9, np.float32), np.zeros(2, np.int16)
        tracker.update(0.2 * number, Detections(boxes + np.float32(0.01 * number), score, kind))


def _judge() -> None:
    """Rules."""
    from curtilage.web.trial.warm import warm

    warm()


def _folder() -> Path:
    return Path(os.environ["NUMBA_CACHE_DIR"])


if __name__ == "__main__":
    main()
