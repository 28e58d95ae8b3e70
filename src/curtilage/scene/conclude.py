"""Alarms whose rule ends while they are on: each has its end, or nobody could close them."""

from collections.abc import Collection, Iterator

from curtilage.model import Event
from curtilage.scene.gathering import Gathering
from curtilage.scene.intrusion import Intrusion
from curtilage.scene.loitering import Loitering
from curtilage.scene.parts import Parts


def conclude(parts: Parts, rules: Collection[str], time: float) -> Iterator[Event]:
    """The ends, at the last sighting, of the alarms of ``rules`` that are on.

    Who is there counts from ``time`` (s) if these rules go on after all.
    """
    for rule, watcher in parts.watchers.items():
        if rule not in rules:
            continue
        if isinstance(watcher, Gathering):
            yield from watcher.finish(time)
        elif isinstance(watcher, Intrusion | Loitering):
            for zone in parts.zones[rule]:
                for change in parts.presences.unfinished(zone, watcher.raised):
                    yield from watcher.take(change)
                parts.presences.begin_anew(zone, time, watcher.raised)
