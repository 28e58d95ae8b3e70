"""One picture as a NumPy array to what is known of it: detector, tracker, rules; wall time.

The way of a live camera: a picture at a time, all cores, nothing else to do.
"""

import time
from dataclasses import asdict
from typing import Any

from bench import ours
from bench.data import pets
from bench.speed.clock import cost_of
from bench.speed.detector import pictures
from bench.truth.scenes import MAIN
from curtilage.scene import Scene
from curtilage.vision.detector import open_detector
from curtilage.vision.tracker import Tracker, TrackerSettings

FRAMES, WARM_UP = 200, 20


def measure() -> dict[str, Any]:
    """Wall time of each stage and of all."""
    print("latency", flush=True)
    images, footage = pictures(), pets()
    detector = open_detector()
    tracker = Tracker(TrackerSettings(), footage.aspect)
    scene = Scene(ours.settings_of(MAIN), footage.aspect, 1 / footage.fps)
    spent: dict[str, list[float]] = {"detector": [], "tracker": [], "rules": [], "all": []}
    for number in range(FRAMES):
        moment = number / footage.fps
        begin = time.perf_counter()
        (found,) = detector.detect([images[number % len(images)]])
        detected = time.perf_counter()
        tracks = tracker.update(moment, found)
        tracked = time.perf_counter()
        scene.update(moment, tracks)
        ruled = time.perf_counter()
        if number >= WARM_UP:
            spent["detector"].append(detected - begin)
            spent["tracker"].append(tracked - detected)
            spent["rules"].append(ruled - tracked)
            spent["all"].append(ruled - begin)
    costs = {stage: asdict(cost_of(times, len(times))) for stage, times in spent.items()}
    return {"detector": detector.name, "costs": costs}
