import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from curtilage.vision.detector.letterbox import Placement, Slots, place

sides = st.integers(1, 5000)


@given(sides, sides, st.sampled_from([(512, 384), (640, 384), (384, 640), (448, 448)]))
def test_picture_fits_touches_a_side_and_keeps_its_aspect(
    width: int, height: int, size: tuple[int, int]
) -> None:
    placed = place((width, height), *size)
    assert 1 <= placed.width <= size[0]
    assert 1 <= placed.height <= size[1]
    assert placed.width == size[0] or placed.height == size[1]
    scale = min(size[0] / width, size[1] / height)
    assert abs(placed.width - width * scale) <= 1
    assert abs(placed.height - height * scale) <= 1


@given(
    st.integers(1, 700),
    st.integers(1, 500),
    st.lists(st.tuples(*[st.floats(-2, 3, width=32)] * 4), max_size=5),
)
def test_boxes_go_to_fractions_and_are_clipped(
    width: int, height: int, rows: list[tuple[float, float, float, float]]
) -> None:
    fractions = np.array(rows, np.float32).reshape(-1, 4)
    pixels = fractions * np.array([width, height, width, height], np.float32)
    back = Placement(width, height).to_frame(pixels)
    assert np.allclose(back, np.clip(fractions, 0, 1), atol=1e-5)


def test_picture_lies_top_left_and_the_rest_is_border() -> None:
    slots = Slots(2, 64, 48, border=7)
    image = np.full((10, 40, 3), 200, np.uint8)
    slots.put(1, image, place((image.shape[1], image.shape[0]), 64, 48))
    assert (slots.images[1, :16] == 200).all()
    assert (slots.images[1, 16:] == 7).all()
    assert (slots.images[0] == 7).all()


def test_nothing_of_an_earlier_picture_stays() -> None:
    slots = Slots(1, 64, 48, border=7)
    for shape in [(48, 64), (10, 40), (96, 30), (48, 64)]:
        image = np.full((*shape, 3), shape[0], np.uint8)
        placed = place((image.shape[1], image.shape[0]), 64, 48)
        slots.put(0, image, placed)
        assert (slots.images[0, : placed.height, : placed.width] == shape[0]).all()
        assert (slots.images[0, placed.height :] == 7).all()
        assert (slots.images[0, :, placed.width :] == 7).all()


def test_a_picture_that_is_no_contiguous_array_is_taken_too() -> None:
    slots = Slots(1, 32, 24, border=0)
    whole = np.random.default_rng(0).integers(0, 256, (48, 128, 3), dtype=np.uint8)
    part = whole[:, ::2]
    slots.put(0, part, place((part.shape[1], part.shape[0]), 32, 24))
    once = slots.images[0].copy()
    slots.put(0, np.ascontiguousarray(part), place((part.shape[1], part.shape[0]), 32, 24))
    assert (slots.images[0] == once).all()
