"""Lines drawn by chance over tracks made of detections: what a line that nobody looked at is worth.

The lines are drawn in two halves from two seeds. Whoever tunes looks at the first half only; the
second is what is reported. Counted are the lines that people cross clearly: of a line along which
people walk, or which ends where they stand, the truth itself is a matter of taste.
"""

from collections.abc import Iterator
from typing import Any

from bench import ours
from bench.accuracy.tracking import tracks_of_all, with_detections
from bench.data import Rows, Sequence, mot17, pets
from bench.names import LIVE, OURS
from bench.peers import supervision_rules
from bench.scoring.events import CrossingScore, Told, score_crossings
from bench.truth.chance import HELD_BACK, TUNING, random_lines
from bench.truth.crossings import Truth
from bench.truth.scenes import Scene, true_crossings

LINES = 150  # per half and sequence
FEWEST = 4  # certain crossings of a line that counts
MOST_DOUBTFUL = 0.25  # of them, how many optional ones it may have
THEIRS = "LineZone, foot, threshold 3"  # the best of its settings, see ``events``

Drawn = tuple[Scene, list[Truth]]


def measure(own_detections: Rows | None) -> list[dict[str, Any]]:
    """A row per footage, half, tracker and rule; the sequences of MOT17 are taken together."""
    footage: list[tuple[str, list[Sequence], bool]] = [
        ("PETS, public", [pets()], False),
        ("MOT17-02, 09, 11, public", mot17(), False),
    ]
    if own_detections is not None:
        own = with_detections(pets(), own_detections)
        footage.append(("PETS, Curtilage's detections", [own], True))
    rows = []
    for title, sequences, with_own in footage:
        print(f"lines: {title}", flush=True)
        made, _ = tracks_of_all(sequences, with_own)
        for half, seed in (("tuning", TUNING), ("held back", HELD_BACK)):
            drawn = [draw(sequence, seed) for sequence in sequences]
            for (tracker, rules), scores in _scores(sequences, drawn, made).items():
                rows.append(
                    {
                        "footage": title,
                        "half": half,
                        "tracker": tracker,
                        "rules": rules,
                        "all": _sum([e for e, _ in scores]) if rules == OURS else None,
                        "clear": _sum([clear for _, clear in scores]),
                    }
                )
    return rows


def draw(sequence: Sequence, seed: int) -> Drawn:
    """The lines of one half and what truly happened at them."""
    scene = Scene("chance", random_lines(sequence, LINES, seed), {})
    return scene, true_crossings(scene.lines, sequence)


def clear_lines(drawn: Drawn) -> set[str]:
    """The lines that people cross clearly."""
    scene, truth = drawn
    found = set()
    for line in scene.lines:
        certain = sum(t.line == line and not t.optional for t in truth)
        # one doubt about one person may be told either way
        doubts = {(t.person, t.begin, t.direction) for t in truth if t.line == line and t.optional}
        if certain >= FEWEST and len(doubts) <= MOST_DOUBTFUL * certain:
            found.add(line)
    return found


def _scores(
    sequences: list[Sequence], drawn: list[Drawn], made: dict[str, dict[str, Rows]]
) -> dict[tuple[str, str], list[tuple[CrossingScore, CrossingScore]]]:
    """By tracker and rule, for each sequence: of all lines, and of the clear ones."""
    found: dict[tuple[str, str], list[tuple[CrossingScore, CrossingScore]]] = {}
    for sequence, (scene, truth) in zip(sequences, drawn, strict=True):
        clear = clear_lines((scene, truth))
        certain = [t for t in truth if t.line in clear]
        for tracker, rules, told in _told(sequence, scene, clear, made):
            of_clear = score_crossings(certain, [t for t in told if t.line in clear])
            scores = found.setdefault((tracker, rules), [])
            scores.append((score_crossings(truth, told), of_clear))
    return found


def _told(
    sequence: Sequence, scene: Scene, clear: set[str], made: dict[str, dict[str, Rows]]
) -> Iterator[tuple[str, str, list[Told]]]:
    """Tracker, rule and what they tell; supervision's only of clear lines, it takes minutes."""
    few = Scene(scene.name, {k: v for k, v in scene.lines.items() if k in clear}, {})
    yield OURS, OURS, ours.observe(ours.tracked(sequence), sequence, scene).crossings
    for tracker, by_sequence in made.items():
        rows = by_sequence[sequence.name]
        if tracker not in (OURS, LIVE):
            yield tracker, OURS, ours.observe(ours.given(rows, sequence), sequence, scene).crossings
            told = supervision_rules.crossings(THEIRS, rows, sequence, few)
            yield tracker, f"supervision {THEIRS}", told


def _sum(scores: list[CrossingScore]) -> dict[str, Any]:
    found, false, missed = (
        sum(getattr(score, key) for score in scores) for key in ("found", "false", "missed")
    )
    f1 = 2 * found / max(2 * found + false + missed, 1)
    return {"found": found, "false": false, "missed": missed, "f1": f1}
