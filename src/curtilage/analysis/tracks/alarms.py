"""Alarms that are on when their rule, or the whole camera, is not looked at any more: they end.

What is on stands in the saved state, with the rules as they were; so it does not matter whether
the settings changed while an analyser ran or while none did.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy.typing as npt

from curtilage.analysis.tracks.blob import BlobError, pack, unpack
from curtilage.analysis.tracks.rows import event_rows
from curtilage.analysis.tracks.track_book import TrackBook
from curtilage.config.scene import SceneSettings
from curtilage.model import Event
from curtilage.scene import Scene, SceneError
from curtilage.store.found.results import Results, SavedState

Arrays = Mapping[str, npt.NDArray[Any]]
LOG = logging.getLogger(__name__)
SCENE: Final = "scene/"
BOOK: Final = "book/"
ANY_INTERVAL: Final = 1.0  # s; no frame comes


def left_open(scene: Arrays, now: SceneSettings, anew: Collection[str]) -> Sequence[Event]:
    """The ends of alarms that are on in rules which do not go on.

    Args:
        scene: saved state of the scene before.
        now: its rules from now on.
        anew: those of them that do not go on from that state.

    """
    before = _scene_of(scene)
    if before is None:
        return []
    going_on = {rule.id for rule in now.rules} - set(anew)
    return before.conclude({rule.id for rule in before.settings.rules} - going_on)


def concluded(camera: str, saved: SavedState, zone: ZoneInfo) -> Results | None:
    """What remains to be told of a camera that nobody looks at; None: no alarm is on.

    Counts go on from there if it is looked at again.
    """
    try:
        arrays = unpack(saved.blob)
        book = TrackBook()
        book.restore(_under(arrays, BOOK))
    except (BlobError, KeyError, ValueError):
        return None  # who looks again will say that
    scene = _scene_of(_under(arrays, SCENE))
    events = scene.conclude({rule.id for rule in scene.settings.rules}) if scene else []
    if scene is None or not events:
        return None
    state = {f"{SCENE}{key}": array for key, array in scene.state().items()}
    return Results(
        camera=camera,
        at_ns=saved.at_ns,
        zone=zone,
        events=event_rows(camera, saved.at_ns, events, book.score_of),
        state=pack({**arrays, **state}),
        follows_ns=saved.at_ns,
    )


def _scene_of(arrays: Arrays) -> Scene | None:
    """As it was saved; None: not by rules that can be read."""
    try:
        settings = SceneSettings.model_validate_json(str(arrays["settings"]))
        scene = Scene(settings, float(arrays["aspect"]), ANY_INTERVAL)
        scene.adopt(arrays)
    except (KeyError, ValueError, SceneError) as error:
        LOG.warning("alarms that may have been on cannot be ended: %s", error)
        return None
    return scene


def _under(arrays: Arrays, prefix: str) -> dict[str, npt.NDArray[Any]]:
    return {k[len(prefix) :]: v for k, v in arrays.items() if k.startswith(prefix)}
