"""Runs norfair over detections; called with norfair's own Python, so it imports nothing of ours.

Arguments: a file with ``detections`` [N, 7] and ``frames``; where to write the tracks; settings of
``norfair.Tracker`` as JSON. Tracks are written as norfair gives them, also while it coasts.
"""

import json
import sys

import norfair
import numpy as np


def main() -> None:
    """Track and write."""
    given, made, settings = sys.argv[1:]
    with np.load(given) as file:
        detections, frames = file["detections"], int(file["frames"])
    tracker = norfair.Tracker(distance_function="iou", **json.loads(settings))
    rows = []
    for frame in range(1, frames + 1):
        boxes = detections[detections[:, 0] == frame]
        found = [
            norfair.Detection(
                points=np.array([[x, y], [x + w, y + h]]), scores=np.array([score, score])
            )
            for x, y, w, h, score in boxes[:, 2:7]
        ]
        for track in tracker.update(detections=found):
            (x0, y0), (x1, y1) = track.estimate
            rows.append((frame, track.id, x0, y0, x1 - x0, y1 - y0, 1.0))
    np.save(made, np.array(rows, np.float64).reshape(-1, 7))


if __name__ == "__main__":
    main()
