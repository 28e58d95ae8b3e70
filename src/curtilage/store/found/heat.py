"""Heat maps in the index: seconds of presence per cell, in stretches as they came and in days.

A stretch is replaced as a whole while it is open, so a commit that comes again changes nothing.
Of days that are over, ``roll_up`` keeps the sum as well: a month is then thirty rows. Stretches go
after ``FINE_NS``, the days stay.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Row, bindparam, func, insert, select

from curtilage.store.found import buckets
from curtilage.store.found.heat_cells import Cells, Seconds, packed, unpacked
from curtilage.store.found.tables import cameras, heat, heat_grids, series
from curtilage.store.index.upsert import Upsert

STRETCH: Final = 600
"""``step`` of stretches; nominal, the rule's own length is in the row."""


@dataclass(frozen=True, slots=True)
class HeatStretch:
    """One class in one stretch of one heat map: all of it, as far as it is known."""

    rule: str
    start_ns: int  # UTC
    length_ns: int
    label: str | None  # class; None: not told apart
    shape: tuple[int, int]  # rows, columns of the grid
    extent: tuple[float, float, float, float]  # x0 y0 x1 y1: 0 0 1 1 of the frame, or metres
    cell: Cells  # int32[N], row * columns + column, rising
    seconds: Seconds  # float64[N]


@dataclass(frozen=True, slots=True)
class HeatGrid:
    """A heat map over a range of time."""

    extent: tuple[float, float, float, float]
    seconds: npt.NDArray[np.float64]  # [rows, columns]
    from_ns: int  # of the first stretch in it
    to_ns: int  # and the end of the last
    other_grids: int  # rows left out since the owner has changed the grid meanwhile


_PUT: Final = Upsert(heat, ("grid_id", "step", "start_ns", "label"), replace=("length_ns", "cells"))
_GRID: Final = ("rows", "columns", "x0", "y0", "x1", "y1")


def put(
    connection: Connection,
    series_of: Mapping[str, int],
    stretches: Sequence[HeatStretch],
    at_ns: int,
) -> None:
    """Keeps stretches; one that is there already is replaced. ``at_ns``: now."""
    grids: dict[tuple[Any, ...], int] = {}
    rows = {}
    stale: set[Row[int, int, int]] = set()
    for one in stretches:
        name = (series_of[one.rule], *one.shape, *one.extent)
        if name not in grids:
            grids[name] = _known_grid(connection, name)
        grid_id = grids[name]
        rows[grid_id, one.start_ns, one.label] = {
            "grid_id": grid_id,
            "step": STRETCH,
            "start_ns": one.start_ns,
            "label": one.label or "",
            "length_ns": one.length_ns,
            "cells": packed(one.cell, one.seconds),
        }
        if _SETTLED_NS < at_ns - one.start_ns - one.length_ns < FINE_NS - _DAY_NS:
            stale |= set(connection.execute(_DAY_OF, {"grid": grid_id, "at": one.start_ns}))
    _PUT(connection, list(rows.values()))
    for day in stale:  # it was added up without what comes now
        _add_up(connection, *day)


def grid(
    connection: Connection,
    camera: str,
    rule: str,
    from_ns: int,
    to_ns: int,
    *,
    label: str | None = None,
) -> HeatGrid | None:
    """The sum of the stretches that begin in ``[from_ns, to_ns)``; of all classes without a label.

    Longer ago than ``FINE_NS``, of the days that touch the range: the answer says from when to
    when it is. None if there is nothing.
    """
    used = _grids(connection, camera, rule, from_ns, to_ns)
    if not used:
        return None
    grid_id, lines, columns, *extent = used[0]
    total = np.zeros(lines * columns)
    days = [
        row
        for row in _rows(connection, grid_id, buckets.DAY, from_ns - _DAY_NS, to_ns)
        if row.start_ns + row.length_ns > from_ns
        and (_is_within(row, from_ns, to_ns) or not _is_fine(connection, grid_id, row))
    ]
    found = list(days)
    for begin_ns, end_ns in _between(days, from_ns, to_ns):
        found += _rows(connection, grid_id, STRETCH, begin_ns, end_ns)
    if not found:
        return None
    for row in found:
        if label is None or row.label == label:
            cell, seconds = unpacked(row.cells)
            total[cell] += seconds  # each cell is there once
    return HeatGrid(
        extent=(extent[0], extent[1], extent[2], extent[3]),
        seconds=total.reshape(lines, columns),
        from_ns=min(row.start_ns for row in found),
        to_ns=max(row.start_ns + row.length_ns for row in found),
        other_grids=len(used) - 1,
    )


def roll_up(connection: Connection, zone: ZoneInfo, now_ns: int, *, most: int = 50) -> int:
    """Adds up days that are over and have not been yet; how many, at most ``most``."""
    made = 0
    until_ns, _ = buckets.day_of(buckets.minute_of(now_ns - _SETTLED_NS), zone)
    for grid_id in connection.execute(select(heat_grids.c.id)).scalars().all():
        while made < most:
            after_ns = connection.execute(_LAST_DAY, {"grid": grid_id}).scalar() or 0
            at = {"grid": grid_id, "after": after_ns, "until": until_ns}
            first_ns = connection.execute(_FIRST_STRETCH, at).scalar()
            if first_ns is None:
                break
            _add_up(connection, grid_id, *buckets.day_of(buckets.minute_of(first_ns), zone))
            made += 1
    return made


