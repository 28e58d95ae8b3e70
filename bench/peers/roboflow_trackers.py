"""Roboflow's ``trackers``: its trackers by name, with their defaults and the true frame rate."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import supervision as sv
import trackers

from bench.data import Rows, Sequence, frames_of

MAKERS: dict[str, Callable[[float], Any]] = {
    "trackers ByteTrack": lambda fps: trackers.ByteTrackTracker(frame_rate=fps),
    "trackers OC-SORT": lambda fps: trackers.OCSORTTracker(frame_rate=fps),
    "trackers C-BIoU": lambda fps: trackers.CBIoUTracker(frame_rate=fps),
    "trackers BoT-SORT": lambda fps: trackers.BoTSORTTracker(frame_rate=fps, enable_cmc=False),
}


def follow(name: str, sequence: Sequence) -> Rows:
    """The tracks that one of ``MAKERS`` makes of all detections of a sequence."""
    tracker = MAKERS[name](sequence.fps)
    found: list[Rows] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number, rows in enumerate(frames_of(sequence.detections, sequence.frames), start=1):
            tracks = tracker.update(to_supervision(rows))
            if tracks.tracker_id is None or not len(tracks):
                continue
            named = tracks.tracker_id >= 0
            box = tracks.xyxy[named].astype(np.float64)
            found.append(
                np.column_stack(
                    [
                        np.full(len(box), number),
                        tracks.tracker_id[named],
                        box[:, :2],
                        box[:, 2:] - box[:, :2],
                        tracks.confidence[named],
                    ]
                )
            )
    return np.concatenate(found) if found else np.empty((0, 7))


def to_supervision(rows: Rows) -> sv.Detections:
    """The boxes of one frame, all of them people."""
    corners = np.column_stack([rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6]])
    return sv.Detections(
        xyxy=corners.astype(np.float32),
        confidence=rows[:, 6].astype(np.float32),
        class_id=np.zeros(len(rows), int),
    )
