"""The key figures of a report: how many were seen, came, went, stayed, and for how long."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from curtilage.app.report.folder import Folder, Occupancy, Row
from curtilage.model import LABELS, Kind, Phase

SURE_HITS = 3
"""A track counts as somebody from its third sighting on, as it does for the rules."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What passed a line or a counter. For a line, ``first`` is A → B and ``second`` B → A."""

    rule: str
    type: str  # line_crossing, counter
    first: int  # a_to_b, or in
    second: int  # b_to_a, or out
    inside: int | None  # of a counter, at the end
    adjusted: int = 0  # how often `inside` of a counter was put right

    @property
    def inside_text(self) -> str:
        """How many are inside at the end, and that it is not simply in minus out."""
        times = "once" if self.adjusted == 1 else f"{self.adjusted} times"
        put_right = f", put right {times}" if self.adjusted else ""
        return f"{self.inside or 0} inside at the end{put_right}"


@dataclass(frozen=True, slots=True)
class Peak:
    """Most at once in one zone."""

    rule: str
    count: int
    time: float  # s, when it was reached first
    mean: float  # over the footage


@dataclass(frozen=True, slots=True)
class Stays:
    """What a rule over a zone noticed."""

    rule: str
    type: str
    count: int  # presences, entrances, exits, gatherings
    longest: float | None  # s; None while none has ended


@dataclass(frozen=True, slots=True)
class Figures:
    """All key figures."""

    seen: dict[str, int]  # sure tracks by class, most frequent first
    flows: list[Flow]  # in the order of the rules
    peaks: list[Peak]
    stays: list[Stays]
    presence: float  # s, summed over everybody, from the heat map of the frame; 0 without


def figures_of(folder: Folder, overlay: str | None) -> Figures:
    """Work out the figures; ``overlay`` names the heat map of the frame."""
    return Figures(
        seen=_seen(folder),
        flows=_flows(folder),
        peaks=[
            peak_of(rule.id, folder.occupancy[rule.id], _end(folder))
            for rule in folder.settings.rules
            if rule.type == "occupancy" and rule.id in folder.occupancy
        ],
        stays=_stays(folder),
        presence=float(folder.heat[overlay].sum()) if overlay else 0.0,
    )


def peak_of(rule: str, occupancy: Occupancy, end: float) -> Peak:
    """Most at once and mean of one zone until ``end`` (s)."""
    if not len(occupancy.count):
        return Peak(rule, 0, 0.0, 0.0)
    at = int(np.argmax(occupancy.count))
    held = np.diff(np.append(occupancy.time, max(end, occupancy.time[-1])))
    total = float(held.sum())
    mean = float((held * occupancy.count).sum() / total) if total else float(occupancy.count[0])
    return Peak(rule, int(occupancy.count[at]), float(occupancy.time[at]), mean)


def whole(cell: str | None) -> int:
    """A cell of a table of counts; empty means that the column is not for this row."""
    return int(float(cell)) if cell else 0


def _end(folder: Folder) -> float:
    return float(folder.summary.get("to") or folder.duration)


def _seen(folder: Folder) -> dict[str, int]:
    rows = folder.tracks
    sure = rows["hits"] >= SURE_HITS
    _, last = np.unique(rows["track"][sure][::-1], return_index=True)
    classes = rows["class"][sure][::-1][last]  # as voted at the end of the track
    counted = Counter(LABELS[class_id] for class_id in classes.tolist())
    return dict(counted.most_common())


def _flows(folder: Folder) -> list[Flow]:
    rows: dict[str, list[Row]] = {}
    for row in folder.counts:
        rows.setdefault(row.get("rule", ""), []).append(row)
    flows = []
    for rule in folder.settings.rules:
        own = rows.get(rule.id, [])
        if rule.type == "line_crossing":
            first = sum(whole(row.get("a_to_b")) for row in own)
            second = sum(whole(row.get("b_to_a")) for row in own)
            flows.append(Flow(rule.id, rule.type, first, second, None))
        elif rule.type == "counter":
            first = sum(whole(row.get("in")) for row in own)
            second = sum(whole(row.get("out")) for row in own)
            inside = whole(own[-1].get("inside")) if own else 0
            adjusted = _adjustments(folder, rule.id)
            flows.append(Flow(rule.id, rule.type, first, second, inside, adjusted))
    return flows


def _adjustments(folder: Folder, counter: str) -> int:
    return sum(
        event["rule"] == counter
        and event["kind"] == Kind.COUNTER
        and (event.get("details") or {}).get("change") not in {"in", "out"}
        for event in folder.events
    )


def _stays(folder: Folder) -> list[Stays]:
    begun: Counter[str] = Counter()
    longest: dict[str, float] = {}
    for event in folder.events:
        if event["kind"] in {Kind.OCCUPANCY, Kind.COUNTER, Kind.LINE_CROSSED, Kind.PATH}:
            continue
        rule = event["rule"]
        if event.get("phase") != Phase.END and (event.get("details") or {}).get("level") is None:
            begun[rule] += 1
        if isinstance(event.get("duration"), int | float):
            longest[rule] = max(longest.get(rule, 0.0), float(event["duration"]))
    wanted = ("intrusion", "region_entrance", "region_exit", "loitering", "gathering")
    return [
        Stays(rule.id, rule.type, begun[rule.id], longest.get(rule.id))
        for rule in folder.settings.rules
        if rule.type in wanted
    ]
