"""Each layout, run by each run time, finds the boxes that were planted in its outputs."""

from pathlib import Path

import numpy as np
import pytest

from curtilage.model import CLASS_ID, Detections
from curtilage.vision.detector import BackendSetting, ModelError, open_detector
from tests.vision.detector import planted
from tests.vision.detector.planted import Box

SIZE = (416, 320)
PERSON, CAR, DOG, KITE = 0, 2, 16, 33  # in COCO's order
BOXES = [
    Box(40, 60, 80, 150, PERSON, 0.9),
    Box(200, 100, 290, 170, CAR, 0.8),
    Box(300, 240, 350, 280, DOG, 0.7),
    Box(100, 200, 140, 240, KITE, 0.95),  # no word for it: dropped
]
LAYOUTS = {
    "nanodet-plus": planted.nanodet_plus,
    "picodet": planted.picodet,
    "yolox": planted.yolox,
    "yolox-2021": planted.yolox,
    "rtdetr-raw": planted.rtdetr_raw,
}
BACKENDS = [BackendSetting.OPENVINO, BackendSetting.ONNXRUNTIME]


def assert_planted(found: Detections, picture: tuple[int, int]) -> None:
    """The three boxes that we have words for, best first, as fractions of the picture."""
    assert found.class_id.tolist() == [CLASS_ID["person"], CLASS_ID["car"], CLASS_ID["dog"]]
    np.testing.assert_allclose(found.score, [0.9, 0.8, 0.7], atol=0.01)
    pixels = np.array([[b.x0, b.y0, b.x1, b.y1] for b in BOXES[:3]], np.float32)
    width, height = picture
    np.testing.assert_allclose(found.boxes * [width, height, width, height], pixels, atol=1.5)
    assert found.boxes.dtype == np.float32
    assert found.score.dtype == np.float32
    assert found.class_id.dtype == np.int16


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_planted_boxes_are_found(tmp_path: Path, layout: str, backend: BackendSetting) -> None:
    file = planted.write(tmp_path / "m.onnx", SIZE, LAYOUTS[layout](SIZE, BOXES, 80))
    detector = open_detector(planted.settings(file, layout=layout, backend=backend))
    picture = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    assert_planted(detector.detect([picture])[0], SIZE)


@pytest.mark.parametrize("backend", BACKENDS)
def test_planted_boxes_are_found_by_our_own_layout(tmp_path: Path, backend: BackendSetting) -> None:
    outputs = planted.nanodet(SIZE, BOXES, 80)
    file = planted.write(tmp_path / "m.onnx", SIZE, outputs, bytes_in=True)
    detector = open_detector(planted.settings(file, backend=backend))
    assert_planted(detector.detect([np.zeros((SIZE[1], SIZE[0], 3), np.uint8)])[0], SIZE)


@pytest.mark.parametrize("layout", ["rtdetr", "dfine", None])
@pytest.mark.parametrize("backend", BACKENDS)
def test_rtdetr_scales_boxes_by_its_second_input(
    tmp_path: Path, backend: BackendSetting, layout: str | None
) -> None:
    file = planted.write_rtdetr(tmp_path / "m.onnx", SIZE, BOXES)
    detector = open_detector(planted.settings(file, layout=layout, backend=backend))
    # Of another aspect: these networks see the picture stretched, so fractions stay the same.
    found = detector.detect([np.zeros((900, 500, 3), np.uint8)])[0]
    assert_planted(found, SIZE)
    assert detector.picture_size(1920, 1080) == SIZE
    assert detector.picture_size(1920, SIZE[1] - 1) == (1920, SIZE[1] - 1)


@pytest.mark.parametrize("layout", ["nanodet-plus", "yolox"])
def test_boxes_refer_to_the_picture_and_not_to_its_border(tmp_path: Path, layout: str) -> None:
    file = planted.write(tmp_path / "m.onnx", SIZE, LAYOUTS[layout](SIZE, BOXES, 80))
    detector = open_detector(planted.settings(file, layout=layout))
    wide = detector.detect([np.zeros((360, 832, 3), np.uint8)])[0]  # lies in 416 x 180
    assert wide.boxes[0] == pytest.approx([40 / 416, 60 / 180, 80 / 416, 150 / 180], abs=0.01)
    assert wide.boxes[1, 3] == pytest.approx(170 / 180, abs=0.01)
    assert (wide.boxes <= 1.0).all()  # the dog stands in the border: clipped


@pytest.mark.parametrize("layout", ["nanodet-plus", "picodet", "yolox"])
def test_layout_is_told_from_the_outputs(tmp_path: Path, layout: str) -> None:
    file = planted.write(tmp_path / "m.onnx", SIZE, LAYOUTS[layout](SIZE, BOXES, 80))
    detector = open_detector(planted.settings(file))
    assert_planted(detector.detect([np.zeros((SIZE[1], SIZE[0], 3), np.uint8)])[0], SIZE)


def test_picodet_levels_may_come_in_any_order(tmp_path: Path) -> None:
    outputs = planted.picodet(SIZE, BOXES, 80)
    mixed = {name: outputs[name] for name in sorted(outputs, reverse=True)}
    detector = open_detector(planted.settings(planted.write(tmp_path / "m.onnx", SIZE, mixed)))
    assert_planted(detector.detect([np.zeros((SIZE[1], SIZE[0], 3), np.uint8)])[0], SIZE)


def test_raw_rtdetr_is_never_guessed(tmp_path: Path) -> None:
    file = planted.write(tmp_path / "m.onnx", SIZE, planted.rtdetr_raw(SIZE, BOXES, 80))
    with pytest.raises(ModelError, match=r"do not tell which layout.*name it in `layout`"):
        open_detector(planted.settings(file))


def test_wrong_layout_is_refused_with_what_is_there(tmp_path: Path) -> None:
    file = planted.write(tmp_path / "m.onnx", SIZE, planted.yolox(SIZE, BOXES, 80))
    with pytest.raises(ModelError, match=r"outputs of layout picodet; it has output \[1, 2730, 85"):
        open_detector(planted.settings(file, layout="picodet"))
    with pytest.raises(ModelError, match=r"'yolo9' is none of nanodet, nanodet-plus"):
        open_detector(planted.settings(file, layout="yolo9"))


def test_labels_of_the_model_are_used_in_its_order(tmp_path: Path) -> None:
    labels = ["kite", "dog", "motorbike", "pedestrian"]
    boxes = [Box(40, 60, 80, 150, 3, 0.9), Box(200, 100, 290, 170, 2, 0.8)]
    for metadata in (planted.names(labels), planted.as_json(labels), {"classes": ",".join(labels)}):
        outputs = planted.yolox(SIZE, boxes, 4)
        file = planted.write(tmp_path / "m.onnx", SIZE, outputs, metadata=metadata)
        detector = open_detector(planted.settings(file))
        assert detector.labels == ("person", "motorcycle", "dog")
        found = detector.detect([np.zeros((SIZE[1], SIZE[0], 3), np.uint8)])[0]
        assert found.class_id.tolist() == [CLASS_ID["person"], CLASS_ID["motorcycle"]]
