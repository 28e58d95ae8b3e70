"""A made-up month of a site: what its cameras saw, given to the store as the analysis gives it.

Every camera sees the same number of visits a day; each lasts ten seconds at five frames a second,
walks through the picture and crosses a counting line.
"""

import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from curtilage.model import Direction, Kind, Phase
from curtilage.store import Database
from curtilage.store.found import results
from curtilage.store.found.events import StoredEvent
from curtilage.store.found.heat import HeatStretch
from curtilage.store.found.observations.compact import compact
from curtilage.store.found.observations.log import ObservationLog
from curtilage.store.found.results import CountRow, DwellRow, OccupancyRow, PathRow, Results
from curtilage.store.found.tracks import TrackSummary

S: Final = 1_000_000_000
DAY_NS: Final = 86_400 * S
BEGIN_NS: Final = 20_606 * DAY_NS  # 2026-06-02
ZONE: Final = ZoneInfo("UTC")
SIGHTINGS: Final = 50  # of one visit
SHAPE: Final = (54, 96)
_EVENTS_A_DAY: Final = 100  # of one camera: alarms are rarer than visits


@dataclass(frozen=True, slots=True)
class Site:
    """How much there is of it."""

    cameras: int
    days: int
    visits: int  # of one camera in one day

    @property
    def names(self) -> list[str]:
        """Of the cameras."""
        return [f"camera-{n:02d}" for n in range(self.cameras)]

    @property
    def end_ns(self) -> int:
        """UTC ns after the last day."""
        return BEGIN_NS + self.days * DAY_NS

    @property
    def sightings(self) -> int:
        """Of all cameras in all days."""
        return self.cameras * self.days * self.visits * SIGHTINGS


def write_sightings(folder: Path, site: Site) -> dict[str, float]:
    """All sightings as Parquet, a file a day; what that cost."""
    log = ObservationLog(folder, "analyser-0")
    write_s = merge_s = 0.0
    for day in range(site.days):
        begun = time.process_time()
        for hour in range(4):  # as few files as memory allows: what is measured is the merged day
            for number, name in enumerate(site.names):
                _append(log, name, site, BEGIN_NS + day * DAY_NS + hour * DAY_NS // 4, number)
            log.flush(BEGIN_NS + day * DAY_NS + (hour + 1) * DAY_NS // 4)
        write_s += time.process_time() - begun
        begun = time.process_time()
        compact(folder, BEGIN_NS + (day + 2) * DAY_NS)
        merge_s += time.process_time() - begun
    log.close(site.end_ns)
    size = sum(path.stat().st_size for path in folder.glob("*/*.parquet"))
    return {
        "rows": site.sightings,
        "write_us_per_row_cpu": write_s / site.sightings * 1e6,
        "merge_us_per_row_cpu": merge_s / site.sightings * 1e6,
        "bytes_per_row": size / site.sightings,
    }


def write_results(database: Database, site: Site) -> dict[str, float]:
    """All that the scenes bring forth, one camera and day a commit; what that cost."""
    chance = np.random.default_rng(5)
    begun = time.process_time()
    for day in range(site.days):
        for name in site.names:
            given = _day(name, BEGIN_NS + day * DAY_NS, site.visits, chance)
            database.now(partial(results.commit, new=given))
    spent = time.process_time() - begun
    return {"commits": site.days * site.cameras, "cpu_s": spent}


def _append(log: ObservationLog, camera: str, site: Site, begin_ns: int, seed: int) -> None:
    """The visits of a quarter of a day, as if each frame had come by itself."""
    visits = site.visits // 4
    chance = np.random.default_rng(begin_ns // S + seed)
    start_ns = begin_ns + np.sort(chance.integers(0, DAY_NS // 4 - 10 * S, visits))
    track = np.repeat(np.arange(visits, dtype=np.int64) + begin_ns // S, SIGHTINGS)
    step = np.tile(np.arange(SIGHTINGS), visits)
    moment_ns = np.repeat(start_ns, SIGHTINGS) + step * (S // 5)
    x = np.repeat(chance.uniform(0, 0.5, visits), SIGHTINGS) + step * 0.008
    y = np.repeat(chance.uniform(0.2, 0.5, visits), SIGHTINGS) + chance.normal(0, 0.002, len(step))
    box = np.stack([x, y, x + 0.08, y + 0.4], axis=1).astype(np.float32)
    score = chance.uniform(0.4, 0.9, len(step)).astype(np.float32)
    label = np.zeros(len(step), np.int16)
    log.append_many(camera, moment_ns, track, label, score, box)


def _day(camera: str, begin_ns: int, visits: int, chance: np.random.Generator) -> Results:
    times = begin_ns + np.sort(chance.integers(0, DAY_NS, visits))
    ins = chance.random(visits) < 0.5
    inside = np.maximum.accumulate(np.zeros(visits, np.int64)) + np.cumsum(np.where(ins, 1, -1))
    inside -= np.minimum.accumulate(np.minimum(inside, 0))
    moments = list(zip(times.tolist(), ins.tolist(), inside.tolist(), strict=True))
    minutes = np.unique(times // (60 * S)) * 60 * S
    return Results(
        camera,
        begin_ns + DAY_NS,
        ZONE,
        events=[_event(camera, t, n) for n, (t, _, _) in enumerate(moments[:_EVENTS_A_DAY])],
        counts=[CountRow("door", t, "person", int(a), int(not a), 0, b) for t, a, b in moments],
        occupancy=[OccupancyRow("hall", m, 60.0, 30.0, 1) for m in minutes.tolist()],
        dwell=[DwellRow("seat", t, 0.0, 10.0) for t, _, _ in moments],
        paths=[PathRow("ways", t, "door", "desk", 1, 1) for t, _, _ in moments],
        heat=[_stretch(begin_ns + n * 600 * S, visits // 144 + 1, chance) for n in range(144)],
        tracks=[_track(camera, t, n) for n, (t, _, _) in enumerate(moments)],
        state=bytes(20_000),
    )


def _event(camera: str, time_ns: int, number: int) -> StoredEvent:
    name = f"{time_ns // 1_000_000:012x}{camera[-2:]}{number:06x}{time_ns % 4096:012x}"
    return StoredEvent(
        id=name,
        camera=camera,
        rule="line",
        kind=Kind.LINE_CROSSED,
        phase=Phase.INSTANT,
        time_ns=time_ns,
        noticed_ns=time_ns + S // 5,
        direction=Direction.A_TO_B,
        track=number,
        label="person",
        score=0.8,
        box=(0.1, 0.2, 0.3, 0.8),
    )


def _track(camera: str, time_ns: int, number: int) -> TrackSummary:
    box, begin, end = (0.1, 0.2, 0.3, 0.8), (0.1, 0.8), (0.6, 0.8)
    last_ns = time_ns + 10 * S
    return TrackSummary(
        camera, number, "person", time_ns, last_ns, SIGHTINGS, time_ns, 0.8, box, begin, end
    )


def _stretch(start_ns: int, visits: int, chance: np.random.Generator) -> HeatStretch:
    """Each visit touches a hundred cells: 25 steps of two frames, four cells each."""
    cell = np.unique(chance.integers(0, SHAPE[0] * SHAPE[1], visits * 100)).astype(np.int32)
    return HeatStretch(
        rule="presence",
        start_ns=start_ns,
        length_ns=600 * S,
        label="person",
        shape=SHAPE,
        extent=(0.0, 0.0, 1.0, 1.0),
        cell=cell,
        seconds=chance.uniform(0.01, 0.2, len(cell)),
    )
