"""What a model's file has to be before it is run; one sentence for each way in which it is not."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from pydantic import ValidationError

from curtilage.model import LABELS
from curtilage.vision.detector import DetectorSettings, ModelError, default_model, open_detector
from curtilage.vision.detector.model_file import open_model
from tests.vision.detector import planted
from tests.vision.detector.planted import Box

SIZE = (416, 320)
BOXES = [Box(40, 60, 80, 150, 0, 0.9)]


def yolox(tmp_path: Path, classes: int = 80, /, **metadata: str) -> Path:
    outputs = planted.yolox(SIZE, BOXES, classes)
    return planted.write(tmp_path / "own.onnx", SIZE, outputs, metadata=metadata)


def test_a_file_that_was_exchanged_is_refused(tmp_path: Path) -> None:
    settings = planted.settings(yolox(tmp_path))
    yolox(tmp_path, extra="changed")
    with pytest.raises(ModelError, match=r"not the model that was promised: its SHA-256 is"):
        open_detector(settings)


def test_capital_letters_in_the_sum_are_fine(tmp_path: Path) -> None:
    settings = planted.settings(yolox(tmp_path))
    assert settings.sha256
    open_model(settings.model_copy(update={"sha256": settings.sha256.upper()}))


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.onnx", tmp_path):
        with pytest.raises(ModelError, match=rf"{path} cannot be read: "):
            open_model(DetectorSettings(model=path, sha256="0" * 64))


def test_what_is_no_onnx_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "film.onnx"
    path.write_bytes(b"RIFF....AVI LIST")
    with pytest.raises(ModelError, match=r"film\.onnx is not an ONNX model that can be run"):
        open_model(planted.settings(path))


def test_own_model_needs_its_sum() -> None:
    with pytest.raises(ValidationError, match="`model` needs `sha256` beside it"):
        DetectorSettings(model=Path("own.onnx"))
    with pytest.raises(ValidationError, match="belong to a `model` of your own"):
        DetectorSettings(layout="yolox")
    with pytest.raises(ValidationError, match="sha256"):
        DetectorSettings(model=Path("own.onnx"), sha256="abc")


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        (("person", "woman"), "'woman' in it says something about people's gender"),
        (("person", "happy"), "people's emotion"),
        (("person", "child"), "people's age"),
        (("asian", "person"), "people's race or ethnicity"),
        (("person", "hijab"), "people's religion"),
    ],
)
def test_labels_that_judge_people_refuse_the_model(
    tmp_path: Path, labels: tuple[str, ...], sentence: str
) -> None:
    inside = yolox(tmp_path, 2, names=str(list(labels)))
    with pytest.raises(ModelError, match=sentence):
        open_model(planted.settings(inside))
    beside = yolox(tmp_path, 2)
    with pytest.raises(ModelError, match=sentence):
        open_model(planted.settings(beside, labels=labels))


def test_outputs_that_judge_people_refuse_the_model(tmp_path: Path) -> None:
    outputs = planted.nanodet(SIZE, BOXES, 80) | {"gender_logits": np.zeros((1, 2), np.float32)}
    file = planted.write(tmp_path / "own.onnx", SIZE, outputs, bytes_in=True)
    with pytest.raises(ModelError, match="'gender_logits' in it says something about people's"):
        open_model(planted.settings(file))


@pytest.mark.parametrize(
    "metadata", [{"age_range": "0-100"}, {"description": "Person detection and emotion scores"}]
)
def test_metadata_that_judges_people_refuses_the_model(
    tmp_path: Path, metadata: dict[str, str]
) -> None:
    with pytest.raises(ModelError, match="which Curtilage never judges"):
        open_model(planted.settings(yolox(tmp_path, 80, **metadata)))


def test_harmless_metadata_does_not(tmp_path: Path) -> None:
    file = yolox(tmp_path, author="Christian Young", description="finds packages in garages")
    assert open_model(planted.settings(file)).labels == LABELS


def test_labels_have_to_be_as_many_as_classes(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="has 80 classes, but 2 labels are given"):
        open_model(planted.settings(yolox(tmp_path), labels=("person", "car")))
    with pytest.raises(ModelError, match="does not say what its 7 classes are called"):
        open_model(planted.settings(yolox(tmp_path, 7)))


def test_inputs_that_no_layout_fills_are_named(tmp_path: Path) -> None:
    def save(*inputs: tuple[str, int, list[int]]) -> Path:
        infos = [helper.make_tensor_value_info(*one) for one in inputs]
        nodes = [helper.make_node("ReduceMean", [inputs[0][0]], ["output"], keepdims=1)]
        out = helper.make_tensor_value_info("output", inputs[0][1], [1, 1, 1])
        graph = helper.make_graph(nodes, "g", infos, [out])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
        model.ir_version = 8
        path = tmp_path / "own.onnx"
        onnx.save(model, path)
        return path

    with pytest.raises(ModelError, match="has 0 inputs for pictures"):
        open_model(planted.settings(save(("x", TensorProto.FLOAT, [1, 10, 10]))))
    with pytest.raises(ModelError, match=r"takes tensor\(double\); export it with float32"):
        open_model(planted.settings(save(("x", TensorProto.DOUBLE, [1, 3, 32, 32]))))


def test_a_second_input_that_is_not_known_is_named(tmp_path: Path) -> None:
    file = planted.write_rtdetr(tmp_path / "own.onnx", SIZE, BOXES)
    model = onnx.load(file)
    for value in model.graph.input:
        value.name = value.name.replace("orig_target_sizes", "im_shape")
    for node in model.graph.node:
        for index, name in enumerate(node.input):
            if name == "orig_target_sizes":
                node.input[index] = "im_shape"
    onnx.save(model, file)
    with pytest.raises(ModelError, match="has the input im_shape, which layout rtdetr does not"):
        open_model(planted.settings(file))


def test_weights_in_another_file_are_refused(tmp_path: Path) -> None:
    file = yolox(tmp_path)
    model = onnx.load(file)
    onnx.save(model, file, save_as_external_data=True, location="weights.bin", size_threshold=0)
    assert (tmp_path / "weights.bin").exists()
    with pytest.raises(ModelError, match="keeps weights in another file"):
        open_model(planted.settings(file))


@pytest.mark.parametrize(
    "names", ["{'a': 'person', 'b': 'car'}", "7", "null", "[" * 5000, "{0: person", ""]
)
def test_labels_in_no_known_form_end_in_a_sentence(tmp_path: Path, names: str) -> None:
    with pytest.raises(ModelError, match="own"):
        open_model(planted.settings(yolox(tmp_path, 2, names=names)))


def test_built_in_model_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "curtilage.vision.detector.model_file.default_model", lambda: tmp_path / "none.onnx"
    )
    with pytest.raises(ModelError, match=r"built-in detector is missing at .*install Curtilage"):
        open_detector()


def test_built_in_model_is_what_it_is_said_to_be() -> None:
    model = open_model(DetectorSettings())
    assert model.labels == LABELS
    assert model.layout.name == "nanodet"
    assert model.bytes_in
    assert model.path == default_model.default_model()
