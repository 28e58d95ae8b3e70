"""Finds the line that most passers-by cross, squarely and clearly: where an owner would draw it.

All lines of many directions and places are tried (a Radon transform of the ways). Where a way
cuts a line without ends, it counts as a crossing if it comes from well before the line and goes
on well beyond it, the more squarely the more; otherwise it is a doubt. The best piece of a line
follows from sums per bin along it: each track is worth up to 1, however often it crosses; doubts,
tracks that pass just beyond an end, and length cost.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curtilage.app.default_rules.ways import Ways
from curtilage.model import Points

MARGIN = 0.05  # of the frame: a line keeps so far away from the border, where people appear
BINS = 40  # along a line
DIRECTIONS = 18
PLACES = 36
CLEAR = 0.75  # box heights that a track must be away from the line before and after it crosses
DOUBT = 0.5  # cost of a cut that is not clear
NEAR_END = 0.5  # cost of a track that passes within a bin of an end, outside
LENGTH = 0.25  # cost of a line as long as the frame is high, as a share of all tracks
CENTRE = 0.1  # gain of a line in the middle of the picture, as a share of all tracks
PADDING = 0.5  # box heights by which a line is longer than the ways that cut it

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BusiestLine:
    """The line found; A is on the left from first to second point, most go from A to B."""

    points: Points  # [2, 2], fractions of the frame
    crossing: int  # tracks that cross it clearly
    tracks: int  # that went somewhere at all


@dataclass(frozen=True, slots=True)
class _Endless:
    """A line without ends: along ``direction``, ``offset`` from the origin along its normal."""

    angle: float  # rad
    offset: float

    @property
    def direction(self) -> Floats:
        return np.array([np.cos(self.angle), np.sin(self.angle)])

    @property
    def normal(self) -> Floats:
        return np.array([-np.sin(self.angle), np.cos(self.angle)])

    def at(self, along: float) -> Floats:
        """A point of it, in x * aspect and y."""
        return np.asarray(self.direction * along + self.normal * self.offset)


@dataclass(frozen=True, slots=True)
class _Cuts:
    """Where ways cut a line."""

    along: Floats  # [N], place on the line
    sign: Floats  # [N], +1: towards the normal
    worth: Floats  # [N], 0..1, how squarely; 0: not clear
    track: npt.NDArray[np.int64]  # [N]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line with ends."""

    score: float
    line: _Endless
    begin: float  # along the line
    end: float


def busiest_line(ways: Ways, aspect: float) -> BusiestLine | None:
    """The best line for ``ways``; None when no track crosses any line clearly."""
    best = _search(ways, aspect, _everywhere(aspect), None)
    if best is None:
        return None
    return _finished(ways, aspect, _search(ways, aspect, _around(best, aspect), best) or best)


def _everywhere(aspect: float) -> Iterator[_Endless]:
    for angle in np.arange(DIRECTIONS) * np.pi / DIRECTIONS:
        low, high = _offsets(float(angle), aspect)
        for place in range(PLACES):
            yield _Endless(float(angle), low + (high - low) * (place + 0.5) / PLACES)


def _around(piece: _Piece, aspect: float) -> Iterator[_Endless]:
    """Lines a little turned or moved about the middle of a piece."""
    middle = piece.line.at((piece.begin + piece.end) / 2)
    low, high = _offsets(piece.line.angle, aspect)
    for turn in np.linspace(-1, 1, 9) * np.pi / DIRECTIONS:
        line = _Endless(piece.line.angle + float(turn), 0.0)
        for shift in np.linspace(-1, 1, 9) * (high - low) / PLACES:
            yield _Endless(line.angle, float(middle @ line.normal + shift))


def _offsets(angle: float, aspect: float) -> tuple[float, float]:
    """The offsets of lines that touch the frame."""
    corners = np.array([[0, 0], [aspect, 0], [aspect, 1], [0, 1]]) @ _Endless(angle, 0.0).normal
    return float(corners.min()), float(corners.max())


def _search(
    ways: Ways, aspect: float, lines: Iterator[_Endless], best: _Piece | None
) -> _Piece | None:
    """The best piece of ``lines``, if it is better than ``best``.

    Lines are tried in the order of what they could be worth, until none can win any more.
    """
    candidates: list[tuple[float, _Endless, _Cuts, tuple[float, float]]] = []
    for line in lines:
        extent = _within_margins(line, aspect)
        if extent is None:
            continue
        cuts = _cuts(ways, line, extent)
        most = np.zeros(ways.tracks)
        np.add.at(most, cuts.track, cuts.worth)
        candidates.append((float(np.minimum(most, 1.0).sum()), line, cuts, extent))
    candidates.sort(key=lambda candidate: -candidate[0])
    for possible, line, cuts, extent in candidates:
        bound = possible + CENTRE * ways.tracks
        if possible == 0 or (best is not None and bound <= best.score):
            break
        score, begin, end = _best_piece(cuts, extent, ways.tracks)
        gain = CENTRE * ways.tracks * _centrality(line.at((begin + end) / 2), aspect)
        if score > 0 and (best is None or score + gain > best.score):
            best = _Piece(score + gain, line, begin, end)
    return best


