"""When a volume is full at the present rate, or at how much its recordings stop growing. Pure.

Each camera's share of a volume grows at its rate until retention deletes as much as is recorded:
at ``rate * days``, or at the size that it may take. The sum of those is a line with bends; where
it cuts the free space the volume is full, and from then on the oldest recordings make room.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

FOREVER_DAYS: Final = 36_500.0
"""What lasts longer than a hundred years is told as none."""


class Outcome(StrEnum):
    """What becomes of a volume if all goes on as now."""

    IDLE = "idle"  # nothing is being recorded to it
    HELD = "held"  # retention deletes as much as is recorded before it is full
    FILLS = "fills"  # it will be full; then the oldest recordings make room
    FULL = "full"  # the oldest recordings make room now
    MISSING = "missing"  # it is not there


@dataclass(frozen=True, slots=True)
class Growth:
    """One camera on one volume."""

    used: float  # bytes
    per_day: float  # bytes recorded to it in a day
    days: float | None  # retention; None: as long as there is room
    size: float | None  # bytes that the camera may still take on this volume in all; None: any

    @property
    def most(self) -> float | None:
        """Bytes at which retention holds it; None: it does not."""
        caps = [self.size] if self.size is not None else []
        if self.days is not None:
            caps.append(self.per_day * self.days)
        return max(min(caps), self.used) if caps else None

    @property
    def room(self) -> float | None:
        """Bytes by which it still grows; None: there is no end."""
        return None if self.most is None else self.most - self.used


@dataclass(frozen=True, slots=True)
class Forecast:
    """What becomes of a volume."""

    outcome: Outcome
    full_in_days: float | None  # until it is full, where it fills
    settles_in_days: float | None  # until it stops growing, where it is held
    settles_at: float | None  # bytes of recordings then, or when it is full
    keeps_days: float | None  # how far back its recordings go then


def forecast(free: float | None, shares: Sequence[Growth]) -> Forecast:
    """What becomes of a volume.

    Args:
        free: bytes that may still be written before the reserve; None: it is not there.
        shares: of the cameras that have something on it.
    """
    if free is None:
        return Forecast(Outcome.MISSING, None, None, None, None)
    used = sum(one.used for one in shares)
    rate = sum(one.per_day for one in shares)
    if rate <= 0.0:
        return Forecast(Outcome.IDLE, None, None, used, None)
    full_in, settles_in, settles_at = _run(max(free, 0.0), shares)
    if full_in is None:
        return Forecast(Outcome.HELD, None, settles_in, settles_at, _reach(settles_at, rate))
    keeps = _reach(used + max(free, 0.0), rate)
    if free <= 0.0:
        return Forecast(Outcome.FULL, 0.0, None, used, keeps)
    return Forecast(Outcome.FILLS, full_in, None, used + free, keeps)


def _run(free: float, shares: Sequence[Growth]) -> tuple[float | None, float, float]:
    """Days until full (None: never), days until nothing grows, bytes then."""
    growing = [one for one in shares if one.per_day > 0.0]
    ends = sorted((one.room / one.per_day, one.per_day) for one in growing if one.room is not None)
    rate = sum(one.per_day for one in growing)
    used = sum(one.used for one in shares)
    day = grown = 0.0
    for end, its_rate in ends:
        more = rate * (end - day)
        if grown + more > free:
            break
        grown, day, rate = grown + more, end, max(0.0, rate - its_rate)
    if rate <= 1e-9 * sum(one.per_day for one in growing):
        return None, day, used + grown
    at = day + (free - grown) / rate
    return (None, day, used + grown) if at > FOREVER_DAYS else (at, at, used + free)


def _reach(size: float, rate: float) -> float:
    return min(size / rate, FOREVER_DAYS)
