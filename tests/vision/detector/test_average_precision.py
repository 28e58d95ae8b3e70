import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.vision.detector.average_precision import FrameBoxes, average_precision

A = [0.0, 0.0, 0.2, 0.4]
B = [0.5, 0.5, 0.7, 0.9]
NOWHERE = [0.8, 0.0, 1.0, 0.2]


def frame(boxes: list[list[float]], score: list[float], truth: list[list[float]]) -> FrameBoxes:
    return FrameBoxes(
        np.array(boxes, np.float32).reshape(-1, 4),
        np.array(score, np.float32),
        np.array(truth, np.float32).reshape(-1, 4),
    )


def test_all_found_and_nothing_else_is_one() -> None:
    assert average_precision([frame([A, B], [0.9, 0.5], [B, A])]).average_precision == 1.0


def test_nothing_found_is_zero() -> None:
    assert average_precision([frame([], [], [A])]).average_precision == 0.0
    assert average_precision([frame([NOWHERE], [0.9], [A])]).average_precision == 0.0


def test_nothing_there_is_zero() -> None:
    assert average_precision([frame([A], [0.9], [])]).average_precision == 0.0
    assert average_precision([]).average_precision == 0.0


def test_by_hand() -> None:
    # Ranked: hit (P 1, R 1/3), miss (P 1/2), hit (P 2/3, R 2/3); one is never found.
    result = average_precision(
        [frame([A, NOWHERE], [0.9, 0.8], [A]), frame([B], [0.7], [B]), frame([], [], [A])]
    )
    assert result.average_precision == pytest.approx(1 / 3 * 1 + 1 / 3 * 2 / 3)
    assert result.recall_at_precision_90 == pytest.approx(1 / 3)
    assert result.best_f1 == pytest.approx(2 / 3)
    assert result.best_f1_score == pytest.approx(0.7)
    assert (result.truths, result.detections) == (3, 3)


def test_a_true_box_is_found_once() -> None:
    result = average_precision([frame([A, A], [0.9, 0.8], [A, B])])
    assert result.average_precision == pytest.approx(0.5)


def test_the_better_detection_takes_the_box_first() -> None:
    shifted = [0.02, 0.0, 0.22, 0.4]  # overlaps A well, but A itself scores higher
    result = average_precision([frame([shifted, A], [0.5, 0.9], [A])])
    assert result.best_f1_score == pytest.approx(0.9)


def test_overlap_decides_what_is_a_match() -> None:
    half = [0.0, 0.0, 0.1, 0.4]  # IoU 0.5 with A
    assert average_precision([frame([half], [0.9], [A])], overlap=0.49).average_precision == 1.0
    assert average_precision([frame([half], [0.9], [A])], overlap=0.51).average_precision == 0.0


@given(
    st.lists(st.tuples(st.sampled_from([A, B, NOWHERE]), st.floats(0, 1, width=32)), max_size=12),
    st.lists(st.sampled_from([A, B]), max_size=4),
)
def test_between_zero_and_one_and_only_the_order_of_scores_counts(
    found: list[tuple[list[float], float]], truth: list[list[float]]
) -> None:
    boxes, score = [box for box, _ in found], [value for _, value in found]
    result = average_precision([frame(boxes, score, truth)])
    assert 0.0 <= result.average_precision <= 1.0
    halved = average_precision([frame(boxes, [value / 2 for value in score], truth)])
    assert halved.average_precision == pytest.approx(result.average_precision)
