"""A made-up crowd for timing: N people who walk about a 1920x1080 picture at 15 fps.

Sizes grow with nearness as under a camera, boxes jitter by a fiftieth of their height, three in a
hundred are missed in each frame. Fixed seed.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

WIDTH, HEIGHT, FPS = 1920, 1080, 15.0
SIZES = (10, 50, 200, 1000)
SEED = 7
MISSED = 0.03


@dataclass(frozen=True, slots=True)
class Crowd:
    """Boxes of people frame by frame; identities are those of the people."""

    boxes: list[npt.NDArray[np.float32]]  # each [N, 4]: x0 y0 x1 y1, px
    scores: list[npt.NDArray[np.float32]]  # each [N]
    ids: list[npt.NDArray[np.int64]]  # each [N]


def crowd(people: int, frames: int) -> Crowd:
    """``people`` walking for ``frames`` frames."""
    chance = np.random.default_rng(SEED)
    place = chance.uniform((0.05, 0.25), (0.95, 0.98), (people, 2))
    heading = chance.uniform(0, 2 * np.pi, people)
    # smaller where there are many: each overlaps one or two others, as people in the street do
    tall = 0.35 * min(1.0, (20 / people) ** 0.5)
    found = Crowd([], [], [])
    for _ in range(frames):
        height = tall * (0.3 + 0.7 * place[:, 1]) * HEIGHT
        pace = 0.8 * height / FPS  # px per frame: 0.8 body heights per second
        step = np.column_stack([np.cos(heading), 0.4 * np.sin(heading)]) * pace[:, None]
        place += step / (WIDTH, HEIGHT)
        outside = (place < (0.03, 0.2)) | (place > (0.97, 0.99))
        place = np.clip(place, (0.03, 0.2), (0.97, 0.99))
        turned = outside.any(axis=1)
        heading[turned] += np.pi + chance.normal(0, 0.5, int(turned.sum()))
        heading += chance.normal(0, 0.05, people)
        foot = place * (WIDTH, HEIGHT) + chance.normal(0, 0.02, (people, 2)) * height[:, None]
        width = 0.4 * height
        box = np.column_stack(
            [foot[:, 0] - width / 2, foot[:, 1] - height, foot[:, 0] + width / 2, foot[:, 1]]
        )
        seen = np.flatnonzero(chance.uniform(size=people) >= MISSED)
        found.boxes.append(box[seen].astype(np.float32))
        found.scores.append(chance.uniform(0.7, 0.99, len(seen)).astype(np.float32))
        found.ids.append(seen.astype(np.int64))
    return found
