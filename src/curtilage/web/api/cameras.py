"""Routes: the cameras, how they are now, and for administrators their settings."""

from typing import Annotated, Any

from fastapi import Body
from pydantic import BaseModel, Field

from curtilage.config import SiteCamera, settings_schema, site_schema
from curtilage.config.edit import (
    add_camera,
    change_camera,
    remove_camera,
    replace_camera,
    set_rules,
)
from curtilage.web.api.settings_file import Changed, change_settings
from curtilage.web.api.states import CameraState, camera_states
from curtilage.web.context import Context
from curtilage.web.guard import Guarded, Right, Who
from curtilage.web.refusal import Refused

router = Guarded("/api/cameras", tags=["cameras"])
schemas = Guarded("/api/schemas", tags=["settings"])

Given = Annotated[dict[str, Any], Body(description="As under `cameras` in the settings file.")]
SETTINGS_BYTES = 128 << 10
"""Of a camera's settings: what is larger takes seconds to be set into the file."""
PURPOSE = "purpose: must be given: what this camera is for, in your words, as in 'the shop's door'"


class StreamOut(BaseModel):
    """One stream of a camera."""

    name: str
    recorded: bool
    analysed: bool
    small: bool = Field(description="The one that grids show.")


class CameraOut(BaseModel):
    """A camera, and how it is now."""

    name: str
    purpose: str | None
    enabled: bool
    sound: bool = Field(description="Whether sound is recorded.")
    streams: list[StreamOut]
    rules: list[str] = Field(description="Ids.")
    masks: list[list[tuple[float, float]]] = Field(
        description="Privacy masks, to be laid over live and recorded video, which is whole."
    )
    state: CameraState


class Rules(BaseModel):
    """Rules of a camera, as in its settings."""

    classes: list[str]
    calibration: dict[str, Any] | None
    rules: list[dict[str, Any]]


@router.get("", needs=Right.SIGNED_IN)
def cameras(context: Context, who: Who) -> list[CameraOut]:
    """The cameras that you see."""
    states = camera_states(context)
    return [_out(one, states[one.name]) for one in context.site.cameras if who.sees(one.name)]


@router.get("/{camera}", needs=Right.SIGNED_IN, camera="camera")
def camera(context: Context, camera: str) -> CameraOut:
    """One camera."""
    return _out(context.camera(camera), camera_states(context)[camera])


@router.post("", needs=Right.SETTINGS_WRITE, status_code=202, body_bytes=SETTINGS_BYTES)
def add(context: Context, who: Who, given: Given) -> Changed:
    """Adds a camera; `purpose` is needed."""
    if not given.get("purpose"):
        raise Refused(422, PURPOSE)
    return change_settings(context, who, add_camera(given))


@router.get("/{camera}/settings", needs=Right.SETTINGS_READ, camera="camera")
def settings(context: Context, camera: str) -> dict[str, Any]:
    """A camera's settings; passwords in addresses are hidden."""
    told: dict[str, Any] = context.camera(camera).model_dump(mode="json", by_alias=True)
    return told


@router.put(
    "/{camera}/settings",
    needs=Right.SETTINGS_WRITE,
    camera="camera",
    status_code=202,
    body_bytes=SETTINGS_BYTES,
)
def replace(context: Context, who: Who, camera: str, given: Given) -> Changed:
    """Gives a camera other settings, all of them; addresses with hidden passwords keep theirs."""
    context.camera(camera)
    return change_settings(context, who, replace_camera(camera, given))


@router.patch(
    "/{camera}/settings",
    needs=Right.SETTINGS_WRITE,
    camera="camera",
    status_code=202,
    body_bytes=SETTINGS_BYTES,
)
def change(context: Context, who: Who, camera: str, given: Given) -> Changed:
    """Changes some settings of a camera, as in `{"analysis.fps": 2}`; null removes one."""
    context.camera(camera)
    return change_settings(context, who, change_camera(camera, given))


@router.delete("/{camera}", needs=Right.SETTINGS_WRITE, camera="camera", status_code=202)
def remove(context: Context, who: Who, camera: str) -> Changed:
    """Removes a camera from the settings; its recordings stay until their time is over."""
    context.camera(camera)
    return change_settings(context, who, remove_camera(camera))


@router.get("/{camera}/rules", needs=Right.FINDINGS, camera="camera")
def rules(context: Context, camera: str) -> Rules:
    """What is noticed in front of a camera: its lines, zones and so on."""
    scene = context.site.scene_of(context.camera(camera))
    told = scene.model_dump(mode="json", by_alias=True, exclude_none=True)
    calibration = told["camera"].get("calibration")
    return Rules(classes=told["classes"], calibration=calibration, rules=told["rules"])


@router.put(
    "/{camera}/rules",
    needs=Right.SETTINGS_WRITE,
    camera="camera",
    status_code=202,
    body_bytes=SETTINGS_BYTES,
)
def set_all_rules(
    context: Context, who: Who, camera: str, rules: Annotated[list[dict[str, Any]], Body()]
) -> Changed:
    """Gives a camera these rules; those that stay the same keep their counts."""
    context.camera(camera)
    return change_settings(context, who, set_rules(camera, rules))


@schemas.get("/rules", needs=Right.SIGNED_IN)
def rules_schema() -> dict[str, Any]:
    """JSON Schema of a rules file."""
    return settings_schema()


@schemas.get("/site", needs=Right.SIGNED_IN)
def whole_schema() -> dict[str, Any]:
    """JSON Schema of a site's settings."""
    return site_schema()


def _out(camera: SiteCamera, state: CameraState) -> CameraOut:
    analysed = camera.analysed_stream if camera.analysis.enabled else None
    return CameraOut(
        name=camera.name,
        purpose=camera.purpose,
        enabled=camera.enabled,
        sound=camera.audio == "record",
        streams=[
            StreamOut(
                name=stream.name,
                recorded=stream.record,
                analysed=stream.name == analysed,
                small=stream.name == camera.motion_stream,
            )
            for stream in camera.all_streams
        ],
        rules=[rule.id for rule in camera.rules],
        masks=[list(ring) for ring in camera.masks],
        state=state,
    )
