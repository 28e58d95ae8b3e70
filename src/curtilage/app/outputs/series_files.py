"""The numbers that rules keep: ``counts.csv``, ``occupancy.csv``, … and ``heatmap.npz``."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from curtilage.app.outputs.files import replacing, replacing_text, told
from curtilage.scene import Scene

COUNTS, OCCUPANCY, DWELL, PATHS = "counts.csv", "occupancy.csv", "dwell.csv", "paths.csv"
HEATMAP = "heatmap.npz"


@dataclass(frozen=True, slots=True)
class Crossing:
    """One crossing that a line has counted, whether it raised an alarm or not."""

    time: float  # s
    rule: str
    direction: str  # a_to_b, b_to_a


def write_counts(
    folder: Path, scene: Scene, crossings: Sequence[Crossing], first: float, end: float
) -> None:
    """Write ``counts.csv``: a row per minute and line or counter, minutes without any too.

    ``first`` and ``end`` (s) are where the footage begins and ends.

    Raises:
        OutputError: it cannot be written.

    """
    clock = scene.clock
    minutes = range(clock.minute(first), clock.minute(np.nextafter(end, -np.inf)) + 1)
    rows: list[Sequence[object]] = []
    for rule in scene.settings.rules:
        if rule.type == "line_crossing":
            counted = np.zeros((len(minutes), 2), np.int64)
            for crossing in crossings:
                if crossing.rule == rule.id:
                    minute = clock.minute(crossing.time) - minutes[0]
                    at = min(max(minute, 0), len(minutes) - 1)
                    counted[at, int(crossing.direction == "b_to_a")] += 1
            rows += [
                (_time(clock.minute_start(m)), rule.id, rule.type, a_to_b, b_to_a, "", "", "")
                for m, (a_to_b, b_to_a) in zip(minutes, counted.tolist(), strict=True)
            ]
        elif rule.type == "counter":
            per = scene.counters[rule.id].per_minute(end)
            rows += [
                (_time(start), rule.id, rule.type, "", "", *counts)
                for start, *counts in zip(
                    per.start.tolist(),
                    per.ins.tolist(),
                    per.outs.tolist(),
                    per.inside.tolist(),
                    strict=True,
                )
            ]
    heads = ("time", "rule", "type", "a_to_b", "b_to_a", "in", "out", "inside")
    _write(folder / COUNTS, heads, rows)


def write_occupancy(folder: Path, scene: Scene) -> None:
    """Write ``occupancy.csv``: a row at every change, the first at the first frame.

    Raises:
        OutputError: it cannot be written.

    """
    rows = [
        (_time(time), rule, count)
        for rule, occupancy in scene.occupancies.items()
        for time, count in zip(
            occupancy.series.time.tolist(), occupancy.series.value.tolist(), strict=True
        )
    ]
    _write(folder / OCCUPANCY, ("time", "rule", "count"), sorted(rows))


def write_dwell(folder: Path, scene: Scene) -> None:
    """Write ``dwell.csv`` if there are such rules: presences by length, few ones left out.

    Raises:
        OutputError: it cannot be written.

    """
    rows = []
    for rule, dwell in scene.dwells.items():
        histogram = dwell.histogram()
        bins = (histogram.start.tolist(), histogram.end.tolist(), histogram.count.tolist())
        rows += [
            (rule, f"{start:g}", "" if end == np.inf else f"{end:g}", count)
            for start, end, count in zip(*bins, strict=True)
        ]
    _write_if(bool(scene.dwells), folder / DWELL, ("rule", "from", "to", "count"), rows)


def write_paths(folder: Path, scene: Scene) -> None:
    """Write ``paths.csv`` if there are such rules: who went from which zone to which.

    ``legs`` are steps from a zone to the next one, ``journeys`` go from first zone to last.

    Raises:
        OutputError: it cannot be written.

    """
    rows = []
    for rule, paths in scene.paths.items():
        flows = paths.flows
        rows += [
            (rule, origin, target, int(flows.legs[i, j]), int(flows.journeys[i, j]))
            for i, origin in enumerate(flows.zones)
            for j, target in enumerate(flows.zones)
            if flows.legs[i, j] or flows.journeys[i, j]
        ]
    heads = ("rule", "from", "to", "legs", "journeys")
    _write_if(bool(scene.paths), folder / PATHS, heads, rows)


def write_heatmaps(folder: Path, scene: Scene) -> None:
    """Write ``heatmap.npz``: per heat map ``<id>`` (s per cell) and ``<id>_visits``.

    Raises:
        OutputError: it cannot be written.

    """
    arrays: dict[str, npt.NDArray[Any]] = {}
    for rule, heatmap in scene.heatmaps.items():
        arrays[rule] = heatmap.cells().astype(np.float32)
        arrays[f"{rule}_visits"] = heatmap.visits().astype(np.float32)
    with replacing(folder / HEATMAP) as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def _write_if(
    exist: bool, path: Path, heads: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """The table where there are such rules; else none, also no old one."""
    if exist:
        _write(path, heads, rows)
        return
    with told(path):
        path.unlink(missing_ok=True)


def _write(path: Path, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with replacing_text(path) as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(heads)
        table.writerows(rows)


def _time(time: float) -> float:
    return round(float(time), 6)
