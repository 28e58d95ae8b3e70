"""Events of a scene in an order that is the same every time."""

from collections.abc import Mapping, Sequence

from curtilage.model import Event, Phase

PHASES = {Phase.START: 0, Phase.INSTANT: 1, Phase.END: 2}


def in_order(events: Sequence[Event], place: Mapping[str, int]) -> list[Event]:
    """By time, then by the ``place`` of their rule in the file, then by track."""
    return sorted(
        events,
        key=lambda e: (
            e.time,
            PHASES[e.phase],
            place[e.rule],
            -1 if e.track is None else e.track,
        ),
    )
