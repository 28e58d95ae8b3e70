"""Matching of told events to true ones."""

import pytest

from bench.scoring.events import Told, score_crossings
from bench.truth.crossings import Truth


def true(time: float, direction: str = "a_to_b", *, optional: bool = False) -> Truth:
    return Truth("line", direction, time, time, 1, optional)


def event(time: float, direction: str = "a_to_b", line: str = "line") -> Told:
    return Told(line, direction, time)


def test_perfect() -> None:
    score = score_crossings([true(1), true(5)], [event(1.9), event(4.1)])
    assert (score.found, score.false, score.missed, score.f1) == (2, 0, 0, 1.0)


def test_wrong_line_direction_or_time_is_false_and_missed() -> None:
    for wrong in (event(1, line="other"), event(1, "b_to_a"), event(2.1)):
        score = score_crossings([true(1)], [wrong])
        assert (score.found, score.false, score.missed) == (0, 1, 1)


def test_one_to_one() -> None:
    score = score_crossings([true(1)], [event(0.9), event(1.1)])
    assert (score.found, score.false) == (1, 1)
    assert score.precision == pytest.approx(0.5)


def test_as_many_pairs_as_can_be() -> None:
    # the nearest pair first (1.5 with 1.6) would leave the other two apart
    score = score_crossings([true(0.7), true(1.5)], [event(1.6), event(2.4)])
    assert score.found == 2


def test_optional_is_neither_right_nor_wrong() -> None:
    truth = [true(1), true(5, optional=True)]
    told = score_crossings(truth, [event(1), event(5)])
    silent = score_crossings(truth, [event(1)])
    for score in (told, silent):
        assert (score.found, score.false, score.missed) == (1, 0, 0)


def test_an_optional_truth_excuses_one_event_only() -> None:
    score = score_crossings([true(5, optional=True)], [event(5), event(5.2)])
    assert score.false == 1


def test_count_error_cancels_within_a_line_and_direction_only() -> None:
    shifted = score_crossings([true(1)], [event(9)])
    assert (shifted.found, shifted.count_error) == (0, 0)
    turned = score_crossings([true(1)], [event(1, "b_to_a")])
    assert turned.count_error == 2


def test_nothing_happened_and_nothing_told() -> None:
    assert score_crossings([], []).f1 == 1.0
