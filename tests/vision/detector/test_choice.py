"""The back end is measured once and remembered; what is remembered wrongly is measured again."""

import json
import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from curtilage.vision.detector import (
    BackendSetting,
    DetectorSettings,
    InputSize,
    ModelError,
    open_detector,
)
from curtilage.vision.detector.choice import Measured, choose, recorded_choices
from curtilage.vision.detector.folders import choices_folder
from curtilage.vision.detector.model_file import ModelFile, open_model
from tests.vision.detector import planted

pytestmark = pytest.mark.usefixtures("fresh_folders")

SIZE = InputSize(416, 320)
BOXES = [planted.Box(40, 60, 80, 150, 0, 0.9)]


@pytest.fixture
def model(tmp_path: Path) -> ModelFile:
    outputs = planted.yolox((416, 320), BOXES, 80)
    return open_model(planted.settings(planted.write(tmp_path / "m.onnx", (416, 320), outputs)))


def record() -> Path:
    [path] = choices_folder().glob("*.json")
    return path


def test_choice_is_made_once(model: ModelFile) -> None:
    first = choose(model, SIZE, BackendSetting.AUTO, 1)
    content = record().read_text()
    kept = json.loads(content)
    assert kept["choice"] == first.name
    assert {row["name"] for row in kept["measured"]} >= {"onnxruntime-f32", "openvino-f32"}
    # Had it been measured again, another choice than ours would be written.
    other = "onnxruntime-f32" if first.name != "onnxruntime-f32" else "openvino-f32"
    record().write_text(json.dumps(kept | {"choice": other}))
    assert choose(model, SIZE, BackendSetting.AUTO, 1).name == other


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: "",
        lambda text: text[:-20],
        lambda _: "[]",
        lambda text: json.dumps(json.loads(text) | {"choice": "abacus"}),
        lambda text: json.dumps(json.loads(text) | {"key": {}}),
        lambda _: "\x00\xff",
    ],
)
def test_a_damaged_record_is_measured_again(model: ModelFile, damage: Callable[[str], str]) -> None:
    choose(model, SIZE, BackendSetting.AUTO, 1)
    good = record().read_text()
    record().write_text(damage(good))
    choose(model, SIZE, BackendSetting.AUTO, 1)
    again = json.loads(record().read_text())
    assert again["key"] == json.loads(good)["key"]
    assert again["choice"] in {row["name"] for row in again["measured"]}


def test_what_decides_the_choice_is_part_of_its_key(model: ModelFile) -> None:
    choose(model, SIZE, BackendSetting.AUTO, 1)
    choose(model, SIZE, BackendSetting.AUTO, 2)
    choose(model, SIZE, BackendSetting.OPENVINO, 1)
    keys = [kept["key"] for kept in recorded_choices()]
    assert sorted((key["threads"], key["setting"]) for key in keys) == [
        (1, "auto"),
        (1, "openvino"),
        (2, "auto"),
    ]


@pytest.mark.parametrize(
    ("setting", "start"),
    [(BackendSetting.OPENVINO, "openvino-"), (BackendSetting.ONNXRUNTIME, "onnxruntime-")],
)
def test_a_named_back_end_is_taken(model: ModelFile, setting: BackendSetting, start: str) -> None:
    assert choose(model, SIZE, setting, 1).name.startswith(start)


def test_a_folder_that_cannot_be_written_only_costs_the_memory(
    model: ModelFile, fresh_folders: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (fresh_folders / "cache").write_text("a file where a folder should be")
    with caplog.at_level(logging.WARNING):
        assert choose(model, SIZE, BackendSetting.ONNXRUNTIME, 1).name == "onnxruntime-f32"
    assert "cannot be kept" in caplog.text


def test_the_fastest_that_passes_is_taken(
    model: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measured(**ms: float) -> None:
        monkeypatch.setattr(
            "curtilage.vision.detector.choice.measure_all",
            lambda *_: [
                Measured("onnxruntime-f32", ms["ort"], 0.0, True, ""),
                Measured("openvino-f32", ms["ov"], 0.9, False, "differs"),
            ],
        )

    measured(ort=30.0, ov=5.0)
    assert choose(model, SIZE, BackendSetting.AUTO, 1).name == "onnxruntime-f32"


def test_if_none_passes_the_model_is_refused(
    model: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "curtilage.vision.detector.choice.measure_all",
        lambda *_: [Measured("openvino-f32", 5.0, 0.9, False, "differs by 0.9")],
    )
    with pytest.raises(ModelError, match=r"no back end runs it correctly here \(openvino-f32: dif"):
        choose(model, SIZE, BackendSetting.OPENVINO, 1)
    assert recorded_choices() == []


def test_the_detector_says_what_it_runs() -> None:
    detector = open_detector(DetectorSettings(backend=BackendSetting.ONNXRUNTIME))
    assert detector.name == "nanodet-g (not yet run)"
    detector.detect([np.zeros((90, 160, 3), np.uint8)])
    assert detector.name == "nanodet-g (onnxruntime-f32 640x384)"
