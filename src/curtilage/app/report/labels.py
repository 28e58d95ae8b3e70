"""Finds places for the names of lines and zones, so that they do not lie on each other.

Names are set in the page's own type, at a fixed size; their width is reckoned for a picture of
``SHOWN`` pixels, the usual one. Greedy: zones have a few candidate places each, lines have two.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from shapely.geometry import Polygon, box

from curtilage.app.report.places import LineShape, Place, Places, ZoneShape

SHOWN = 800.0  # px, usual width of the picture in the page
LETTER, HEIGHT, PADDING = 7.2, 24.0, 18.0  # px, of a name
BADGE = 34.0  # px, from the middle of a line's badge to its ends
FAR = 12.0  # px between a line's end and its name


@dataclass(frozen=True, slots=True)
class Label:
    """A name and where its centre lies, in fractions of the frame."""

    text: str
    colour: str
    at: Place


def labels_of(places: Places, aspect: float) -> list[Label]:
    """A label for each shape that is drawn; ``aspect`` is width by height."""
    size = (SHOWN, SHOWN / aspect)
    taken = [
        box(x - BADGE, y - BADGE, x + BADGE, y + BADGE)
        for x, y in ((m[0] * size[0], m[1] * size[1]) for m in (p.middle for p in places.lines))
    ]
    labels = []
    wanted: list[tuple[str, LineShape | ZoneShape]] = [
        *((line.id, line) for line in places.lines),
        *((_name(zone.ids), zone) for zone in places.zones if not zone.whole),
    ]
    for text, shape in wanted:
        width = len(text) * LETTER + PADDING
        candidates = _beside(shape, size) if isinstance(shape, LineShape) else _within(shape, size)
        best, least = None, float("inf")
        for x, y in candidates:
            x = min(max(x, width / 2 + 2), size[0] - width / 2 - 2)
            y = min(max(y, HEIGHT / 2 + 2), size[1] - HEIGHT / 2 - 2)
            area = box(x - width / 2, y - HEIGHT / 2, x + width / 2, y + HEIGHT / 2)
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


def _beside(line: LineShape, size: tuple[float, float]) -> Iterator[Place]:
    """Beyond the upper end of a line, then beyond the lower one."""
    ends = [line.points[0], line.points[-1]]
    for (x, y), other in sorted(zip(ends, reversed(ends), strict=True), key=lambda end: end[0][1]):
        yield x * size[0], y * size[1] + (-FAR - 6 if y <= other[1] else FAR + 6)


def _within(zone: ZoneShape, size: tuple[float, float]) -> Iterator[Place]:
    """Along the edges of a zone, inside; then in its middle."""
    left, top, right, bottom = Polygon(zone.polygon).bounds
    x, y = zone.inner[0] * size[0], zone.inner[1] * size[1]
    inset = HEIGHT / 2 + 5
    yield x, bottom * size[1] - inset
    yield x, top * size[1] + inset
    for share in (0.25, 0.75):
        across = (left + (right - left) * share) * size[0]
        yield across, bottom * size[1] - inset
        yield across, top * size[1] + inset
    yield x, y
    yield x, bottom * size[1] + inset
    yield x, top * size[1] - inset
