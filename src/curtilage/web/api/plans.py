"""Routes: floor plans, the cameras placed on them, and where people were, on the plan."""

import asyncio
import json
from typing import Annotated, Any, Final

import numpy as np
from fastapi import Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from curtilage.config.shapes import Point
from curtilage.config.site import NAME_PATTERN
from curtilage.plane import homography, project
from curtilage.store.house import plans as store
from curtilage.store.house.plans import Placed, Plan
from curtilage.web.apart import BusyError, run_apart
from curtilage.web.api.chosen import Cameras
from curtilage.web.api.times import From, To, span, told
from curtilage.web.context import Context, WebContext
from curtilage.web.guard import Guarded, Principal, Right, Who
from curtilage.web.plans.heat import heat_on
from curtilage.web.refusal import TOO_MANY, Refused, not_found

router = Guarded("/api/plans", tags=["floor plans"])

PICTURE_BYTES: Final = 16 << 20
MOST: Final = 50
SECONDS: Final = 30.0
Name = Annotated[str, Path(pattern=NAME_PATTERN, description="As in `ground-floor`.")]
Label = Annotated[str | None, Query(alias="class", description="person, car, …; all if left out.")]
_PICTURE: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "The picture, 16 MB and 40 million pixels at most.",
        "content": {
            name: {"schema": {"type": "string", "format": "binary"}}
            for name in ("image/png", "image/jpeg", "image/webp")
        },
    }
}


class PlacementOut(BaseModel):
    """A camera on a plan."""

    camera: str = Field(description="Its name.")
    picture: list[Point] = Field(description="Points of its picture, 0..1.")
    plan: list[Point] = Field(description="Where these lie on the plan, 0..1.")
    residual: float = Field(
        description="How far the points miss each other on the plan, 0..1, root mean square; "
        "with four points always 0."
    )


class PlanOut(BaseModel):
    """A floor plan."""

    plan: str = Field(description="Its name; the picture is at `/api/plans/{plan}`.")
    title: str = Field(description="For people.")
    width: int = Field(description="Pixels.")
    height: int = Field(description="Pixels.")
    changed: str = Field(description="When the picture was sent.")
    cameras: list[PlacementOut] = Field(description="Those placed on it that you see.")


class PlacementIn(BaseModel):
    """Where a camera is on a plan: the same points in both."""

    model_config = ConfigDict(extra="forbid")

    picture: list[Point] = Field(
        min_length=4, max_length=32, description="Points on the ground in its picture, 0..1."
    )
    plan: list[Point] = Field(
        min_length=4, max_length=32, description="Where these lie on the plan, 0..1."
    )


class CameraHeat(BaseModel):
    """What one camera brought to a heat map on a plan."""

    camera: str = Field(description="Its name.")
    total: float = Field(description="Seconds on the plan.")
    outside: float = Field(description="Seconds that lie beside the plan, or beyond the horizon.")


class PlanHeatOut(BaseModel):
    """Seconds of presence per cell of the plan."""

    begin: str = Field(serialization_alias="from", description="As asked.")
    end: str = Field(serialization_alias="to", description="As asked; not in it.")
    columns: int = Field(description="Cells from left to right.")
    rows: int = Field(description="Cells from top to bottom.")
    seconds: list[list[float]] = Field(description="Row by row, from the top left.")
    total: float = Field(description="Seconds of all cells together.")
    cameras: list[CameraHeat] = Field(description="What each brought.")


@router.get("", needs=Right.FINDINGS)
def plans(context: Context, who: Who) -> list[PlanOut]:
    """The floor plans on which there is a camera that you see; all if you see all."""
    with context.database.read() as connection:
        found = store.all_plans(connection)
    return [_told(one, who) for one in found if _theirs(one, who)]


@router.get("/{plan}", needs=Right.FINDINGS, response_class=Response)
def picture(context: Context, who: Who, plan: Name) -> Response:
    """The picture of a plan, PNG or JPEG."""
    found = _one(context, who, plan)
    with context.database.read() as connection:
        data = store.picture(connection, plan)
    if data is None:
        raise not_found()
    return Response(data, media_type=found.media_type)


@router.put("/{plan}", needs=Right.SETTINGS_WRITE, body_bytes=PICTURE_BYTES, openapi_extra=_PICTURE)
async def put(
    context: Context,
    who: Who,
    request: Request,
    plan: Name,
    title: Annotated[str, Query(max_length=80, description="For people; the name if empty.")] = "",
) -> PlanOut:
    """Keeps a picture as a plan: PNG, JPEG or WebP, made anew of its pixels alone.

    A plan of that name gets the new picture; the cameras on it stay where they are.
    """
    given = await request.body()
    return _told(await asyncio.to_thread(_put, context, plan, title.strip() or plan, given), who)


