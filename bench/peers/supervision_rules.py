"""Supervision's ``LineZone`` and ``PolygonZone`` over tracks of any tracker."""

import warnings
from collections.abc import Callable

import numpy as np
import supervision as sv

from bench.data import Rows, Sequence, frames_of
from bench.scoring.events import Told
from bench.truth.scenes import Point, Scene, in_pixels

IN, OUT = "b_to_a", "a_to_b"
"""Its words in ours: A is left of start -> end as seen on the screen, and "in" goes there."""

FOOT = (sv.Position.BOTTOM_CENTER,)

LINE_ZONES: dict[str, Callable[[sv.Point, sv.Point], sv.LineZone]] = {
    "LineZone, four corners (default)": lambda a, b: sv.LineZone(start=a, end=b),
    "LineZone, foot": lambda a, b: sv.LineZone(start=a, end=b, triggering_anchors=FOOT),
    "LineZone, foot, threshold 3": lambda a, b: sv.LineZone(
        start=a, end=b, triggering_anchors=FOOT, minimum_crossing_threshold=3
    ),
}


def crossings(name: str, rows: Rows, sequence: Sequence, scene: Scene) -> list[Told]:
    """The crossings that one of ``LINE_ZONES`` tells of, at the time of the frame it tells them."""
    told: list[Told] = []
    for line, ends in scene.lines.items():
        (x0, y0), (x1, y1) = in_pixels(ends, sequence)
        zone = LINE_ZONES[name](sv.Point(x0, y0), sv.Point(x1, y1))
        for number, frame in enumerate(frames_of(rows, sequence.frames), start=1):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                came_in, went_out = zone.trigger(with_ids(frame))
            time = sequence.time(number)
            told += [Told(line, IN, time)] * int(np.sum(came_in))
            told += [Told(line, OUT, time)] * int(np.sum(went_out))
    return told


def inside(rows: Rows, sequence: Sequence, corners: tuple[Point, ...]) -> Rows:
    """The rows that ``PolygonZone`` (default anchor: bottom centre) takes as inside."""
    zone = sv.PolygonZone(polygon=in_pixels(corners, sequence).astype(int))
    within = [f[np.asarray(zone.trigger(with_ids(f)))] for f in frames_of(rows, sequence.frames)]
    return np.concatenate(within)


def with_ids(rows: Rows) -> sv.Detections:
    """Tracks of one frame."""
    corners = np.column_stack([rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6]])
    return sv.Detections(
        xyxy=corners.astype(np.float32),
        confidence=rows[:, 6].astype(np.float32),
        class_id=np.zeros(len(rows), int),
        tracker_id=rows[:, 1].astype(int),
    )
