"""Roboflow's ``trackers`` by name, with their defaults; the frame rate told or not."""

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import supervision as sv
import trackers

from bench.data import Rows, Sequence, frames_of

_KINDS: dict[str, Callable[..., Any]] = {
    "ByteTrack": trackers.ByteTrackTracker,
    "OC-SORT": trackers.OCSORTTracker,
    "C-BIoU": trackers.CBIoUTracker,
    "BoT-SORT": partial(trackers.BoTSORTTracker, enable_cmc=False),  # no look at the picture
}

NOT_TOLD = ", rate not told"


def _told(kind: Callable[..., Any]) -> Callable[[float], Any]:
    return lambda fps: kind(frame_rate=fps)


def _not_told(kind: Callable[..., Any]) -> Callable[[float], Any]:
    return lambda _: kind()


MAKERS: dict[str, Callable[[float], Any]] = {
    f"trackers {name}": _told(kind) for name, kind in _KINDS.items()
}
"""By name: a tracker that knows the frame rate."""

ALL_MAKERS = MAKERS | {
    f"trackers {name}{NOT_TOLD}": _not_told(kind) for name, kind in _KINDS.items()
}
"""And those that think it is 30 fps, their default: on slow footage they remember longer."""


def follow(name: str, sequence: Sequence) -> Rows:
    """The tracks that one of ``ALL_MAKERS`` makes of all detections of a sequence."""
    tracker = ALL_MAKERS[name](sequence.fps)
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
