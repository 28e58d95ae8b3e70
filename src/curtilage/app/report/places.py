"""Where the rules look: lines and zones of the settings as shapes that can be drawn.

All coordinates are fractions of the frame; angles are those of the picture as displayed.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from shapely.geometry import Polygon

from curtilage.config import CounterRule, LineCrossingRule, PathsRule, SceneSettings
from curtilage.config.scene import ZoneRule

Place: TypeAlias = tuple[float, float]

PALETTE = ("sky", "amber", "green", "pink", "blue", "red", "yellow", "violet")
"""Names of the colours of places; the style sheet says what they are by day and by night."""

WHOLE = 0.97  # of the frame: a zone larger than that is the whole picture and not drawn


@dataclass(frozen=True, slots=True)
class LineShape:
    """A line and how it may be crossed."""

    id: str
    points: list[Place]
    direction: str  # a_to_b, b_to_a, any
    inward: str | None  # direction that some counter calls in
    colour: str
    middle: Place  # half way along the line
    angle: float  # degrees, clockwise as seen, of the way from A to B across the middle


@dataclass(slots=True)
class ZoneShape:
    """An area, and the rules that look at it."""

    ids: list[str]
    polygon: list[Place]
    holes: list[list[Place]]
    colour: str
    whole: bool  # the whole picture
    inner: Place  # a point well inside


@dataclass(slots=True)
class Places:
    """All lines and zones of a camera, each shape once."""

    lines: list[LineShape] = field(default_factory=list)
    zones: list[ZoneShape] = field(default_factory=list)
    colours: dict[str, str] = field(default_factory=dict)  # by rule


def places_of(settings: SceneSettings, aspect: float) -> Places:
    """The shapes of ``settings``; ``aspect`` is width by height of the picture.

    Rules over one and the same polygon share a shape; a counter has the colour of its first line.
    """
    places = Places()
    inward = _inward(settings)
    colours = _colours()
    by_ring: dict[str, ZoneShape] = {}
    for rule in settings.rules:
        if isinstance(rule, LineCrossingRule):
            line = _line(rule, inward.get(rule.id), next(colours), aspect)
            places.lines.append(line)
            places.colours[rule.id] = line.colour
            continue
        for name, polygon, holes in _rings(rule):
            key = repr((polygon, holes))
            if key not in by_ring:
                by_ring[key] = _zone(polygon, holes, colours)
                places.zones.append(by_ring[key])
            by_ring[key].ids.append(name)
            places.colours[rule.id] = by_ring[key].colour
    for rule in settings.rules:
        if isinstance(rule, CounterRule):
            places.colours[rule.id] = places.colours[rule.lines[0].line]
    return places


def _inward(settings: SceneSettings) -> dict[str, str]:
    return {
        door.line: door.in_
        for rule in settings.rules
        if isinstance(rule, CounterRule)
        for door in rule.lines
    }


def _colours() -> Iterator[str]:
    while True:
        yield from PALETTE


def _rings(rule: object) -> Iterator[tuple[str, list[Place], list[list[Place]]]]:
    if isinstance(rule, ZoneRule):
        yield rule.id, rule.polygon, rule.holes
    elif isinstance(rule, PathsRule):
        for name, ring in rule.zones.items():
            yield name, ring, []


def _line(rule: LineCrossingRule, inward: str | None, colour: str, aspect: float) -> LineShape:
    points = np.array(rule.points) * (aspect, 1.0)
    lengths = [math.dist(a, b) for a, b in pairwise(points)]
    left = sum(lengths) / 2
    at = 0
    while at < len(lengths) - 1 and left > lengths[at]:
        left -= lengths[at]
        at += 1
    step = points[at + 1] - points[at]
    middle = points[at] + step * (left / lengths[at])
    # A is on the left of the way along the line; with y down, left of (dx, dy) is (dy, -dx)
    angle = math.degrees(math.atan2(step[0], -step[1]))
    return LineShape(
        id=rule.id,
        points=rule.points,
        direction=rule.direction,
        inward=inward,
        colour=colour,
        middle=(float(middle[0] / aspect), float(middle[1])),
        angle=round(angle, 1),
    )


def _zone(polygon: list[Place], holes: list[list[Place]], colours: Iterator[str]) -> ZoneShape:
    shape = Polygon(polygon, holes)
    whole = shape.area >= WHOLE
    inner = shape.representative_point()
    centre = shape.centroid
    if shape.contains(centre):
        inner = centre
    return ZoneShape(
        ids=[],
        polygon=polygon,
        holes=holes,
        colour="gray" if whole else next(colours),
        whole=whole,
        inner=(float(inner.x), float(inner.y)),
    )
