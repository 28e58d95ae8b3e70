"""Lines, polygons and planes in numbers: which side, inside or not, how much of a box, how far.

Points are ``x y`` with y downwards, so that *left* is left as seen on the screen. The functions
under ``njit`` take single numbers and are called from the kernels of rules; those below them take
arrays of points.
"""

import numpy as np
from numba import njit

from curtilage.model import Mask, Points
from curtilage.plane import Matrix, homography, project

__all__ = [
    "Matrix",
    "distance_to_ring",
    "homography",
    "in_ring",
    "inside",
    "project",
    "ring_area_in_box",
    "squared_distance",
    "turn",
]


@njit(cache=True)
def turn(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> float:
    """Twice the area of a, b, p: above 0 where p is left of a -> b as seen on the screen."""
    return (px - ax) * (by - ay) - (py - ay) * (bx - ax)


@njit(cache=True)
def in_ring(ring: Points, first: int, end: int, x: float, y: float) -> bool:
    """True when ``x y`` is within the ring ``ring[first:end]`` (even-odd rule).

    A point on an edge belongs to one of the two areas that share the edge, never to both.
    """
    inside = False
    j = end - 1
    for i in range(first, end):
        above = ring[i, 1] > y
        if above != (ring[j, 1] > y):
            # from its upper to its lower end whichever way the ring goes round, so that both
            # areas at an edge round alike
            low, high = (j, i) if above else (i, j)
            share = (y - ring[low, 1]) / (ring[high, 1] - ring[low, 1])
            if x < ring[low, 0] + share * (ring[high, 0] - ring[low, 0]):
                inside = not inside
        j = i
    return inside


@njit(cache=True)
def ring_area_in_box(
    ring: Points, first: int, end: int, x0: float, y0: float, x1: float, y1: float
) -> float:
    """The area that the ring ``ring[first:end]`` and the box ``x0 y0 x1 y1`` have in common.

    Green's theorem: each edge adds the area between it, cut to the box, and the box's top; what
    lies outside the ring cancels. Exact for concave rings, and nothing is allocated.
    """
    total = 0.0
    j = end - 1
    for i in range(first, end):
        total += _under_edge(ring[j, 0], ring[j, 1], ring[i, 0], ring[i, 1], x0, y0, x1, y1)
        j = i
    return abs(total)


@njit(cache=True)
def _under_edge(
    ax: float, ay: float, bx: float, by: float, x0: float, y0: float, x1: float, y1: float
) -> float:
    """Signed area between the top of a box and an edge, both cut to the box."""
    if ax == bx:
        return 0.0
    if ax < bx:
        sign, lx, ly, rx, ry = 1.0, ax, ay, bx, by
    else:
        sign, lx, ly, rx, ry = -1.0, bx, by, ax, ay
    begin, end = max(lx, x0), min(rx, x1)
    if begin >= end:
        return 0.0
    slope = (ry - ly) / (rx - lx)
    # the edge may enter and leave the box's height between begin and end: straight in between
    middle1, middle2 = end, end
    if slope != 0.0:
        meet1, meet2 = lx + (y0 - ly) / slope, lx + (y1 - ly) / slope
        middle1 = min(max(min(meet1, meet2), begin), end)
        middle2 = min(max(max(meet1, meet2), begin), end)
    area = 0.0
    left = begin
    for right in (middle1, middle2, end):
        a = min(max(ly + slope * (left - lx), y0), y1) - y0
        b = min(max(ly + slope * (right - lx), y0), y1) - y0
        area += (right - left) * (a + b) / 2
        left = right
    return sign * area


@njit(cache=True)
def squared_distance(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> float:
    """Square of how far p is from the segment a b."""
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    share = 0.0 if length == 0.0 else ((px - ax) * dx + (py - ay) * dy) / length
    share = min(max(share, 0.0), 1.0)
    away_x, away_y = px - ax - share * dx, py - ay - share * dy
    return away_x * away_x + away_y * away_y


@njit(cache=True)
def distance_to_ring(ring: Points, first: int, end: int, x: float, y: float) -> float:
    """How far ``x y`` is from the nearest edge of the ring ``ring[first:end]``."""
    nearest = np.inf
    j = end - 1
    for i in range(first, end):
        away = squared_distance(ring[j, 0], ring[j, 1], ring[i, 0], ring[i, 1], x, y)
        nearest = min(nearest, away)
        j = i
    return float(np.sqrt(nearest))


def inside(points: Points, ring: Points) -> Mask:
    """[N]: which of ``points`` [N, 2] are within ``ring`` [V, 2]."""
    return _inside(np.ascontiguousarray(points, np.float64), np.ascontiguousarray(ring, np.float64))


@njit(cache=True)
def _inside(points: Points, ring: Points) -> Mask:
    found = np.empty(len(points), np.bool_)
    for i in range(len(points)):
        found[i] = in_ring(ring, 0, len(ring), points[i, 0], points[i, 1])
    return found
