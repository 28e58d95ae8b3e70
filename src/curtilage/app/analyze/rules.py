"""Rules over stored tracks: what ``analyze`` and ``replay`` have in common.

The expensive part of an analysis ends with the tracks; this part is quick, and always done as a
whole, so that a changed rules file costs seconds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from curtilage.app.outputs.events import Origin, Record, records, write_events
from curtilage.app.outputs.playback import Playback
from curtilage.app.outputs.series_files import (
    Crossing,
    write_counts,
    write_dwell,
    write_heatmaps,
    write_occupancy,
    write_paths,
)
from curtilage.config import HeatmapRule, SceneSettings
from curtilage.model import Event, Kind
from curtilage.scene import Scene

PRESENCE = "presence"
"""Id of the heat map that is made when there is no rule for one: the report shows it."""


@dataclass(frozen=True, slots=True)
class Results:
    """What the rules made of the tracks."""

    scene: Scene
    events: list[Record]  # sorted by time, with ids


def run_rules(
    folder: Path,
    played: Playback,
    settings: SceneSettings,
    check: Callable[[], None] = lambda: None,
) -> Results:
    """Run the rules over the tracks and write events, tables and maps into ``folder``.

    ``check`` is called for each frame; what it raises ends the run.

    Raises:
        InputError: the rules do not fit the camera, or a file cannot be written.

    """
    footage = played.footage
    width, height = footage.size
    scene = Scene(_with_heatmap(settings), width / height, footage.frame_interval)
    events, crossings = _play(scene, played, check)
    origin = Origin(footage.source_id, settings.camera.name, settings.camera.epoch)
    made = records(events, origin)
    first = float(played.looks["time"][0])
    end = float(played.looks["time"][-1]) + footage.frame_interval
    write_events(folder, made)
    write_counts(folder, scene, crossings, first, end)
    write_occupancy(folder, scene)
    write_dwell(folder, scene)
    write_paths(folder, scene)
    write_heatmaps(folder, scene)
    return Results(scene, made)


def _with_heatmap(settings: SceneSettings) -> SceneSettings:
    taken = {rule.id for rule in settings.rules}
    if any(rule.type == "heatmap" for rule in settings.rules):
        return settings
    name = PRESENCE
    while name in taken:
        name += "_map"
    rules = [*settings.rules, HeatmapRule(id=name, type="heatmap")]
    return settings.model_copy(update={"rules": rules})


def _play(
    scene: Scene, played: Playback, check: Callable[[], None]
) -> tuple[list[Event], list[Crossing]]:
    """All events, and all crossings that lines have counted.

    A line with hours or a cool-down counts crossings that raise no event; those are dated when
    they are noticed, at most the memory of the line late.
    """
    events: list[Event] = []
    crossings: list[Crossing] = []
    counted = scene.crossings
    time = 0.0

    def take(new: list[Event]) -> None:
        nonlocal counted
        events.extend(new)
        now = scene.crossings
        if now == counted:
            return
        for rule, directions in now.items():
            for direction, count in directions.items():
                dated = [
                    event.time
                    for event in new
                    if event.rule == rule
                    and event.kind == Kind.LINE_CROSSED
                    and event.direction == direction
                ]
                fresh = count - counted[rule][direction]
                undated = [time] * (fresh - len(dated))
                crossings.extend(Crossing(t, rule, direction) for t in [*dated, *undated])
        counted = now

    for time, tracks in played:
        check()
        take(scene.update(time, tracks))
    take(scene.finish())
    return events, crossings
