"""All rules of one camera, run together over its tracks: the door to the analytics.

Give it the tracks of each frame and take events; read series and maps when you like. Same tracks
in, same events out: nothing here reads a clock, a file or chance.
"""

from collections.abc import Collection, Iterator, Mapping
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
from curtilage.model import LABELS, Event, Kind, Phase, Tracks
from curtilage.scene.adopt import adopt, adopt_counts
from curtilage.scene.clock import Clock
from curtilage.scene.conclude import conclude
from curtilage.scene.counter import Counter
from curtilage.scene.drain import drain
from curtilage.scene.drained import Drained
from curtilage.scene.dwell import Dwell
from curtilage.scene.errors import SceneError
from curtilage.scene.gathering import Gathering
from curtilage.scene.heatmap import HeatMap
from curtilage.scene.in_order import in_order
from curtilage.scene.intrusion import Intrusion
from curtilage.scene.line_crossing import Crossing
from curtilage.scene.loitering import Loitering
from curtilage.scene.observations import NO_ROWS, Slots
from curtilage.scene.occupancy import Occupancy
from curtilage.scene.parts import parts_of
from curtilage.scene.paths import Paths
from curtilage.scene.presence_kernel import Change
from curtilage.scene.region import RegionEntrance, RegionExit

State = dict[str, npt.NDArray[Any]]


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
        self._said = np.array(settings.model_dump_json())
        self._mode = settings.camera.mode
        self._aspect = aspect
        self._parts = parts_of(settings, aspect, frame_interval)
        self._frames = self._parts.frames
        # by rule id, to be read
        watchers = self._parts.watchers.items()
        self.heatmaps: dict[str, HeatMap] = self._parts.heatmaps
        self.counters: dict[str, Counter] = self._parts.counters
        self.occupancies = {k: v for k, v in watchers if isinstance(v, Occupancy)}
        self.dwells = {k: v for k, v in watchers if isinstance(v, Dwell)}
        self.paths = {k: v for k, v in watchers if isinstance(v, Paths)}
        self._unbegun = {rule.id for rule in settings.rules}
        self._order = {rule.id: i for i, rule in enumerate(settings.rules)}
        self._watcher_of = {
            number: self._parts.watchers[rule]
            for rule, numbers in self._parts.zones.items()
            for number in numbers
        }
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
        return self._take(time, self._frames.step(time), tracks)

    def still(self, time: float, tracks: Tracks) -> list[Event]:
        """The same, where it is known that nothing has moved since the frame before.

        All the time since then counts as looked at, however long it is.
        """
        return self._take(time, self._frames.wait(time), tracks)

    def drain(self) -> Drained:
        """What was counted since the last time, which is then forgotten.

        Who never asks keeps everything, as an analysis of a file does. Who asks now and then,
        and saves ``state`` with what is given, may go on for months in the same memory.
        """
        return drain(self._parts, self._frames.time)

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
        return in_order(events, self._order)

    def conclude(self, rules: Collection[str]) -> list[Event]:
        """These rules are not followed any more: the ends of their alarms that are on."""
        return in_order([*conclude(self._parts, rules, self._frames.time)], self._order)

    @property
    def time(self) -> float:
        """s, of the last frame; -inf before the first."""
        return self._frames.time

    @property
    def busy(self) -> bool:
        """Whether any rule may remember a track: then time alone can change something."""
        return self._parts.observations.anybody

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
        return self._parts.line_counts.totals

    @property
    def regions(self) -> dict[str, dict[str, int]]:
        """What region entrance and exit rules have counted, by rule id."""
        watchers = self._parts.watchers.items()
        return {k: v.counts for k, v in watchers if isinstance(v, RegionEntrance | RegionExit)}

    def state(self) -> State:
        """Everything remembered, as named arrays for ``numpy.savez``; nothing is pickled."""
        arrays = {
            "settings": self._said,
            "aspect": np.array(self._aspect),
            "mode": np.array(self._mode),
            "gates": np.array(list(self._gates.values()), np.bool_),
            "unbegun": np.array(sorted(self._unbegun), np.str_),
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
            if str(arrays["settings"]) != str(self._said):
                raise SceneError("the saved state belongs to other rules; begin anew without it")
            for name, part in self._stateful():
                prefix = f"{name}/"
                part.restore(
                    {k[len(prefix) :]: v for k, v in arrays.items() if k.startswith(prefix)}
                )
            self._gates = dict(zip(self._gates, arrays["gates"].tolist(), strict=True))
            self._unbegun = set(arrays["unbegun"].tolist())
            self._see_all()
            self.mode = str(arrays["mode"])
        except (KeyError, ValueError) as error:
            raise SceneError(f"not the saved state of a scene: {error}") from error

    def adopt(self, arrays: Mapping[str, npt.NDArray[Any]]) -> list[str]:
        """Go on from the state of a scene whose rules may have been others; for a fresh scene.

        What is the same goes on: tracks, and rules that say what they said. The mode is that of
        the settings.

        Returns:
            Ids of the rules that begin anew, in the order of the settings.

        Raises:
            SceneError: that is no state of a scene.
        """
        try:
            adopted = adopt(self._parts, self.settings, self._aspect, arrays)
        except (KeyError, ValueError) as error:
            raise SceneError(f"not the saved state of a scene: {error}") from error
        anew = [rule.id for rule in self.settings.rules if rule.id not in adopted.rules]
        self._unbegun = adopted.unbegun | set(anew)
        self._gates |= adopted.gates
        self._see_all()
        return anew

    def adopt_counts(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """The same for counters alone: the clock was set, so no time that is remembered counts.

        Raises:
            SceneError: as ``adopt``.
        """
        try:
            adopt_counts(self._parts, self.settings, arrays)
        except (KeyError, ValueError) as error:
            raise SceneError(f"not the saved state of a scene: {error}") from error

    def _stateful(self) -> Iterator[tuple[str, Any]]:
        """All parts that remember something, with names that are the same every time."""
        parts = self._parts
        yield "frames", parts.frames
        yield "observations", parts.observations
        yield "watched", parts.watched
        yield "lines", parts.lines
        yield "line_counts", parts.line_counts
        yield "presences", parts.presences
        for kind in ("alarms", "watchers", "counters", "heatmaps"):
            for rule, part in getattr(parts, kind).items():
                yield f"{kind}/{rule}", part

    def _take(self, time: float, dt: float, tracks: Tracks) -> list[Event]:
        """A frame that stands for ``dt`` seconds."""
        parts = self._parts
        parts.watched.add(time - dt, time)
        begun, self._unbegun = self._unbegun, set()
        if begun:
            self._begin(time, begun)
        self._turn_gates(time, begun)
        events: list[Event] = []
        ended = parts.observations.end(time)
        if len(ended):
            events += self._forget(ended)
        rows, born, settled = parts.observations.read(time, dt, tracks)
        if parts.observations.capacity != parts.presences.capacity:
            parts.grow()
        if len(born):
            parts.stitch(born, time)
        for heatmap in parts.heatmaps.values():
            heatmap.update(time, rows)
        for crossing in sorted(parts.lines.update(rows)):  # the order of rows must be nothing
            events += self._cross(crossing)
        events += self._watch(parts.presences.update(time, rows, settled))
        events += self._settle(settled, dt)
        return in_order(events, self._order) if events else events

    def _begin(self, time: float, rules: set[str]) -> None:
        """The first frame of these rules."""
        for rule, counter in self._parts.counters.items():
            if rule in rules:
                counter.begin(time)
        for rule, watcher in self._parts.watchers.items():
            if rule in rules and isinstance(watcher, Occupancy | Gathering):
                watcher.begin(time)

    def _turn_gates(self, time: float, begun: set[str]) -> None:
        """Rules whose hours or mode begin or end: who is there counts from now."""
        parts = self._parts
        for rule, was_open in self._gates.items():
            is_open = parts.alarms[rule].gate.is_open(time)
            first = rule in begun
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

    def _see_all(self) -> None:
        for rule, is_open in self._gates.items():
            self._see(rule, is_open)

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

    def _forget(self, ended: Slots) -> list[Event]:
        """Tracks that no rule can remember any more."""
        parts, events = self._parts, list[Event]()
        for crossing in parts.lines.end(ended, parts.observations.slots):
            events += self._cross(crossing)
        events += self._watch(parts.presences.end(ended))
        for heatmap in parts.heatmaps.values():
            heatmap.end(ended)
        for paths in self.paths.values():
            paths.end(ended, parts.observations.slots)
        return events

    def _cross(self, crossing: Crossing) -> Iterator[Event]:
        """The events of a crossing: the line's, then those of its counters."""
        rule = self._parts.line_rules[crossing.line]
        if rule.direction in ("any", crossing.direction):
            alarm = self._parts.alarms[rule.id]
            if rule.count_always or alarm.gate.is_open(crossing.time):
                self._parts.line_counts.add(crossing)
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
