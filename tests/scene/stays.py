"""Histories of zones in tests: people who are inside one square for given stretches of seconds.

What the rules must say of them is worked out here frame by frame, without the code under test.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import strategies as st

from curtilage.model import Event, Phase, Tracks
from tests.scene.drive import FPS, Moments, Walk, walk

ZONE = [(0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6)]
FRAME = 1 / FPS
INSIDE, OUTSIDE = (0.5, 0.5), (0.5, 0.75)
Spans = Sequence[tuple[float, float]]  # s, first and last sighting inside


def visitor(
    spans: Spans,
    seen: tuple[float, float] | None = None,
    track: int = 1,
    inside: tuple[float, float] = INSIDE,
    outside: tuple[float, float] = OUTSIDE,
    hidden: Spans = (),
    coasts: bool = False,
    label: str = "person",
) -> Walk:
    """Somebody who is inside for these spans and seen (from, to); 2 s longer if left out."""
    begin, end = seen or (max(spans[0][0] - 2.0, 0.0), spans[-1][1] + 2.0)
    stops = [(begin, *_place(begin, spans, inside, outside))]
    for first, last in spans:
        if first > begin:
            stops += [(first - FRAME / 2, *outside), (first - FRAME / 2 + 1e-3, *inside)]
        if last < end:
            stops += [(last + FRAME / 2, *inside), (last + FRAME / 2 + 1e-3, *outside)]
    stops.append((end, *_place(end, spans, inside, outside)))
    return walk(*stops, track=track, hidden=hidden, coasts=coasts, label=label)


def _place(
    time: float, spans: Spans, inside: tuple[float, float], outside: tuple[float, float]
) -> tuple[float, float]:
    within = any(first - 1e-9 <= time <= last + 1e-9 for first, last in spans)
    return inside if within else outside


def spot(number: int) -> tuple[float, float]:
    """Places inside, each farther than a box height from the others' way out."""
    return 0.43 + 0.035 * (number % 5), 0.45 + 0.035 * (number // 5)


def near(time: float) -> Any:
    """Equal to a time up to a frame."""
    return pytest.approx(time, abs=FRAME + 1e-3)


def starts(events: Iterable[Event], rule: str = "z") -> list[Event]:
    """Of one rule."""
    return [e for e in events if e.rule == rule and e.phase == Phase.START]


def ends(events: Iterable[Event], rule: str = "z") -> list[Event]:
    """Of one rule."""
    return [e for e in events if e.rule == rule and e.phase == Phase.END]


def of_rule(events: Iterable[Event], rule: str) -> list[Event]:
    """Of one rule."""
    return [e for e in events if e.rule == rule]


def shuffled(played: Moments, seed: int) -> Iterator[tuple[float, Tracks]]:
    """The same moments with the rows of each in another order."""
    rng = np.random.default_rng(seed)
    for time, tracks in played:
        order = rng.permutation(len(tracks))
        yield time, Tracks(*(getattr(tracks, field.name)[order] for field in fields(Tracks)))


def merged(spans: Spans, grace: float) -> list[tuple[float, float]]:
    """The spans as presences: absences up to ``grace`` (s) do not part them."""
    found: list[tuple[float, float]] = []
    for first, last in spans:
        if found and first - found[-1][1] <= grace:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found


@st.composite
def histories(
    draw: st.DrawFn,
    absences: st.SearchStrategy[int],
    stays: st.SearchStrategy[int],
    most: int = 5,
    begin: int = 20,
) -> list[tuple[float, float]]:
    """Spans inside; ``absences`` and ``stays`` in frames of 0.1 s, the first from ``begin`` on."""
    frame = begin + draw(st.integers(0, 10))
    spans = []
    for _ in range(draw(st.integers(1, most))):
        length = draw(stays)
        spans.append((frame * FRAME, (frame + length) * FRAME))
        frame += length + draw(absences)
    return spans


def counted(people: Sequence[Spans], times: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """How many are inside at each time, by brute force."""
    number = [
        sum(any(a - 1e-6 <= t <= b + 1e-6 for a, b in spans) for spans in people) for t in times
    ]
    return np.array(number, np.int64)


SHORT = st.integers(2, 8)  # frames; absences that grace forgives
LONG = st.integers(14, 40)  # frames; absences that end a presence
SHORT_OR_LONG = SHORT | LONG
STAY = st.integers(6, 40)  # frames

crowds = st.lists(histories(LONG, st.integers(20, 40), most=3), min_size=2, max_size=5)
"""Histories of two to five people, whose absences all end a presence."""


def people_of(crowd: list[list[tuple[float, float]]], after: float = 2.0) -> list[Walk]:
    """One walk each, all seen from the beginning to ``after`` seconds after the last of them."""
    until = max(spans[-1][1] for spans in crowd) + after
    return [
        visitor(spans, seen=(0.0, until), track=i + 1, inside=spot(3 * i), outside=OUTSIDE)
        for i, spans in enumerate(crowd)
    ]
