import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.config.detector import SizeSetting
from curtilage.vision.detector.input_size import SIZES, best_size
from curtilage.vision.detector.protocol import InputSize


@pytest.mark.parametrize(
    ("picture", "normal", "small"),
    [
        ((768, 576), "512x384", "416x320"),
        ((640, 480), "512x384", "416x320"),
        ((1920, 1080), "640x384", "416x256"),
        ((3840, 2160), "640x384", "416x256"),
        ((1080, 1920), "384x640", "256x416"),
        ((480, 640), "384x512", "320x416"),
        ((1000, 1000), "448x448", "352x352"),
        ((3840, 1080), "640x384", "416x256"),
    ],
)
def test_size_follows_the_aspect(picture: tuple[int, int], normal: str, small: str) -> None:
    assert str(best_size(*picture, SIZES[SizeSetting.NORMAL])) == normal
    assert str(best_size(*picture, SIZES[SizeSetting.SMALL])) == small


@pytest.mark.parametrize("setting", SizeSetting)
def test_sizes_fit_the_coarsest_stride(setting: SizeSetting) -> None:
    assert all(s.width % 32 == 0 and s.height % 32 == 0 for s in SIZES[setting])


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_a_turned_picture_gets_the_turned_size(width: int, height: int) -> None:
    sizes = SIZES[SizeSetting.NORMAL]
    upright, turned = best_size(width, height, sizes), best_size(height, width, sizes)
    if width != height:
        assert turned == InputSize(upright.height, upright.width)
