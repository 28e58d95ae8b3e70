"""Time series out of the index: counts, occupancy, dwell and paths of any range, in any step.

Rows are read in the longest kept length that fits the step, so a month of hours is a month of rows
per hour. Buckets in which nothing happened have no row; they are made here.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Row,
    Select,
    Table,
    and_,
    func,
    or_,
    select,
)

from curtilage.store.errors import StoreError
from curtilage.store.found import buckets, tables
from curtilage.store.found.buckets import Edges, Step
from curtilage.store.found.names import Series, chosen_series

MOST: Final = 500_000
"""Most buckets of all rules together in one answer: 250 rules, 83 days of hours."""
Whole = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]
Rows = npt.NDArray[np.void]

K: Final = 5
"""Fewer presences than this are never told of (rules.md, Dwell)."""


@dataclass(frozen=True, slots=True)
class CountSeries:
    """Counts of S rules in B buckets."""

    series: tuple[Series, ...]  # S, by camera and rule
    edges: Edges  # [B + 1], UTC ns
    ins: Whole  # [S, B]
    outs: Whole  # [S, B]
    adjusted: Whole  # [S, B], by how much `inside` was put right
    inside: Whole  # [S, B], at the end of the bucket; -1: not known, or the rule has none


@dataclass(frozen=True, slots=True)
class OccupancySeries:
    """How many were inside, of S rules in B buckets."""

    series: tuple[Series, ...]
    edges: Edges  # [B + 1], UTC ns
    mean: Real  # [S, B], over the time of which it is known; nan if none is
    most: Whole  # [S, B]; -1 where it is not known
    seconds: Real  # [S, B], of which it is known


@dataclass(frozen=True, slots=True)
class DwellHistogram:
    """Presences by length, without the bins that hold fewer than k."""

    series: Series
    lower_s: Real  # [N]
    upper_s: Real  # [N], inf where a bin has no end
    presences: Whole  # [N]


@dataclass(frozen=True, slots=True)
class PathFlows:
    """Counts between zones."""

    series: Series
    zones: tuple[str, ...]  # Z, by name
    legs: Whole  # [Z, Z], from one zone to the next one visited
    journeys: Whole  # [Z, Z], from the first zone of a path to its last


def counts(
    connection: Connection,
    cameras: Collection[str],
    from_ns: int,
    to_ns: int,
    step: Step,
    zone: ZoneInfo,
    *,
    rules: Collection[str] | None = None,
    labels: Collection[str] | None = None,
) -> CountSeries:
    """Counts in all buckets that touch ``[from_ns, to_ns)``, of every rule that ever counted.

    With ``labels``, of these classes only; ``adjusted`` and ``inside`` are of no class, and are
    left at 0 and -1 then.
    """
    edges = buckets.edges(from_ns, to_ns, step, zone)
    table = tables.counts
    chosen = chosen_series(connection, cameras, rules, table)
    at = {one.id: n for n, one in enumerate(chosen)}
    shape = _bearable(len(chosen), edges)
    ins, outs, adjusted = (np.zeros(shape, np.int64) for _ in range(3))
    inside = np.full(shape, -1, np.int64)
    of_all = labels is None
    inside_or_none = func.coalesce(table.c.inside, -1).label("inside")
    wanted = (table.c.ins, table.c.outs, table.c.adjusted, inside_or_none, table.c.last_ns)
    query = _in_range(table, at, step, edges, wanted)
    if labels is not None:
        query = query.where(table.c.label.in_(list(labels)))
    rows = _fetched(connection, query)
    place = _places(at, rows, edges)
    for total, name in ((ins, "ins"), (outs, "outs"), (adjusted, "adjusted")):
        np.add.at(total, place, rows[name])
    if of_all:
        _set_inside(inside, place, rows)
    if not of_all:
        return CountSeries(chosen, edges, ins, outs, np.zeros_like(adjusted), inside)
    before = _inside_before(connection, chosen, step, int(edges[0]))
    return CountSeries(chosen, edges, ins, outs, adjusted, _carried(inside, before))


def occupancy(
    connection: Connection,
    cameras: Collection[str],
    from_ns: int,
    to_ns: int,
    step: Step,
    zone: ZoneInfo,
    *,
    rules: Collection[str] | None = None,
) -> OccupancySeries:
    """Mean and greatest number inside, in all buckets that touch ``[from_ns, to_ns)``."""
    edges = buckets.edges(from_ns, to_ns, step, zone)
    table = tables.occupancy
    chosen = chosen_series(connection, cameras, rules, table)
    at = {one.id: n for n, one in enumerate(chosen)}
    shape = _bearable(len(chosen), edges)
    seconds, total = np.zeros(shape), np.zeros(shape)
    most = np.full(shape, -1, np.int64)
    wanted = (table.c.seconds, table.c.total, table.c.most)
    rows = _fetched(connection, _in_range(table, at, step, edges, wanted))
    place = _places(at, rows, edges)
    np.add.at(seconds, place, rows["seconds"])
    np.add.at(total, place, rows["total"])
    np.maximum.at(most, place, rows["most"])
    mean = np.divide(total, seconds, out=np.full(shape, np.nan), where=seconds > 0.0)
    return OccupancySeries(chosen, edges, mean, most, seconds)


def dwell(
    connection: Connection,
    cameras: Collection[str],
    from_ns: int,
    to_ns: int,
    zone: ZoneInfo,
    *,
    rules: Collection[str] | None = None,
    k: int = K,
) -> list[DwellHistogram]:
    """How long presences lasted, of the hours that touch ``[from_ns, to_ns)``.

    No total is given, and no bin of fewer than ``k``: what is left out cannot be worked out from
    one answer. Who may ask for ranges that differ by an hour could; so answers of routes for
    everybody should be of whole days.
    """
    table = tables.dwell
    found = []
    for one, rows in _of_range(connection, table, cameras, rules, from_ns, to_ns, zone):
        bins: dict[tuple[float, float], int] = {}
        for row in rows:
            name = (row.lower_s, row.upper_s or np.inf)
            bins[name] = bins.get(name, 0) + row.presences
        shown = sorted((name, count) for name, count in bins.items() if count >= k)
        lower = np.array([name[0] for name, _ in shown], np.float64)
        upper = np.array([name[1] for name, _ in shown], np.float64)
        presences = np.array([count for _, count in shown], np.int64)
        found.append(DwellHistogram(one, lower, upper, presences))
    return found


def paths(
    connection: Connection,
    cameras: Collection[str],
    from_ns: int,
    to_ns: int,
    zone: ZoneInfo,
    *,
    rules: Collection[str] | None = None,
) -> list[PathFlows]:
    """How many went from which zone to which, of the hours that touch ``[from_ns, to_ns)``."""
    found = []
    for one, rows in _of_range(connection, tables.paths, cameras, rules, from_ns, to_ns, zone):
        given = list(rows)
        zones = tuple(sorted({row.origin for row in given} | {row.target for row in given}))
        at = {name: n for n, name in enumerate(zones)}
        legs = np.zeros((len(zones), len(zones)), np.int64)
        journeys = np.zeros_like(legs)
        for row in given:
            legs[at[row.origin], at[row.target]] += row.legs
            journeys[at[row.origin], at[row.target]] += row.journeys
        found.append(PathFlows(one, zones, legs, journeys))
    return found


def _bearable(rules: int, edges: Edges) -> tuple[int, int]:
    """Shape of an answer. Raises ``StoreError`` if it would take all memory there is."""
    if rules * (len(edges) - 1) > MOST:
        raise StoreError(
            f"That would be more than {MOST:,} numbers; ask for a shorter time, a longer step or "
            "fewer cameras."
        )
    return rules, len(edges) - 1


def _in_range(
    table: Table,
    numbers: Collection[int],
    step: Step,
    edges: Edges,
    wanted: Sequence[ColumnElement[Any]],
) -> Select[Any]:
    return select(table.c.series_id, table.c.start_ns, *wanted).where(
        table.c.series_id.in_(list(numbers)),
        table.c.step == step.kept,
        table.c.start_ns >= int(edges[0]),
        table.c.start_ns < int(edges[-1]),
    )


def _fetched(connection: Connection, query: Select[Any]) -> Rows:
    """[N], numbers by the names of the columns.

    As the driver gives them: SQLAlchemy's own rows would take half of the time of a month.
    """
    columns = query.selected_columns
    form = np.dtype([(c.name, "f8" if isinstance(c.type, Float) else "i8") for c in columns])
    with closing(connection.execute(query)) as found:
        return np.array([] if found.cursor is None else found.cursor.fetchall(), form)


def _places(at: dict[int, int], rows: Rows, edges: Edges) -> tuple[Whole, Whole]:
    """Which series and which bucket each row is of."""
    known = np.array(sorted(at), np.int64)
    rank = np.array([at[number] for number in known.tolist()], np.int64)
    line = rank[np.searchsorted(known, rows["series_id"])]
    return line, np.searchsorted(edges, rows["start_ns"], side="right") - 1


def _set_inside(inside: Whole, place: tuple[Whole, Whole], rows: Rows) -> None:
    """The number after the last entry of each bucket."""
    known = np.flatnonzero(rows["inside"] >= 0)
    values = rows["inside"][known]
    # Of two at one moment the smaller is the later: an adjustment comes right before the crossing
    # that made it necessary.
    order = np.lexsort((-values, rows["last_ns"][known]))
    known, values = known[order], values[order]
    inside[place[0][known], place[1][known]] = values  # of several the last one stays


def _inside_before(
    connection: Connection, chosen: Sequence[Series], step: Step, before_ns: int
) -> Whole:
    """[S]: the number inside before a moment; -1 where it is not known."""
    table, earlier = tables.counts, tables.counts.alias("earlier")
    latest = (
        select(func.max(earlier.c.start_ns))
        .where(
            earlier.c.series_id == tables.series.c.id,
            earlier.c.step == step.kept,
            earlier.c.start_ns < before_ns,
        )
        .correlate(tables.series)
        .scalar_subquery()
    )
    rows = connection.execute(
        select(table.c.series_id, table.c.inside)
        .select_from(tables.series)
        .join(
            table,
            and_(
                table.c.series_id == tables.series.c.id,
                table.c.step == step.kept,
                table.c.start_ns == latest,
            ),
        )
        .where(tables.series.c.id.in_([one.id for one in chosen]), table.c.inside.is_not(None))
        .order_by(table.c.last_ns, table.c.inside.desc())  # the last one stays; see _set_inside
    )
    found = {int(number): int(inside) for number, inside in rows}
    return np.array([found.get(one.id, -1) for one in chosen], np.int64)


def _carried(inside: Whole, before: Whole) -> Whole:
    """Buckets without an entry have the number of the one before."""
    known = np.concatenate([before[:, None], inside], axis=1)
    place = np.where(known >= 0, np.arange(known.shape[1]), 0)
    filled = np.take_along_axis(known, np.maximum.accumulate(place, axis=1), axis=1)
    return filled[:, 1:]


def _of_range(
    connection: Connection,
    table: Table,
    cameras: Collection[str],
    rules: Collection[str] | None,
    from_ns: int,
    to_ns: int,
    zone: ZoneInfo,
) -> Iterator[tuple[Series, list[Row[Any]]]]:
    """Rows of each series: days that lie within the range, hours at its ends."""
    hours = buckets.edges(from_ns, to_ns, Step.HOUR, zone)
    first_ns, last_ns = int(hours[0]), int(hours[-1])
    days = buckets.edges(first_ns, last_ns, Step.DAY, zone)
    days = days[(days >= first_ns) & (days <= last_ns)]
    begin_ns, end_ns = (int(days[0]), int(days[-1])) if len(days) else (last_ns, last_ns)
    start = table.c.start_ns
    within = or_(
        and_(table.c.step == buckets.DAY, start >= begin_ns, start < end_ns),
        and_(table.c.step == buckets.HOUR, start >= first_ns, start < begin_ns),
        and_(table.c.step == buckets.HOUR, start >= end_ns, start < last_ns),
    )
    chosen = chosen_series(connection, cameras, rules, table)
    rows: dict[int, list[Row[Any]]] = {one.id: [] for one in chosen}
    for row in connection.execute(select(table).where(table.c.series_id.in_(list(rows)), within)):
        rows[row.series_id].append(row)
    for one in chosen:
        yield one, rows[one.id]
