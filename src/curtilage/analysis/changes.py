"""What other settings mean for an analyser that runs."""

from curtilage.config.site import SiteCamera, SiteSettings


def must_restart(before: SiteSettings, after: SiteSettings) -> str | None:
    """Why a running analyser cannot take other settings, or None."""
    for key in ("state", "database", "analysis"):
        if getattr(before, key) != getattr(after, key):
            return f"{key} changed: the analyser begins anew with it"
    return None


def is_changed(before: SiteSettings, old: SiteCamera, after: SiteSettings, new: SiteCamera) -> bool:
    """Whether a camera is to be looked at in another way."""
    return (
        old.analysis != new.analysis
        or old.masks != new.masks
        or streams_of(old) != streams_of(new)
        or old.armed_rules != new.armed_rules
        or before.scene_of(old) != after.scene_of(new)
    )


def streams_of(camera: SiteCamera) -> tuple[str, str]:
    """Names of the streams that are analysed and watched for motion."""
    return camera.analysed_stream, camera.motion_stream
