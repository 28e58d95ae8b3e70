"""The heat maps of a folder as layers of the page, each with its legend."""

from dataclasses import dataclass

from curtilage.app.report.folder import Folder
from curtilage.app.report.heat import Scale, coloured, gradient, layer_size, scale_of
from curtilage.app.report.pictures import layer_uri
from curtilage.config import HeatmapRule

GROUND_WIDTH = 640  # px


@dataclass(frozen=True, slots=True)
class Layer:
    """One map, ready to be shown."""

    name: str  # what the choice says
    picture: str  # data URI
    ticks: list[tuple[float, str]]  # along the legend, 0..1, and text
    legend: str
    gradient: str  # CSS
    aspect: float  # width by height


def frame_layers(folder: Folder) -> list[Layer]:
    """Maps that lie over the picture: per rule the time spent, then the visits."""
    on_ground = {rule.id for rule in _ground_rules(folder)}
    names = [
        name
        for name in folder.heat
        if name not in on_ground
        and name.removesuffix("_visits") not in on_ground
        and folder.heat[name].any()
    ]
    names.sort(key=lambda name: name.endswith("_visits"))
    width, height = layer_size(folder.size)
    several = len(names) > 2
    return [_layer(folder, name, several, (width, height)) for name in names]


def ground_layers(folder: Folder) -> list[Layer]:
    """Maps of the ground plane, drawn on their own."""
    layers = []
    for rule in _ground_rules(folder):
        if rule.id in folder.heat:
            left, top, right, bottom = _extent(folder, rule)
            height = round(GROUND_WIDTH * abs(bottom - top) / max(abs(right - left), 1e-9))
            size = (GROUND_WIDTH, min(max(height, rule.grid[1]), 4 * GROUND_WIDTH))
            layers.append(_layer(folder, rule.id, True, size))
    return layers


def _ground_rules(folder: Folder) -> list[HeatmapRule]:
    return [
        rule
        for rule in folder.settings.rules
        if isinstance(rule, HeatmapRule) and rule.plane == "ground"
    ]


def _extent(folder: Folder, rule: HeatmapRule) -> tuple[float, float, float, float]:
    """Metres: x0 y0 x1 y1, as the rule says or round the calibration's points."""
    calibration = folder.settings.camera.calibration
    if rule.extent is not None or calibration is None:
        return rule.extent or (0.0, 0.0, 1.0, 1.0)
    xs, ys = zip(*calibration.ground, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _layer(folder: Folder, name: str, several: bool, size: tuple[int, int]) -> Layer:
    visits = name.endswith("_visits")
    grid = folder.heat[name]
    scale: Scale = scale_of(grid, "visits" if visits else "s")
    rule = name.removesuffix("_visits")
    what = "Visits" if visits else "Time spent"
    unit = {"s": "seconds", "min": "minutes", "visits": "visits"}[scale.unit]
    share = f"a cell is 1/{grid.shape[1]} by 1/{grid.shape[0]} of the map"
    return Layer(
        name=f"{what} ({rule})" if several else what,
        picture=layer_uri(coloured(grid, scale, size)),
        ticks=scale.ticks(),
        legend=f"{unit} per cell, everyone together ({share}, smoothed for drawing)",
        gradient=gradient(),
        aspect=size[0] / size[1],
    )
