"""Reads the output folder of an analysis back into arrays: the only input that a report has.

Nothing in the folder is trusted: it may come from another machine, names in it may be hostile,
a run may have been interrupted. What must be there and is not is an error; what may be missing
(no such rule, no still) is empty.
"""

import csv
import json
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from curtilage.app.outputs.tracks_file import TRACKS, Rows, read_tracks
from curtilage.config import SceneSettings, parse_settings
from curtilage.errors import InputError
from curtilage.model import Times

Grid: TypeAlias = npt.NDArray[np.float32]  # [rows, columns]
Record: TypeAlias = dict[str, Any]
Row: TypeAlias = dict[str, str]


class ReportError(InputError):
    """An output folder that cannot be shown; the sentence names the file."""


@dataclass(frozen=True, slots=True)
class Occupancy:
    """How many were inside, at every change. ``count[i]`` holds from ``time[i]`` on."""

    time: Times  # [N], s, rising
    count: npt.NDArray[np.int64]  # [N]


@dataclass(frozen=True, slots=True)
class Folder:
    """Everything an analysis left behind."""

    path: Path
    summary: Record
    settings: SceneSettings
    events: list[Record]  # sorted by time
    counts: list[Row]
    occupancy: dict[str, Occupancy]  # by rule
    dwell: list[Row]
    paths: list[Row]
    heat: dict[str, Grid]  # seconds of presence per cell by rule, and <rule>_visits
    tracks: Rows  # ROW[N], sorted by frame and track

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture in pixels, as displayed."""
        width, height = self.summary["size"]
        return int(width), int(height)

    @property
    def duration(self) -> float:
        """Length of what was analysed, in seconds."""
        return float(self.summary.get("duration") or 0.0)


def read_folder(path: Path) -> Folder:
    """Read the output folder at ``path``.

    Raises:
        ReportError: a file that a report needs is missing or damaged.
        SettingsError: its rules.yaml is no rules file.
        TracksError: its tracks cannot be read.

    """
    summary = _summary(path / "summary.json")
    return Folder(
        path=path,
        summary=summary,
        settings=parse_settings(_text(path / "rules.yaml"), str(path / "rules.yaml")),
        events=_events(path / "events.jsonl"),
        counts=_rows(path / "counts.csv"),
        occupancy=_occupancy(path / "occupancy.csv"),
        dwell=_rows(path / "dwell.csv"),
        paths=_rows(path / "paths.csv"),
        heat=_heat(path / "heatmap.npz"),
        tracks=read_tracks(path / TRACKS)[1],
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ReportError(
            f"{path}: does not exist, so there is nothing to report; "
            "give the folder that `curtilage analyze --out` wrote"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ReportError(f"{path}: cannot be read ({error})") from None


def _summary(path: Path) -> Record:
    try:
        summary = json.loads(_text(path))
        width, height = summary["size"]
        if not (int(width) > 0 and int(height) > 0 and float(summary["duration"]) >= 0):
            raise ValueError("size and duration must be positive")
    except (ValueError, TypeError, KeyError) as error:
        raise ReportError(f"{path}: is damaged ({error}); run the analysis again") from None
    return dict(summary)


def _events(path: Path) -> list[Record]:
    events: list[Record] = []
    for number, line in enumerate(_text(path).splitlines(), start=1):
        try:
            event = json.loads(line)
            event["time"] = float(event["time"])
            event["rule"], event["kind"] = str(event["rule"]), str(event["kind"])
        except (ValueError, TypeError, KeyError) as error:
            raise ReportError(f"{path}, line {number}: is no event ({error})") from None
        events.append(event)
    return sorted(events, key=lambda event: float(event["time"]))


def _rows(path: Path) -> list[Row]:
    if not path.exists():
        return []
    return list(csv.DictReader(_text(path).splitlines()))


def _occupancy(path: Path) -> dict[str, Occupancy]:
    series: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for number, row in enumerate(_rows(path), start=2):
        try:
            series[row["rule"]].append((float(row["time"]), int(row["count"])))
        except (ValueError, TypeError, KeyError) as error:
            raise ReportError(f"{path}, line {number}: is no count ({error})") from None
    return {
        rule: Occupancy(
            np.array([time for time, _ in sorted(changes)]),
            np.array([count for _, count in sorted(changes)], np.int64),
        )
        for rule, changes in series.items()
    }


def _heat(path: Path) -> dict[str, Grid]:
    if not path.exists():
        return {}
    try:
        with np.load(path, allow_pickle=False) as arrays:
            grids = {name: np.asarray(arrays[name], np.float32) for name in arrays.files}
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise ReportError(f"{path}: is damaged ({error}); run the analysis again") from None
    return {name: grid for name, grid in grids.items() if grid.ndim == 2 and grid.size}
