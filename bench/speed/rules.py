"""Four lines, four zones, a heat map: one update of each, against supervision.

Ours is a whole ``Scene.update`` with only these rules, supervision's is its ``trigger`` once for
each line or zone, and ``HeatMapAnnotator.annotate``, which adds up and draws; ours is drawn once,
for the report.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
import supervision as sv

from bench.names import IDLE, OURS
from bench.speed.clock import compare
from bench.speed.crowd import FPS, HEIGHT, SIZES, WIDTH, Crowd, crowd
from curtilage.config.scene import HeatmapRule, IntrusionRule, LineCrossingRule, SceneSettings
from curtilage.model import Tracks
from curtilage.scene import Scene, Sightings

WARM_UP = 20

FOOT = (sv.Position.BOTTOM_CENTER,)
CORNERS = (
    sv.Position.TOP_LEFT,
    sv.Position.TOP_RIGHT,
    sv.Position.BOTTOM_LEFT,
    sv.Position.BOTTOM_RIGHT,
)  # its default

LINES = {
    "upright": ((0.3, 0.3), (0.3, 0.9)),
    "level": ((0.2, 0.6), (0.8, 0.6)),
    "slanted": ((0.5, 0.3), (0.7, 0.9)),
    "short": ((0.8, 0.5), (0.8, 0.7)),
}
ZONES = {
    "left": ((0.1, 0.3), (0.4, 0.3), (0.4, 0.6), (0.1, 0.6)),
    "right": ((0.6, 0.3), (0.9, 0.35), (0.85, 0.7), (0.6, 0.6)),
    "near": ((0.1, 0.7), (0.9, 0.7), (0.9, 0.95), (0.5, 0.85), (0.1, 0.95)),
    "small": ((0.45, 0.45), (0.55, 0.45), (0.55, 0.55), (0.45, 0.55)),
}


def measure_lines() -> list[dict[str, Any]]:
    """A row per number of people: four lines."""
    rules = [LineCrossingRule(id=name, points=list(ends)) for name, ends in LINES.items()]
    settings = SceneSettings(rules=rules)
    return _measure(
        "four lines",
        lambda seen: {
            OURS: _ours(settings, seen),
            IDLE: _ours(_idle(), seen),
            "LineZone, four corners (default)": _line_zones(seen, CORNERS),
            "LineZone, foot": _line_zones(seen, FOOT),
        },
    )


def measure_zones() -> list[dict[str, Any]]:
    """A row per number of people: four zones."""
    rules = [IntrusionRule(id=name, polygon=list(corners)) for name, corners in ZONES.items()]
    settings = SceneSettings(rules=rules)
    return _measure(
        "four zones",
        lambda seen: {
            OURS: _ours(settings, seen),
            IDLE: _ours(_idle(), seen),
            "PolygonZone": _polygon_zones(seen),
        },
    )


def measure_heat_map() -> list[dict[str, Any]]:
    """A row per number of people: one heat map."""
    settings = SceneSettings(rules=[HeatmapRule(id="heat")])
    return _measure(
        "heat map",
        lambda seen: {OURS: _ours(settings, seen), "HeatMapAnnotator": _heat(seen)},
        rounds=10,
        calls=3,
    )


def _measure(
    what: str,
    competitors_for: Callable[[Crowd], dict[str, Callable[[int], object]]],
    rounds: int = 10,
    calls: int = 30,
) -> list[dict[str, Any]]:
    rows = []
    for people in SIZES:
        print(f"{what}: {people} people", flush=True)
        seen = crowd(people, WARM_UP + rounds * calls)
        costs = compare(competitors_for(seen), warm_up=WARM_UP, rounds=rounds, calls=calls)
        rows.append({"people": people, "costs": {k: asdict(v) for k, v in costs.items()}})
    return rows


def _idle() -> SceneSettings:
    """A heat map of bears, to be run over people."""
    return SceneSettings(rules=[HeatmapRule(id="bears", classes=["bear"], grid=(2, 2))])


def _ours(settings: SceneSettings, seen: Crowd) -> Callable[[int], object]:
    scene = Scene(settings, WIDTH / HEIGHT, 1 / FPS)
    given = _tracks(seen)
    return lambda frame: scene.update(frame / FPS, given[frame])


def _tracks(seen: Crowd) -> list[Tracks]:
    sightings = Sightings()
    scale = np.array([WIDTH, HEIGHT, WIDTH, HEIGHT], np.float32)
    return [
        sightings.tracks(ids, box / scale, score=score)
        for ids, box, score in zip(seen.ids, seen.boxes, seen.scores, strict=True)
    ]


def _theirs(seen: Crowd) -> list[sv.Detections]:
    return [
        sv.Detections(xyxy=box, confidence=score, class_id=np.zeros(len(box), int), tracker_id=ids)
        for ids, box, score in zip(seen.ids, seen.boxes, seen.scores, strict=True)
    ]


def _line_zones(seen: Crowd, anchors: tuple[sv.Position, ...]) -> Callable[[int], object]:
    given = _theirs(seen)
    zones = [
        sv.LineZone(
            start=sv.Point(x0 * WIDTH, y0 * HEIGHT),
            end=sv.Point(x1 * WIDTH, y1 * HEIGHT),
            triggering_anchors=anchors,
        )
        for (x0, y0), (x1, y1) in LINES.values()
    ]
    return lambda frame: [zone.trigger(given[frame]) for zone in zones]


def _polygon_zones(seen: Crowd) -> Callable[[int], object]:
    given = _theirs(seen)
    zones = [
        sv.PolygonZone(polygon=(np.array(corners) * (WIDTH, HEIGHT)).astype(int))
        for corners in ZONES.values()
    ]
    return lambda frame: [zone.trigger(given[frame]) for zone in zones]


def _heat(seen: Crowd) -> Callable[[int], object]:
    given = _theirs(seen)
    annotator = sv.HeatMapAnnotator()
    picture = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    return lambda frame: annotator.annotate(picture, given[frame])
