"""Trackers on the same detections: HOTA, MOTA, IDF1 and identity switches by TrackEval.

Every tracker gets all detections, unfiltered, and runs with its defaults; those that know a frame
rate are told the true one, and run once more without. ``curtilage track`` works on whole files, so
it looks back and fills gaps; "as it happens" is the same tracker without that, and "+ filled" is a
peer with the same gap filling, so that like is compared with like.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from bench import ours
from bench.data import Rows, Sequence, every_nth, mot17, pets, tud
from bench.names import FILLED, LIVE, OURS
from bench.peers import norfair_tracks, roboflow_trackers
from bench.scoring.hota import score_tracks
from curtilage.app.track import fill_gaps
from curtilage.app.track_files import BoxRows

SURE = 0.45  # where our detector's precision on PETS passes 0.9


@dataclass(frozen=True, slots=True)
class Suite:
    """Sequences that are scored together."""

    key: str
    title: str
    sequences: list[Sequence]
    with_classes: bool = False
    own_detector: bool = False


def suites(own_detections: Rows | None) -> list[Suite]:
    """What is measured; with our detector's boxes on PETS if they are given."""
    footage, walkers, streets = pets(), tud(), mot17()
    found = [
        Suite("pets", "PETS09-S2L1, 7 fps", [footage]),
        Suite("tud", "TUD-Campus and TUD-Stadtmitte, 25 fps", walkers),
        Suite("mot17", "MOT17-02, 09, 11, 30 fps", streets, with_classes=True),
        Suite("pets-half", "PETS09-S2L1, every 2nd frame: 3.5 fps", [every_nth(footage, 2)]),
        Suite(
            "mot17-quarter",
            "MOT17-02, 09, 11, every 4th frame: 7.5 fps",
            [every_nth(s, 4) for s in streets],
            with_classes=True,
        ),
        Suite(
            "mot17-eighth",
            "MOT17-02, 09, 11, every 8th frame: 3.75 fps",
            [every_nth(s, 8) for s in streets],
            with_classes=True,
        ),
    ]
    if own_detections is not None:
        own = with_detections(footage, own_detections)
        title = "PETS09-S2L1, 7 fps, Curtilage's detector"
        found.insert(1, Suite("pets-own", title, [own], own_detector=True))
    return found


def with_detections(sequence: Sequence, detections: Rows) -> Sequence:
    """The sequence with other detections."""
    return Sequence(
        sequence.name,
        sequence.fps,
        sequence.width,
        sequence.height,
        sequence.frames,
        detections,
        sequence.truth,
        sequence.annotation,
    )


def measure(own_detections: Rows | None) -> dict[str, Any]:
    """Scores by suite, tracker and sequence, as JSON."""
    results: dict[str, Any] = {}
    for suite in suites(own_detections):
        print(f"tracking: {suite.title}", flush=True)
        made, missing = tracks_of_all(suite.sequences, suite.own_detector)
        for name in [name for name in made if name not in (OURS, LIVE)]:
            made[name + FILLED] = {
                sequence.name: filled(made[name][sequence.name], sequence.fps)
                for sequence in suite.sequences
            }
        scores = score_tracks(suite.sequences, made, with_classes=suite.with_classes)
        results[suite.key] = {
            "title": suite.title,
            "trackers": {
                tracker: {sequence: asdict(score) for sequence, score in by_sequence.items()}
                for tracker, by_sequence in scores.items()
            },
            "missing": missing,
        }
    return results


def tracks_of_all(
    sequences: list[Sequence], own_detector: bool
) -> tuple[dict[str, dict[str, Rows]], list[str]]:
    """Tracks by tracker and sequence, and sentences about trackers that cannot run here.

    Our detector tells of boxes down to a score of 0.1, for trackers that weigh scores. norfair
    does not, so it is given only the sure ones, as its users would.
    """
    makers: dict[str, Callable[[Sequence], Rows]] = {OURS: ours.follow, LIVE: ours.follow_live}
    for name in roboflow_trackers.ALL_MAKERS:
        makers[name] = _roboflow(name)
    for name in norfair_tracks.SETTINGS:
        makers[name] = _norfair(name, SURE if own_detector else 0.0)
    made: dict[str, dict[str, Rows]] = {}
    missing: list[str] = []
    for name, follow in makers.items():
        try:
            made[name] = {sequence.name: follow(sequence) for sequence in sequences}
        except norfair_tracks.NorfairMissingError as error:
            print(error, flush=True)
            missing.append(f"{name}: {error}")
    return made, missing


def filled(rows: Rows, fps: float) -> Rows:
    """A tracker's rows with gaps filled as ``curtilage track`` fills its own."""
    boxes = BoxRows(
        rows[:, 0].astype(np.int64), rows[:, 1].astype(np.int64), rows[:, 2:6], rows[:, 6]
    )
    whole = fill_gaps(boxes, fps)
    return np.column_stack([whole.frame, whole.id, whole.box, whole.score])


def _roboflow(name: str) -> Callable[[Sequence], Rows]:
    return lambda sequence: roboflow_trackers.follow(name, sequence)


def _norfair(name: str, least: float) -> Callable[[Sequence], Rows]:
    def follow(sequence: Sequence) -> Rows:
        sure = sequence.detections[sequence.detections[:, 6] >= least]
        return norfair_tracks.follow(name, with_detections(sequence, sure))

    return follow
