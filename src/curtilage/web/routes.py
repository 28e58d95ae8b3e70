"""Every router of the app, one line each; ``create_app`` serves these and nothing else."""

from curtilage.web import health
from curtilage.web.accounts import me, signing, tokens, users
from curtilage.web.api import (
    activity,
    arming,
    calibration,
    cameras,
    event_pictures,
    events,
    exports,
    heatmaps,
    logs,
    plans,
    playback,
    recordings,
    reports,
    series,
    settings,
    snapshots,
    storage,
    system,
    tracks,
    trials,
)
from curtilage.web.api.examine import routes as examine
from curtilage.web.guard.routes import Guarded
from curtilage.web.live import routes as live


def routers() -> list[Guarded]:
    """In the order in which they are matched."""
    return [
        health.router,
        signing.router,
        me.router,
        tokens.router,
        users.router,
        live.router,
        examine.router,
        cameras.router,
        cameras.schemas,
        recordings.router,
        recordings.held,
        playback.router,
        activity.router,
        snapshots.router,
        exports.router,
        settings.router,
        system.router,
        arming.router,
        storage.router,
        logs.router,
        reports.router,
        plans.router,
        events.router,
        event_pictures.router,
        series.router,
        trials.router,
        calibration.router,
        tracks.router,
        heatmaps.router,
    ]
