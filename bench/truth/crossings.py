"""True line crossings from annotated paths, by brute force and apart from the rules under test.

The foot (bottom centre) of a person draws a path. Where it meets the endless line, it changes
side; between two such cuts lies an *excursion* to one side, as deep as its farthest foot, in
box heights of the person there. Excursions at least ``CLEAR`` deep are beyond doubt. From one
clear excursion to the next on the other side, somebody has crossed, if the path went through the
line itself an odd number of times. What is less clear (a turn-back just beyond the line, a path
that begins or ends on it, one that grazes an end of it) is *optional*: told or not, it is right.
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
    begin: float  # s, first cut
    end: float  # s, last cut: the same but for a walk along the line
    person: int
    optional: bool


@dataclass(frozen=True, slots=True)
class _Cut:
    """The path meets the endless line."""

    time: float  # s
    along: float  # px from the line's first point
    height: float  # px, of the person's box there
    side: float  # of the excursion that begins here: +1 is A


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
    along = away @ right
    cuts, depth, sides = _cuts(times, left_of, along, heights)
    clear = [i for i, d in enumerate(depth) if d >= CLEAR]
    found: list[Truth] = []
    for i, j in pairwise(clear):
        between = cuts[i:j]  # cut k lies between excursions k and k + 1
        found += _passage(name, person, sides[i], sides[j], between, length)
    for loose in _ends(clear, len(depth)):
        for cut in cuts[loose]:
            if -CLEAR * cut.height <= cut.along <= length + CLEAR * cut.height:
                found.append(_truth(name, person, cut.side, [cut], optional=True))
    return sorted(found, key=lambda t: t.begin)


def _cuts(
    times: npt.NDArray[np.float64],
    left_of: npt.NDArray[np.float64],
    along: npt.NDArray[np.float64],
    heights: npt.NDArray[np.float64],
) -> tuple[list[_Cut], list[float], list[float]]:
    """Cuts with the endless line; depth (box heights) and side of the excursions around them."""
    cuts: list[_Cut] = []
    depths, sides = [0.0], [0.0]
    before = -1  # last sample that is not exactly on the line
    for k in range(len(times)):
        side = float(np.sign(left_of[k]))
        if side == 0.0:
            continue
        if before >= 0 and side != sides[-1]:
            share = left_of[before] / (left_of[before] - left_of[k])
            time = float(times[before] + share * (times[k] - times[before]))
            place = float(along[before] + share * (along[k] - along[before]))
            cuts.append(_Cut(time, place, float(heights[k]), side))
            depths.append(0.0)
            sides.append(side)
        sides[-1] = side
        depths[-1] = max(depths[-1], abs(float(left_of[k])) / float(heights[k]))
        before = k
    return cuts, depths, sides


def _passage(
    name: str,
    person: int,
    side_before: float,
    side_after: float,
    cuts: list[_Cut],
    length: float,
) -> list[Truth]:
    """What happened from one clear excursion to the next."""
    within = [c for c in cuts if 0 <= c.along <= length]
    near_end = any(min(abs(c.along), abs(c.along - length)) < CLEAR * c.height for c in cuts)
    found: list[Truth] = []
    crossed = side_before != side_after and len(within) % 2 == 1
    if crossed and not near_end:
        found.append(_truth(name, person, side_after, within, optional=False))
    if near_end or len(cuts) > 1:
        touched = [c for c in cuts if -CLEAR * c.height <= c.along <= length + CLEAR * c.height]
        found += [_truth(name, person, c.side, [c], optional=True) for c in touched]
    return found


def _ends(clear: list[int], excursions: int) -> list[slice]:
    """The cuts before the first and after the last clear excursion."""
    if not clear:
        return [slice(0, excursions - 1)]
    return [slice(0, clear[0]), slice(clear[-1], excursions - 1)]


def _truth(name: str, person: int, side: float, cuts: list[_Cut], *, optional: bool) -> Truth:
    direction = "b_to_a" if side > 0 else "a_to_b"
    return Truth(name, direction, cuts[0].time, cuts[-1].time, person, optional)
