"""Presences in zones: from when to when each track is inside each polygon.

One kernel serves all zones of a camera; each rule over a zone takes from its changes what it
needs. A presence begins with the first sighting inside. It survives absences: seen outside for
up to ``grace``, unseen for as long as a track can live; it then ends at its last sighting inside.
Who is hidden counts as inside for ``coast`` only. Times are those of sightings, so that noticing
late (young tracks, hidden people) moves no time.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from curtilage.geometry import Matrix, project
from curtilage.model import Points
from curtilage.scene.observations import NO_ROWS, Records, Slots
from curtilage.scene.presence_kernel import (
    ALREADY,
    CHANGE,
    END,
    INSIDE,
    LOST,
    MOST_PER_ROW,
    NEW,
    STAY,
    UNFINISHED,
    Change,
    end,
    update,
)
from curtilage.scene.stitch import Pairs

SAME_IN_BOTH = [name for name in CHANGE.names or () if name in (STAY.names or ())]
BORDER = 1e-6  # of the frame: corners nearer than this to the frame's border lie outside it


class Presences:
    """All zones of one camera, over rows of ``curtilage.scene.observations``.

    Args:
        zones: [Z] ZONE, filled but for ``first``, ``end`` and the bounding box.
        areas: for each zone its rings in the frame, the outer first, then the holes.
        plane: map of the frame to the plane where distances are measured.
        capacity: slots of the observations.
    """

    def __init__(
        self,
        zones: Records,
        areas: Sequence[Sequence[Points]],
        plane: Matrix,
        capacity: int,
    ) -> None:
        self._zones = zones
        corners: list[Points] = [np.empty((0, 2))]
        bounds: list[tuple[int, int]] = []
        for zone, rings in zip(zones, areas, strict=True):
            zone["first"] = len(bounds)
            for ring in rings:
                begin = sum(len(part) for part in corners)
                corners.append(_reaching_border(ring))
                bounds.append((begin, begin + len(ring)))
            zone["end"] = len(bounds)
            zone["x0"], zone["y0"] = _reaching_border(rings[0]).min(axis=0)
            zone["x1"], zone["y1"] = _reaching_border(rings[0]).max(axis=0)
        self._corners = np.concatenate(corners)
        self._bounds = np.array(bounds, np.int64).reshape(-1, 2)
        self._on_plane = project(plane, self._corners)
        for zone, rings in zip(zones, areas, strict=True):
            narrow = _narrowness(project(plane, rings[0]))
            zone["deep"] = np.inf if np.isnan(narrow) else narrow  # part of it above the horizon
        self._stays = np.zeros((len(zones), capacity), STAY)
        # apart from the stays, so that the search for those that end reads little
        self._phases = np.zeros((len(zones), capacity), np.uint8)
        self._visits = np.zeros(1, np.int64)
        self._begun = np.full(len(zones), np.nan)  # s, when each zone was first looked at
        self._found = np.zeros(max(64, 2 * MOST_PER_ROW * len(zones)), CHANGE)

    @property
    def capacity(self) -> int:
        """How many slots there is room for."""
        return self._stays.shape[1]

    def update(self, time: float, rows: Records, settled: float) -> list[Change]:
        """The changes that sightings at ``time`` bring, in the order in which rows stand.

        ``settled`` is the time before which no more rows can come; presences end only by that.
        """
        if not len(self._zones):
            return []
        self._begun[np.isnan(self._begun)] = time
        return self._all_changes(rows, settled)

    def finish(self) -> list[Change]:
        """End all presences, as at the end of the footage."""
        changes = self._all_changes(NO_ROWS, np.inf)
        return [c._replace(how=UNFINISHED) if c.how == LOST else c for c in changes]

    def end(self, ended: Slots) -> list[Change]:
        """Forget tracks for good; after a gap in the footage their presences end only now."""
        changes: list[Change] = []
        for slot in ended if len(self._zones) else ():
            count = end(self._zones, self._stays, self._phases, slot, self._found)
            changes += map(Change._make, self._found[:count].tolist())
        self._stays[:, ended], self._phases[:, ended] = np.zeros((), STAY), NEW
        return changes

    def stitch(self, pairs: Pairs) -> None:
        """Where a zone says so, let the second track go on with the presence of the first."""
        for old, new in pairs:
            for zone in np.flatnonzero(self._zones["stitch"]):
                self._stays[zone, new] = self._stays[zone, old]
                self._stays[zone, old] = np.zeros((), STAY)
                self._phases[zone, new] = self._phases[zone, old]
                self._phases[zone, old] = NEW

    def begin_anew(self, zone: int, time: float, keep: set[int]) -> None:
        """Let presences that go on in a zone count from ``time``, but for the visits ``keep``."""
        stays, phases = self._stays[zone], self._phases[zone]
        again = (phases >= INSIDE) & ~np.isin(stays["visit"], list(keep))
        stays["start"][again] = time
        now = again & (phases == INSIDE)
        stays["last"][now] = np.maximum(stays["last"][now], time)
        stays["inside"][again] = 0.0
        stays["origin"][again] = ALREADY
        stays["level"][again], stays["due"][again] = 0, self._zones["level1"][zone]

    def unfinished(self, zone: int, visits: set[int]) -> list[Change]:
        """The ends that these visits of a zone have if nobody looks any more; nothing is ended."""
        stays, phases = self._stays[zone], self._phases[zone]
        told = np.zeros(1, CHANGE)[0]
        told["kind"], told["zone"], told["how"] = END, zone, UNFINISHED
        changes: list[Change] = []
        for slot in np.flatnonzero((phases >= INSIDE) & np.isin(stays["visit"], list(visits))):
            stay = stays[slot]
            told["slot"], told["time"] = slot, stay["last"]
            for name in SAME_IN_BOTH:
                told[name] = stay[name]
            changes.append(Change._make(told.tolist()))
        return changes

    def open(self, zone: int, is_open: bool) -> None:
        """Let a zone see, or not."""
        self._zones["open"][zone] = is_open

    def grow(self, capacity: int) -> None:
        """Make room for more tracks."""
        stays, phases = self._stays, self._phases
        self._stays = np.zeros((len(self._zones), capacity), STAY)
        self._phases = np.zeros((len(self._zones), capacity), np.uint8)
        self._stays[:, : stays.shape[1]] = stays
        self._phases[:, : stays.shape[1]] = phases

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """A copy of all that is remembered, by name."""
        return {
            "stays": self._stays.copy(),
            "phases": self._phases.copy(),
            "visits": self._visits.copy(),
            "begun": self._begun.copy(),
        }

    def restore_some(
        self, arrays: Mapping[str, npt.NDArray[Any]], before: Slots, now: Slots
    ) -> None:
        """Of the zones ``before`` what is known of tracks goes on in the zones ``now``."""
        self.grow(arrays["stays"].shape[1])
        self._stays[now], self._phases[now] = arrays["stays"][before], arrays["phases"][before]
        self._begun[now] = arrays["begun"][before]
        self._visits[:] = arrays["visits"]

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        self.grow(arrays["stays"].shape[1])
        self._stays[:], self._phases[:] = arrays["stays"], arrays["phases"]
        self._visits[:] = arrays["visits"]
        self._begun[:] = arrays["begun"]

    def _all_changes(self, rows: Records, settled: float) -> list[Change]:
        """Run the kernel as often as it takes; once, but for crowds that all move at once."""
        row, place, changes = 0, 0, list[Change]()
        while True:
            count, row, place = update(
                self._zones,
                self._corners,
                self._on_plane,
                self._bounds,
                self._stays,
                self._phases,
                rows,
                settled,
                self._begun,
                self._visits,
                self._found,
                row,
                place,
            )
            if count:
                changes += map(Change._make, self._found[:count].tolist())
            if place == self._phases.size:
                return changes


def _reaching_border(ring: Points) -> Points:
    """The ring with corners on the frame's border moved just beyond it: people are cut there."""
    moved = np.array(ring, np.float64)
    moved[moved <= BORDER] -= 2 * BORDER
    moved[moved >= 1 - BORDER] += 2 * BORDER
    return moved


def _narrowness(ring: Points) -> float:
    """A depth that a path through a ring is sure to reach: a quarter of the width of a strip."""
    x, y = ring.T
    area = abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2
    around = np.hypot(*(ring - np.roll(ring, 1, axis=0)).T).sum()
    return float(area / around / 2)