_SETTLED_NS: Final = 3600 * 1_000_000_000
"""Nothing comes in of a stretch that is over for longer, but when a camera is read back."""
_DAY_NS: Final = 26 * 3600 * 1_000_000_000
"""No local day is longer."""
FINE_NS: Final = 35 * 86_400 * 1_000_000_000
"""Stretches are kept so long (a busy camera makes 350 kB of them a day), days longer."""
_DAY_OF: Final = select(heat.c.grid_id, heat.c.start_ns, heat.c.length_ns).where(
    heat.c.grid_id == bindparam("grid"),
    heat.c.step == buckets.DAY,
    heat.c.start_ns <= bindparam("at"),
    heat.c.start_ns + heat.c.length_ns > bindparam("at"),
)
_LAST_DAY: Final = select(func.max(heat.c.start_ns + heat.c.length_ns)).where(
    heat.c.grid_id == bindparam("grid"), heat.c.step == buckets.DAY
)
_FIRST_STRETCH: Final = select(func.min(heat.c.start_ns)).where(
    heat.c.grid_id == bindparam("grid"),
    heat.c.step == STRETCH,
    heat.c.start_ns >= bindparam("after"),
    heat.c.start_ns < bindparam("until"),
)
_LAST: Final = select(func.max(heat.c.start_ns)).where(
    heat.c.grid_id == bindparam("grid"),
    heat.c.step.in_((STRETCH, buckets.DAY)),
    heat.c.start_ns + heat.c.length_ns > bindparam("begin"),
    heat.c.start_ns >= bindparam("begin") - _DAY_NS,
    heat.c.start_ns < bindparam("end"),
)
_ROWS: Final = select(heat.c.start_ns, heat.c.length_ns, heat.c.label, heat.c.cells).where(
    heat.c.grid_id == bindparam("grid"),
    heat.c.step == bindparam("step"),
    heat.c.start_ns >= bindparam("begin"),
    heat.c.start_ns < bindparam("end"),
)


def _known_grid(connection: Connection, name: tuple[Any, ...]) -> int:
    values = dict(zip(("series_id", *_GRID), name, strict=True))
    query = select(heat_grids.c.id)
    for column, value in values.items():
        query = query.where(heat_grids.c[column] == value)
    found = connection.execute(query).scalar()
    if found is None:
        made = insert(heat_grids).values(values).returning(heat_grids.c.id)
        found = connection.execute(made).scalar_one()
    return int(found)


def _grids(
    connection: Connection, camera: str, rule: str, from_ns: int, to_ns: int
) -> list[tuple[Any, ...]]:
    """The grids of a heat map with something in the range, the last used first."""
    rows = connection.execute(
        select(heat_grids.c.id, *(heat_grids.c[name] for name in _GRID))
        .join(series, series.c.id == heat_grids.c.series_id)
        .join(cameras, cameras.c.id == series.c.camera_id)
        .where(cameras.c.name == camera, series.c.rule == rule)
    )
    used = []
    for row in rows.all():
        last_ns = connection.execute(_LAST, {"grid": row.id, "begin": from_ns, "end": to_ns})
        if (at_ns := last_ns.scalar()) is not None:
            used.append((at_ns, tuple(row)))
    return [row for _, row in sorted(used, reverse=True)]


def _rows(
    connection: Connection, grid_id: int, step: int, begin_ns: int, end_ns: int
) -> list[Row[Any]]:
    at = {"grid": grid_id, "step": step, "begin": begin_ns, "end": end_ns}
    return list(connection.execute(_ROWS, at))


def _is_within(day: Row[Any], from_ns: int, to_ns: int) -> bool:
    begin_ns: int = day.start_ns
    return from_ns <= begin_ns and begin_ns + int(day.length_ns) <= to_ns


def _is_fine(connection: Connection, grid_id: int, day: Row[Any]) -> bool:
    """Whether a day's stretches are still there."""
    at = {"grid": grid_id, "after": day.start_ns, "until": day.start_ns + day.length_ns}
    return connection.execute(_FIRST_STRETCH, at).scalar() is not None


def _between(days: Sequence[Row[Any]], from_ns: int, to_ns: int) -> Iterator[tuple[int, int]]:
    """The parts of the range that no day covers."""
    at = from_ns
    for start_ns, length_ns in sorted({(row.start_ns, row.length_ns) for row in days}):
        if start_ns > at:
            yield at, start_ns
        at = max(at, start_ns + length_ns)
    if at < to_ns:
        yield at, to_ns


def _add_up(connection: Connection, grid_id: int, start_ns: int, length_ns: int) -> None:
    """One row per class of all stretches that begin in a day."""
    by_label: dict[str, list[tuple[Cells, Seconds]]] = {}
    for row in _rows(connection, grid_id, STRETCH, start_ns, start_ns + length_ns):
        by_label.setdefault(row.label, []).append(unpacked(row.cells))
    made = []
    for label, parts in by_label.items():
        cells = np.concatenate([cell for cell, _ in parts])
        total = np.bincount(cells, np.concatenate([seconds for _, seconds in parts]))
        cell = np.flatnonzero(total).astype(np.int32)
        made.append(
            {
                "grid_id": grid_id,
                "step": buckets.DAY,
                "start_ns": start_ns,
                "label": label,
                "length_ns": length_ns,
                "cells": packed(cell, total[cell].astype(np.float64)),
            }
        )
    _PUT(connection, made)
