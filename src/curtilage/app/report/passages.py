"""When somebody passed a line or a counter, as finely as the folder knows it.

Events tell the moment of each crossing, but a rule with hours or a cool-down raises fewer than it
counts; ``counts.csv`` has all of them, per minute. So the events are taken where they add up to
the counts, and the minutes elsewhere.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curtilage.app.report.figures import Flow, whole
from curtilage.app.report.folder import Folder
from curtilage.model import Direction, Kind, Times

MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Passages:
    """Passages of one line or counter. ``first`` is A → B or in, ``second`` the other way."""

    time: Times  # [N], s
    first: npt.NDArray[np.int64]  # [N], how many then
    second: npt.NDArray[np.int64]  # [N]
    finest: float  # s; passages are not known more exactly than this


def passages_of(folder: Folder, flow: Flow) -> Passages:
    """The passages that ``flow`` sums up."""
    moments = _moments(folder, flow)
    if (int(moments.first.sum()), int(moments.second.sum())) == (flow.first, flow.second):
        return moments
    return _minutes(folder, flow)


def _moments(folder: Folder, flow: Flow) -> Passages:
    time, first, second = [], [], []
    for event in folder.events:
        if event["rule"] != flow.rule:
            continue
        if event["kind"] == Kind.LINE_CROSSED:
            way = event.get("direction")
            ways = (way == Direction.A_TO_B, way == Direction.B_TO_A)
        elif event["kind"] == Kind.COUNTER:
            change = (event.get("details") or {}).get("change")
            ways = (change == "in", change == "out")
        else:
            continue
        time.append(event["time"])
        first.append(int(ways[0]))
        second.append(int(ways[1]))
    return Passages(
        np.array(time, np.float64), np.array(first, np.int64), np.array(second, np.int64), 1.0
    )


def _minutes(folder: Folder, flow: Flow) -> Passages:
    names = ("a_to_b", "b_to_a") if flow.type == "line_crossing" else ("in", "out")
    rows = [row for row in folder.counts if row.get("rule") == flow.rule]
    counts = [[whole(row.get(name)) for row in rows] for name in names]
    return Passages(
        np.array([float(row.get("time") or 0) for row in rows], np.float64),
        np.array(counts[0], np.int64),
        np.array(counts[1], np.int64),
        MINUTE,
    )
