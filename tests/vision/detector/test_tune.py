"""Tuning refuses what it cannot judge, and says why."""

import sys
from collections.abc import Iterator

import numpy as np
import pytest

from curtilage.model import Image
from curtilage.vision.detector import ModelError
from curtilage.vision.detector.tune import tune
from tests.vision.detector import pets

pytestmark = pytest.mark.usefixtures("fresh_folders")


def empty_scene(count: int) -> Iterator[Image]:
    for index in range(count):
        yield np.full((48, 64, 3), index, np.uint8)


def test_without_nncf_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nncf", None)
    with pytest.raises(ModelError, match=r"pip install 'curtilage\[tune\]'"):
        tune(empty_scene(50))


def test_no_pictures() -> None:
    pytest.importorskip("nncf")
    with pytest.raises(ModelError, match="no pictures to tune on"):
        tune([])


def test_too_few_pictures_and_too_few_people() -> None:
    pytest.importorskip("nncf")
    [few] = tune(empty_scene(29))
    assert not few.kept
    assert few.sentence == "512x384: not tuned, only 29 frames; give at least 30"
    [nobody] = tune(empty_scene(45))
    assert not nobody.kept
    assert (nobody.calibration_frames, nobody.held_back_frames) == (30, 15)
    assert "only 0 people on the 15 held-back frames" in nobody.sentence


def test_each_input_size_is_judged_alone() -> None:
    pytest.importorskip("nncf")
    wide = [np.zeros((90, 160, 3), np.uint8)] * 3
    assert [str(one.size) for one in tune([*empty_scene(5), *wide])] == ["512x384", "640x384"]


@pytest.mark.slow
def test_footage_is_drawn_from_evenly_and_reproducibly() -> None:
    pytest.importorskip("nncf")
    first, second = (tune(image for _, image in pets.frames(1)) for _ in range(2))
    assert [one.calibration_frames for one in first] == [200]
    assert [one.held_back_frames for one in first] == [100]
    assert [one.agreement for one in first] == [one.agreement for one in second]
