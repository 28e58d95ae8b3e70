"""Numbers of cameras and of their rules inside the index."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Table, bindparam, insert, select

from curtilage.store.found.tables import cameras, series

_CAMERA: Final = select(cameras.c.id).where(cameras.c.name == bindparam("name"))
_WITH_RULES: Final = (
    select(cameras.c.id, series.c.rule, series.c.id)
    .join(series, series.c.camera_id == cameras.c.id, isouter=True)
    .where(cameras.c.name == bindparam("name"))
)


@dataclass(frozen=True, slots=True)
class Series:
    """One rule of one camera."""

    id: int
    camera: str
    rule: str


def camera_number(connection: Connection, name: str) -> int | None:
    """The number of a camera; None if nothing was ever seen by it."""
    found = connection.execute(_CAMERA, {"name": name}).scalar()
    return None if found is None else int(found)


def known_camera(connection: Connection, name: str) -> int:
    """The number of a camera, made if there is none."""
    found = camera_number(connection, name)
    if found is not None:
        return found
    made = insert(cameras).values(name=name).returning(cameras.c.id)
    return int(connection.execute(made).scalar_one())


def known(connection: Connection, name: str) -> tuple[int, dict[str, int]]:
    """The number of a camera, made if there is none; those of its rules that there are, by id."""
    found = connection.execute(_WITH_RULES, {"name": name}).all()
    if not found:
        return known_camera(connection, name), {}
    return int(found[0][0]), {rule: int(number) for _, rule, number in found if rule is not None}


def with_series(
    connection: Connection, camera_id: int, numbers: Mapping[str, int], rules: Iterable[str]
) -> dict[str, int]:
    """``numbers`` of a camera's rules, and those of ``rules`` that are not among them: made."""
    found = dict(numbers)
    for rule in set(rules) - found.keys():
        made = insert(series).values(camera_id=camera_id, rule=rule).returning(series.c.id)
        found[rule] = int(connection.execute(made).scalar_one())
    return found


def camera_numbers(connection: Connection, names: Collection[str]) -> dict[int, str]:
    """The cameras among ``names`` by which something was seen: name by number."""
    rows = connection.execute(select(cameras.c.id, cameras.c.name))
    return {int(number): name for number, name in rows if name in set(names)}


def chosen_series(
    connection: Connection, names: Collection[str], rules: Collection[str] | None, table: Table
) -> tuple[Series, ...]:
    """The series of these cameras that have rows in ``table``, of all rules if None.

    In order of camera and rule.
    """
    rows = connection.execute(
        select(series.c.id, cameras.c.name, series.c.rule)
        .join(cameras, cameras.c.id == series.c.camera_id)
        .where(select(table.c.series_id).where(table.c.series_id == series.c.id).exists())
    )
    wanted = set(names)
    found = [
        Series(int(number), camera, rule)
        for number, camera, rule in rows
        if camera in wanted and (rules is None or rule in rules)
    ]
    return tuple(sorted(found, key=lambda one: (one.camera, one.rule)))
