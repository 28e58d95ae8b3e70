"""The lines and zones drawn on PETS, and what truly happened at them.

All are drawn on the ground where people walk. ``MAIN`` is what the bars are about: the line
``post`` runs through a sign post that hides people, ``west`` closes the road on the left, ``east``
lies across the way to the upper right. ``FURTHER`` was drawn at the same time and is reported
apart, so that a method shaped on the first three shows what it is worth elsewhere.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from bench.data import Rows, Sequence, pets
from bench.truth.crossings import Truth, crossings
from bench.truth.visits import Visit, inside, occupancy, visits

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Scene:
    """Lines and zones, fractions of the frame."""

    name: str
    lines: dict[str, tuple[Point, Point]]
    zones: dict[str, tuple[Point, ...]]


MAIN = Scene(
    "three lines, two zones",
    {
        "post": ((0.56, 0.35), (0.56, 0.57)),
        "west": ((0.30, 0.35), (0.30, 0.55)),
        "east": ((0.60, 0.45), (0.90, 0.40)),
    },
    {
        "plaza": ((350 / 768, 215 / 576), (520 / 768, 215 / 576), (560 / 768, 290 / 576),
                  (350 / 768, 290 / 576)),
        "lawn": ((0.05, 0.50), (0.40, 0.62), (0.62, 0.70), (0.62, 0.97), (0.05, 0.97)),
    },
)  # fmt: skip

FURTHER = Scene(
    "three further lines, a further zone",
    {
        "middle": ((0.45, 0.36), (0.45, 0.60)),
        "corner": ((0.70, 0.66), (0.93, 0.52)),
        "north": ((0.68, 0.34), (0.92, 0.34)),
    },
    {"fork": ((0.70, 0.36), (0.86, 0.36), (0.90, 0.56), (0.74, 0.56))},
)

SCENES = {"main": MAIN, "further": FURTHER}


@dataclass(frozen=True, slots=True)
class SceneTruth:
    """What truly happened in a scene."""

    crossings: list[Truth]  # with the optional ones
    visits: dict[str, list[Visit]]  # by zone
    occupancy: dict[str, npt.NDArray[np.int64]]  # by zone, [frames]

    @property
    def certain(self) -> int:
        """How many crossings must be found."""
        return sum(not t.optional for t in self.crossings)


@cache
def scene_truth(name: str) -> SceneTruth:
    """What truly happened in one of ``SCENES``, from the annotation of PETS."""
    return truth_of(SCENES[name], pets())


def truth_of(scene: Scene, sequence: Sequence) -> SceneTruth:
    """What truly happened in a scene drawn over an annotated sequence."""
    stays = {
        name: inside(sequence.truth, in_pixels(corners, sequence), sequence)
        for name, corners in scene.zones.items()
    }
    return SceneTruth(
        true_crossings(scene.lines, sequence),
        {name: visits(name, stay, sequence.fps) for name, stay in stays.items()},
        {name: occupancy(stay, sequence.frames) for name, stay in stays.items()},
    )


def true_crossings(lines: dict[str, tuple[Point, Point]], sequence: Sequence) -> list[Truth]:
    """The crossings of all annotated people over all lines (fractions), in order of time."""
    found: list[Truth] = []
    for person in np.unique(sequence.truth[:, 1]):
        rows = sequence.truth[sequence.truth[:, 1] == person]
        times = (rows[:, 0] - 1) / sequence.fps
        feet = feet_of(rows)
        for name, ends in lines.items():
            first, last = in_pixels(ends, sequence)
            found += crossings(
                name, (first[0], first[1]), (last[0], last[1]), int(person), times, feet, rows[:, 5]
            )
    return sorted(found, key=lambda t: (t.begin, t.line))


def feet_of(rows: Rows) -> npt.NDArray[np.float64]:
    """Bottom centres of boxes, px, [N, 2]."""
    return np.column_stack([rows[:, 2] + rows[:, 4] / 2, rows[:, 3] + rows[:, 5]])


def in_pixels(points: tuple[Point, ...], sequence: Sequence) -> npt.NDArray[np.float64]:
    """Fractions of the frame as pixels, [K, 2]."""
    return np.array(points, np.float64) * [sequence.width, sequence.height]
