"""What was wrong with a file that could be read all the same, and the sentences about it.

The sentences leave the file's name to whoever prints them: reports must not show folders.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from curtilage.ingest.footage.timeline import Repairs

LAST_S = 0.5  # of footage that was cut off


@dataclass(frozen=True, slots=True)
class Damage:
    """Counts and first times (s, NaN: never) of what the decoder complained about."""

    errors: int = 0  # stretches that could not be read or decoded at all
    first_error: float = math.nan
    corrupt: int = 0  # frames decoded with faults
    first_corrupt: float = math.nan
    pauses: int = 0  # times without any picture, far longer than a step of the camera
    first_pause: tuple[float, float] = (math.nan, math.nan)  # s, from and to
    resized_at: float = math.nan  # s, when the size of the picture first changed
    resized_to: tuple[int, int] = (0, 0)

    def with_error(self, time: float) -> "Damage":
        """One more stretch that could not be decoded."""
        first = time if self.errors == 0 else self.first_error
        return replace(self, errors=self.errors + 1, first_error=first)

    def with_corrupt(self, time: float) -> "Damage":
        """One more frame with faults."""
        first = time if self.corrupt == 0 else self.first_corrupt
        return replace(self, corrupt=self.corrupt + 1, first_corrupt=first)

    def with_pause(self, begin: float, end: float) -> "Damage":
        """One more time without any picture."""
        first = (begin, end) if self.pauses == 0 else self.first_pause
        return replace(self, pauses=self.pauses + 1, first_pause=first)

    def with_size(self, time: float, size: tuple[int, int]) -> "Damage":
        """The size of the picture changed to ``size``; only the first change is told."""
        return (
            self if self.resized_to != (0, 0) else replace(self, resized_at=time, resized_to=size)
        )


def damage_sentences(damage: Damage, end: float, promised: float | None) -> Iterator[str]:
    """Sentences about footage that is lost: it cannot be analysed by anybody.

    ``promised`` (s) is given when the header promises clearly more than ``end`` (s).
    """
    if promised is not None:
        yield (
            f"ends at {clock(end)}, although its header promises {clock(promised)}; it "
            "was cut off, or is damaged"
        )
    if damage.errors:
        yield (
            f"{_times(damage.errors, 'stretch', 'stretches')} could not be decoded, the "
            f"first at {clock(damage.first_error)}; the rest was analysed"
        )
    # the last picture of a file that was cut off is cut off as well
    if damage.corrupt and not (promised is not None and damage.first_corrupt > end - LAST_S):
        yield (
            f"{_times(damage.corrupt, 'frame is', 'frames are')} damaged, the first at "
            f"{clock(damage.first_corrupt)}; what is seen there may be wrong"
        )


def repair_sentences(
    damage: Damage, repairs: Repairs, size: tuple[int, int], rate: float | None
) -> Iterator[str]:
    """Sentences about what was mended: nothing is lost, but the user should know."""
    if damage.resized_to != (0, 0):
        yield (
            f"the picture changes from {_by(size)} to {_by(damage.resized_to)} at "
            f"{clock(damage.resized_at)}; lines and zones go on as fractions of the picture"
        )
    if damage.pauses:
        more = f", and {damage.pauses - 1} times more" if damage.pauses > 1 else ""
        begin, end = damage.first_pause
        yield f"has no picture between {clock(begin)} and {clock(end)}{more}"
    if repairs.restarts:
        yield (
            f"the timestamps jump back {_times(repairs.restarts, 'time', 'times')}, the "
            f"first at {clock(repairs.first_restart)}; the footage is taken as going on there"
        )
    if repairs.repeats:
        yield (
            f"{_times(repairs.repeats, 'frame repeats', 'frames repeat')} the timestamp "
            f"before, the first at {clock(repairs.first_repeat)}, and were left out"
        )
    if repairs.missing:
        yield (
            f"{_times(repairs.missing, 'frame has', 'frames have')} no timestamp, the "
            f"first at {clock(repairs.first_missing)}; spaced by {rate or 0:g} frames/s"
        )


def clock(time: float) -> str:
    """Seconds as people read them: ``12.3 s``, and ``1:02:03`` from two minutes on."""
    if not time >= 0:
        time = 0.0
    if time < 120:
        return f"{time:.1f} s"
    minutes, seconds = divmod(int(time), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def _by(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


def _times(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
