import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from curtilage.model import CLASS_ID, LABELS, Detections
from curtilage.vision.detector.layouts.candidates import Candidates
from curtilage.vision.detector.suppression import (
    GROUP_OF_CLASS,
    GROUPS,
    MAX_CANDIDATES,
    suppress,
)


def candidates(*rows: tuple[str, float, tuple[float, float, float, float]]) -> Candidates:
    return Candidates(
        np.array([box for _, _, box in rows], np.float32).reshape(-1, 4),
        np.array([score for _, score, _ in rows], np.float32),
        np.array([CLASS_ID[label] for label, _, _ in rows], np.int16),
    )


def found(detections: Detections) -> list[str]:
    return [LABELS[index] for index in detections.class_id]


def iou(a: npt.NDArray[np.float32], b: npt.NDArray[np.float32]) -> float:
    a, b = a.astype(np.float64), b.astype(np.float64)
    width = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - width * height
    return float(width * height / union) if union > 0 else 0.0


def test_every_label_is_in_one_group() -> None:
    assert sorted(label for group in GROUPS for label in group) == sorted(LABELS)


BOX = (10.0, 10.0, 50.0, 90.0)
NEAR = (12.0, 11.0, 51.0, 92.0)


@pytest.mark.parametrize(
    ("better", "worse"),
    [("car", "truck"), ("bus", "car"), ("horse", "cow"), ("dog", "cat"), ("backpack", "handbag")],
)
def test_classes_that_are_mistaken_for_each_other_leave_one_box(better: str, worse: str) -> None:
    assert found(suppress(candidates((worse, 0.5, BOX), (better, 0.6, NEAR)))) == [better]


@pytest.mark.parametrize("pair", [("person", "bicycle"), ("person", "dog"), ("person", "handbag")])
def test_a_person_and_what_belongs_to_them_both_stay(pair: tuple[str, str]) -> None:
    assert found(suppress(candidates((pair[0], 0.6, BOX), (pair[1], 0.5, NEAR)))) == list(pair)


def test_two_people_apart_both_stay() -> None:
    apart = (40.0, 10.0, 80.0, 90.0)
    assert len(suppress(candidates(("person", 0.6, BOX), ("person", 0.5, apart)))) == 2


def test_nothing_in_nothing_out() -> None:
    assert len(suppress(Candidates.empty())) == 0


boxes_of_many = st.integers(0, 40).flatmap(
    lambda n: st.tuples(
        hnp.arrays(np.float32, (n, 2), elements=st.floats(0, 100, width=32)),
        hnp.arrays(np.float32, (n, 2), elements=st.floats(1, 60, width=32)),
        hnp.arrays(np.float32, n, elements=st.floats(0, 1, width=32)),
        hnp.arrays(np.int16, n, elements=st.integers(0, len(LABELS) - 1)),
    )
)


@given(boxes_of_many, st.sampled_from([0.3, 0.6, 0.8]))
def test_kept_do_not_overlap_and_what_goes_is_overlapped_by_a_better_one(
    parts: tuple[
        npt.NDArray[np.float32],
        npt.NDArray[np.float32],
        npt.NDArray[np.float32],
        npt.NDArray[np.int16],
    ],
    overlap: float,
) -> None:
    corner, size, score, class_id = parts
    boxes = np.concatenate([corner, corner + size], axis=1)
    kept = suppress(Candidates(boxes, score, class_id), overlap)
    assert (np.diff(kept.score) <= 0).all()
    group = GROUP_OF_CLASS[kept.class_id]
    for i in range(len(kept)):
        for j in range(i):
            if group[i] == group[j]:
                assert iou(kept.boxes[i], kept.boxes[j]) <= overlap + 1e-4
    left = {tuple(box) for box in kept.boxes.tolist()}
    for box, value, kind in zip(boxes, score, class_id, strict=True):
        if tuple(box.tolist()) not in left:
            assert any(
                GROUP_OF_CLASS[kind] == group[i]
                and kept.score[i] >= value
                and iou(kept.boxes[i], box) > overlap - 1e-4
                for i in range(len(kept))
            )


def test_of_very_many_the_best_are_looked_at() -> None:
    count = MAX_CANDIDATES + 500
    x = np.arange(count, dtype=np.float32) * 10
    boxes = np.stack([x, x * 0, x + 5, x * 0 + 5], axis=1)
    score = np.linspace(0.1, 0.9, count, dtype=np.float32)
    kept = suppress(Candidates(boxes, score, np.zeros(count, np.int16)))
    assert len(kept) == MAX_CANDIDATES
    assert kept.score.min() >= score[500]
