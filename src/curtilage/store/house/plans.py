"""Floor plans in the index: pictures as we have encoded them, and the cameras placed on them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, select

from curtilage.store.house.tables import plan_cameras, plans
from curtilage.store.index.upsert import Upsert

Pairs = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A camera on a plan: points of its picture and where they lie on the plan, 0..1 both."""

    camera: str
    picture: Pairs
    plan: Pairs


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan without its picture."""

    name: str
    title: str
    media_type: str
    width: int  # pixels
    height: int
    changed_ns: int  # UTC, of the picture
    cameras: tuple[Placed, ...]


_PUT: Final = Upsert(
    plans,
    ("name",),
    replace=("title", "media_type", "width", "height", "picture", "changed_ns"),
)
_PLACE: Final = Upsert(plan_cameras, ("plan", "camera"), replace=("points",))
_ABOUT: Final = select(
    plans.c.name, plans.c.title, plans.c.media_type, plans.c.width, plans.c.height,
    plans.c.changed_ns,
)  # fmt: skip


def put(connection: Connection, plan: Plan, picture: bytes) -> None:
    """Keep a plan; one of that name gets the new picture, and its cameras stay where they are."""
    row = {name: getattr(plan, name) for name in ("name", "title", "media_type", "width", "height")}
    _PUT(connection, [{**row, "picture": picture, "changed_ns": plan.changed_ns}])


def remove(connection: Connection, name: str) -> bool:
    """Forget a plan; whether there was one."""
    connection.execute(delete(plan_cameras).where(plan_cameras.c.plan == name))
    return connection.execute(delete(plans).where(plans.c.name == name)).rowcount > 0


def place(connection: Connection, name: str, placed: Placed) -> None:
    """Put a camera on a plan that is there, or elsewhere on it."""
    points = json.dumps([placed.picture, placed.plan])
    _PLACE(connection, [{"plan": name, "camera": placed.camera, "points": points}])


def take_off(connection: Connection, name: str, camera: str) -> bool:
    """Take a camera off a plan; whether it was on it."""
    gone = delete(plan_cameras).where(plan_cameras.c.plan == name, plan_cameras.c.camera == camera)
    return connection.execute(gone).rowcount > 0


def all_plans(connection: Connection) -> list[Plan]:
    """By name."""
    rows = connection.execute(_ABOUT.order_by(plans.c.name)).all()
    return [Plan(*row, cameras=_placed(connection, row.name)) for row in rows]


def one(connection: Connection, name: str) -> Plan | None:
    """The plan of a name."""
    row = connection.execute(_ABOUT.where(plans.c.name == name)).first()
    return None if row is None else Plan(*row, cameras=_placed(connection, name))


def picture(connection: Connection, name: str) -> bytes | None:
    """Its bytes."""
    found = connection.execute(select(plans.c.picture).where(plans.c.name == name)).scalar()
    return None if found is None else bytes(found)


def _placed(connection: Connection, name: str) -> tuple[Placed, ...]:
    rows = connection.execute(
        select(plan_cameras.c.camera, plan_cameras.c.points)
        .where(plan_cameras.c.plan == name)
        .order_by(plan_cameras.c.camera)
    )
    found = []
    for camera, points in rows:
        seen, drawn = json.loads(points)
        found.append(Placed(camera, _pairs(seen), _pairs(drawn)))
    return tuple(found)


def _pairs(points: Sequence[Sequence[float]]) -> Pairs:
    return tuple((float(x), float(y)) for x, y in points)
