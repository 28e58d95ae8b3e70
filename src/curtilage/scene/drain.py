"""Takes away what a scene's rules have counted, so that they need not keep it."""

import numpy as np

from curtilage.scene.drained import Drained, Occupied, Stay, Step, Tally
from curtilage.scene.dwell import Dwell
from curtilage.scene.occupancy import Occupancy
from curtilage.scene.parts import Parts
from curtilage.scene.paths import Paths
from curtilage.scene.region import RegionEntrance, RegionExit


def drain(parts: Parts, time: float) -> Drained:
    """What was counted since the last time; ``time`` is that of the last frame (s)."""
    tallies: list[Tally] = parts.line_counts.drain()
    stays: list[Stay] = []
    steps: list[Step] = []
    occupied: dict[str, Occupied] = {}
    inside: dict[str, int] = {}
    sure = time if np.isfinite(time) else -np.inf
    for rule, counter in parts.counters.items():
        tallies += counter.drain()
        inside[rule] = counter.totals["inside"]
    for rule, watcher in parts.watchers.items():
        if isinstance(watcher, RegionEntrance | RegionExit):
            tallies += watcher.drain()
        elif isinstance(watcher, Dwell):
            stays += watcher.drain()
        elif isinstance(watcher, Paths):
            steps += watcher.drain()
        elif isinstance(watcher, Occupancy):
            occupied[rule], until = watcher.drain(parts.clock, time, parts.watched)
            inside[rule] = watcher.series.last
            sure = min(sure, until)
    parts.watched.forget(sure)
    heat = {rule: heatmap.drain(time) for rule, heatmap in parts.heatmaps.items()}
    return Drained(tallies, stays, steps, occupied, inside, heat)
