"""Random lines over annotated tracks: whether rules hold on lines that nobody looked at.

Lines are drawn by chance (fixed seed) anywhere in the picture, from a tenth to two thirds of its
height long, at any angle; those without a certain crossing stay in: they must stay silent.
"""

from typing import Any

from bench import ours
from bench.data import mot17, pets, tud
from bench.peers import supervision_rules
from bench.scoring.events import Told, score_crossings
from bench.truth.chance import random_lines
from bench.truth.scenes import Scene, true_crossings

LINES = 200
THEIRS = "LineZone, foot"


def measure() -> list[dict[str, Any]]:
    """A row per sequence: our rules and supervision's best setting on the same lines."""
    rows = []
    for sequence in [pets(), *tud(), *mot17()]:
        scene = Scene("chance", random_lines(sequence, LINES), {})
        truth = true_crossings(scene.lines, sequence)
        print(f"robustness: {sequence.name}", flush=True)
        told = ours.observe(ours.given(sequence.truth, sequence), sequence, scene).crossings
        theirs = supervision_rules.crossings(THEIRS, sequence.truth, sequence, scene)
        ours_score, their_score = score_crossings(truth, told), score_crossings(truth, theirs)
        rows.append(
            {
                "sequence": sequence.name,
                "lines": LINES,
                "crossings": sum(not t.optional for t in truth),
                "optional": sum(t.optional for t in truth),
                "ours": ours_score.figures(),
                "theirs": their_score.figures(),
                "lines_not_perfect": _imperfect(scene, truth_lines=truth, told=told),
            }
        )
    return rows


def _imperfect(scene: Scene, truth_lines: list[Any], told: list[Told]) -> list[str]:
    wrong = []
    for name, ends in scene.lines.items():
        truth = [t for t in truth_lines if t.line == name]
        if score_crossings(truth, [t for t in told if t.line == name]).f1 < 1.0:
            wrong.append(f"{name} {ends}")
    return wrong
