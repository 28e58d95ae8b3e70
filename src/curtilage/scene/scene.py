"""All rules of one camera, run together over its tracks: the door to the analytics.

Give it the tracks of each frame and take events; read series and maps when you like. Same tracks
in, same events out: nothing here reads a clock, a file or chance.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from curtilage.config.scene import (
    CounterRule,
    DwellRule,
    HeatmapRule,
    OccupancyRule,
    PathsRule,
    SceneSettings,
)
from curtilage.model import LABELS, Direction, Event, Kind, Phase, Tracks
from curtilage.scene.clock import Clock
from curtilage.scene.counter import Counter
from curtilage.scene.dwell import Dwell
from curtilage.scene.errors import SceneError
from curtilage.scene.frame_clock import FrameClock
from curtilage.scene.gathering import Gathering
from curtilage.scene.heatmap import HeatMap
from curtilage.scene.intrusion import Intrusion
from curtilage.scene.line_crossing import Crossing
from curtilage.scene.loitering import Loitering
from curtilage.scene.observations import NO_ROWS, Slots
from curtilage.scene.occupancy import Occupancy
from curtilage.scene.parts import parts_of
from curtilage.scene.paths import Paths
from curtilage.scene.presence_kernel import Change
from curtilage.scene.region import RegionEntrance, RegionExit
from curtilage.scene.stitch import continuations, hidden_continuations

State = dict[str, npt.NDArray[Any]]

PHASES = {Phase.START: 0, Phase.INSTANT: 1, Phase.END: 2}


class Scene:
    """The rules of one camera.

    Args:
        settings: a rules file (``curtilage.config.load_settings``), or made in Python.
        aspect: width / height of the frame in pixels.
        frame_interval: s, nominal time between analysed frames; what the first frame stands for.

    Raises:
        SceneError: a rule does not fit the camera's calibration.

    Any tracker will do: fill ``curtilage.model.Tracks`` with your arrays (ids that stay, boxes as
    fractions of the frame), or let ``curtilage.scene.Sightings`` do it::

        settings = SceneSettings(rules=[LineCrossingRule(id="gate", points=[(0.5, 0), (0.5, 1)])])
        scene, sightings = Scene(settings, aspect=16 / 9, frame_interval=0.1), Sightings()
        for time, ids, boxes in my_tracker:
            for event in scene.update(time, sightings.tracks(ids, boxes)):
                print(event.time, event.rule, event.direction, event.track)
        scene.finish()
    """

    def __init__(self, settings: SceneSettings, aspect: float, frame_interval: float) -> None:
        if not (np.isfinite(aspect) and aspect > 0):
            raise ValueError(f"aspect is {aspect}; it must be width / height of the frame, > 0")
        if not (np.isfinite(frame_interval) and frame_interval > 0):
            raise ValueError(f"frame_interval is {frame_interval}; it must be seconds, > 0")
        self.settings = settings
        self._mode = settings.camera.mode
        self._parts = parts_of(settings, aspect)
        self._frames = FrameClock(frame_interval)
        self._order = {rule.id: i for i, rule in enumerate(settings.rules)}
        self._watcher_of = {
            number: self._parts.watchers[rule]
            for rule, numbers in self._parts.zones.items()
            for number in numbers
        }
        self._crossed = np.zeros((len(self._parts.line_rules), 2), np.int64)
        gated = [r for r in settings.rules if r.schedule is not None or r.modes is not None]
        self._gates = {rule.id: True for rule in gated}

    def update(self, time: float, tracks: Tracks) -> list[Event]:
        """The events that a frame brings to light, in order of time.

        An event bears the time at which it happened, which may be before ``time`` (at most by
        the memory of the rules); from update to update, times of events need not rise.

        Args:
            time: s, of the frame; must rise from update to update.
            tracks: all tracks of that moment; those with ``unseen > 0`` are not looked at.

        Raises:
            ValueError: a time that does not rise; arrays that do not fit each other, are not
                finite or name a class that does not exist; a track that occurs twice.
        """
        parts, first = self._parts, self._frames.time == -np.inf
        dt = self._frames.step(time)
        if first:
            self._begin(time)
        self._turn_gates(time, first)
        events: list[Event] = []
        ended = parts.observations.end(time)
        if len(ended):
            events += self._forget(ended)
        rows, born, settled = parts.observations.read(time, dt, tracks)
        self._make_room()
        if len(born):
            self._stitch(born, time)
        for heatmap in parts.heatmaps.values():
            heatmap.update(time, rows)
        for crossing in sorted(parts.lines.update(rows)):  # the order of rows must be nothing
            events += self._cross(crossing)
        events += self._watch(parts.presences.update(time, rows, settled))
        events += self._settle(settled, dt)
        return self._sorted(events) if events else events

    def finish(self) -> list[Event]:
        """The footage ends: presences end at their last sighting, what is pending is told.

        Raises:
            ValueError: there was no footage.
        """
        parts, time = self._parts, self._frames.time
        if time == -np.inf:
            raise ValueError("finish() before any update()")
        events = list(self._watch(parts.presences.update(time, NO_ROWS, time)))
        events += self._settle(time, 0.0)
        # nobody has gone because the footage ends, so crowds are not told
        for change in parts.presences.finish():
            watcher = self._watcher_of[change.zone]
            if not isinstance(watcher, Occupancy | Gathering):
                events += watcher.take(change)
        events += self._forget(np.flatnonzero(parts.observations.slots["live"]))
        for watcher in parts.watchers.values():
            if isinstance(watcher, Gathering):
                events += watcher.finish(time)
        return self._sorted(events)

    @property
    def time(self) -> float:
        """s, of the last frame; -inf before the first."""
        return self._frames.time

    @property
    def clock(self) -> Clock:
        """Local time, for the series' minutes."""
        return self._parts.clock

    @property
    def mode(self) -> str:
        """The arming mode: home, away, night, ..."""
        return self._mode

    @mode.setter
    def mode(self, mode: str) -> None:
        self._mode = mode
        for alarm in self._parts.alarms.values():
            alarm.gate.mode = mode

    @property
    def crossings(self) -> dict[str, dict[str, int]]:
        """How many crossed each line, by rule id and direction."""
        directions = (Direction.A_TO_B.value, Direction.B_TO_A.value)
        return {
            rule.id: dict(zip(directions, self._crossed[i].tolist(), strict=True))
            for i, rule in enumerate(self._parts.line_rules)
        }

    @property
    def heatmaps(self) -> dict[str, HeatMap]:
        """By rule id."""
        return self._parts.heatmaps

    @property
    def counters(self) -> dict[str, Counter]:
        """By rule id."""
        return self._parts.counters

    @property
    def occupancies(self) -> dict[str, Occupancy]:
        """By rule id."""
        return {k: v for k, v in self._parts.watchers.items() if isinstance(v, Occupancy)}

    @property
    def dwells(self) -> dict[str, Dwell]:
        """By rule id."""
        return {k: v for k, v in self._parts.watchers.items() if isinstance(v, Dwell)}

    @property
    def paths(self) -> dict[str, Paths]:
        """By rule id."""
        return {k: v for k, v in self._parts.watchers.items() if isinstance(v, Paths)}

    @property
    def regions(self) -> dict[str, dict[str, int]]:
        """What region entrance and exit rules have counted, by rule id."""
        watchers = self._parts.watchers.items()
        return {k: v.counts for k, v in watchers if isinstance(v, RegionEntrance | RegionExit)}

    def state(self) -> State:
        """Everything remembered, as named arrays for ``numpy.savez``; nothing is pickled."""
        arrays = {
            "settings": np.array(self.settings.model_dump_json()),
            "mode": np.array(self._mode),
            "gates": np.array(list(self._gates.values()), np.bool_),
            "crossed": self._crossed.copy(),
        }
        for name, part in self._stateful():
            arrays |= {f"{name}/{key}": array for key, array in part.state().items()}
        return arrays

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave: the same updates give the same events, bit by bit.

        Raises:
            SceneError: the state is not that of these rules.
        """
        try:
            if str(arrays["settings"]) != self.settings.model_dump_json():
                raise SceneError("the saved state belongs to other rules; begin anew without it")
            for name, part in self._stateful():
                prefix = f"{name}/"
                part.restore(
                    {k[len(prefix) :]: v for k, v in arrays.items() if k.startswith(prefix)}
                )
            self._crossed[:] = arrays["crossed"]
            self._gates = dict(zip(self._gates, arrays["gates"].tolist(), strict=True))
            self.mode = str(arrays["mode"])
        except (KeyError, ValueError) as error:
            raise SceneError(f"not the saved state of a scene: {error}") from error

    def _stateful(self) -> Iterator[tuple[str, Any]]:
        """All parts that remember something, with names that are the same every time."""
        parts = self._parts
        yield "frames", self._frames
        yield "observations", parts.observations
        yield "lines", parts.lines
        yield "presences", parts.presences
        for kind in ("alarms", "watchers", "counters", "heatmaps"):
            for rule, part in getattr(parts, kind).items():
                yield f"{kind}/{rule}", part

    def _begin(self, time: float) -> None:
        """The first frame."""
        for counter in self._parts.counters.values():
            counter.begin(time)
        for watcher in self._parts.watchers.values():
            if isinstance(watcher, Occupancy | Gathering):
                watcher.begin(time)

    def _turn_gates(self, time: float, first: bool) -> None:
        """Rules whose hours or mode begin or end: who is there counts from now."""
        parts = self._parts
        for rule, was_open in self._gates.items():
            is_open = parts.alarms[rule].gate.is_open(time)
            if is_open == was_open and not first:
                continue
            self._gates[rule] = is_open
            self._see(rule, is_open)
            watcher = parts.watchers.get(rule)
            if first or not is_open:
                continue
            if isinstance(watcher, Intrusion | Loitering):
                for number in parts.zones[rule]:
                    parts.presences.begin_anew(number, time, watcher.raised)
            elif isinstance(watcher, Gathering):
                watcher.begin_anew(time)

    def _see(self, rule_id: str, is_open: bool) -> None:
        """Rules that only count go on outside their hours, unless told otherwise."""
        rule, parts = self.settings.rules[self._order[rule_id]], self._parts
        sees = is_open or rule.count_always
        if isinstance(rule, CounterRule):
            parts.counters[rule_id].open = sees
        elif isinstance(rule, HeatmapRule):
            parts.heatmaps[rule_id].open(sees)
        elif isinstance(rule, OccupancyRule | DwellRule | PathsRule):
            for number in parts.zones[rule_id]:
                parts.presences.open(number, sees)

    def _make_room(self) -> None:
        """Give all parts as many slots as there are observations."""
        parts = self._parts
        capacity = parts.observations.capacity
        if capacity == parts.presences.capacity:
            return
        parts.lines.grow(capacity)
        parts.presences.grow(capacity)
        for heatmap in parts.heatmaps.values():
            heatmap.grow(capacity)
        for paths in self.paths.values():
            paths.grow(capacity)

    def _stitch(self, born: Slots, time: float) -> None:
        """Identity switches: what rules know of a lost track goes over to another."""
        parts, slots = self._parts, self._parts.observations.slots
        pairs = continuations(slots, born, time)
        parts.lines.stitch(pairs, hidden_continuations(slots, born, time))
        if not len(pairs):
            return
        parts.presences.stitch(pairs)
        for heatmap in parts.heatmaps.values():
            heatmap.stitch(pairs)
        for paths in self.paths.values():
            paths.stitch(pairs)

    def _forget(self, ended: Slots) -> list[Event]:
        """Tracks that no rule can remember any more."""
        parts, events = self._parts, list[Event]()
        for crossing in parts.lines.end(ended, parts.observations.slots):
            events += self._cross(crossing)
        events += self._watch(parts.presences.end(ended))
        for heatmap in parts.heatmaps.values():
            heatmap.end(ended)
        for paths in self.paths.values():
            paths.end(ended)
        return events

    def _cross(self, crossing: Crossing) -> Iterator[Event]:
        """The events of a crossing: the line's, then those of its counters."""
        rule = self._parts.line_rules[crossing.line]
        if rule.direction in ("any", crossing.direction):
            alarm = self._parts.alarms[rule.id]
            if rule.count_always or alarm.gate.is_open(crossing.time):
                self._crossed[crossing.line, int(crossing.direction == Direction.B_TO_A)] += 1
            if alarm.allows(crossing.time, crossing.track):
                yield Event(
                    time=crossing.time,
                    rule=rule.id,
                    kind=Kind.LINE_CROSSED,
                    phase=Phase.INSTANT,
                    direction=crossing.direction,
                    track=crossing.track,
                    label=LABELS[crossing.label],
                    box=crossing.box,
                )
        for counter in self._parts.counters.values():
            yield from counter.take(crossing)

    def _watch(self, changes: list[Change]) -> Iterator[Event]:
        """The events of the changes in zones."""
        for change in changes:
            yield from self._watcher_of[change.zone].take(change)

    def _settle(self, settled: float, dt: float) -> Iterator[Event]:
        """What is sure now that no sighting before ``settled`` can come any more."""
        for watcher in self._parts.watchers.values():
            if isinstance(watcher, Occupancy):
                yield from watcher.settle(settled, dt)
            elif isinstance(watcher, Gathering):
                yield from watcher.settle(settled)
        for rule, counter in self._parts.counters.items():
            yield from counter.tick(self._frames.time, self._empty_for(rule))

    def _empty_for(self, counter: str) -> float:
        """How long the zone with which a counter is reconciled has been seen empty, s."""
        rule = self.settings.rules[self._order[counter]]
        if not isinstance(rule, CounterRule) or rule.reconcile is None:
            return 0.0
        return self.occupancies[rule.reconcile].empty_for

    def _sorted(self, events: list[Event]) -> list[Event]:
        """In order of time, then of the rules in the file."""
        return sorted(
            events,
            key=lambda e: (
                e.time,
                PHASES[e.phase],
                self._order[e.rule],
                -1 if e.track is None else e.track,
            ),
        )
