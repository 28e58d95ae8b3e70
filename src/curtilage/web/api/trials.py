"""Routes: rules tried on what a camera has seen, and the ways that its tracks took."""

import re
from typing import Annotated, Any, Final

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from curtilage.config.explain import first_problem
from curtilage.config.scene import SceneSettings
from curtilage.config.site import EPOCH, SiteCamera
from curtilage.store.found.observations.files import FOLDER
from curtilage.web.api.times import From, To, span
from curtilage.web.context import Context, WebContext
from curtilage.web.guard import Guarded, Right
from curtilage.web.refusal import Refused
from curtilage.web.trial.answers import Trial, Ways
from curtilage.web.trial.asked import DrawWays, TryRules
from curtilage.web.trial.desk import BUDGET_S, TrialDesk

router = Guarded("/api/cameras", tags=["rules"])

HOUR_NS: Final = 3600 * 1_000_000_000
LONGEST_H: Final = 24
RULES_BYTES: Final = 128 << 10
PLACE: Final = re.compile(r"^rules, line \d+: ")


class RulesToTry(BaseModel):
    """Rules, and the time to try them on."""

    model_config = ConfigDict(populate_by_name=True, extra="forbid")

    rules: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=256)] = Field(
        description="As under `rules` of a camera, whether they are there already or not. Give the "
        "lines of a counter with it."
    )
    begin: AwareDatetime = Field(alias="from", description="RFC 3339, with offset.")
    end: AwareDatetime = Field(
        alias="to", description="RFC 3339, with offset; not in it. At most 24 hours later."
    )
    mode: str | None = Field(
        None,
        max_length=32,
        description="The arming mode all the while; the present one if left out. Only rules that "
        "name `modes` ask for it.",
    )
    classes: list[str] | None = Field(
        None, description="What rules look at that do not say it; the camera's if left out."
    )
    calibration: dict[str, Any] | None = Field(
        None, description="`image` and `ground`, to be tried too; the camera's if left out."
    )


@router.post("/{camera}/rules/try", needs=Right.FINDINGS, camera="camera", body_bytes=RULES_BYTES)
def try_rules(context: Context, camera: str, given: RulesToTry) -> Trial:
    """What rules would have counted, had they begun at `from`: nothing is changed or kept."""
    from_ns, to_ns = span(given.begin, given.end)
    if to_ns - from_ns > LONGEST_H * HOUR_NS:
        raise Refused(422, f"Rules can be tried on {LONGEST_H} hours at a time.")
    settings = context.camera(camera)
    asked = TryRules(
        folder=context.site.state / FOLDER,
        camera=camera,
        from_ns=from_ns,
        to_ns=min(to_ns, max(from_ns + 1, context.now_ns())),
        budget_s=BUDGET_S,
        settings=_scene(context, settings, given),
        interval=1.0 / settings.analysis.fps,
    )
    return context.part(TrialDesk, TrialDesk).ask(asked, Trial)


@router.get("/{camera}/tracks/paths", needs=Right.FINDINGS, camera="camera")
def paths(
    context: Context,
    camera: str,
    begin: From,
    end: To,
    most: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> Ways:
    """Where tracks went, in points for drawing; those that were there longest."""
    from_ns, to_ns = span(begin, end)
    if to_ns - from_ns > LONGEST_H * HOUR_NS:
        raise Refused(422, f"Ways are drawn of {LONGEST_H} hours at a time.")
    asked = DrawWays(
        folder=context.site.state / FOLDER,
        camera=camera,
        from_ns=from_ns,
        to_ns=to_ns,
        budget_s=BUDGET_S,
        most=most,
    )
    return context.part(TrialDesk, TrialDesk).ask(asked, Ways)


def _scene(context: WebContext, camera: SiteCamera, given: RulesToTry) -> SceneSettings:
    """The rules as the analysis would be given them (as ``SiteSettings.scene_of``)."""
    calibration = given.calibration
    if calibration is None and camera.calibration is not None:
        calibration = camera.calibration.model_dump(mode="json")
    said = {
        "camera": {
            "name": camera.name,
            "start": EPOCH.isoformat(),
            "timezone": context.site.timezone,
            "mode": given.mode or context.site.mode,
            **({} if calibration is None else {"calibration": calibration}),
        },
        "classes": given.classes or list(camera.classes),
        "rules": given.rules,
    }
    try:
        return SceneSettings.model_validate(said)
    except ValidationError as error:
        sentence = first_problem("rules", said, error, SceneSettings)
        raise Refused(422, PLACE.sub("", sentence)) from None
