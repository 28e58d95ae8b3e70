"""Line crossings, visits and occupancy on PETS: tracks from everybody, rules of both sides."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from bench import ours
from bench.accuracy.tracking import tracks_of_all, with_detections
from bench.data import Rows, Sequence, pets
from bench.names import LIVE, OURS, TRUTH
from bench.peers import supervision_rules
from bench.scoring.events import Told, score_crossings
from bench.scoring.zones import score_zone
from bench.truth.scenes import SCENES, Scene, SceneTruth, scene_truth
from bench.truth.visits import occupancy, visits
from curtilage.model import Tracks

WIDE_S = 2.0  # a second tolerance, which some peers' late reports need


def measure(own_detections: Rows | None) -> dict[str, Any]:
    """Scores by scene, source of the tracks, and rule."""
    sources = _sources(own_detections)
    results: dict[str, Any] = {}
    for key, scene in SCENES.items():
        truth = scene_truth(key)
        print(f"events: {scene.name}", flush=True)
        results[key] = {
            "title": scene.name,
            "crossings": truth.certain,
            "visits": {zone: len(found) for zone, found in truth.visits.items()},
            "rows": [
                row
                for detections, tracker, rows in sources
                for row in _row_of_all_rules(detections, tracker, rows, scene, truth)
            ],
        }
    return results


def _sources(own_detections: Rows | None) -> list[tuple[str, str, Rows | Sequence]]:
    """Detections, tracker and tracks; a ``Sequence`` is what our own tracker sees as it happens."""
    footage = pets()
    found: list[tuple[str, str, Rows | Sequence]] = [("none", TRUTH, footage.truth)]
    inputs = {"public": footage}
    if own_detections is not None:
        inputs["Curtilage's"] = with_detections(footage, own_detections)
    for detections, sequence in inputs.items():
        made, _ = tracks_of_all([sequence], detections != "public")
        found.append((detections, OURS, sequence))
        found.append((detections, "curtilage track", made[OURS][sequence.name]))
        found += [
            (detections, name, rows[sequence.name])
            for name, rows in made.items()
            if name not in (OURS, LIVE)
        ]
    return found


def _row_of_all_rules(
    detections: str, tracker: str, source: Rows | Sequence, scene: Scene, truth: SceneTruth
) -> Iterator[dict[str, Any]]:
    footage = pets()
    if isinstance(source, Sequence):
        yield _ours(detections, tracker, ours.tracked(source), scene, truth)
        # their rules over what our tracker shows at each frame
        rows = ours.follow_live(source)
    else:
        yield _ours(detections, tracker, ours.given(source, footage), scene, truth)
        rows = source
    zones = {}
    for zone, corners in scene.zones.items():
        stay = supervision_rules.inside(rows, footage, corners)
        zones[zone] = _zone(
            truth, zone, len(visits(zone, stay, footage.fps)), occupancy(stay, footage.frames)
        )
    for rule in supervision_rules.LINE_ZONES:
        told = supervision_rules.crossings(rule, rows, footage, scene)
        yield _row(detections, tracker, f"supervision {rule}", truth, told, zones)


def _ours(
    detections: str,
    tracker: str,
    tracks: Iterator[tuple[float, Tracks]],
    scene: Scene,
    truth: SceneTruth,
) -> dict[str, Any]:
    observed = ours.observe(tracks, pets(), scene)
    zones = {
        zone: _zone(truth, zone, observed.visits[zone], observed.occupancy[zone])
        for zone in scene.zones
    }
    return _row(detections, tracker, OURS, truth, observed.crossings, zones)


def _zone(
    truth: SceneTruth, zone: str, count: int, inside: npt.NDArray[np.int64]
) -> dict[str, Any]:
    score = score_zone(len(truth.visits[zone]), truth.occupancy[zone], count, inside, pets().fps)
    return asdict(score)


def _row(
    detections: str,
    tracker: str,
    rules: str,
    truth: SceneTruth,
    told: list[Told],
    zones: dict[str, Any],
) -> dict[str, Any]:
    score = score_crossings(truth.crossings, told)
    wide = score_crossings(truth.crossings, told, WIDE_S)
    return {
        "detections": detections,
        "tracker": tracker,
        "rules": rules,
        **score.figures(),
        "f1_wide": wide.f1,
        "zones": zones,
    }
