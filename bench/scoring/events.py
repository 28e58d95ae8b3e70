"""Scores of told line crossings against true ones: precision, recall, F1, error of the count.

A told crossing fits a true one of the same line and direction when their times differ by at most
``TOLERANCE_S``; one to one, as many pairs as can be, then the nearest in time. What remains may
fit an optional truth and is then neither right nor wrong.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from bench.truth.crossings import Truth

TOLERANCE_S = 1.0


@dataclass(frozen=True, slots=True)
class Told:
    """One crossing that a rule told of."""

    line: str
    direction: str  # a_to_b, b_to_a
    time: float  # s


@dataclass(frozen=True, slots=True)
class CrossingScore:
    """How the crossings of one or more lines were found."""

    found: int
    false: int
    missed: int
    count_error: int  # sum over lines and directions of |told - true|, told without optional ones
    missed_events: tuple[Truth, ...]
    false_events: tuple[Told, ...]

    @property
    def precision(self) -> float:
        """Share of what was told that is true; 1 if nothing was told."""
        told = self.found + self.false
        return self.found / told if told else 1.0

    @property
    def recall(self) -> float:
        """Share of what is true that was told; 1 if nothing happened."""
        true = self.found + self.missed
        return self.found / true if true else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both; 1 if nothing happened and nothing was told."""
        all_of_them = 2 * self.found + self.false + self.missed
        return 2 * self.found / all_of_them if all_of_them else 1.0

    def figures(self) -> dict[str, Any]:
        """As JSON, with the events that went wrong."""
        return {
            "found": self.found,
            "false": self.false,
            "missed": self.missed,
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "count_error": self.count_error,
            "missed_events": [asdict(event) for event in self.missed_events],
            "false_events": [asdict(event) for event in self.false_events],
        }


def score_crossings(
    truth: Sequence[Truth], told: Sequence[Told], tolerance: float = TOLERANCE_S
) -> CrossingScore:
    """The score of ``told`` against ``truth``."""
    certain = [t for t in truth if not t.optional]
    optional = [t for t in truth if t.optional]
    pairs = _pairs(certain, told, tolerance)
    rest = [e for i, e in enumerate(told) if i not in {b for _, b in pairs}]
    excused = {b for _, b in _pairs(optional, rest, tolerance)}
    false = [e for i, e in enumerate(rest) if i not in excused]
    matched = {a for a, _ in pairs}
    missed = [t for i, t in enumerate(certain) if i not in matched]
    return CrossingScore(
        found=len(pairs),
        false=len(false),
        missed=len(missed),
        count_error=_count_error(false, missed),
        missed_events=tuple(missed),
        false_events=tuple(false),
    )


def _pairs(truth: Sequence[Truth], told: Sequence[Told], tolerance: float) -> list[tuple[int, int]]:
    """Indices of what fits, one to one, the largest number first, then the least time apart."""
    if not truth or not told:
        return []
    cost = np.full((len(truth), len(told)), np.inf)
    for i, true in enumerate(truth):
        for j, event in enumerate(told):
            if (true.line, true.direction) == (event.line, event.direction):
                cost[i, j] = max(true.begin - event.time, event.time - true.end, 0.0)
    fits = cost <= tolerance
    # a pair is worth more than any sum of times can cost
    weight = np.where(fits, np.where(fits, cost, 0.0) - 1000 * (tolerance + 1), 0.0)
    rows, columns = linear_sum_assignment(weight)
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if fits[i, j]]


def _count_error(false: Sequence[Told], missed: Sequence[Truth]) -> int:
    balance: dict[tuple[str, str], int] = {}
    for event in false:
        key = (event.line, event.direction)
        balance[key] = balance.get(key, 0) + 1
    for true in missed:
        key = (true.line, true.direction)
        balance[key] = balance.get(key, 0) - 1
    return sum(abs(n) for n in balance.values())
