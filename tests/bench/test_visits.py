"""Truth of zones on a person whose stay is plain."""

import numpy as np

from bench.data import Sequence
from bench.scoring.zones import score_zone
from bench.truth.visits import inside, occupancy, visits

SQUARE = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 100.0], [0.0, 100.0]])


def stay(inside: list[bool], fps: float) -> Sequence:
    """One person, whose foot is at (50, 50) or (150, 50), frame by frame."""
    x = np.where(inside, 40.0, 140.0)
    n = len(inside)
    rows = np.column_stack(
        [np.arange(1, n + 1), np.ones(n), x, np.full(n, 10.0), np.full(n, 20.0), np.full(n, 40.0)]
    )
    rows = np.column_stack([rows, np.ones(n)])
    return Sequence("s", fps, 200, 200, n, rows[:0], rows, rows)


def test_a_short_absence_does_not_end_a_visit() -> None:
    short = stay([True] * 5 + [False] * 10 + [True] * 5, fps=10)
    (visit,) = visits("z", inside(short.truth, SQUARE, short), short.fps)
    assert (visit.begin, visit.end) == (0.0, 1.9)


def test_a_long_absence_does() -> None:
    long = stay([True] * 5 + [False] * 11 + [True] * 5, fps=10)
    assert len(visits("z", inside(long.truth, SQUARE, long), long.fps)) == 2


def test_occupancy_and_its_score() -> None:
    sequence = stay([False, True, True, False], fps=2)
    seen = occupancy(inside(sequence.truth, SQUARE, sequence), sequence.frames)
    assert seen.tolist() == [0, 1, 1, 0]
    score = score_zone(1, seen, 2, np.array([1, 1, 1, 0]), fps=2)
    assert (score.occupancy_mae, score.exact) == (0.25, 0.75)
    assert (score.person_seconds, score.true_person_seconds) == (1.5, 1.0)


def test_feet_below_the_picture_stand_on_its_edge() -> None:
    sequence = stay([True], fps=1)
    below = sequence.truth.copy()
    below[:, 3] += 180
    to_the_edge = np.array([[0.0, 100.0], [100.0, 100.0], [100.0, 200.0], [0.0, 200.0]])
    assert len(inside(below, to_the_edge, sequence)) == 1
