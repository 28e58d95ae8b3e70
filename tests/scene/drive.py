"""Drives the rules in tests: people who walk along polylines, as the tracks of each frame.

A walk is a row of stops (time, x, y) of the foot, straight in between. It is seen from its first
stop to its last, except while hidden; a hidden one is left out, or predicted where it walks::

    events = run([LineCrossingRule(id="gate", points=[(0.5, 0.2), (0.5, 0.8)])],
                 [walk((0, 0.3, 0.5), (4, 0.7, 0.5))])
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from curtilage.config import Rule, SceneSettings
from curtilage.config.camera import CameraSettings
from curtilage.model import CLASS_ID, Event, Tracks
from curtilage.scene import Scene

ASPECT = 16 / 9
FPS = 10.0
HEIGHT = 0.2  # of a person, frame heights
SLENDER = 4 / 9  # width / height of a person; eighths of the height are the half width here

Stop = tuple[float, float, float]  # time (s), x, y of the foot, 0..1
Moments = Iterable[tuple[float, Tracks]]


@dataclass(frozen=True, slots=True)
class Walk:
    """One track."""

    stops: tuple[Stop, ...]
    track: int
    label: str
    score: float
    height: Callable[[float], float]  # frame heights, by time
    hidden: tuple[tuple[float, float], ...]  # s, from and to, both hidden
    coasts: bool  # while hidden, predictions are among the tracks

    def foot(self, time: float) -> tuple[float, float]:
        """Where the foot is, seen or not."""
        at, x, y = np.array(self.stops, np.float64).T
        return float(np.interp(time, at, x)), float(np.interp(time, at, y))

    def is_hidden(self, time: float) -> bool:
        """True when nobody sees it just now."""
        return any(begin - 1e-9 <= time <= end + 1e-9 for begin, end in self.hidden)


def walk(
    *stops: Stop,
    track: int = 1,
    label: str = "person",
    score: float = 0.9,
    height: float | Callable[[float], float] = HEIGHT,
    hidden: Sequence[tuple[float, float]] = (),
    coasts: bool = False,
) -> Walk:
    """A track through the given stops."""
    tall = height if callable(height) else lambda _: height
    return Walk(stops, track, label, score, tall, tuple(hidden), coasts)


def moments(
    walks: Sequence[Walk], fps: float = FPS, until: float | None = None, start: float = 0.0
) -> Iterator[tuple[float, Tracks]]:
    """Time and tracks of every frame, to the last stop or ``until`` (s)."""
    end = max(w.stops[-1][0] for w in walks) if until is None else until
    hits = {w.track: 0 for w in walks}
    last = dict.fromkeys(hits, -np.inf)
    for k in range(int(np.floor((end - start) * fps + 1e-6)) + 1):
        time = start + k / fps
        rows: list[tuple[Any, ...]] = []
        for w in walks:
            if not w.stops[0][0] - 1e-9 <= time <= w.stops[-1][0] + 1e-9:
                continue
            if not w.is_hidden(time):
                hits[w.track] += 1
                last[w.track] = time
            elif not w.coasts or not hits[w.track]:
                continue
            (x, y), (px, py) = w.foot(time), w.foot(time - 1 / fps)
            tall = w.height(time)
            half = tall * SLENDER / ASPECT / 2
            box = (x - half, y - tall, x + half, y)
            velocity = ((x - px) * fps, (y - py) * fps)
            rows.append((w, box, velocity, time - w.stops[0][0], time - last[w.track]))
        yield time, _tracks(rows, hits)


def _tracks(rows: list[tuple[Any, ...]], hits: dict[int, int]) -> Tracks:
    if not rows:
        return Tracks.empty()
    walks, box, velocity, age, unseen = zip(*rows, strict=True)
    return Tracks(
        id=np.array([w.track for w in walks], np.int64),
        box=np.array(box, np.float32),
        class_id=np.array([CLASS_ID[w.label] for w in walks], np.int16),
        score=np.array([w.score for w in walks], np.float32),
        hits=np.array([hits[w.track] for w in walks], np.int32),
        age=np.array(age, np.float32),
        unseen=np.array(unseen, np.float32),
        velocity=np.array(velocity, np.float32),
    )


def without(played: Moments, begin: float, end: float) -> Iterator[tuple[float, Tracks]]:
    """The moments without those of a dropped stretch of video (s, both dropped)."""
    return (m for m in played if not begin - 1e-9 <= m[0] <= end + 1e-9)


def make_scene(
    rules: Sequence[Rule], fps: float = FPS, aspect: float = ASPECT, **camera: Any
) -> Scene:
    """The scene of a camera with these rules."""
    settings = SceneSettings(rules=list(rules), camera=CameraSettings(**camera))
    return Scene(settings, aspect, 1 / fps)


def play(scene: Scene, played: Moments) -> list[Event]:
    """All events of the moments, in the order in which they are told; the footage goes on."""
    return [event for time, tracks in played for event in scene.update(time, tracks)]


def run(
    rules: Sequence[Rule],
    walks: Sequence[Walk],
    fps: float = FPS,
    until: float | None = None,
    **camera: Any,
) -> list[Event]:
    """All events of footage with these walks, from its first frame to its end."""
    scene = make_scene(rules, fps, **camera)
    return play(scene, moments(walks, fps, until)) + scene.finish()