@router.delete("/{plan}", needs=Right.SETTINGS_WRITE, status_code=204)
def delete(context: Context, plan: Name) -> None:
    """Forgets a plan and where its cameras are on it."""
    if not context.database.now(lambda connection: store.remove(connection, plan)):
        raise not_found()


@router.put("/{plan}/cameras/{camera}", needs=Right.SETTINGS_WRITE, camera="camera")
def place(context: Context, who: Who, plan: Name, camera: str, points: PlacementIn) -> PlanOut:
    """Places a camera on a plan by at least four points of the ground, seen in both."""
    if len(points.picture) != len(points.plan):
        raise Refused(422, "Each point needs a place in the picture and one on the plan.")
    try:
        homography(points.picture, points.plan)
    except ValueError as error:
        raise Refused(422, f"These points place nothing: {error}.") from None
    placed = Placed(camera, tuple(points.picture), tuple(points.plan))

    def change(connection: Connection) -> Plan | None:
        if store.one(connection, plan) is not None:
            store.place(connection, plan, placed)
        return store.one(connection, plan)

    found = context.database.now(change)
    if found is None:
        raise not_found()
    return _told(found, who)


@router.delete(
    "/{plan}/cameras/{camera}", needs=Right.SETTINGS_WRITE, camera="camera", status_code=204
)
def take_off(context: Context, plan: Name, camera: str) -> None:
    """Takes a camera off a plan."""
    if not context.database.now(lambda connection: store.take_off(connection, plan, camera)):
        raise not_found()


@router.get("/{plan}/heat", needs=Right.FINDINGS)
def heat(
    context: Context,
    who: Who,
    plan: Name,
    begin: From,
    end: To,
    label: Label = None,
    cameras: Cameras = None,
) -> PlanHeatOut:
    """Where people were, on the plan: the heat maps of its cameras laid on it."""
    found = _one(context, who, plan)
    span_ns = span(begin, end)
    placed = [
        one
        for one in found.cameras
        if who.sees(one.camera) and (cameras is None or one.camera in cameras)
    ]
    with context.database.read() as connection:
        made = heat_on(connection, context.site, found, placed, span_ns, label)
    rows, columns = made.seconds.shape
    return PlanHeatOut(
        begin=told(span_ns[0]),
        end=told(span_ns[1]),
        columns=columns,
        rows=rows,
        seconds=np.round(made.seconds, 3).tolist(),
        total=round(float(made.seconds.sum()), 3),
        cameras=[
            CameraHeat(
                camera=one.camera, total=round(one.seconds, 3), outside=round(one.outside, 3)
            )
            for one in made.cameras
        ],
    )


def _put(context: WebContext, name: str, title: str, given: bytes) -> Plan:
    try:
        made = run_apart("curtilage.web.plans.reencode", given, seconds=SECONDS)
    except BusyError as error:
        raise Refused(TOO_MANY, str(error), {"Retry-After": "5"}) from None
    head, _, data = made.partition(b"\n")
    about = json.loads(head)
    now_ns = context.now_ns()
    plan = Plan(
        name, title, about["media_type"], about["width"], about["height"], now_ns, cameras=()
    )

    def change(connection: Connection) -> Plan | None:
        others = [one for one in store.all_plans(connection) if one.name != name]
        if len(others) >= MOST:
            return None
        store.put(connection, plan, data)
        return store.one(connection, name)

    kept = context.database.now(change)
    if kept is None:
        raise Refused(422, f"There are {MOST} plans; delete one first.")
    return kept


def _one(context: WebContext, who: Principal, name: str) -> Plan:
    with context.database.read() as connection:
        found = store.one(connection, name)
    if found is None or not _theirs(found, who):
        raise not_found()
    return found


def _theirs(plan: Plan, who: Principal) -> bool:
    """A plan of a house is for those who see a camera in it."""
    return who.cameras is None or any(who.sees(one.camera) for one in plan.cameras)


def _told(plan: Plan, who: Principal) -> PlanOut:
    return PlanOut(
        plan=plan.name,
        title=plan.title,
        width=plan.width,
        height=plan.height,
        changed=told(plan.changed_ns),
        cameras=[_placement(one) for one in plan.cameras if who.sees(one.camera)],
    )


def _placement(one: Placed) -> PlacementOut:
    missed = project(homography(one.picture, one.plan), one.picture) - np.array(one.plan)
    return PlacementOut(
        camera=one.camera,
        picture=list(one.picture),
        plan=list(one.plan),
        residual=round(float(np.sqrt((missed**2).sum(axis=1).mean())), 6),
    )
