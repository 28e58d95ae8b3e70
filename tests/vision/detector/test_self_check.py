"""A back end that computes something else is found out before it is used."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from curtilage.vision.detector import DetectorSettings, InputSize, ModelError, open_detector
from curtilage.vision.detector.backends.onnxruntime import OnnxRuntimeBackend
from curtilage.vision.detector.backends.openvino import OpenVinoBackend, precisions
from curtilage.vision.detector.choice import Candidate, measure_all
from curtilage.vision.detector.model_file import ModelFile, open_model
from curtilage.vision.detector.protocol import Batch, Outputs
from curtilage.vision.detector.self_check import (
    SAME_FILE,
    compare,
    first_outputs,
    probe_batch,
    probe_picture,
)
from tests.vision.detector import planted

SIZE = InputSize(416, 320)


class Lying:
    """ONNX Runtime, with its outputs bent."""

    name = "lying"

    def __init__(self, model: ModelFile, factor: float) -> None:
        self._true = OnnxRuntimeBackend(model.network(SIZE), 1)
        self._factor = factor

    def infer(self, batch: Batch) -> Iterator[Outputs]:
        for outputs in self._true.infer(batch):
            yield tuple(output * np.float32(self._factor) for output in outputs)


class Broken:
    name = "broken"

    def infer(self, batch: Batch) -> Iterator[Outputs]:
        raise RuntimeError(f"no kernel\nfor {len(batch)} pictures")


@pytest.fixture(scope="module")
def model() -> ModelFile:
    return open_model(DetectorSettings())


def test_run_times_agree_on_the_built_in_model(model: ModelFile) -> None:
    batch = probe_batch(model, SIZE)
    reference = first_outputs(OnnxRuntimeBackend(model.network(SIZE), 1), batch)
    for precision in precisions():
        outputs = first_outputs(OpenVinoBackend(model.network(SIZE), precision, 1), batch)
        assert compare(outputs, reference, (0, 1), SAME_FILE).passed


def test_a_liar_a_broken_one_and_a_true_one_are_told_apart(model: ModelFile) -> None:
    measured = measure_all(
        model,
        SIZE,
        [
            Candidate("lying", lambda: Lying(model, 0.6), SAME_FILE),
            Candidate("infinite", lambda: Lying(model, np.inf), SAME_FILE),
            Candidate("broken", Broken, SAME_FILE),
            Candidate("true", lambda: OnnxRuntimeBackend(model.network(SIZE), 1), SAME_FILE),
        ],
        1,
    )
    assert [one.passed for one in measured] == [False, False, False, True]
    assert measured[0].difference == pytest.approx(0.4, abs=0.01)
    assert "differs from ONNX Runtime by 0.4" in measured[0].reason
    assert measured[2].reason == "for 1 pictures"
    assert measured[2].ms is None


def test_outputs_of_another_shape_do_not_pass() -> None:
    one = (np.ones((2, 3), np.float32),)
    other = (np.ones((3, 2), np.float32),)
    assert not compare(one, other, (0,), 0.5).passed


def test_probe_is_the_same_everywhere_and_fits_every_size() -> None:
    assert int(probe_picture(SIZE).astype(np.int64).sum()) == 51258409
    assert probe_picture(InputSize(32, 32)).shape == (32, 32, 3)


def test_scores_beyond_one_show_a_wrong_layout(tmp_path: Path) -> None:
    outputs = planted.nanodet((416, 320), [planted.Box(40, 60, 80, 150, 0, 7.5)], 80)
    file = planted.write(tmp_path / "m.onnx", (416, 320), outputs, bytes_in=True)
    with pytest.raises(ModelError, match=r"its scores go from 0 to 7.5 instead of 0 to 1"):
        open_detector(planted.settings(file))


def test_numbers_that_are_none_are_refused(tmp_path: Path) -> None:
    outputs = planted.nanodet((416, 320), [planted.Box(40, 60, 80, 150, 0, 0.5)], 80)
    outputs["distances"][0, 3, 5] = np.nan
    file = planted.write(tmp_path / "m.onnx", (416, 320), outputs, bytes_in=True)
    with pytest.raises(ModelError, match="output distances holds numbers that are not finite"):
        open_detector(planted.settings(file))


def test_whoever_stops_asking_leaves_nothing_running(model: ModelFile) -> None:
    backend = OpenVinoBackend(model.network(SIZE), precisions()[0], 3)
    batch = probe_batch(model, SIZE, 5)
    whole = [outputs[0].copy() for outputs in backend.infer(batch)]
    for _ in range(3):
        asked = backend.infer(batch)
        first = next(asked)
        assert np.array_equal(first[0], whole[0])
        del asked
