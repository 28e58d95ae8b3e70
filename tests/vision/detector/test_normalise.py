import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.vision.detector import DetectorSettings
from curtilage.vision.detector.layouts.layout import Preprocessing
from curtilage.vision.detector.layouts.registry import BY_NAME
from curtilage.vision.detector.normalise import Normaliser

triples = st.tuples(*[st.floats(1, 200)] * 3)


@given(st.booleans(), triples, triples, st.integers(1, 20), st.integers(1, 20))
def test_planes_are_what_the_formula_says(
    rgb: bool,
    mean: tuple[float, float, float],
    std: tuple[float, float, float],
    height: int,
    width: int,
) -> None:
    image = np.random.default_rng(height * 21 + width).integers(0, 256, (height, width, 3))
    planes = np.empty((3, height, width), np.float32)
    Normaliser(Preprocessing(rgb, mean, std)).write(image.astype(np.uint8), planes)
    channels = image[..., ::-1] if rgb else image
    expected = (channels - np.array(mean)) / np.array(std)
    np.testing.assert_allclose(planes, expected.transpose(2, 0, 1), rtol=1e-4, atol=1e-4)


# A pure blue, green and red picture (BGR here), as the families' own demo programs feed it.
FED = {
    "nanodet-plus": [2.6418, -2.0357, -2.1179],
    "picodet": [-2.1179, -2.0357, 2.6400],
    "yolox": [255.0, 0.0, 0.0],
    "yolox-2021": [-2.1179, -2.0357, 2.6400],
    "rtdetr": [0.0, 0.0, 1.0],
    "rtdetr-raw": [0.0, 0.0, 1.0],
}


@pytest.mark.parametrize("layout", FED)
def test_blue_is_fed_as_the_family_wants_it(layout: str) -> None:
    blue = np.zeros((1, 1, 3), np.uint8)
    blue[..., 0] = 255
    planes = np.empty((3, 1, 1), np.float32)
    Normaliser(BY_NAME[layout].preprocessing).write(blue, planes)
    assert planes.ravel().tolist() == pytest.approx(FED[layout], abs=2e-3)


def test_settings_name_every_layout() -> None:
    described = DetectorSettings.model_fields["layout"].description or ""
    names = described.split(":")[1].split(".")[0].replace(" or ", ", ").split(",")
    assert {name.strip() for name in names} == set(BY_NAME)
