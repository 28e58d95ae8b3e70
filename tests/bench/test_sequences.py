"""Sequences as arrays: thinned, and frame by frame."""

import numpy as np

from bench.data import Sequence, every_nth, frames_of
from bench.truth.chance import random_lines


def sequence(frames: list[int]) -> Sequence:
    rows = np.zeros((len(frames), 7))
    rows[:, 0] = frames
    return Sequence("s", 30.0, 100, 50, max(frames), rows, rows, rows)


def test_every_nth_keeps_the_first_and_counts_from_one() -> None:
    slow = every_nth(sequence([1, 2, 4, 5, 7, 7]), 3)
    assert slow.fps == 10.0
    assert slow.frames == 3
    assert slow.detections[:, 0].tolist() == [1, 2, 3, 3]


def test_frames_of_has_empty_frames() -> None:
    parts = frames_of(sequence([2, 2, 4]).detections, 5)
    assert [len(part) for part in parts] == [0, 2, 0, 1, 0]


def test_random_lines_are_the_same_each_time_and_inside() -> None:
    lines = random_lines(sequence([1]), 50)
    assert lines == random_lines(sequence([1]), 50)
    ends = np.array(list(lines.values()))
    assert ends.shape == (50, 2, 2)
    assert (ends > 0).all()
    assert (ends < 1).all()
