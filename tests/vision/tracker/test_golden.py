"""How well people keep their numbers on real detections; bounds are what we reach, less a bit.

Public detections of MOT15 (PETS09-S2L1 at 7 fps, two TUD sequences at 25 fps). The measure is our
own and simple: sightings are given to true people greedily by overlap; ``bench/accuracy`` has HOTA.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from curtilage.model import Detections
from curtilage.vision.tracker import Tracker, TrackerSettings
from tests.footage import need

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Continuity:
    found: float  # share of true boxes with a confirmed track on them
    kept: float  # share of true boxes that have their person's most frequent number
    switches: int  # a person's number changed from one sighting to the next


def overlaps(a: Numbers, b: Numbers) -> Numbers:
    """IoU of all pairs of boxes x y w h."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, :2] + a[:, None, 2:], b[None, :, :2] + b[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)
    shares: Numbers = shared / (a[:, 2:].prod(1)[:, None] + b[:, 2:].prod(1) - shared)
    return shares


def continuity(
    truth_file: Path, detected_file: Path, fps: float, size: tuple[int, int]
) -> Continuity:
    truth = np.loadtxt(truth_file, delimiter=",")
    detected = np.loadtxt(detected_file, delimiter=",")
    scale = np.array([*size, *size])
    tracker = Tracker(TrackerSettings(), size[0] / size[1])
    seen: list[tuple[int, Numbers, Numbers]] = []
    confirmed: set[int] = set()
    for frame in range(1, int(truth[:, 0].max()) + 1):
        rows = detected[detected[:, 0] == frame]
        corners = np.concatenate([rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6]], axis=1) / scale
        tracks = tracker.update(
            frame / fps,
            Detections(
                corners.astype(np.float32),
                rows[:, 6].astype(np.float32),
                np.zeros(len(rows), np.int16),
            ),
        )
        confirmed.update(tracks.id[tracks.hits >= 3].tolist())
        now = tracks.unseen == 0
        box = tracks.box[now] * scale
        seen.append(
            (frame, tracks.id[now], np.concatenate([box[:, :2], box[:, 2:] - box[:, :2]], axis=1))
        )
    numbers: dict[int, list[int]] = {}
    for frame, ids, boxes in seen:
        real = np.isin(ids, list(confirmed))
        people = truth[truth[:, 0] == frame]
        share = overlaps(people[:, 2:6], boxes[real])
        while share.size and share.max() >= 0.5:
            who, track = np.unravel_index(share.argmax(), share.shape)
            numbers.setdefault(int(people[who, 1]), []).append(int(ids[real][track]))
            share[who], share[:, track] = 0, 0
    main = sum(Counter(n).most_common(1)[0][1] for n in numbers.values())
    return Continuity(
        found=sum(map(len, numbers.values())) / len(truth),
        kept=main / len(truth),
        switches=sum(a != b for n in numbers.values() for a, b in pairwise(n)),
    )


@pytest.mark.parametrize(
    ("truth", "detected", "fps", "size", "least"),
    [
        (
            "pets09-s2l1/gt.txt",
            "pets09-s2l1/det.txt",
            7,
            (768, 576),
            Continuity(found=0.77, kept=0.60, switches=75),
        ),
        (
            "mot15/TUD-Campus/gt/gt.txt",
            "mot15/TUD-Campus/det/det.txt",
            25,
            (640, 480),
            Continuity(found=0.72, kept=0.66, switches=8),
        ),
        (
            "mot15/TUD-Stadtmitte/gt/gt.txt",
            "mot15/TUD-Stadtmitte/det/det.txt",
            25,
            (640, 480),
            Continuity(found=0.75, kept=0.70, switches=13),
        ),
    ],
)
def test_people_keep_their_numbers(
    truth: str, detected: str, fps: float, size: tuple[int, int], least: Continuity
) -> None:
    reached = continuity(need(truth), need(detected), fps, size)
    assert reached.found >= least.found, reached
    assert reached.kept >= least.kept, reached
    assert reached.switches <= least.switches, reached
