"""Colours of heat maps: order, transparency, legend; the numbers stay as they were measured."""

from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from curtilage.app.report.heat import COLOURS, Scale, coloured, scale_of, smoothed, write_heatmap
from tests.app.report_folder import write_folder

grids = arrays(
    np.float32,
    st.tuples(st.integers(2, 40), st.integers(2, 40)),
    elements=st.floats(0, 5000, width=32),
)


def lightness(colours: np.ndarray) -> np.ndarray:
    """CIE L* of colours [N, 3] (0..1)."""
    image = np.asarray(colours, np.float32).reshape(1, -1, 3)
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2LAB)[0, :, 0])


def test_more_heat_is_lighter_evenly() -> None:
    steps = np.diff(lightness(COLOURS(np.linspace(0, 1, 64))[:, :3]))
    assert steps.min() > 0
    assert steps.max() < 2.2 * steps.mean()


@given(grids)
def test_smoothing_moves_nothing_away(grid: np.ndarray) -> None:
    before = grid.copy()
    smooth = smoothed(grid)
    assert smooth.min() >= 0
    assert smooth.sum() == pytest.approx(grid.sum(), rel=0.35, abs=1e-3)  # mirrored at the border
    assert np.array_equal(grid, before)


def test_smoothing_keeps_the_sum_away_from_the_border() -> None:
    grid = np.zeros((54, 96), np.float32)
    grid[20:30, 40:50] = np.random.default_rng(1).random((10, 10))
    assert smoothed(grid).sum() == pytest.approx(grid.sum(), rel=1e-5)


@given(grids)
def test_the_legend_rises_from_nothing_to_the_top(grid: np.ndarray) -> None:
    scale = scale_of(grid)
    places = [at for at, _ in scale.ticks()]
    assert places[0] == 0
    assert places[-1] == 1
    assert all(a < b for a, b in pairwise(places))
    assert scale.unit == ("min" if scale.top >= 120 else "s")


def test_the_legend_says_when_colours_end_before_the_data() -> None:
    assert Scale(top=10.0, clipped=True, unit="s", divisor=1.0).ticks()[-1] == (1.0, "≥ 10")
    assert Scale(top=600.0, clipped=False, unit="min", divisor=60.0).ticks()[-1] == (1.0, "10")


def test_where_nobody_was_the_picture_shows() -> None:
    grid = np.zeros((54, 96), np.float32)
    grid[27, 48] = 30.0
    layer = coloured(grid, scale_of(grid), (480, 270))
    assert layer.shape == (270, 480, 4)
    assert layer[:100, :, 3].max() == 0
    row, column = np.nonzero(layer[..., 3])
    assert row.mean() == pytest.approx(137, abs=1)  # the middle of the cell
    assert column.mean() == pytest.approx(242, abs=1)
    assert layer[137, 242, 3] > 200


def test_more_is_never_more_transparent() -> None:
    grid = np.tile(np.linspace(0, 50, 60, dtype=np.float32), (20, 1))
    alpha = coloured(grid, Scale(50.0, False, "s", 1.0), (600, 200))[100, :, 3].astype(int)
    assert (np.diff(alpha) >= 0).all()


def test_the_picture_file(tmp_path: Path) -> None:
    out = write_folder(tmp_path / "out")
    before = (out / "heatmap.npz").read_bytes()
    path = write_heatmap(out)
    assert path == out / "heatmap.png"
    image = cv2.imread(str(path))
    assert image is not None
    assert image.shape[1] == 320
    assert image.shape[0] == pytest.approx(240 + 72, abs=1)
    assert image[20, 20].tolist() == [120, 120, 120]  # the still, where nobody was
    assert np.ptp(image[144, 160].astype(int)) > 40  # a way, where two walked
    assert (out / "heatmap.npz").read_bytes() == before


def test_without_a_still_and_without_a_map(tmp_path: Path) -> None:
    out = write_folder(tmp_path / "out", walks=())
    (out / "still.jpg").unlink()
    assert write_heatmap(out) is not None
    (out / "heatmap.npz").unlink()
    assert write_heatmap(out) is None
