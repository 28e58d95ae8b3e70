"""The peers' words in ours: a crossing to the left side is the same for LineZone and for us."""

import numpy as np
import pytest

from bench import ours
from bench.data import Sequence
from bench.truth.scenes import Scene, true_crossings

pytest.importorskip("supervision")

from bench.peers import supervision_rules

SCENE = Scene("one line", {"line": ((0.5, 0.2), (0.5, 0.9))}, {})


@pytest.mark.parametrize(("start", "step"), [(20.0, 8.0), (160.0, -8.0)])
def test_direction_is_the_same_in_truth_in_ours_and_in_line_zone(start: float, step: float) -> None:
    n = 18
    x = start + step * np.arange(n)
    columns = [np.arange(1, n + 1), np.ones(n), x, np.full(n, 60.0), np.full(n, 20.0)]
    rows = np.column_stack([*columns, np.full(n, 40.0), np.ones(n)])
    walk = Sequence("walk", 10.0, 200, 200, n, rows[:0], rows, rows)
    (truth,) = true_crossings(SCENE.lines, walk)
    (told,) = ours.observe(ours.given(rows, walk), walk, SCENE).crossings
    (theirs,) = supervision_rules.crossings("LineZone, foot", rows, walk, SCENE)
    assert truth.direction == told.direction == theirs.direction
    assert told.time == pytest.approx(truth.begin, abs=1e-3)
