"""Lines that nobody has looked at: drawn by chance, always the same."""

import numpy as np

from bench.data import Sequence
from bench.truth.scenes import Point

SEED = 20261123
TUNING, HELD_BACK = 1, 20261124
"""Seeds of two halves: the tracker and the rules may be tuned on the first, never on the second."""


def random_lines(
    sequence: Sequence, count: int, seed: int = SEED
) -> dict[str, tuple[Point, Point]]:
    """Lines within the frame, by name."""
    chance = np.random.default_rng(seed)
    found: dict[str, tuple[Point, Point]] = {}
    while len(found) < count:
        x, y = chance.uniform(0.02, 0.98, 2)
        length, angle = chance.uniform(0.1, 0.67), chance.uniform(0, 2 * np.pi)
        end_x = x + length * np.cos(angle) / sequence.aspect
        end_y = y + length * np.sin(angle)
        if 0.02 <= end_x <= 0.98 and 0.02 <= end_y <= 0.98:
            found[f"line{len(found)}"] = ((float(x), float(y)), (float(end_x), float(end_y)))
    return found
