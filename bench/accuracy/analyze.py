"""``curtilage analyze`` on the video of PETS, from the file to the events: nothing in between.

Once with the true rate in the rules file, once as the header has it (10 fps instead of 7), whose
times are then stretched back.
"""

import csv
import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench import ours
from bench.data import pets, pets_video
from bench.scoring.events import Told, score_crossings
from bench.scoring.zones import score_zone
from bench.truth.scenes import SCENES, scene_truth
from curtilage.app.analyze import AnalyzeOptions, analyze
from curtilage.model import Kind, Phase

HEADER_FPS = 10.0


def measure() -> list[dict[str, Any]]:
    """A row per scene and rate."""
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        for told, stretch in ((pets().fps, 1.0), (None, HEADER_FPS / pets().fps)):
            for key, scene in SCENES.items():
                print(f"analyze: {scene.name}, {told or 'header'} fps", flush=True)
                # the second scene runs over the tracks of the first
                out = Path(scratch) / str(told)
                rules = Path(scratch) / f"{key}.yaml"
                ours.write_rules(rules, scene, told)
                options = AnalyzeOptions(out=out, rules=rules, fps=0.0)
                analyze([str(pets_video())], options)
                rows.append({"scene": key, "fps_told": told, **_score(out, key, stretch)})
    return rows


def _score(out: Path, key: str, stretch: float) -> dict[str, Any]:
    truth, footage = scene_truth(key), pets()
    lines = (out / "events.jsonl").read_text(encoding="utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    told = [
        Told(event["rule"], event["direction"], event["time"] * stretch)
        for event in events
        if event["kind"] == Kind.LINE_CROSSED
    ]
    zones = {}
    for zone, true_visits in truth.visits.items():
        begun = [e for e in events if e["rule"] == f"{zone}_visit" and e["phase"] == Phase.START]
        inside = _occupancy(out / "occupancy.csv", f"{zone}_occupancy", stretch)
        zones[zone] = asdict(
            score_zone(len(true_visits), truth.occupancy[zone], len(begun), inside, footage.fps)
        )
    return {**score_crossings(truth.crossings, told).figures(), "zones": zones}


def _occupancy(path: Path, rule: str, stretch: float) -> npt.NDArray[np.int64]:
    """How many were inside at each frame of the footage."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["rule"] == rule]
    times = np.array([float(row["time"]) for row in rows]) * stretch
    counts = np.array([int(row["count"]) for row in rows], np.int64)
    frames = np.arange(pets().frames) / pets().fps
    return counts[np.searchsorted(times, frames + 1e-3, side="right") - 1]
