"""Colours a heat map: seconds of presence per cell become a translucent layer with a legend.

The colours are a perceptually uniform map that people with any colour vision can order
(Nuñez, Anderton, Renslow 2018 for the criteria; matplotlib's ``inferno``, its black end left
out because black over a picture reads as shadow). Smoothing happens here, for the eye; the
stored numbers stay as they were measured.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, PowerNorm
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.ticker import MaxNLocator

from curtilage.app.report.folder import Folder, Grid, read_folder

COLOURS = ListedColormap(mpl.colormaps["inferno"](np.linspace(0.22, 1.0, 256)), "heat")
BLUR = 0.9  # cells; hides the grid without moving anything
PEAK = 99.7  # percentile of the smoothed map that gets the last colour
GAMMA = 0.6  # shows the thin paths beside the crowded spots; the legend follows it
LAYER_WIDTH = 640  # px; smooth, so more would only cost bytes and time
MINUTES_FROM = 120.0  # s; legends above it are in minutes


@dataclass(frozen=True, slots=True)
class Scale:
    """What the colours of one map mean."""

    top: float  # value of the last colour; more is drawn as this
    clipped: bool  # some cells are above it
    unit: str
    divisor: float  # from the map's unit to ``unit``

    def ticks(self) -> list[tuple[float, str]]:
        """Places on the legend (0..1 along the colours) and their text."""
        top = self.top / self.divisor
        round_ones = MaxNLocator(4, steps=[1, 2, 5, 10]).tick_values(0.0, top)
        marks = [mark for mark in round_ones if mark < 0.9 * top]
        ticks = [((mark / top) ** GAMMA, f"{mark:.6g}") for mark in marks]
        return [*ticks, (1.0, f"≥ {top:.2g}" if self.clipped else f"{top:.2g}")]


def scale_of(grid: Grid, unit: str = "s") -> Scale:
    """Choose the top of the scale, and minutes instead of seconds where numbers get large."""
    smooth = smoothed(grid)
    present = smooth[smooth > 0]
    top = float(np.percentile(present, PEAK)) if present.size else 1.0
    top = top if top > 0 else 1.0
    minutes = unit == "s" and top >= MINUTES_FROM
    return Scale(
        top=top,
        clipped=bool(present.size and present.max() > top * 1.001),
        unit="min" if minutes else unit,
        divisor=60.0 if minutes else 1.0,
    )


def smoothed(grid: Grid) -> Grid:
    """The map as drawn, float32[rows, columns]: a slight blur that keeps its sum."""
    blurred = cv2.GaussianBlur(grid, (0, 0), BLUR, borderType=cv2.BORDER_REFLECT)
    return np.maximum(np.asarray(blurred, np.float32), 0.0)


def coloured(grid: Grid, scale: Scale, size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """The map as a layer of ``size`` (width, height), uint8[H, W, 4] RGBA; nothing is transparent.

    ``grid`` is float32[rows, columns] over the whole picture.
    """
    fine = cv2.resize(smoothed(grid), size, interpolation=cv2.INTER_CUBIC)
    share = np.clip(fine / scale.top, 0.0, 1.0) ** GAMMA
    rgba = COLOURS(share)
    rgba[..., 3] = np.clip(share * 2.2, 0.0, 0.92)  # fades in, then lets the scene through a little
    return np.asarray(np.rint(rgba * 255), np.uint8)


def layer_size(size: tuple[int, int]) -> tuple[int, int]:
    """Width and height of a layer for a picture of ``size``."""
    shrink = min(1.0, LAYER_WIDTH / size[0])
    return max(1, round(size[0] * shrink)), max(1, round(size[1] * shrink))


def gradient() -> str:
    """The colours as a CSS gradient, left to right."""
    stops = [mpl.colors.to_hex(COLOURS(step / 12)) for step in range(13)]
    return f"linear-gradient(to right, {', '.join(stops)})"


def overlay_map(folder: Folder) -> str | None:
    """Name of the heat map that lies over the picture: the first one drawn in the frame."""
    on_ground = {
        rule.id
        for rule in folder.settings.rules
        if rule.type == "heatmap" and rule.plane == "ground"
    }
    names = [name for name in folder.heat if not name.endswith("_visits")]
    return next((name for name in names if name not in on_ground), None)


def write_heatmap(out: Path) -> Path | None:
    """Write ``heatmap.png`` in the output folder ``out``: the still, the heat, the legend.

    Returns its path, or None when the folder holds no heat map of the frame.

    Raises:
        ReportError: the folder is damaged.
    """
    folder = read_folder(out)
    name = overlay_map(folder)
    if name is None:
        return None
    width, height = folder.size
    grid = folder.heat[name]
    scale = scale_of(grid)
    figure = Figure(figsize=(width / 100, height / 100 + 0.72), dpi=100, facecolor="white")
    FigureCanvasAgg(figure)
    strip = 0.72 / (height / 100 + 0.72)
    picture = figure.add_axes((0, strip, 1, 1 - strip))
    picture.set_axis_off()
    still = out / "still.jpg"
    if still.exists():
        picture.imshow(imread(still), extent=(0, 1, 1, 0), aspect="auto")
    else:
        picture.add_patch(mpl.patches.Rectangle((0, 0), 1, 1, facecolor="#e8eaed"))
    picture.imshow(coloured(grid, scale, (width, height)), extent=(0, 1, 1, 0), aspect="auto")
    picture.set(xlim=(0, 1), ylim=(1, 0))
    _legend(figure, scale, strip)
    path = out / "heatmap.png"
    figure.savefig(path, metadata={"Software": "Curtilage"})
    return path


def _legend(figure: Figure, scale: Scale, strip: float) -> None:
    bar = figure.add_axes((0.05, strip * 0.62, 0.9, strip * 0.16))
    norm = PowerNorm(GAMMA, 0.0, scale.top)
    ticks = scale.ticks()
    colourbar = figure.colorbar(ScalarMappable(norm, COLOURS), cax=bar, orientation="horizontal")
    colourbar.set_ticks(
        [(share ** (1 / GAMMA)) * scale.top for share, _ in ticks],
        labels=[text for _, text in ticks],
    )
    colourbar.minorticks_off()
    colourbar.outline.set_visible(False)
    bar.tick_params(length=0, labelsize=8, colors="#333333")
    unit = {"s": "seconds", "min": "minutes"}[scale.unit]
    figure.text(
        0.05, strip * 0.1, f"Presence in {unit} per cell, summed over everyone", fontsize=8,
        color="#333333",
    )  # fmt: skip
