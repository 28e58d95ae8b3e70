"""Lines and polygons as owners draw them: fractions of the frame, checked when read."""

import math
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, Field
from shapely.geometry import Polygon
from shapely.validation import explain_validity

Fraction = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Point = tuple[Fraction, Fraction]

SMALLEST_LENGTH = 1e-4  # of the frame; below that two points are one point drawn twice
SMALLEST_AREA = 1e-6  # of the frame: one pixel of a megapixel camera


def _line(points: list[Point]) -> list[Point]:
    for i, (a, b) in enumerate(pairwise(points), start=1):
        if math.dist(a, b) < SMALLEST_LENGTH:
            raise ValueError(
                f"points {i} and {i + 1} are the same ({a[0]:g}, {a[1]:g}), so this part of the "
                "line has zero length; a line needs points that differ"
            )
    return points


def _ring(points: list[Point]) -> list[Point]:
    shape = Polygon(points)
    if not shape.is_valid:
        raise ValueError(
            f"the polygon crosses or touches itself ({explain_validity(shape)}); "
            "draw its corners in order round the area"
        )
    if shape.area < SMALLEST_AREA:
        raise ValueError("the polygon has no area; its corners must not lie on one line")
    return points


Line = Annotated[list[Point], Field(min_length=2, max_length=64), AfterValidator(_line)]
"""Polyline of two or more points; A is its left side going from first to last as seen."""

Ring = Annotated[list[Point], Field(min_length=3, max_length=256), AfterValidator(_ring)]
"""Simple polygon, open or closed, either winding, concave allowed."""


def check_holes(polygon: list[Point], holes: list[list[Point]]) -> None:
    """Raise ValueError unless every hole lies within ``polygon`` and apart from the others."""
    for i, hole in enumerate(holes, start=1):
        if not Polygon(polygon).contains(Polygon(hole)):
            raise ValueError(f"hole {i} is not inside the polygon; a hole must lie within it")
    if holes and not Polygon(polygon, holes).is_valid:
        raise ValueError("two holes overlap; draw them as one hole")
