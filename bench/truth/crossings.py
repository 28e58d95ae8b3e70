"""True line crossings from annotated paths, by brute force and apart from the rules under test.

The foot (bottom centre) of a person draws a path. Where it meets the endless line, it changes
side; between two such cuts lies an *excursion* to one side, as deep as its farthest foot, in
box heights of the person there. Excursions at least ``CLEAR`` deep are beyond doubt. From one
clear excursion to the next on the other side, somebody has crossed, if the path went through the
line itself an odd number of times. What is less clear (a turn-back just beyond the line, a path
that begins or ends on it, one that grazes an end of it) is *optional*: told or not, it is right,
at any time from the last clear moment before to the first clear one after.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

CLEAR = 0.15  # box heights

Path2 = npt.NDArray[np.float64]  # [N, 2], px


@dataclass(frozen=True, slots=True)
class Truth:
    """One crossing that happened (or, if optional, may be told)."""

    line: str
    direction: str  # a_to_b, b_to_a; A is left of first -> last as seen on the screen
    begin: float  # s: the cut; the first one of a walk along the line
    end: float  # s: the same; the last cut of a walk along the line
    person: int
    optional: bool


@dataclass(frozen=True, slots=True)
class _Cut:
    """The path meets the endless line."""

    time: float  # s
    along: float  # px from the line's first point
    height: float  # px, of the person's box there
    side: float  # of the excursion that begins here: +1 is A


@dataclass(slots=True)
class _Excursion:
    """The path keeps to one side of the endless line."""

    side: float = 0.0  # +1 is A
    depth: float = 0.0  # box heights
    first_clear: float = np.inf  # s
    last_clear: float = -np.inf  # s


def crossings(
    name: str,
    first: tuple[float, float],
    last: tuple[float, float],
    person: int,
    times: npt.NDArray[np.float64],
    feet: Path2,
    heights: npt.NDArray[np.float64],
) -> list[Truth]:
    """The crossings of one person over one straight line.

    Args:
        name: of the line.
        first: px, first point of the line.
        last: px, last point.
        person: identity, copied into the result.
        times: s, [N], rising.
        feet: px, [N, 2].
        heights: px, [N], of the boxes.
    """
    start, length = np.array(first), float(np.hypot(last[0] - first[0], last[1] - first[1]))
    right = (np.array(last) - start) / length  # unit vector along the line
    away = feet - start
    left_of = away[:, 0] * right[1] - away[:, 1] * right[0]  # px, + is A: y points down
    cuts, excursions = _cuts(times, left_of, away @ right, heights)
    clear = [i for i, excursion in enumerate(excursions) if excursion.depth >= CLEAR]
    found: list[Truth] = []
    for i, j in pairwise([-1, *clear, len(excursions)]):
        between = cuts[max(i, 0) : min(j, len(cuts))]  # cut k: from excursion k to k + 1
        known = i >= 0 and j < len(excursions)
        sure = known and _crossed(excursions[i], excursions[j], between, length)
        if sure:
            within = [c for c in between if 0 <= c.along <= length]
            direction = _direction(excursions[j].side)
            begin, end = within[0].time, within[-1].time
            found.append(Truth(name, direction, begin, end, person, optional=False))
        if not sure or len(between) > 1:
            begin = excursions[i].last_clear if i >= 0 else float(times[0])
            end = excursions[j].first_clear if j < len(excursions) else float(times[-1])
            found += [
                Truth(name, _direction(cut.side), begin, end, person, optional=True)
                for cut in between
                if -CLEAR * cut.height <= cut.along <= length + CLEAR * cut.height
            ]
    return sorted(found, key=lambda t: t.begin)


def _cuts(
    times: npt.NDArray[np.float64],
    left_of: npt.NDArray[np.float64],
    along: npt.NDArray[np.float64],
    heights: npt.NDArray[np.float64],
) -> tuple[list[_Cut], list[_Excursion]]:
    """Cuts with the endless line, and the excursions before, between and after them."""
    cuts: list[_Cut] = []
    excursions = [_Excursion()]
    before = -1  # last sample that is not exactly on the line
    for k in range(len(times)):
        side = float(np.sign(left_of[k]))
        if side == 0.0:
            continue
        if before >= 0 and side != excursions[-1].side:
            share = left_of[before] / (left_of[before] - left_of[k])
            time = float(times[before] + share * (times[k] - times[before]))
            place = float(along[before] + share * (along[k] - along[before]))
            cuts.append(_Cut(time, place, float(heights[k]), side))
            excursions.append(_Excursion())
        now = excursions[-1]
        now.side = side
        depth = abs(float(left_of[k])) / float(heights[k])
        now.depth = max(now.depth, depth)
        if depth >= CLEAR:
            now.first_clear = min(now.first_clear, float(times[k]))
            now.last_clear = float(times[k])
        before = k
    return cuts, excursions


def _crossed(before: _Excursion, after: _Excursion, cuts: list[_Cut], length: float) -> bool:
    """Is it beyond doubt that the line was crossed between two clear excursions?"""
    within = sum(0 <= cut.along <= length for cut in cuts)
    doubt = any(_near_end(cut, length) for cut in cuts)
    return before.side != after.side and within % 2 == 1 and not doubt


def _near_end(cut: _Cut, length: float) -> bool:
    return min(abs(cut.along), abs(cut.along - length)) < CLEAR * cut.height


def _direction(side_after: float) -> str:
    return "b_to_a" if side_after > 0 else "a_to_b"
