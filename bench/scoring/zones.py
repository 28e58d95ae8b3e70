"""Scores of zones: how many visits, how many inside at each moment."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class ZoneScore:
    """How well a zone was watched."""

    visits: int
    true_visits: int
    occupancy_mae: float  # people, mean over frames of |told - true|
    exact: float  # share of frames with the true number
    person_seconds: float
    true_person_seconds: float


def score_zone(
    true_visits: int,
    true_occupancy: npt.NDArray[np.int64],
    visits: int,
    occupancy: npt.NDArray[np.int64],
    fps: float,
) -> ZoneScore:
    """The score of a number of visits and a number inside per frame."""
    apart = np.abs(occupancy - true_occupancy)
    return ZoneScore(
        visits=visits,
        true_visits=true_visits,
        occupancy_mae=float(apart.mean()),
        exact=float((apart == 0).mean()),
        person_seconds=float(occupancy.sum() / fps),
        true_person_seconds=float(true_occupancy.sum() / fps),
    )
