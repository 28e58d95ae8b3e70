"""A tuned network is used when it is whole and this model's, and loudly ignored when it is not."""

import json
import logging
from pathlib import Path

import openvino as ov
import pytest

from curtilage.vision.detector import (
    BackendSetting,
    DetectorSettings,
    InputSize,
    ModelError,
    SizeSetting,
)
from curtilage.vision.detector.choice import candidates_for
from curtilage.vision.detector.input_size import SIZES
from curtilage.vision.detector.inventory import check_model, list_models
from curtilage.vision.detector.model_file import ModelFile, file_sha256, open_model
from curtilage.vision.detector.tuned import (
    FORMAT,
    MANIFEST,
    Manifest,
    find_tuned,
    keep_tuned,
    read_tuned,
)

pytestmark = pytest.mark.usefixtures("fresh_folders")
SIZE = InputSize(416, 320)  # one of the small sizes, to be quick
SMALL = DetectorSettings(threads=1, size=SizeSetting.SMALL)


@pytest.fixture
def model() -> ModelFile:
    return open_model(SMALL)


@pytest.fixture
def folder(model: ModelFile, tmp_path: Path) -> Path:
    """What stands for a tuned network: the untuned one in OpenVINO's form."""
    made = tmp_path / "made"
    made.mkdir()
    source = ov.Core().read_model(model.path)
    ov.save_model(source, made / "model.xml", compress_to_fp16=True)
    files = {name: file_sha256(made / name) for name in ("model.xml", "model.bin")}
    manifest = Manifest(
        FORMAT, model.sha256, SIZE.width, SIZE.height, files, 0.99, 200, 30.0, 10.0, {}
    )
    return keep_tuned(model, SIZE, made, manifest)


def test_it_is_found_and_offered(model: ModelFile, folder: Path) -> None:
    tuned = find_tuned(model, SIZE)
    assert tuned
    assert tuned.folder == folder
    offered = candidates_for(model, SIZE, BackendSetting.AUTO, 1, tuned)
    assert "openvino-int8-f32" in [one.name for one in offered]
    assert find_tuned(model, InputSize(416, 256)) is None
    plain = candidates_for(model, SIZE, BackendSetting.ONNXRUNTIME, 1, tuned)
    assert [one.name for one in plain] == ["onnxruntime-f32"]


def test_keeping_again_exchanges_it_whole(model: ModelFile, folder: Path) -> None:
    before = read_tuned(folder).manifest
    keep_tuned(model, SIZE, folder, before)
    assert read_tuned(folder).manifest == before
    assert sorted(path.name for path in folder.parent.iterdir()) == [folder.name]


def edit(path: Path, **changes: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_damage_is_named_and_the_network_is_not_run(
    model: ModelFile, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    weights = folder / "model.bin"
    content = bytearray(weights.read_bytes())
    content[1000] ^= 1
    weights.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert find_tuned(model, SIZE) is None
    assert f"{weights} is not the file that was tuned" in caplog.text
    assert "the untuned network runs instead" in caplog.text
    [entry] = list_models().tuned
    assert entry.tuned is None
    assert "run `curtilage models tune` again" in entry.problem


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"format": 99}, "is of format 99, this version reads 1"),
        ({"files": {}}, "no readable manifest.json"),
        ({"files": None}, "no readable manifest.json"),
        ({"colour": "blue"}, "no readable manifest.json"),
    ],
)
def test_a_manifest_of_another_kind_is_refused(
    folder: Path, changes: dict[str, object], sentence: str
) -> None:
    edit(folder / MANIFEST, **changes)
    with pytest.raises(ModelError, match=sentence):
        read_tuned(folder)


def test_a_manifest_cut_off_is_refused(folder: Path) -> None:
    (folder / MANIFEST).write_text('{"format": 1, "mod')
    with pytest.raises(ModelError, match="no readable manifest"):
        read_tuned(folder)


def test_one_file_missing_is_refused(folder: Path) -> None:
    (folder / "model.bin").unlink()
    with pytest.raises(ModelError, match=r"model\.bin cannot be read"):
        read_tuned(folder)


def test_another_models_network_is_not_run(
    model: ModelFile, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    edit(folder / MANIFEST, model="0" * 64)
    with caplog.at_level(logging.WARNING):
        assert find_tuned(model, SIZE) is None
    assert "was tuned from another model" in caplog.text


def test_check_tells_of_every_back_end(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SIZES, SizeSetting.SMALL, SIZES[SizeSetting.SMALL][:2])
    checks = check_model(SMALL)
    assert [str(check.size) for check in checks] == ["416x320", "416x256"]
    assert all(check.passed for check in checks)
    assert folder.exists()
    assert "openvino-int8-f32" in [one.name for one in checks[0].backends]
    assert "openvino-int8-f32" not in [one.name for one in checks[1].backends]


def test_list_tells_what_there_is(folder: Path) -> None:
    inventory = list_models()
    assert inventory.name == "nanodet-g"
    assert inventory.layout == "nanodet"
    assert [entry.folder for entry in inventory.tuned] == [folder]
    assert inventory.tuned[0].problem == ""
    assert inventory.choices == ()
