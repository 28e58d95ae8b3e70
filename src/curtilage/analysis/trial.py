"""Rules tried on what a camera has seen already: what they would have counted.

The very same ``Scene`` is told again, look by look, what the rules of the camera were told then
(``store.found.observations``); so it says what it would have said live, had these rules begun at
the first of these looks. Pure: looks in, outcome out; whoever calls decides when it is enough.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from curtilage.analysis.tracks.ways import Ways
from curtilage.config.scene import SceneSettings
from curtilage.model import Event, Phase, Tracks
from curtilage.scene import Scene
from curtilage.scene.drained import Drained, Stay, Step
from curtilage.scene.frame_clock import FrameClock
from curtilage.scene.watched import Watched
from curtilage.store.found.observations.log import HIDDEN, NOBODY
from curtilage.store.found.observations.query import Looks

HOLE_S: Final = 60.0
"""No look stands for a longer time: sightings between it and the one before were lost."""
SOME: Final = 200
"""So many looks are taken between two questions whether it is enough."""


@dataclass
class Occupied:
    """How many were inside, over all of the time that was looked at."""

    seconds: float = 0.0
    person_seconds: float = 0.0
    most: int = 0


@dataclass
class Outcome:
    """What the rules have said, each by its id."""

    events: dict[str, list[Event]] = field(default_factory=dict)  # the first ones
    noticed: Counter[str] = field(default_factory=Counter)  # how many there were
    alarms: Counter[str] = field(default_factory=Counter)  # of those, all but ends
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)  # rule, what it counted
    stays: list[Stay] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    occupied: dict[str, Occupied] = field(default_factory=dict)
    heat_s: dict[str, float] = field(default_factory=lambda: defaultdict(float))


class Trial:
    """Rules on their way through what was seen.

    Args:
        settings: the rules, for times in UTC seconds (``SiteSettings.scene_of``).
        interval: s, between looks as wanted; what the first one stands for.
        most: events of each rule that are kept; all are counted.

    """

    def __init__(self, settings: SceneSettings, interval: float, most: int) -> None:
        self.outcome = Outcome(events={rule.id: [] for rule in settings.rules})
        self.ways = Ways()
        self.looks = 0
        self._settings, self._interval, self._most = settings, interval, most
        self._scene: Scene | None = None
        self._aspect = 0.0
        self._clock, self._watched = FrameClock(interval), Watched()

    @property
    def time(self) -> float:
        """s, of the last look; -inf before the first."""
        return self._clock.time

    def stretches(self, start: float, end: float) -> npt.NDArray[np.float64]:
        """[W, 2], s: what of ``start`` to ``end`` was looked at."""
        return self._watched.edges(start, end)

    def take(self, looks: Looks, enough: Callable[[], bool]) -> bool:
        """The next looks; whether all of them were taken, or it was enough before.

        Raises:
            SceneError: a rule does not fit the camera's calibration.

        """
        edges = np.flatnonzero(np.diff(looks.time_ns, prepend=-1)).tolist()
        tracks = _tracks(looks)
        for number, (begin, end) in enumerate(_pairs(edges, len(looks))):
            if number % SOME == 0 and enough():
                self.ways.add(looks.before(begin))
                return False
            time = int(looks.time_ns[begin]) * 1e-9
            if time <= self.time:
                continue
            self._look(time, float(looks.aspect[begin]), bool(looks.still[begin]),
                       _cut(tracks, begin, end))  # fmt: skip
        self.ways.add(looks)
        return True

    def finish(self) -> Outcome:
        """What was counted, all together; nothing is taken afterwards.

        The trial ends, not the day: who is inside stays inside, and ends are not told.
        """
        if self._scene is not None:
            self._gather(self._scene)
            self._scene = None
        return self.outcome

    def _look(self, time: float, aspect: float, still: bool, tracks: Tracks) -> None:
        scene = self._scene_for(aspect)
        if still and time - self.time <= HOLE_S:
            stood_for, events = self._clock.wait(time), scene.still(time, tracks)
        else:
            stood_for, events = self._clock.step(time), scene.update(time, tracks)
        self._watched.add(time - stood_for, time)
        self.looks += 1
        for event in events:
            self.outcome.noticed[event.rule] += 1
            self.outcome.alarms[event.rule] += event.phase != Phase.END
            kept = self.outcome.events[event.rule]
            if len(kept) < self._most:
                kept.append(event)

    def _scene_for(self, aspect: float) -> Scene:
        """The scene for pictures of that shape; what can goes on when it changes, as live."""
        if self._scene is not None and aspect == self._aspect:
            return self._scene
        before, self._scene = self._scene, Scene(self._settings, aspect, self._interval)
        self._aspect = aspect
        if before is not None:
            self._gather(before)
            self._scene.adopt(before.state())
            for rule, heatmap in self._scene.heatmaps.items():  # goes on there, so it counts there
                self.outcome.heat_s[rule] -= float(heatmap.rows().seconds.sum())
        return self._scene

    def _gather(self, scene: Scene) -> None:
        for rule, heatmap in scene.heatmaps.items():
            self.outcome.heat_s[rule] += float(heatmap.rows().seconds.sum())
        _add(self.outcome, scene.drain())


def _add(outcome: Outcome, drained: Drained) -> None:
    for tally in drained.tallies:
        outcome.counts[tally.rule, tally.what] += 1
    outcome.stays += drained.stays
    outcome.steps += drained.steps
    for rule, minutes in drained.occupied.items():
        whole = outcome.occupied.setdefault(rule, Occupied())
        whole.seconds += float(minutes.seconds.sum())
        whole.person_seconds += float(minutes.person_seconds.sum())
        whole.most = max(whole.most, int(minutes.most.max(initial=0)))


def _pairs(edges: list[int], end: int) -> Iterator[tuple[int, int]]:
    return zip(edges, [*edges[1:], end], strict=True) if edges else iter(())


def _tracks(looks: Looks) -> Tracks:
    """All rows as if they were of one moment; rules ask for no age, and for no velocity."""
    n = len(looks)
    return Tracks(
        looks.track,
        looks.box,
        looks.class_id,
        looks.score,
        looks.hits,
        np.zeros(n, np.float32),
        (looks.hits == HIDDEN).astype(np.float32),
        np.zeros((n, 2), np.float32),
    )


def _cut(tracks: Tracks, begin: int, end: int) -> Tracks:
    """The rows of one look."""
    if tracks.id[begin] == NOBODY:
        return NONE
    return Tracks(
        tracks.id[begin:end],
        tracks.box[begin:end],
        tracks.class_id[begin:end],
        tracks.score[begin:end],
        tracks.hits[begin:end],
        tracks.age[begin:end],
        tracks.unseen[begin:end],
        tracks.velocity[begin:end],
    )


NONE: Final = Tracks.empty()
