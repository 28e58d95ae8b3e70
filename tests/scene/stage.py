"""People who walk as told: paths in, events of a scene out. The frame is square unless said."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from curtilage.config.camera import CameraSettings
from curtilage.config.scene import Rule, SceneSettings
from curtilage.model import Event, Tracks
from curtilage.scene import Scene, Sightings

FPS = 10.0
HEIGHT = 0.2  # of everybody, frame heights
Paths: TypeAlias = dict[int, npt.NDArray[np.float64]]  # id -> [N, 3] sightings: s, x, y


def walk(*stops: tuple[float, float, float], fps: float = FPS) -> npt.NDArray[np.float64]:
    """Sightings at every frame from the first stop to the last, straight from stop to stop."""
    time, x, y = np.array(stops, float).T
    frames = np.arange(np.ceil(time[0] * fps - 1e-9), np.floor(time[-1] * fps + 1e-9) + 1) / fps
    return np.column_stack([frames, np.interp(frames, time, x), np.interp(frames, time, y)])


def without(path: npt.NDArray[np.float64], begin: float, end: float) -> npt.NDArray[np.float64]:
    """The path hidden from ``begin`` to ``end``, both included."""
    return path[(path[:, 0] < begin - 1e-9) | (path[:, 0] > end + 1e-9)]


def box_of(x: float, y: float, height: float = HEIGHT) -> list[float]:
    """A box with its feet there, half as wide as high."""
    return [x - height / 4, y - height, x + height / 4, y]


def frames_of(
    paths: Paths, height: float = HEIGHT, until: float | None = None, fps: float = FPS
) -> list[tuple[float, Tracks]]:
    """The tracks of each frame, from time 0 to the last sighting or ``until``."""
    last = max((path[-1, 0] for path in paths.values() if len(path)), default=0.0)
    sightings = Sightings()
    by_frame: dict[int, list[tuple[int, float, float]]] = {}
    for track, path in paths.items():
        for time, x, y in path:
            by_frame.setdefault(round(time * fps), []).append((track, x, y))
    frames = []
    for k in range(round(max(last, until or 0.0) * fps) + 1):
        seen = by_frame.get(k, [])
        boxes = np.array([box_of(x, y, height) for _, x, y in seen]).reshape(-1, 4)
        frames.append((k / fps, sightings.tracks([track for track, _, _ in seen], boxes)))
    return frames


def scene_of(*rules: Rule, aspect: float = 1.0, **camera: Any) -> Scene:
    """A scene of these rules, at 10 frames a second."""
    settings = SceneSettings(rules=list(rules), camera=CameraSettings(**camera))
    return Scene(settings, aspect, 1 / FPS)


def play(
    rules: Rule | Sequence[Rule], paths: Paths, until: float | None = None, **options: Any
) -> list[Event]:
    """All events of a scene in which these people walk, in order of time."""
    scene = scene_of(*(rules if isinstance(rules, Sequence) else [rules]), **options)
    return run(scene, frames_of(paths, until=until))


def run(scene: Scene, frames: Sequence[tuple[float, Tracks]]) -> list[Event]:
    """All events of these frames, in order of time."""
    events = [event for time, tracks in frames for event in scene.update(time, tracks)]
    return sorted([*events, *scene.finish()], key=lambda event: event.time)


def brief(events: Sequence[Event]) -> list[tuple[float, str]]:
    """Times (to 0.01 s) and directions or phases: what most tests look at."""
    return [(round(event.time, 2), str(event.direction or event.phase)) for event in events]
