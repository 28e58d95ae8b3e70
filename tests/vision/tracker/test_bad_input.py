"""What the tracker refuses, with which sentence, and that it is none the worse for it."""

import numpy as np
import pytest

from curtilage.model import LABELS, Detections, Tracks
from curtilage.vision.tracker import Tracker, TrackerError, TrackerSettings
from curtilage.vision.tracker.classes import CLASS_GROUPS
from tests.vision.tracker.scenes import ASPECT, Walker, look, same


def one(box: list[float], score: float = 0.9, class_id: int = 0) -> Detections:
    return Detections(
        np.array([box], np.float32), np.array([score], np.float32), np.array([class_id], np.int16)
    )


GOOD = [0.1, 0.1, 0.2, 0.4]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (one([0.1, np.nan, 0.2, 0.4]), "finite"),
        (one([0.1, 0.1, np.inf, 0.4]), "finite"),
        (one(GOOD, score=np.nan), "finite"),
        (one([0.2, 0.1, 0.1, 0.4]), "wrong order"),
        (one([64.0, 48.0, 128.0, 240.0]), "fractions of the picture, not pixels"),
        (one([-3e38, 0.1, 3e38, 0.4]), "fractions of the picture, not pixels"),
        (one(GOOD, class_id=len(LABELS)), "class id"),
        (one(GOOD, class_id=-1), "class id"),
        (Detections(np.zeros((2, 4), np.float32), np.ones(1, np.float32), np.zeros(1, np.int16)),
         "shapes"),
        (Detections(np.zeros(4, np.float32), np.ones(1, np.float32), np.zeros(1, np.int16)),
         "shapes"),
    ],
)  # fmt: skip
def test_bad_detections_are_refused_and_change_nothing(bad: Detections, said: str) -> None:
    def follow(with_bad: bool) -> Tracks:
        tracker = Tracker(TrackerSettings(), ASPECT)
        for n in range(6):
            if with_bad and n == 3:
                with pytest.raises(TrackerError, match=said):
                    tracker.update(n / 10, bad)
            tracks = tracker.update(n / 10, look([Walker(0.5, 0.6)], n / 10))
        return tracks

    assert same(follow(True), follow(False))


@pytest.mark.parametrize("time", [1.0, 0.5, -3.0, float("nan"), float("inf")])
def test_time_must_rise(time: float) -> None:
    tracker = Tracker(TrackerSettings(), ASPECT)
    tracker.update(1.0, Detections.empty())
    with pytest.raises(TrackerError, match="must be finite and rise"):
        tracker.update(time, Detections.empty())
    tracker.update(1.5, Detections.empty())


@pytest.mark.parametrize(
    "box",
    [
        [0.3, 0.3, 0.3, 0.5],
        [0.3, 0.3, 0.5, 0.3],
        [0.3, 0.3, 0.3, 0.3],
        [0.0, 0.0, 1e-45, 1e-45],
    ],
)
def test_a_box_without_area_is_passed_over(box: list[float]) -> None:
    assert len(Tracker(TrackerSettings(), ASPECT).update(0.0, one(box))) == 0


@pytest.mark.parametrize(
    "box", [[-3.0, -2.0, 5.0, 4.0], [1.5, 1.5, 1.6, 1.9], [0.0, 0.0, 1.0, 1.0]]
)
def test_boxes_may_be_huge_or_outside(box: list[float]) -> None:
    tracker = Tracker(TrackerSettings(), ASPECT)
    for n in range(4):
        tracks = tracker.update(n / 10, one(box))
    assert tracks.id.tolist() == [1]
    assert tracks.box[0] == pytest.approx(box, abs=1e-5)


@pytest.mark.parametrize("aspect", [0.0, -1.0, float("nan"), float("inf")])
def test_the_aspect_must_be_one(aspect: float) -> None:
    with pytest.raises(TrackerError, match="width / height"):
        Tracker(TrackerSettings(), aspect)


def test_a_state_that_is_none_is_refused() -> None:
    tracker = Tracker(TrackerSettings(), ASPECT)
    tracker.update(0.0, look([Walker(0.5, 0.6)], 0.0))
    state = tracker.state()
    with pytest.raises(TrackerError, match="mean"):
        tracker.restore({name: a for name, a in state.items() if name != "mean"})
    with pytest.raises(TrackerError, match="votes has shape"):
        tracker.restore(state | {"votes": np.zeros((1, 3))})
    with pytest.raises(TrackerError, match="counters"):
        tracker.restore(state | {"counters": np.array([-1, 1])})
    assert tracker.update(0.1, look([Walker(0.5, 0.6)], 0.1)).id.tolist() == [1]


def test_what_state_gave_is_not_changed_by_later_updates() -> None:
    tracker = Tracker(TrackerSettings(), ASPECT)
    tracker.update(0.0, look([Walker(0.5, 0.6)], 0.0))
    state = tracker.state()
    copies = {name: array.copy() for name, array in state.items()}
    tracker.update(0.1, look([Walker(0.5, 0.6)], 0.1))
    assert all(np.array_equal(state[name], copies[name]) for name in state)


def test_every_label_is_in_one_group() -> None:
    assert sorted(label for group in CLASS_GROUPS for label in group) == sorted(LABELS)
