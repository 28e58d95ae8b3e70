"""What a live scene has counted since it was last asked: rows for a store, then forgotten.

A scene that runs for months must not keep what it has counted; whoever runs it takes that away
(``Scene.drain``) and writes it down together with the scene's state, both or neither.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from curtilage.model import Counts, Times
from curtilage.scene.heatmap import HeatRows


class Tally(NamedTuple):
    """One thing that a rule has counted, whether it raised an event or not."""

    time: float  # s, when it happened
    rule: str
    what: str  # line: a_to_b, b_to_a; counter: REASONS of ``counter``; region: as in its counts
    label: str | None  # None: of nobody (adjustments)
    inside: int | None = None  # of counters: how many are inside afterwards
    adjusted: int = 0  # of counters: by how much that was put right


class Stay(NamedTuple):
    """A presence that has ended, for a dwell rule."""

    rule: str
    start: float  # s, first sighting inside
    seconds: float
    label: str


class Step(NamedTuple):
    """From one zone to another, for a paths rule."""

    time: float  # s, when it came to the second zone; of a journey: when it was last seen
    rule: str
    origin: str
    target: str
    is_journey: bool  # from the first zone of a path to its last; else from one to the next
    label: str


@dataclass(frozen=True, slots=True)
class Occupied:
    """How many were inside, per minute, over the time that was looked at; to be added up."""

    start: Times  # [M], s, when the minute begins
    seconds: npt.NDArray[np.float64]  # [M], that were looked at, now told
    person_seconds: npt.NDArray[np.float64]  # [M], of those seconds
    most: Counts  # [M]


@dataclass(frozen=True, slots=True)
class Drained:
    """All of it, since the last time. Series by rule id."""

    tallies: Sequence[Tally]  # as they were noticed
    stays: Sequence[Stay]
    steps: Sequence[Step]
    occupied: Mapping[str, Occupied]
    inside: Mapping[str, int]  # what occupancy rules and counters say now
    heat: Mapping[str, HeatRows]  # whole stretches, to be put in place of what was told before
