"""The process in which rules are tried: asked on its standard input, answers on its output.

The web starts it when it is needed and ends it when it has been quiet for a while: the rules'
kernels and DuckDB take memory that the web does without. It ends by itself when the web is gone,
and is never more urgent than recording or looking.
"""

import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

import numpy as np

from curtilage.analysis import trial
from curtilage.analysis.tracks import ways
from curtilage.config.scene import DwellRule, HeatmapRule, OccupancyRule, PathsRule, Rule
from curtilage.errors import InputError
from curtilage.model import Event
from curtilage.record.export.sidecar import rfc3339
from curtilage.scene.observations import EPSILON
from curtilage.store.found.observations.query import Looks, Observations
from curtilage.web.trial.answers import (
    RuleTried,
    Stretch,
    Trial,
    TriedDwell,
    TriedEvent,
    TriedFlows,
    TriedOccupancy,
    WayOut,
    Ways,
)
from curtilage.web.trial.asked import ASKED, DrawWays, TryRules
from curtilage.web.trial.warm import warm

LOG = logging.getLogger(__name__)
EVENTS: Final = 500
"""Of each rule that are told."""
TRACKS: Final = 300
STRETCHES: Final = 500
HOUR_NS: Final = 3600 * 1_000_000_000
NICE: Final = 10


def serve() -> None:
    """Answer until nobody asks any more."""
    os.nice(NICE)
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(answered(line) + b"\n")
        sys.stdout.buffer.flush()


def answered(line: bytes) -> bytes:
    """The answer to one line, without an end of line."""
    try:
        asked = ASKED.validate_json(line)
        made = try_rules(asked) if isinstance(asked, TryRules) else draw_ways(asked)
    except InputError as error:
        return json.dumps({"refused": str(error)}).encode()
    except Exception as error:  # the next question must be answered whatever this one met
        LOG.exception("a trial failed")
        return json.dumps({"fault": type(error).__name__}).encode()
    return b'{"answer":' + made.model_dump_json(by_alias=True).encode() + b"}"


def try_rules(asked: TryRules) -> Trial:
    """What the rules would have counted."""
    warm()
    begun_s = time.monotonic()
    tried = trial.Trial(asked.settings, asked.interval, EVENTS)
    enough = _after(begun_s + asked.budget_s)
    done = all(tried.take(looks, enough) for looks in _hours(asked))
    outcome = tried.finish()
    rules = [_rule(rule, outcome) for rule in asked.settings.rules]
    until_ns = asked.to_ns if done else max(asked.from_ns, round(tried.time * 1e9))
    stretches = tried.stretches(asked.from_ns * 1e-9, asked.to_ns * 1e-9)
    seen_s = float((stretches[:, 1] - stretches[:, 0]).sum())
    named = {
        event.track
        for events in outcome.events.values()
        for event in events
        if event.track is not None
    }
    return Trial(
        begin=rfc3339(asked.from_ns),
        end=rfc3339(asked.to_ns),
        until=rfc3339(until_ns),
        done=done,
        seen=round(min(1.0, seen_s / ((asked.to_ns - asked.from_ns) * 1e-9)), 4),
        stretches=_stretches(stretches.tolist(), asked.to_ns - asked.from_ns),
        looks=tried.looks,
        took_s=round(time.monotonic() - begun_s, 3),
        rules=rules,
        tracks=[_way(way) for way in tried.ways.of(sorted(named)[:TRACKS])],
    )


def draw_ways(asked: DrawWays) -> Ways:
    """Where tracks went."""
    enough, gathered = _after(time.monotonic() + asked.budget_s), ways.Ways()
    until_ns = asked.from_ns
    for looks in _hours(asked):
        if enough():
            break
        gathered.add(looks)
        until_ns = min(asked.to_ns, until_ns + HOUR_NS)
    found, total = gathered.longest(asked.most)
    return Ways(
        begin=rfc3339(asked.from_ns),
        end=rfc3339(asked.to_ns),
        until=rfc3339(until_ns),
        total=total,
        tracks=[_way(way) for way in found],
    )


