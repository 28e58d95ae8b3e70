"""HOTA, MOTA, IDF1 and identity switches, by TrackEval (the reference code of the MOTChallenge)."""

import contextlib
import io
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import trackeval

from bench.data import Rows
from bench.data import Sequence as Footage
from bench.names import COMBINED


@dataclass(frozen=True, slots=True)
class TrackScore:
    """Of one tracker on one sequence, or on all; in per cent but for the switches."""

    hota: float
    mota: float
    idf1: float
    switches: int
    det_a: float
    ass_a: float


def score_tracks(
    footage: Sequence[Footage], made: Mapping[str, Mapping[str, Rows]], *, with_classes: bool
) -> dict[str, dict[str, TrackScore]]:
    """Scores by tracker and sequence; ``COMBINED`` is all sequences taken as one.

    Args:
        footage: the sequences.
        made: by tracker, by sequence: rows of tracks.
        with_classes: the annotation has classes (MOT17: distractors are taken out before).
    """
    benchmark = "MOT17" if with_classes else "MOT15"
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        for sequence in footage:
            _write(root / "gt" / sequence.name / "gt" / "gt.txt", sequence.annotation)
            for tracker, results in made.items():
                rows = results[sequence.name]
                tail = np.full((len(rows), 3), -1.0)
                path = root / "made" / tracker / "data" / f"{sequence.name}.txt"
                _write(path, np.column_stack([rows, tail]))
        # TrackEval prints a page per tracker
        with contextlib.redirect_stdout(io.StringIO()):
            scored = _evaluate(root, benchmark, footage, list(made))
    return {tracker: _scores(by_sequence) for tracker, by_sequence in scored.items()}


def _evaluate(
    root: Path, benchmark: str, footage: Sequence[Footage], trackers: list[str]
) -> dict[str, dict[str, Any]]:
    evaluator = trackeval.Evaluator(
        {
            "USE_PARALLEL": False,
            "PRINT_RESULTS": False,
            "PRINT_CONFIG": False,
            "TIME_PROGRESS": False,
            "OUTPUT_SUMMARY": False,
            "OUTPUT_DETAILED": False,
            "PLOT_CURVES": False,
            "LOG_ON_ERROR": None,
        }
    )
    dataset = trackeval.datasets.MotChallenge2DBox(
        {
            "GT_FOLDER": str(root / "gt"),
            "TRACKERS_FOLDER": str(root / "made"),
            "TRACKERS_TO_EVAL": trackers,
            "BENCHMARK": benchmark,
            "SKIP_SPLIT_FOL": True,
            "SEQ_INFO": {sequence.name: sequence.frames for sequence in footage},
            "PRINT_CONFIG": False,
        }
    )
    quiet = {"PRINT_CONFIG": False}
    metrics = [
        trackeval.metrics.HOTA(quiet),
        trackeval.metrics.CLEAR(quiet),
        trackeval.metrics.Identity(quiet),
    ]
    results, _ = evaluator.evaluate([dataset], metrics)
    found: dict[str, dict[str, Any]] = results["MotChallenge2DBox"]
    return found


def _scores(by_sequence: dict[str, Any]) -> dict[str, TrackScore]:
    scores = {}
    for name, classes in by_sequence.items():
        found = classes["pedestrian"]
        hota, clear, identity = found["HOTA"], found["CLEAR"], found["Identity"]
        scores[COMBINED if name == "COMBINED_SEQ" else name] = TrackScore(
            hota=100 * float(np.mean(hota["HOTA"])),
            mota=100 * float(clear["MOTA"]),
            idf1=100 * float(identity["IDF1"]),
            switches=int(clear["IDSW"]),
            det_a=100 * float(np.mean(hota["DetA"])),
            ass_a=100 * float(np.mean(hota["AssA"])),
        )
    return scores


def _write(path: Path, rows: Rows) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savetxt(path, rows, fmt="%.12g", delimiter=",")
