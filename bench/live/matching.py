"""Events of one run against those of another: found, late, too many. Pure.

An event fits one of the same rule, kind, phase and direction whose time differs by at most the
tolerance; one to one, as many pairs as can be, then the least time apart. Ids of tracks are not
compared: they are numbers in order of sight.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

TOLERANCE_S = 0.5


@dataclass(frozen=True, slots=True)
class Heard:
    """An event as far as it is compared."""

    rule: str
    kind: str
    phase: str
    direction: str | None
    time: float  # s

    @property
    def what(self) -> tuple[str, str, str, str | None]:
        """All but the time."""
        return self.rule, self.kind, self.phase, self.direction


@dataclass(frozen=True, slots=True)
class Match:
    """How the events of a reference were found."""

    differences: tuple[float, ...]  # s, found minus reference, of each pair
    missed: tuple[Heard, ...]
    extra: tuple[Heard, ...]

    @property
    def recall(self) -> float:
        """Share of the reference that was found; 1 where nothing happened."""
        all_of_them = len(self.differences) + len(self.missed)
        return len(self.differences) / all_of_them if all_of_them else 1.0


def match(
    reference: Iterable[Heard], found: Iterable[Heard], tolerance: float = TOLERANCE_S
) -> Match:
    """Pair ``found`` with ``reference``."""
    wanted = _by_what(reference)
    given = _by_what(found)
    differences: list[float] = []
    missed: list[Heard] = []
    extra: list[Heard] = []
    for what in sorted(wanted.keys() | given.keys(), key=str):
        ours, theirs = wanted.get(what, []), given.get(what, [])
        pairs = _pairs([e.time for e in ours], [e.time for e in theirs], tolerance)
        differences += [theirs[b].time - ours[a].time for a, b in pairs]
        taken, used = {a for a, _ in pairs}, {b for _, b in pairs}
        missed += [e for i, e in enumerate(ours) if i not in taken]
        extra += [e for i, e in enumerate(theirs) if i not in used]
    in_time = sorted(missed, key=lambda e: e.time), sorted(extra, key=lambda e: e.time)
    return Match(tuple(differences), tuple(in_time[0]), tuple(in_time[1]))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that ``share`` of all do not exceed (nearest rank); nan without any."""
    if not values:
        return float("nan")
    rank = int(np.ceil(share * len(values))) - 1
    return float(sorted(values)[min(max(rank, 0), len(values) - 1)])


def _by_what(events: Iterable[Heard]) -> dict[tuple[str, str, str, str | None], list[Heard]]:
    found: dict[tuple[str, str, str, str | None], list[Heard]] = {}
    for event in events:
        found.setdefault(event.what, []).append(event)
    return found


def _pairs(
    ours: Sequence[float], theirs: Sequence[float], tolerance: float
) -> list[tuple[int, int]]:
    """Places of what fits, one to one."""
    if not ours or not theirs:
        return []
    apart = np.abs(np.subtract.outer(np.array(ours), np.array(theirs)))
    fits = apart <= tolerance
    # a pair is worth more than any sum of times can cost
    worth = np.where(fits, apart - 1000.0 * (tolerance + 1.0), 0.0)
    rows, columns = linear_sum_assignment(worth)
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if fits[i, j]]