def _centrality(point: Floats, aspect: float) -> float:
    """0 in the corners of the picture, 1 in its middle."""
    x, y = point[0] / aspect, point[1]
    return float(min(x, 1 - x) + min(y, 1 - y))


def _within_margins(line: _Endless, aspect: float) -> tuple[float, float] | None:
    """Where a line is inside the frame without its margins (Liang and Barsky's clipping)."""
    origin, direction = line.at(0.0), line.direction
    begin, end = -np.inf, np.inf
    for axis, size in ((0, aspect), (1, 1.0)):
        low, high = MARGIN * size, (1 - MARGIN) * size
        if abs(direction[axis]) < 1e-12:
            if not low <= origin[axis] <= high:
                return None
            continue
        near, far = sorted((side - origin[axis]) / direction[axis] for side in (low, high))
        begin, end = max(begin, float(near)), min(end, float(far))
    return (begin, end) if end > begin else None


def _cuts(ways: Ways, line: _Endless, extent: tuple[float, float]) -> _Cuts:
    """Where ways cut ``line`` within ``extent``."""
    away = ways.point @ line.normal - line.offset
    along = ways.point @ line.direction
    beyond = away >= 0
    # a run: points of one track on one side
    new = np.ones(len(away), np.bool_)
    new[1:] = (beyond[1:] != beyond[:-1]) | (ways.track[1:] != ways.track[:-1])
    first = np.flatnonzero(new)
    if not len(first):
        return _Cuts(np.empty(0), np.empty(0), np.empty(0), np.empty(0, np.int64))
    far = np.maximum.reduceat(np.abs(away), first) >= CLEAR * ways.height[ways.track[first]]
    run = np.flatnonzero(ways.track[first[1:]] == ways.track[first[1:] - 1]) + 1
    after = first[run]
    before = after - 1
    step = away[after] - away[before]
    place = along[before] - away[before] / step * (along[after] - along[before])
    squarely = np.abs(step) / np.hypot(step, along[after] - along[before])
    on = (place >= extent[0]) & (place <= extent[1])
    return _Cuts(
        place[on],
        np.sign(step)[on],
        (squarely * (far[run] & far[run - 1]))[on],
        ways.track[after][on],
    )


def _best_piece(
    cuts: _Cuts, extent: tuple[float, float], tracks: int
) -> tuple[float, float, float]:
    """Score, begin and end of the best piece between two edges of bins."""
    begin, end = extent
    width = (end - begin) / BINS
    at = np.minimum(((cuts.along - begin) / width).astype(np.int64), BINS - 1)
    crossing, track = np.unique(cuts.track, return_inverse=True)
    worth = _sums(track, at, cuts.worth, len(crossing))
    doubts = _sums(track, at, (cuts.worth == 0).astype(np.float64), len(crossing))
    count = _sums(track, at, np.ones(len(at)), len(crossing))
    first, last = np.triu_indices(BINS + 1, 1)
    value = np.minimum(worth[:, last] - worth[:, first], 1.0).sum(axis=0)
    doubtful = (doubts[:, last] - doubts[:, first]).sum(axis=0)
    wider = count[:, np.minimum(last + 1, BINS)] - count[:, np.maximum(first - 1, 0)]
    grazing = ((count[:, last] == count[:, first]) & (wider > 0)).sum(axis=0)
    length = (last - first) * width
    score = value - DOUBT * doubtful - NEAR_END * grazing - LENGTH * tracks * length
    best = int(np.argmax(score))
    return float(score[best]), begin + first[best] * width, begin + last[best] * width


def _sums(
    track: npt.NDArray[np.int64], at: npt.NDArray[np.int64], weight: Floats, tracks: int
) -> Floats:
    """[tracks, BINS + 1]: sum of weights of each track in the bins before each edge."""
    sums = np.zeros((tracks, BINS + 1))
    np.add.at(sums, (track, at + 1), weight)
    return np.cumsum(sums, axis=1)


def _finished(ways: Ways, aspect: float, piece: _Piece) -> BusiestLine:
    """The piece fitted to the ways that cut it, turned so that most go from A to B."""
    line = piece.line
    low, high = _within_margins(line, aspect) or (piece.begin, piece.end)
    cuts = _cuts(ways, line, (piece.begin, piece.end))
    padding = PADDING * float(np.median(ways.height[cuts.track]))
    begin = max(low, float(cuts.along.min()) - padding)
    end = min(high, float(cuts.along.max()) + padding)
    points = np.array([line.at(begin), line.at(end)]) / (aspect, 1.0)
    clear = cuts.worth > 0
    # A, left of the way along (dx, dy), lies towards (dy, -dx): the normal points to B
    if cuts.sign[clear].sum() < 0:
        points = points[::-1]
    crossing = len(np.unique(cuts.track[clear]))
    return BusiestLine(np.clip(points, 0.0, 1.0), crossing, ways.tracks)
