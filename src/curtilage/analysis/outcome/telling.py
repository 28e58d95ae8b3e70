"""What the feed says: events, tracks and states as JSON has them."""

from dataclasses import asdict
from typing import Any

import numpy as np

from curtilage.analysis.camera import CameraAnalysis
from curtilage.model import LABELS, Tracks
from curtilage.store.found.events import StoredEvent
from curtilage.vision.tracker import TrackerSettings

CONFIRMED = TrackerSettings().confirm_hits


def event_told(event: StoredEvent) -> dict[str, Any]:
    """An event that was committed, with all its fields."""
    return asdict(event)


def tracks_told(time_ns: int, tracks: Tracks) -> dict[str, Any]:
    """The confirmed tracks of a moment; ``seen`` is false where the box is predicted."""
    sure = tracks.hits >= CONFIRMED
    return {
        "time_ns": time_ns,
        "ids": tracks.id[sure].tolist(),
        "labels": [LABELS[number] for number in tracks.class_id[sure].tolist()],
        "boxes": np.round(tracks.box[sure].astype(np.float64), 4).tolist(),
        "seen": (tracks.unseen[sure] == 0).tolist(),
    }


def state_told(now_ns: int, analysis: CameraAnalysis) -> dict[str, Any]:
    """Why a camera is looked at, or not."""
    report, present = analysis.gate, analysis.present
    return {
        "time_ns": now_ns,
        "state": str(report.state),
        "reason": str(report.reason),
        "why": report.why,
        "mode": report.mode,
        "moving": present.moving,
        "standing": present.standing,
        "lost": None if analysis.watch.lost is None else analysis.watch.lost.sentence,
    }
