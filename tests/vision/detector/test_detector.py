"""The detector as a whole, with the built-in model."""

import numpy as np
import pytest

from curtilage.model import Detections, Image
from curtilage.vision.detector import (
    BackendSetting,
    Detector,
    DetectorSettings,
    InputSize,
    ModelError,
    SizeSetting,
    open_detector,
)


def picture(seed: int, width: int, height: int) -> Image:
    """Rectangles and noise, in which a detector at a low score finds plenty."""
    rng = np.random.default_rng(seed)
    image = rng.integers(0, 256, (height, width, 3)).astype(np.uint8)
    for _ in range(30):
        x, y = rng.integers(0, width), rng.integers(0, height)
        image[y : y + height // 3, x : x + width // 8] = rng.integers(0, 256, 3)
    return image


PICTURES = [
    picture(0, 768, 576),
    picture(1, 640, 360),
    picture(2, 768, 576),
    picture(3, 360, 640),
    picture(4, 50, 40),
    picture(5, 768, 576),
    picture(6, 1000, 30),
]


def same(one: Detections, other: Detections) -> bool:
    return bool(
        np.array_equal(one.boxes, other.boxes)
        and np.array_equal(one.score, other.score)
        and np.array_equal(one.class_id, other.class_id)
    )


@pytest.fixture(scope="module")
def detector() -> Detector:
    return open_detector(DetectorSettings(threads=1, min_score=0.02, size=SizeSetting.SMALL))


def test_pictures_of_any_size_go_together_and_come_back_in_order(detector: Detector) -> None:
    together = detector.detect(PICTURES)
    assert len(together) == len(PICTURES)
    assert sum(len(found) for found in together) > 20
    for image, found in zip(PICTURES, together, strict=True):
        assert same(found, detector.detect([image])[0])


@pytest.mark.parametrize("backend", [BackendSetting.OPENVINO, BackendSetting.ONNXRUNTIME])
def test_several_at_once_find_the_same(backend: BackendSetting) -> None:
    common = DetectorSettings(min_score=0.02, backend=backend, size=SizeSetting.SMALL)
    one = open_detector(common.model_copy(update={"threads": 1}))
    three = open_detector(common.model_copy(update={"threads": 3}))
    many = [PICTURES[i % 2 * 2] for i in range(17)]  # more than one batch
    alone, together = one.detect(many), three.detect(many)
    if one.name == three.name:  # the same precision was chosen for both
        assert all(map(same, alone, together))


def test_boxes_are_fractions_and_best_first(detector: Detector) -> None:
    for found in detector.detect(PICTURES):
        assert ((found.boxes >= 0) & (found.boxes <= 1)).all()
        assert (found.boxes[:, :2] <= found.boxes[:, 2:]).all()
        assert (np.diff(found.score) <= 0).all()
        assert (found.score >= 0.02).all()


def test_an_earlier_picture_leaves_no_trace(detector: Detector) -> None:
    before = detector.detect([PICTURES[1]])[0]
    detector.detect([picture(9, 416, 256), picture(10, 600, 360)])
    assert same(before, detector.detect([PICTURES[1]])[0])


def test_a_picture_of_nothing_gives_nothing(detector: Detector) -> None:
    [found] = detector.detect([np.full((480, 640, 3), 128, np.uint8)])
    assert len(found) == 0
    assert found.boxes.shape == (0, 4)


def test_no_picture_no_detections(detector: Detector) -> None:
    assert detector.detect([]) == []


def test_input_sizes_are_told_beforehand(detector: Detector) -> None:
    assert detector.input_size(1920, 1080) == InputSize(416, 256)
    normal = open_detector()
    assert normal.input_size(768, 576) == InputSize(512, 384)
    assert normal.input_size(1080, 1920) == InputSize(384, 640)


@pytest.mark.parametrize(
    ("size", "enough"),
    [
        ((1920, 1080), (640, 360)),
        ((1080, 1920), (360, 640)),
        ((768, 576), (512, 384)),
        ((512, 384), (512, 384)),
        ((320, 240), (320, 240)),  # never more than there is
        ((4000, 30), (640, 5)),
    ],
)
def test_no_more_pixels_are_asked_for_than_are_looked_at(
    size: tuple[int, int], enough: tuple[int, int]
) -> None:
    detector = open_detector()
    assert detector.picture_size(*size) == enough
    assert detector.picture_size(*enough) == enough
    assert detector.input_size(*enough) == detector.input_size(*size)


def test_a_picture_already_of_that_size_is_taken_as_it_is(detector: Detector) -> None:
    import cv2

    image = PICTURES[0]
    small = cv2.resize(image, (416, 312)).astype(np.uint8)
    assert same(detector.detect([image])[0], detector.detect([small])[0])


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((10, 10), np.uint8),
        np.zeros((10, 10, 4), np.uint8),
        np.zeros((10, 10, 3), np.float32),
        np.zeros((0, 10, 3), np.uint8),
    ],
)
def test_what_is_no_picture_is_refused(detector: Detector, image: Image) -> None:
    with pytest.raises(ModelError, match=r"picture 0 is .*wants uint8"):
        detector.detect([image])
