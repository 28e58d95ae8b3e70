"""How well the built-in detector finds people, on footage with known boxes.

    pytest -m slow --log-cli-level=INFO tests/vision/detector/test_pets.py

measures all 795 frames in every precision of this machine, and after tuning.
"""

import logging
from dataclasses import replace

import pytest

from curtilage.vision.detector import BackendSetting, DetectorSettings, open_detector
from curtilage.vision.detector.backends.onnxruntime import OnnxRuntimeBackend
from curtilage.vision.detector.backends.openvino import OpenVinoBackend, Precision, precisions
from curtilage.vision.detector.model_file import open_model
from curtilage.vision.detector.network_detector import NetworkDetector
from curtilage.vision.detector.protocol import Backend, Detector, InputSize
from curtilage.vision.detector.tune import tune
from curtilage.vision.detector.tuned import find_tuned
from tests.vision.detector import pets

log = logging.getLogger(__name__)

BAR = 0.92
SIZE = InputSize(512, 384)


def fixed(name: str, min_score: float = 0.1) -> Detector:
    """The built-in model on one back end, whichever is fastest here."""
    model = open_model(DetectorSettings())

    def make(size: InputSize) -> Backend:
        if name == "onnxruntime":
            return OnnxRuntimeBackend(model.network(size), 2)
        return OpenVinoBackend(model.network(size), Precision(name), 2)

    return NetworkDetector(model, make, min_score=min_score, overlap=0.6)


def test_every_twentieth_frame() -> None:
    result = pets.measure(open_detector(), step=20)
    assert result.truths == 232
    assert result.average_precision == pytest.approx(0.956, abs=0.006)
    assert result.best_f1 == pytest.approx(0.935, abs=0.01)


@pytest.mark.slow
def test_all_frames_default_settings() -> None:
    result = pets.measure(open_detector())
    log.info("%s", result)
    assert result.truths == 4650
    assert result.average_precision >= BAR


@pytest.mark.slow
@pytest.mark.parametrize("name", ["onnxruntime", "f32", "bf16"])
def test_all_frames_in_every_precision(name: str) -> None:
    if name == "bf16" and Precision.BF16 not in precisions():
        pytest.skip("this CPU does not compute in bfloat16")
    result = pets.measure(fixed(name))
    log.info("%s: %s", name, result)
    assert result.average_precision >= BAR


@pytest.mark.slow
@pytest.mark.usefixtures("fresh_folders")
def test_tuned_network_finds_the_same_people() -> None:
    pytest.importorskip("nncf")
    [result] = tune(image for _, image in pets.frames(2))
    log.info("%s", result)
    assert result.kept
    assert result.agreement
    assert result.agreement >= 0.97
    model = open_model(DetectorSettings(backend=BackendSetting.OPENVINO))
    tuned = find_tuned(model, SIZE)
    assert tuned
    before = pets.measure(fixed("f32"))
    for precision in precisions():

        def make(size: InputSize, precision: Precision = precision) -> Backend:
            network = model.network(size)
            assert tuned
            return OpenVinoBackend(replace(network, path=tuned.network), precision, 2)

        after = pets.measure(NetworkDetector(model, make, min_score=0.1, overlap=0.6))
        log.info("int8 with %s: %s, before: %s", precision, after, before)
        assert after.average_precision >= before.average_precision - 0.01
