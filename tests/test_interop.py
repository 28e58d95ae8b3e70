"""Other people's detections in, our tracks out."""

import numpy as np
import pytest
import supervision as sv
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from curtilage.interop import from_pixels, from_supervision, to_supervision
from curtilage.model import CLASS_ID, LABELS, Tracks

SIZE = (200, 100)


def test_pixels_become_fractions_of_the_frame() -> None:
    found = from_pixels([[20, 10, 60, 90]], [0.9], SIZE)
    np.testing.assert_allclose(found.boxes, [[0.1, 0.1, 0.3, 0.9]], rtol=1e-6)
    assert found.class_id.tolist() == [CLASS_ID["person"]]


def test_labels_outside_the_vocabulary_are_dropped() -> None:
    boxes = [[0, 0, 10, 10]] * 3
    found = from_pixels(boxes, [0.5, 0.6, 0.7], SIZE, ["dog", "toaster", "person"])
    assert [LABELS[i] for i in found.class_id] == ["dog", "person"]
    np.testing.assert_allclose(found.score, [0.5, 0.7])


def test_boxes_are_cut_at_the_frame_and_empty_ones_dropped() -> None:
    found = from_pixels([[-50, -50, 50, 50], [300, 10, 400, 20], [5, 5, 5, 9]], [1, 1, 1], SIZE)
    np.testing.assert_allclose(found.boxes, [[0, 0, 0.25, 0.5]])


def test_nothing_is_nothing() -> None:
    assert len(from_pixels([], [], SIZE)) == 0
    assert len(from_supervision(sv.Detections.empty(), SIZE)) == 0


@pytest.mark.parametrize(
    ("boxes", "scores", "size", "labels"),
    [
        ([[0, 0, 1, 1]], [0.5, 0.5], SIZE, None),
        ([[0, 0, 1, 1]], [0.5], SIZE, ["person", "dog"]),
        ([[0, 0, float("nan"), 1]], [0.5], SIZE, None),
        ([[0, 0, 1, 1]], [float("inf")], SIZE, None),
        ([[0, 0, 1, 1]], [0.5], (0, 100), None),
        ([[0, 0, 1]], [0.5], SIZE, None),
    ],
)
def test_what_does_not_fit_is_refused(
    boxes: list[list[float]], scores: list[float], size: tuple[int, int], labels: list[str] | None
) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_pixels(boxes, scores, size, labels)


def test_supervision_with_names_and_without_scores() -> None:
    theirs = sv.Detections(
        xyxy=np.array([[0, 0, 20, 50], [10, 10, 30, 30]], float),
        data={"class_name": np.array(["car", "spoon"])},
    )
    ours = from_supervision(theirs, SIZE)
    assert [LABELS[i] for i in ours.class_id] == ["car"]
    assert ours.score.tolist() == [1.0]


@given(
    hnp.arrays(np.float32, (7, 2), elements=st.floats(0, 0.5, width=32)),
    hnp.arrays(np.float32, (7, 2), elements=st.floats(0.0625, 0.5, width=32)),
)
def test_there_and_back_keeps_the_boxes(
    corner: np.ndarray[tuple[int, int], np.dtype[np.float32]],
    extent: np.ndarray[tuple[int, int], np.dtype[np.float32]],
) -> None:
    boxes = np.hstack([corner, corner + extent])
    unseen = np.array([0, 0, 0, 0, 0, 0.4, 0.1], np.float32)
    tracks = Tracks(
        id=np.arange(7),
        box=boxes,
        class_id=np.zeros(7, np.int16),
        score=np.full(7, 0.5, np.float32),
        hits=np.full(7, 3, np.int32),
        age=np.ones(7, np.float32),
        unseen=unseen,
        velocity=np.zeros((7, 2), np.float32),
    )
    theirs = to_supervision(tracks, SIZE)
    assert theirs.tracker_id is not None
    assert theirs.tracker_id.tolist() == [0, 1, 2, 3, 4]  # those that are only predicted stay out
    np.testing.assert_allclose(from_supervision(theirs, SIZE).boxes, boxes[:5], atol=1e-6)
