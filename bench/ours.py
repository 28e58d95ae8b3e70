"""Curtilage as it is measured: its tracker and its rules, called as its commands call them."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from ruamel.yaml import YAML

from bench.data import Rows, Sequence, fractions, frames_of
from bench.scoring.events import Told
from bench.truth.scenes import Scene as Drawing
from curtilage.app.track import track_detections
from curtilage.config.scene import IntrusionRule, LineCrossingRule, OccupancyRule, SceneSettings
from curtilage.model import Detections, Event, Kind, Phase, Tracks
from curtilage.scene import Scene, Sightings
from curtilage.vision.tracker import Tracker, TrackerSettings


@dataclass(frozen=True, slots=True)
class Observed:
    """What rules made of tracks."""

    crossings: list[Told]
    visits: dict[str, int]  # by zone
    occupancy: dict[str, npt.NDArray[np.int64]]  # by zone, [frames]


def follow(sequence: Sequence) -> Rows:
    """Tracks as ``curtilage track`` writes them: it looks back, and fills gaps up to 2 s."""
    with tempfile.TemporaryDirectory() as scratch:
        given, made = Path(scratch) / "det.txt", Path(scratch) / "made.txt"
        tail = np.full((len(sequence.detections), 3), -1.0)
        table = np.column_stack([sequence.detections, tail])
        np.savetxt(given, table, fmt="%.9g", delimiter=",")
        track_detections(given, made, sequence.fps, (sequence.width, sequence.height))
        return np.loadtxt(made, delimiter=",", usecols=range(7), ndmin=2)


def follow_live(sequence: Sequence) -> Rows:
    """Tracks as they are known at each frame: confirmed and seen now, nothing looked back at."""
    least = TrackerSettings().confirm_hits
    scale = np.array([sequence.width, sequence.height] * 2, np.float64)
    found: list[Rows] = []
    for number, (_, tracks) in enumerate(tracked(sequence), start=1):
        shown = (tracks.unseen == 0) & (tracks.hits >= least)
        box = tracks.box[shown] * scale
        columns = [tracks.id[shown], box[:, :2], box[:, 2:] - box[:, :2], tracks.score[shown]]
        found.append(np.column_stack([np.full(len(box), number), *columns]))
    return np.concatenate(found)


def tracked(sequence: Sequence) -> Iterator[tuple[float, Tracks]]:
    """Time and tracks of each frame, straight from the tracker."""
    tracker = Tracker(TrackerSettings(), sequence.aspect)
    for number, rows in enumerate(frames_of(sequence.detections, sequence.frames), start=1):
        detections = Detections(
            fractions(rows, sequence).astype(np.float32),
            rows[:, 6].astype(np.float32),
            np.zeros(len(rows), np.int16),
        )
        time = sequence.time(number)
        yield time, tracker.update(time, detections)


def given(rows: Rows, sequence: Sequence) -> Iterator[tuple[float, Tracks]]:
    """Time and tracks of each frame, from rows of any tracker, as ``curtilage replay`` does."""
    sightings = Sightings()
    for number, frame in enumerate(frames_of(rows, sequence.frames), start=1):
        yield sequence.time(number), sightings.tracks(frame[:, 1], fractions(frame, sequence))


def observe(
    tracks: Iterator[tuple[float, Tracks]], sequence: Sequence, drawing: Drawing
) -> Observed:
    """What our rules, with their defaults, make of tracks.

    A visit is an ``intrusion`` without a least time: the truth counts passers-by as well.
    """
    scene = Scene(settings_of(drawing), sequence.aspect, 1 / sequence.fps)
    events: list[Event] = []
    for time, seen in tracks:
        events += scene.update(time, seen)
    events += scene.finish()
    times = np.arange(sequence.frames) / sequence.fps
    occupancy = {}
    for zone in drawing.zones:
        series = scene.occupancies[f"{zone}_occupancy"].series
        last = np.searchsorted(series.time, times + 1e-9, side="right") - 1
        occupancy[zone] = series.value[last].astype(np.int64)
    return Observed(
        [
            Told(event.rule, event.direction.value, event.time)
            for event in events
            if event.kind == Kind.LINE_CROSSED and event.direction is not None
        ],
        {
            zone: sum(e.rule == f"{zone}_visit" and e.phase == Phase.START for e in events)
            for zone in drawing.zones
        },
        occupancy,
    )


def settings_of(drawing: Drawing) -> SceneSettings:
    """The rules of a scene: a line each; for each zone its visits and its occupancy."""
    return SceneSettings(
        rules=[
            *(LineCrossingRule(id=name, points=list(ends)) for name, ends in drawing.lines.items()),
            *(
                IntrusionRule(id=f"{name}_visit", polygon=list(corners), time_threshold=0.0)
                for name, corners in drawing.zones.items()
            ),
            *(
                OccupancyRule(id=f"{name}_occupancy", polygon=list(corners))
                for name, corners in drawing.zones.items()
            ),
        ]
    )


def write_rules(path: Path, drawing: Drawing, fps: float | None) -> None:
    """The rules of a scene as a rules file; ``fps`` is the footage's true rate, if told."""
    content = settings_of(drawing).model_dump(mode="json", exclude_none=True, by_alias=True)
    if fps is not None:
        content["camera"] = {"source_fps": fps}
    with path.open("w", encoding="utf-8") as file:
        YAML(typ="safe").dump(content, file)
