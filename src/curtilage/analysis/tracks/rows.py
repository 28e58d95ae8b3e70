"""What a scene has counted, as the rows of the store: seconds become nanoseconds, names labels."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from curtilage.analysis.tracks.track_book import Entries, foot_of
from curtilage.config.scene import DwellRule, SceneSettings
from curtilage.model import LABELS, Event
from curtilage.scene.drained import Occupied, Stay, Step, Tally
from curtilage.scene.heatmap import HeatMap, HeatRows
from curtilage.scene.identity import identity
from curtilage.scene.observations import EPSILON
from curtilage.store.found.events import StoredEvent
from curtilage.store.found.heat import HeatStretch
from curtilage.store.found.results import CountRow, DwellRow, OccupancyRow, PathRow
from curtilage.store.found.tracks import TrackSummary

INS = frozenset({"a_to_b", "in", "entered"})
OUTS = frozenset({"b_to_a", "out", "left"})
ADJUSTED = frozenset({"negative", "empty", "reset"})


def ns(time: float) -> int:
    """UTC seconds as nanoseconds, to the microsecond: a float has no more digits."""
    return round(time * 1e6) * 1000


def event_rows(
    camera: str,
    noticed_ns: int,
    events: Sequence[Event],
    score_of: Callable[[int | None], float | None],
) -> list[StoredEvent]:
    """Events as they are kept, each with its id, which is the same whenever it is told."""
    twins: Counter[str] = Counter()
    made = []
    for event in events:
        content = _content(event)
        twin, twins[content] = twins[content], twins[content] + 1
        made.append(
            StoredEvent(
                id=str(identity(content, twin, event.time, f"live/{camera}", 0.0)),
                camera=camera,
                rule=event.rule,
                kind=event.kind,
                phase=event.phase,
                time_ns=ns(event.time),
                noticed_ns=noticed_ns,
                direction=event.direction,
                track=event.track,
                label=event.label,
                score=score_of(event.track),
                duration_s=None if event.duration is None else round(event.duration, 6),
                box=event.box,
                details=event.details,
            )
        )
    return made


def count_rows(tallies: Sequence[Tally]) -> list[CountRow]:
    """Counts of lines, counters and regions.

    Who appeared or was lost inside a region neither came nor went: events tell of them.
    """
    return [
        CountRow(
            t.rule, ns(t.time), t.label, int(t.what in INS), int(t.what in OUTS), t.adjusted,
            t.inside,
        )
        for t in tallies
        if t.what in INS or t.what in OUTS or t.what in ADJUSTED
    ]  # fmt: skip


def occupancy_rows(rule: str, occupied: Occupied) -> list[OccupancyRow]:
    """How many were inside, a row per minute."""
    columns = (occupied.start, occupied.seconds, occupied.person_seconds, occupied.most)
    return [
        OccupancyRow(rule, ns(start), seconds, total, most)
        for start, seconds, total, most in zip(*(c.tolist() for c in columns), strict=True)
    ]


def dwell_rows(stays: Sequence[Stay], settings: SceneSettings) -> list[DwellRow]:
    """Presences by length, in the bins of their rule."""
    bins = {rule.id: rule.bins for rule in settings.rules if isinstance(rule, DwellRule)}
    rows = []
    for stay in stays:
        edges = bins[stay.rule]
        at = int(np.searchsorted(edges, stay.seconds + EPSILON, side="right"))
        upper = edges[at] if at < len(edges) else None
        rows.append(DwellRow(stay.rule, ns(stay.start + stay.seconds), edges[at - 1], upper))
    return rows


def path_rows(steps: Sequence[Step]) -> list[PathRow]:
    """Ways between zones."""
    return [
        PathRow(
            s.rule, ns(s.time), s.origin, s.target, int(not s.is_journey), int(s.is_journey)
        )
        for s in steps
    ]  # fmt: skip


def heat_stretches(rule: str, heatmap: HeatMap, rows: HeatRows) -> Iterator[HeatStretch]:
    """The stretches of a heat map, one for each class in each of them."""
    changes = (np.diff(rows.start) != 0) | (np.diff(rows.class_id) != 0)
    edges = [0, *(np.flatnonzero(changes) + 1).tolist(), len(rows.cell)]
    for begin, end in pairwise(edges):
        if begin < end:
            yield HeatStretch(
                rule,
                ns(float(rows.start[begin])),
                ns(heatmap.bucket),
                LABELS[rows.class_id[begin]],
                heatmap.shape,
                heatmap.extent,
                rows.cell[begin:end],
                rows.seconds[begin:end],
            )


def summaries(camera: str, ended: Entries) -> list[TrackSummary]:
    """Tracks that have ended."""
    return [
        TrackSummary(
            camera=camera,
            track=int(one["track"]),
            label=LABELS[one["label"]],
            first_ns=ns(float(one["first"])),
            last_ns=ns(float(one["last"])),
            sightings=int(one["sightings"]),
            best_ns=ns(float(one["best"])),
            score=float(one["score"]),
            box=tuple(one["best_box"].tolist()),
            begin=tuple(one["begin"].tolist()),
            end=foot_of(one),
        )
        for one in ended
    ]


def _content(event: Event) -> str:
    """All that an event says, to the microsecond."""
    said = {
        "time": round(event.time, 6),
        "rule": event.rule,
        "kind": event.kind,
        "phase": event.phase,
        "direction": event.direction,
        "track": event.track,
        "label": event.label,
        "details": event.details,
    }
    return json.dumps(said, sort_keys=True, default=float)
