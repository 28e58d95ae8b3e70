"""Intrusion rules in tests, and their events without what the tests do not compare."""

from typing import Any

from curtilage.config.scene import IntrusionRule
from curtilage.model import Event
from tests.scene.stays import ZONE

Spans = list[tuple[float, float]]


def zone(**options: Any) -> IntrusionRule:
    """The rule "z" over the square of ``stays``."""
    return IntrusionRule(**{"id": "z", "polygon": ZONE} | options)


def plain(events: list[Event]) -> list[tuple[str, float, int | None]]:
    """Phase, time and track, in order."""
    return sorted((e.phase.value, round(e.time, 3), e.track) for e in events)
