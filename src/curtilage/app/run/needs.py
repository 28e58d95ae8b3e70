"""Which parts a change of settings concerns; whether one must begin anew, it says itself."""

from dataclasses import dataclass
from typing import Any

from curtilage.app.run.parts import RECORDER, PartName, parts_of
from curtilage.config.site import SiteSettings

WHOLE = ("state", "database")
"""What all parts hold open."""
OF_THE_ANALYSIS = {"rules", "classes", "calibration", "analysis", "purpose"}
"""Of a camera; the recorder knows nothing of it."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What is to be done."""

    whole: str | None  # why everything begins anew, in a sentence
    apply: list[PartName]
    gone: list[PartName]  # shards that are no longer needed
    come: list[PartName]


def needs(old: SiteSettings, new: SiteSettings) -> Needs:
    """From ``old`` to ``new``."""
    whole = next((key for key in WHOLE if getattr(old, key) != getattr(new, key)), None)
    if whole is not None:
        return Needs(f"{whole} changed: all parts begin anew", [], [], [])
    before, after = parts_of(old), parts_of(new)
    apply = [name for name in after if name in before] if old != new else []
    if _recorded(old) == _recorded(new):
        apply = [name for name in apply if name != RECORDER]
    return Needs(
        None,
        apply,
        [name for name in before if name not in after],
        [name for name in after if name not in before],
    )


def _recorded(site: SiteSettings) -> Any:
    """What the recorder sees of the settings. Addresses are compared with their passwords."""
    cameras = [
        {key: value for key, value in camera if key not in OF_THE_ANALYSIS}
        for camera in site.cameras
    ]
    return cameras, site.volumes, site.keep, site.timezone
