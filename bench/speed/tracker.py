"""One tracker update, against roboflow's ``trackers``."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
import supervision as sv

from bench.names import OURS
from bench.peers.roboflow_trackers import MAKERS
from bench.speed.clock import compare
from bench.speed.crowd import FPS, HEIGHT, SIZES, WIDTH, Crowd, crowd
from curtilage.model import Detections
from curtilage.vision.tracker import Tracker, TrackerSettings

WARM_UP = 10


def measure() -> list[dict[str, Any]]:
    """A row per number of people."""
    rows = []
    for people in SIZES:
        print(f"tracker: {people} people", flush=True)
        rounds, calls = (10, 20) if people <= 200 else (6, 5)
        seen = crowd(people, WARM_UP + rounds * calls)
        competitors = {OURS: _ours(seen)} | {name: _theirs(name, seen) for name in MAKERS}
        costs = compare(competitors, warm_up=WARM_UP, rounds=rounds, calls=calls)
        rows.append({"people": people, "costs": {k: asdict(v) for k, v in costs.items()}})
    return rows


def _ours(seen: Crowd) -> Callable[[int], object]:
    tracker = Tracker(TrackerSettings(), WIDTH / HEIGHT)
    scale = np.array([WIDTH, HEIGHT, WIDTH, HEIGHT], np.float32)
    given = [
        Detections((box / scale).astype(np.float32), score, np.zeros(len(box), np.int16))
        for box, score in zip(seen.boxes, seen.scores, strict=True)
    ]
    return lambda frame: tracker.update(frame / FPS, given[frame])


def _theirs(name: str, seen: Crowd) -> Callable[[int], object]:
    tracker = MAKERS[name](FPS)
    given = [
        sv.Detections(xyxy=box, confidence=score, class_id=np.zeros(len(box), int))
        for box, score in zip(seen.boxes, seen.scores, strict=True)
    ]
    return lambda frame: tracker.update(given[frame])
