"""Finds places for the names of lines and zones, so that they do not lie on each other.

Names have a fixed size on the screen, so where they fit depends on how large the picture is shown:
``WIDE`` is a desktop, ``NARROW`` a phone. Greedy: each shape has a few candidate places, and takes
the one that overlaps least with what is there already.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from shapely.geometry import Polygon, box

from curtilage.app.report.places import LineShape, Place, Places, ZoneShape


@dataclass(frozen=True, slots=True)
class Screen:
    """Sizes in CSS pixels, as the style sheet makes them."""

    picture: float  # width of the picture
    letter: float  # usual width of a letter of a name
    height: float  # of a name
    padding: float  # of a name, both sides together
    badge: float  # from the middle of a line's badge to its ends
    gap: float  # between a line's end and the middle of its name


WIDE = Screen(picture=800.0, letter=7.2, height=24.0, padding=18.0, badge=34.0, gap=18.0)
NARROW = Screen(picture=330.0, letter=5.8, height=18.0, padding=14.0, badge=25.0, gap=14.0)


@dataclass(frozen=True, slots=True)
class Label:
    """A name and where its centre lies, in fractions of the frame."""

    text: str
    colour: str
    at: Place


def labels_of(places: Places, aspect: float, screen: Screen) -> list[Label]:
    """A label for each shape that is drawn; ``aspect`` is width by height."""
    size = (screen.picture, screen.picture / aspect)
    taken = [
        box(x - screen.badge, y - screen.badge, x + screen.badge, y + screen.badge)
        for x, y in ((m[0] * size[0], m[1] * size[1]) for m in (p.middle for p in places.lines))
    ]
    labels = []
    half = screen.height / 2
    wanted: list[tuple[str, LineShape | ZoneShape]] = [
        *((line.id, line) for line in places.lines),
        *((_name(zone.ids), zone) for zone in places.zones if not zone.whole),
    ]
    for text, shape in wanted:
        width = len(text) * screen.letter + screen.padding
        candidates = (
            _beside(shape, size, screen)
            if isinstance(shape, LineShape)
            else _about(shape, size, screen, width)
        )
        best, least = None, float("inf")
        for x, y in candidates:
            x = min(max(x, width / 2 + 2), size[0] - width / 2 - 2)
            y = min(max(y, half + 2), size[1] - half - 2)
            area = box(x - width / 2, y - half, x + width / 2, y + half)
            overlap = sum(area.intersection(other).area for other in taken)
            if overlap < least:
                best, least = (x, y, area), overlap
            if overlap == 0:
                break
        if best is not None:
            taken.append(best[2])
            labels.append(Label(text, shape.colour, (best[0] / size[0], best[1] / size[1])))
    return labels


def _name(ids: list[str]) -> str:
    """The first rule of an area, and how many more there are."""
    return ids[0] if len(ids) == 1 else f"{ids[0]} +{len(ids) - 1}"


def _beside(line: LineShape, size: tuple[float, float], screen: Screen) -> Iterator[Place]:
    """Beyond the upper end of a line, then beyond the lower one."""
    ends = [line.points[0], line.points[-1]]
    for (x, y), other in sorted(zip(ends, reversed(ends), strict=True), key=lambda end: end[0][1]):
        yield x * size[0], y * size[1] + (-screen.gap if y <= other[1] else screen.gap)


def _about(
    zone: ZoneShape, size: tuple[float, float], screen: Screen, width: float
) -> Iterator[Place]:
    """Along the edges of a zone, inside; in its middle; then along its edges, outside."""
    left, top, right, bottom = Polygon(zone.polygon).bounds
    x, y = zone.inner[0] * size[0], zone.inner[1] * size[1]
    inset = screen.height / 2 + 5
    yield x, bottom * size[1] - inset
    yield x, top * size[1] + inset
    for share in (0.25, 0.75):
        across = (left + (right - left) * share) * size[0]
        yield across, bottom * size[1] - inset
        yield across, top * size[1] + inset
    yield x, y
    for across in (x, right * size[0] - width / 2, left * size[0] + width / 2):
        yield across, bottom * size[1] + inset
        yield across, top * size[1] - inset
    yield right * size[0] + width / 2 + 5, y
    yield left * size[0] - width / 2 - 5, y
