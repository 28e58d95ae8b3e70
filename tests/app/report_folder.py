"""Output folders for tests of what people see: a few people walk through a made picture."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from curtilage.app import replay as replay_module
from curtilage.app.replay import replay
from tests.app.square import no_report

SIZE = (320, 240)
RATE = 10.0

RULES = """\
camera: {name: yard}
rules:
  - {id: gate, type: line_crossing, points: [[0.5, 0.2], [0.5, 0.95]]}
  - {id: fence, type: line_crossing, points: [[0.9, 0.1], [0.95, 0.3]], direction: a_to_b}
  - {id: door, type: counter, lines: [{line: gate, in: b_to_a}]}
  - {id: lawn, type: intrusion, polygon: [[0.55, 0.4], [0.8, 0.4], [0.8, 0.95], [0.55, 0.95]]}
  - {id: crowd, type: occupancy, polygon: [[0.55, 0.4], [0.8, 0.4], [0.8, 0.95], [0.55, 0.95]]}
  - {id: picture, type: occupancy, polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]}
  - {id: stays, type: dwell, k: 1, polygon: [[0.55, 0.4], [0.8, 0.4], [0.8, 0.95], [0.55, 0.95]]}
  - id: ways
    type: paths
    zones: {left: [[0, 0], [0.4, 0], [0.4, 1], [0, 1]], right: [[0.6, 0], [1, 0], [1, 1], [0.6, 1]]}
  - {id: floor, type: heatmap}
"""

Walk = tuple[int, float, float, float, int]
"""First frame, start and end of the feet along x (0..1), their y, number of frames."""

WALKS: tuple[Walk, ...] = (
    (1, 0.05, 0.95, 0.60, 60),
    (20, 0.05, 0.95, 0.75, 60),
    (90, 0.95, 0.05, 0.70, 60),
)
"""Two go to the right, then one to the left; all cross the gate and the lawn."""


def write_folder(out: Path, rules: str = RULES, walks: tuple[Walk, ...] = WALKS) -> Path:
    """Write an output folder as ``analyze`` would, with a still and thumbnails, into ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    lines = [(1, f"1,{len(walks) + 7},1,1,2,2,1,-1,-1,-1\n")]  # one sighting: nobody
    for person, (first, begin, end, feet, count) in enumerate(walks, start=1):
        for i, x in enumerate(np.linspace(begin, end, count)):
            left, top = x * SIZE[0] - 10, feet * SIZE[1] - 50
            lines.append(
                (first + i, f"{first + i},{person},{left:.2f},{top:.2f},20,50,1,-1,-1,-1\n")
            )
    tracks, given = out / "tracks.txt", out / "given.yaml"
    tracks.write_text("".join(text for _, text in sorted(lines)))
    given.write_text(rules)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replay_module, "_report", no_report)
        replay(tracks, given, out, RATE, SIZE)
    still = np.full((SIZE[1], SIZE[0], 3), 120, np.uint8)
    cv2.imwrite(str(out / "still.jpg"), still)
    (out / "thumbnails").mkdir(exist_ok=True)
    events = read_events(out)
    for number, event in enumerate(events):
        event["thumbnail"] = f"{number}.jpg"
        cv2.imwrite(str(out / "thumbnails" / f"{number}.jpg"), still[:60, :80])
    write_events(out, events)
    change_summary(
        out,
        source="yard.mp4",
        frames_decoded=300,
        detector={"name": "tiny", "backend": "numpy", "precision": "f32", "input": "64x48"},
        timings={"decode_s": 1.0, "detect_s": 2.0, "track_s": 0.1, "rules_s": 0.1, "wall_s": 3.0},
    )
    return out


def read_events(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "events.jsonl").read_text().splitlines()]


def write_events(out: Path, events: list[dict[str, Any]]) -> None:
    (out / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))


def change_summary(out: Path, **values: Any) -> None:
    path = out / "summary.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))
