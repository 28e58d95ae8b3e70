"""How many events of each rule there were in a span of time, and how many of an armed one."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, Integer, cast, func, select

from curtilage.model import Kind, Phase
from curtilage.store.found.names import camera_numbers
from curtilage.store.found.tables import cameras, events, series


@dataclass(frozen=True, slots=True)
class Tally:
    """Events of one kind of one rule."""

    camera: str
    rule: str
    kind: Kind
    events: int  # that began, or have no length
    armed: int  # of these, of a rule that was armed


def tallies(
    connection: Connection, names: Collection[str], from_ns: int, to_ns: int
) -> list[Tally]:
    """Of these cameras, of what happened in ``[from_ns, to_ns)``; by camera, rule and kind."""
    numbers = camera_numbers(connection, names)
    rows = connection.execute(
        select(
            cameras.c.name,
            series.c.rule,
            events.c.kind,
            func.count(),
            func.sum(cast(events.c.armed, Integer)),
        )
        .join(series, series.c.id == events.c.series_id)
        .join(cameras, cameras.c.id == events.c.camera_id)
        .where(
            events.c.camera_id.in_(numbers),
            events.c.time_ns >= from_ns,
            events.c.time_ns < to_ns,
            events.c.phase != Phase.END.value,
        )
        .group_by(cameras.c.name, series.c.rule, events.c.kind)
        .order_by(cameras.c.name, series.c.rule, events.c.kind)
    )
    return [
        Tally(camera, rule, Kind(kind), int(count), int(armed))
        for camera, rule, kind, count, armed in rows
    ]