def _hours(asked: TryRules | DrawWays) -> Iterator[Looks]:
    """An hour at a time: more than that is not held in memory."""
    seen = Observations(asked.folder, threads=1)
    for begin_ns in range(asked.from_ns, asked.to_ns, HOUR_NS):
        yield seen.looks(asked.camera, begin_ns, min(asked.to_ns, begin_ns + HOUR_NS))


def _after(end_s: float) -> Callable[[], bool]:
    return lambda: time.monotonic() >= end_s


def _stretches(edges: list[list[float]], span_ns: int) -> list[Stretch]:
    """Stretches with a breath between them as one, so that there are not too many."""
    breath_s = max(2.0, span_ns * 1e-9 / STRETCHES)
    joined: list[list[float]] = []
    for begin, end in edges:
        if joined and begin - joined[-1][1] < breath_s:
            joined[-1][1] = end
        else:
            joined.append([begin, end])
    return [Stretch(begin=_told(begin), end=_told(end)) for begin, end in joined]


def _rule(rule: Rule, outcome: trial.Outcome) -> RuleTried:
    events = outcome.events[rule.id]
    counts = {what: n for (named, what), n in outcome.counts.items() if named == rule.id}
    if rule.type in ("intrusion", "loitering", "gathering"):
        counts["alarms"] = outcome.alarms[rule.id]
    occupied = outcome.occupied.get(rule.id)
    occupancy = None
    if isinstance(rule, OccupancyRule):
        occupied = occupied or trial.Occupied()
        mean = occupied.person_seconds / occupied.seconds if occupied.seconds else None
        occupancy = TriedOccupancy(
            mean=None if mean is None else round(mean, 4),
            most=occupied.most,
            seconds=round(occupied.seconds, 3),
        )
    return RuleTried(
        rule=rule.id,
        type=rule.type,
        counts=counts,
        total=outcome.noticed[rule.id],
        events=[_event(event) for event in events],
        occupancy=occupancy,
        dwell=_dwell(rule, outcome) if isinstance(rule, DwellRule) else None,
        flows=_flows(rule, outcome) if isinstance(rule, PathsRule) else None,
        presence_s=round(outcome.heat_s[rule.id], 3) if isinstance(rule, HeatmapRule) else None,
    )


def _dwell(rule: DwellRule, outcome: trial.Outcome) -> TriedDwell:
    seconds = [stay.seconds for stay in outcome.stays if stay.rule == rule.id]
    edges = [*rule.bins, np.inf]
    places = np.searchsorted(rule.bins, np.array(seconds) + EPSILON, side="right") - 1
    presences = np.bincount(places.astype(np.int64), minlength=len(rule.bins))
    return TriedDwell(
        lower=list(rule.bins),
        upper=[None if np.isinf(upper) else upper for _, upper in pairwise(edges)],
        presences=presences.tolist(),
    )


def _flows(rule: PathsRule, outcome: trial.Outcome) -> TriedFlows:
    zones = list(rule.zones)
    tables = np.zeros((2, len(zones), len(zones)), np.int64)
    for step in outcome.steps:
        if step.rule == rule.id:
            place = int(step.is_journey), zones.index(step.origin), zones.index(step.target)
            tables[place] += 1
    return TriedFlows(zones=zones, legs=tables[0].tolist(), journeys=tables[1].tolist())


def _event(event: Event) -> TriedEvent:
    return TriedEvent(
        time=_told(event.time),
        kind=event.kind,
        phase=event.phase,
        direction=event.direction,
        track=event.track,
        label=event.label,
        duration=None if event.duration is None else round(event.duration, 6),
        box=event.box,
        details=event.details,
    )


def _way(way: ways.Way) -> WayOut:
    return WayOut(
        track=way.track,
        label=way.label,
        times=[rfc3339(at_ns) for at_ns in way.time_ns.tolist()],
        points=[(round(x, 4), round(y, 4)) for x, y in way.foot.tolist()],
    )


def _told(time_s: float) -> str:
    return rfc3339(round(time_s * 1e6) * 1000)
