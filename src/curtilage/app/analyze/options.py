"""What an analysis is asked to do."""

import math
import re
from dataclasses import dataclass, field
from pathlib import Path

from curtilage.errors import InputError
from curtilage.vision.detector import DetectorSettings
from curtilage.vision.tracker import TrackerSettings

USUAL_RATE = 10.0
"""Frames per second that are analysed unless told otherwise: people move less than their own
width in between, so the tracker loses nobody, and more frames only cost time."""


class OptionsError(InputError):
    """An option that cannot be."""


@dataclass(frozen=True, slots=True)
class AnalyzeOptions:
    """Options of ``analyze``; times are seconds from the start of the footage."""

    out: Path
    rules: Path | None = None  # without: rules are made from what is seen
    fps: float = USUAL_RATE  # analysed frames per second at most; 0: every frame
    start: float = 0.0
    stop: float = math.inf  # not included
    video: bool = False  # also write annotated.mp4
    workers: int | None = None  # processes side by side; None: as the machine has cores
    detector: DetectorSettings = field(default_factory=DetectorSettings)
    tracker: TrackerSettings = field(default_factory=TrackerSettings)

    def __post_init__(self) -> None:
        if not 0 <= self.fps < math.inf:
            raise OptionsError(f"--fps {self.fps:g}: must be 0 (every frame) or more")
        if not 0 <= self.start < math.inf:
            raise OptionsError(f"--from {self.start:g}: must be 0 or later")
        if not self.stop > self.start:
            raise OptionsError(
                f"--to {self.stop:g} is not after --from {self.start:g}, so nothing is left"
            )
        if self.workers is not None and self.workers < 1:
            raise OptionsError(f"{self.workers} processes cannot work; give 1 or more")


def parse_moment(text: str) -> float:
    """Seconds of ``90``, ``90.5``, ``1:30`` or ``0:01:30.5``.

    Raises:
        OptionsError: it is none of these.

    """
    match = re.fullmatch(r"(?:(?:(\d+):)?(\d{1,2}):)?(\d+(?:\.\d*)?|\.\d+)", text.strip())
    if match:
        hours, minutes, seconds = (float(part or 0) for part in match.groups())
        if match[2] is None or (seconds < 60 and (match[1] is None or minutes < 60)):
            return hours * 3600 + minutes * 60 + seconds
    raise OptionsError(f"{text!r} is no time in footage; write seconds (90.5) or HH:MM:SS")
