"""Events against what is known to have happened: visits that were noticed, events without visitor.

Of footage that was put together it is known when somebody is in the picture. An event that the
ungated camera has while nobody is there is no event that a gate must find; and a visit that it has
none of was not lost by the gate. Pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.live.matching import Heard

EARLY_S = 1.0  # a line may be crossed so long before the visitor is to be seen well
LATE_S = 3.0  # after the visitor has gone: a track ends 2 s, a presence 1 s later

Span = tuple[float, float]  # s, somebody is in the picture


@dataclass(frozen=True, slots=True)
class Presence:
    """How events lie to visits."""

    visits: int
    noticed: int  # visits with an event
    nobody: tuple[Heard, ...]  # events while nobody is in the picture


def presence(visits: Sequence[Span], events: Iterable[Heard]) -> Presence:
    """Sort ``events`` by the visits that they belong to."""
    noticed: set[int] = set()
    nobody: list[Heard] = []
    for event in events:
        found = [n for n, (a, b) in enumerate(visits) if a - EARLY_S <= event.time <= b + LATE_S]
        noticed.update(found)
        if not found:
            nobody.append(event)
    return Presence(len(visits), len(noticed), tuple(nobody))


def again(visits: Sequence[Span], length_s: float, rounds: int) -> list[Span]:
    """The visits of footage that is played ``rounds`` times in a row."""
    return [(a + n * length_s, b + n * length_s) for n in range(rounds) for a, b in visits]
