"""The parts of a scene, made from its settings: one running rule for each rule of the file."""

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from curtilage.config.camera import CameraSettings
from curtilage.config.scene import (
    CounterRule,
    DwellRule,
    GatheringRule,
    HeatmapRule,
    IntrusionRule,
    LineCrossingRule,
    LoiteringRule,
    OccupancyRule,
    PathsRule,
    RegionEntranceRule,
    RegionExitRule,
    RuleBase,
    SceneSettings,
    ZoneRule,
)
from curtilage.geometry import Matrix, homography
from curtilage.model import Points
from curtilage.scene.alarm import Alarm
from curtilage.scene.clock import Clock
from curtilage.scene.counter import Counter
from curtilage.scene.dwell import Dwell
from curtilage.scene.errors import SceneError
from curtilage.scene.frame_clock import FrameClock
from curtilage.scene.gathering import Gathering
from curtilage.scene.heatmap import HeatMap
from curtilage.scene.intrusion import Intrusion
from curtilage.scene.line_counts import LineCounts
from curtilage.scene.line_crossing import LineCrossings
from curtilage.scene.loitering import Loitering
from curtilage.scene.observations import LONGEST_HOLD, Observations, Records, Slots
from curtilage.scene.occupancy import Occupancy
from curtilage.scene.paths import Paths
from curtilage.scene.presence import Presences
from curtilage.scene.presence_kernel import MAX_AGE, ZONE
from curtilage.scene.region import RegionEntrance, RegionExit
from curtilage.scene.stitch import LONGEST_GAP, continuations, hidden_continuations
from curtilage.scene.watched import Watched
from curtilage.scene.zones import zones_of

Watcher: TypeAlias = (
    RegionEntrance | RegionExit | Intrusion | Loitering | Gathering | Occupancy | Dwell | Paths
)
"""What follows the changes of a zone."""


@dataclass
class Parts:
    """Everything of a scene that runs."""

    clock: Clock
    frames: FrameClock
    watched: Watched
    observations: Observations
    line_rules: list[LineCrossingRule]
    lines: LineCrossings
    line_counts: LineCounts
    presences: Presences
    alarms: dict[str, Alarm] = field(default_factory=dict)  # by rule id, as all below
    zones: dict[str, list[int]] = field(default_factory=dict)  # numbers of its zones
    watchers: dict[str, Watcher] = field(default_factory=dict)
    counters: dict[str, Counter] = field(default_factory=dict)
    heatmaps: dict[str, HeatMap] = field(default_factory=dict)

    def grow(self) -> None:
        """Give all parts as many slots as there are observations."""
        capacity = self.observations.capacity
        self.lines.grow(capacity)
        self.presences.grow(capacity)
        for heatmap in self.heatmaps.values():
            heatmap.grow(capacity)
        for watcher in self.watchers.values():
            if isinstance(watcher, Paths):
                watcher.grow(capacity)

    def stitch(self, born: Slots, time: float) -> None:
        """Identity switches: what rules know of a lost track goes over to another."""
        slots = self.observations.slots
        pairs = continuations(slots, born, time)
        self.lines.stitch(pairs, hidden_continuations(slots, born, time))
        if not len(pairs):
            return
        self.presences.stitch(pairs)
        for heatmap in self.heatmaps.values():
            heatmap.stitch(pairs)
        for watcher in self.watchers.values():
            if isinstance(watcher, Paths):
                watcher.stitch(pairs)


def parts_of(settings: SceneSettings, aspect: float, frame_interval: float) -> Parts:
    """The running rules of ``settings``; arguments as of ``Scene``.

    Raises:
        SceneError: a rule does not fit the camera's calibration.
    """
    clock = Clock(settings.camera)
    metric = settings.camera.calibration is not None
    plane = _plane(settings.camera, aspect)
    observations = Observations(plane, aspect, _longest_memory(settings) + LONGEST_HOLD)
    capacity = observations.capacity
    line_rules = [rule for rule in settings.rules if isinstance(rule, LineCrossingRule)]
    lines = LineCrossings(line_rules, settings.classes, plane, metric, capacity)
    zones: list[Records] = [np.zeros(0, ZONE)]
    areas: list[list[Points]] = []
    numbers: dict[str, list[int]] = {}
    for rule in settings.rules:
        if isinstance(rule, ZoneRule | PathsRule):
            records, rings = zones_of(rule, settings.classes, metric)
            numbers[rule.id] = list(range(len(areas), len(areas) + len(rings)))
            zones.append(records)
            areas += rings
    presences = Presences(np.concatenate(zones), areas, plane, capacity)
    parts = Parts(
        clock,
        FrameClock(frame_interval),
        Watched(),
        observations,
        line_rules,
        lines,
        LineCounts(line_rules),
        presences,
        zones=numbers,
    )
    for rule in settings.rules:
        alarm = Alarm(rule, clock, settings.camera.mode)
        parts.alarms[rule.id] = alarm
        if isinstance(rule, CounterRule):
            inward = {door.line: door.in_ for door in rule.lines}
            doors = [inward.get(line.id) for line in line_rules]
            parts.counters[rule.id] = Counter(rule, doors, alarm, clock)
        elif isinstance(rule, HeatmapRule):
            parts.heatmaps[rule.id] = HeatMap(
                rule,
                settings.classes,
                rule.extent_for(settings.camera.calibration),
                clock.epoch or 0.0,
                capacity,
            )
        elif isinstance(rule, ZoneRule | PathsRule):
            parts.watchers[rule.id] = _watcher(rule, alarm, numbers[rule.id][0], capacity)
    return parts


def _watcher(rule: RuleBase, alarm: Alarm, first_zone: int, capacity: int) -> Watcher:
    match rule:
        case RegionEntranceRule():
            return RegionEntrance(rule, alarm)
        case RegionExitRule():
            return RegionExit(rule, alarm)
        case IntrusionRule():
            return Intrusion(rule, alarm)
        case LoiteringRule():
            return Loitering(rule, alarm)
        case GatheringRule():
            return Gathering(rule, alarm)
        case OccupancyRule():
            return Occupancy(rule, alarm)
        case DwellRule():
            return Dwell(rule)
        case PathsRule():
            return Paths(rule, alarm, first_zone, capacity)
    raise TypeError(f"{type(rule).__name__} is no rule over zones")


def _plane(camera: CameraSettings, aspect: float) -> Matrix:
    """From the frame (0..1) to where distances are measured: the ground, or frame heights."""
    if camera.calibration is None:
        return np.diag([aspect, 1.0, 1.0])
    try:
        return homography(camera.calibration.image, camera.calibration.ground)
    except ValueError as error:
        raise SceneError(f"camera.calibration: {error}") from None


def _longest_memory(settings: SceneSettings) -> float:
    """How long any rule can need to remember a track that is not seen, s."""
    longest = max(MAX_AGE, LONGEST_GAP)
    for rule in settings.rules:
        if isinstance(rule, LineCrossingRule):
            longest = max(longest, rule.memory)
        elif isinstance(rule, ZoneRule | PathsRule):
            zones, _ = zones_of(rule, settings.classes, metric=False)
            longest = max(longest, float(zones["coast"].max()), float(zones["grace"].max()))
    return longest
