"""Drawn scenes with people who walk: what screenshots and demonstrations show instead of footage.

Everything is ours, nobody is in it, and where each figure stands is known. A scene is a still, and
walkers that go along its ways; a minute of it loops without a seam.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
import numpy.typing as npt

from curtilage.model import Image
from tests.cameras.clips import folder

SIZE: Final = (1280, 720)
RATE, SECONDS, GOP = 10, 60, 20
TALL: Final = 0.31  # of a figure at the lower border, part of the picture's height
HORIZON: Final = 0.3
VERSION: Final = 2
HEAD: Final = (208, 212, 214)
"""Of a drawn figure: nobody's colour."""
Point = tuple[float, float]
Colour = tuple[int, int, int]
Boxes = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Walker:
    """Somebody who goes along a way, again and again."""

    way: tuple[Point, ...]  # of the feet, 0..1
    begins_s: float
    takes_s: float
    coat: Colour  # BGR
    trousers: Colour = (80, 62, 52)

    def foot(self, time_s: float) -> Point | None:
        """Where they are; None: not in the picture."""
        share = ((time_s - self.begins_s) % SECONDS) / self.takes_s
        if share >= 1.0:
            return None
        points = np.array(self.way)
        steps = np.hypot(*(np.diff(points, axis=0) * (16 / 9, 1.0)).T)
        at = share * steps.sum()
        passed = np.concatenate(([0.0], np.cumsum(steps)))
        x, y = (float(np.interp(at, passed, points[:, axis])) for axis in (0, 1))
        return x, y


@dataclass(frozen=True)
class Scene:
    """A drawn place."""

    name: str
    walkers: tuple[Walker, ...]

    def path(self) -> Path:
        """The video of it, encoded at the first call."""
        path = folder() / f"garden-{self.name}-{VERSION}.mp4"
        if not path.exists():
            draft = path.with_suffix(".draft.mp4")
            _encode(self, draft)
            draft.replace(path)
        return path

    def boxes(self, time_s: float) -> tuple[list[int], Boxes]:
        """Who is there (numbers of walkers), and their boxes x0 y0 x1 y1, 0..1."""
        ids, found = [], []
        for number, walker in enumerate(self.walkers):
            foot = walker.foot(time_s)
            if foot is not None:
                ids.append(number + 1)
                high = height_at(foot[1])
                wide = 0.36 * high * SIZE[1] / SIZE[0]
                found.append((foot[0] - wide / 2, foot[1] - high, foot[0] + wide / 2, foot[1]))
        return ids, np.array(found, np.float32).reshape(-1, 4)


def height_at(y: float) -> float:
    """Of a figure whose feet are there, part of the picture's height."""
    return TALL * max(y - HORIZON, 0.02) / (1.0 - HORIZON)


_RED, _BLUE, _GREEN, _YELLOW = (60, 60, 190), (170, 100, 50), (70, 120, 60), (60, 180, 220)
_HOUSES: Final[tuple[tuple[float, float, float, Colour], ...]] = (
    (0.0, 0.2, 0.2, (120, 130, 158)),
    (0.24, 0.24, 0.27, (150, 168, 186)),
    (0.53, 0.17, 0.22, (128, 140, 176)),
    (0.75, 0.25, 0.25, (156, 160, 168)),
)
"""Left border, width, height, colour."""
GARDEN: Final = Scene(
    "front",
    (
        Walker(((-0.05, 0.62), (0.5, 0.6), (1.05, 0.62)), 2, 16, _RED),
        Walker(((1.05, 0.66), (0.48, 0.64), (-0.05, 0.66)), 11, 18, _BLUE),
        Walker(((0.5, 1.3), (0.52, 0.8), (0.57, 0.6), (1.05, 0.6)), 24, 15, _GREEN),
        Walker(((-0.05, 0.6), (0.5, 0.61), (0.5, 0.75), (0.47, 1.35)), 35, 17, _YELLOW),
        Walker(((0.3, 1.35), (0.4, 0.86), (0.62, 0.85), (0.7, 1.35)), 44, 14, (150, 80, 140)),
    ),
)
SHOP: Final = Scene(
    "shop",
    (
        Walker(((0.5, 0.46), (0.46, 0.7), (0.2, 0.8), (0.1, 1.35)), 0, 16, _YELLOW),
        Walker(((0.85, 1.35), (0.75, 0.85), (0.55, 0.7), (0.5, 0.46)), 9, 15, _BLUE),
        Walker(((0.5, 0.46), (0.62, 0.66), (0.82, 0.72), (0.7, 0.9), (0.5, 1.35)), 20, 22, _RED),
        Walker(((0.1, 1.35), (0.25, 0.8), (0.3, 0.62), (0.5, 0.46)), 38, 18, _GREEN),
    ),
)
SCENES: Final = {scene.name: scene for scene in (GARDEN, SHOP)}


def picture(scene: Scene, time_s: float) -> Image:
    """What is to be seen at a moment, ``uint8[720, 1280, 3]``, BGR."""
    canvas = _place(scene.name).copy()
    there = [(foot, walker) for walker in scene.walkers if (foot := walker.foot(time_s))]
    for (x, y), walker in sorted(there, key=lambda one: one[0][1]):  # who is farther away first
        _figure(canvas, walker, x, y, time_s)
    return canvas


def _encode(scene: Scene, path: Path) -> None:
    random = np.random.default_rng(11)
    with av.open(str(path), "w") as output:
        asked = f"keyint={GOP}:min-keyint={GOP}:scenecut=0:open-gop=0:bframes=0:threads=1:crf=23"
        stream = output.add_stream(
            "libx264", rate=RATE, options={"preset": "veryfast", "x264-params": asked}
        )
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        for number in range(RATE * SECONDS):
            grain = random.normal(0.0, 1.5, (SIZE[1] // 2, SIZE[0] // 2, 1)).astype(np.float32)
            noisy = picture(scene, number / RATE) + cv2.resize(grain, SIZE)[:, :, None]
            frame = av.VideoFrame.from_ndarray(
                np.clip(noisy, 0, 255).astype(np.uint8), format="bgr24"
            )
            output.mux(stream.encode(frame.reformat(format="yuv420p")))
        output.mux(stream.encode(None))


@cache
def _place(name: str) -> Image:
    return _front() if name == "front" else _shop()


def _sky(canvas: Image, until: int, top: Colour, low: Colour) -> None:
    share = np.linspace(0.0, 1.0, until)[:, None]
    canvas[:until] = (np.array(top) * (1 - share) + np.array(low) * share)[:, None, :]


def _textured(canvas: Image, strength: float) -> Image:
    """Grass and stone are never one colour."""
    random = np.random.default_rng(3)
    spots = random.normal(0.0, strength, (SIZE[1] // 3, SIZE[0] // 3, 1)).astype(np.float32)
    noisy = canvas + cv2.resize(spots, SIZE)[:, :, None]
    rough: Image = np.clip(noisy, 0, 255).astype(np.uint8)
    return rough


def _fill(canvas: Image, points: list[Point], colour: Colour) -> None:
    ring = np.array([(x * SIZE[0], y * SIZE[1]) for x, y in points], np.int32)
    cv2.fillPoly(canvas, [ring], colour, cv2.LINE_AA)


def _box(canvas: Image, x0: float, y0: float, x1: float, y1: float, colour: Colour) -> None:
    _fill(canvas, [(x0, y0), (x1, y0), (x1, y1), (x0, y1)], colour)


def _front() -> Image:
    """A street with a pavement, a fence with a gate, a garden with a path to the camera."""
    canvas = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    _sky(canvas, 250, (214, 190, 160), (232, 222, 208))
    _box(canvas, 0.0, 0.34, 1.0, 0.44, (78, 120, 92))  # hedges
    for x, wide, high, colour in _HOUSES:
        top = 0.425 - high
        _box(canvas, x, top, x + wide, 0.44, colour)
        roof = [(x - 0.01, top), (x + wide / 2, top - 0.085), (x + wide + 0.01, top)]
        _fill(canvas, roof, (74, 74, 104))
        for column in np.linspace(x + 0.03, x + wide - 0.06, 3):
            _box(canvas, column, 0.3 - high / 4, column + 0.03, 0.35 - high / 4, (104, 84, 70))
    _box(canvas, 0.0, 0.43, 1.0, 0.54, (104, 104, 104))  # the road
    for x in np.arange(0.02, 1.0, 0.14):
        _box(canvas, x, 0.482, x + 0.07, 0.49, (205, 205, 205))
    _box(canvas, 0.0, 0.54, 1.0, 0.68, (166, 170, 174))  # the pavement
    _box(canvas, 0.0, 0.68, 1.0, 1.0, (82, 142, 100))  # the garden
    _fill(canvas, [(0.44, 0.68), (0.58, 0.68), (0.66, 1.0), (0.3, 1.0)], (150, 168, 184))
    canvas = _textured(canvas, 5.0)
    for x in [*np.arange(0.0, 0.43, 0.022), *np.arange(0.59, 1.0, 0.022)]:
        _box(canvas, x, 0.625, x + 0.011, 0.7, (196, 206, 214))
    for x0, x1 in ((0.0, 0.44), (0.585, 1.0)):
        _box(canvas, x0, 0.64, x1, 0.648, (180, 190, 198))
        _box(canvas, x0, 0.675, x1, 0.683, (180, 190, 198))
    for x in (0.435, 0.58):
        _box(canvas, x, 0.6, x + 0.014, 0.71, (96, 104, 112))
    _tree(canvas, 0.13, 0.86, 0.16)
    _tree(canvas, 0.87, 0.82, 0.13)
    return canvas


def _shop() -> Image:
    """A shop seen from above its counter: door, shelves, a tiled floor."""
    canvas = np.full((SIZE[1], SIZE[0], 3), (198, 206, 212), np.uint8)
    _box(canvas, 0.0, 0.0, 1.0, 0.4, (206, 214, 220))
    _fill(canvas, [(0.0, 0.46), (1.0, 0.46), (1.0, 1.0), (0.0, 1.0)], (150, 164, 176))
    for x in np.linspace(-1.0, 2.0, 25):
        start = (int((0.5 + (x - 0.5) * 0.55) * SIZE[0]), int(0.46 * SIZE[1]))
        cv2.line(canvas, start, (int(x * SIZE[0]), SIZE[1]), (136, 150, 162), 1, cv2.LINE_AA)
    for y in 0.46 + 0.54 * np.linspace(0, 1, 9) ** 1.6:
        cv2.line(
            canvas,
            (0, int(y * SIZE[1])),
            (SIZE[0], int(y * SIZE[1])),
            (136, 150, 162),
            1,
            cv2.LINE_AA,
        )
    _box(canvas, 0.42, 0.1, 0.58, 0.46, (120, 96, 72))
    _box(canvas, 0.43, 0.12, 0.57, 0.46, (226, 216, 196))
    _box(canvas, 0.497, 0.12, 0.503, 0.46, (120, 96, 72))
    canvas = _textured(canvas, 3.0)
    random = np.random.default_rng(5)
    for x0, x1 in ((0.0, 0.34), (0.66, 1.0)):
        _box(canvas, x0, 0.1, x1, 0.47, (92, 110, 130))
        for y in (0.13, 0.24, 0.35):
            _box(canvas, x0 + 0.01, y, x1 - 0.01, y + 0.085, (70, 84, 100))
            for x in np.arange(x0 + 0.015, x1 - 0.03, 0.024):
                high = float(random.uniform(0.04, 0.075))
                colour = tuple(int(one) for one in random.integers(70, 220, 3))
                _box(
                    canvas,
                    x,
                    y + 0.085 - high,
                    x + 0.018,
                    y + 0.085,
                    (colour[0], colour[1], colour[2]),
                )
    _fill(canvas, [(0.78, 0.7), (1.0, 0.66), (1.0, 1.0), (0.84, 1.0)], (74, 96, 124))
    _fill(canvas, [(0.78, 0.7), (1.0, 0.66), (1.0, 0.72), (0.79, 0.76)], (120, 148, 180))
    return canvas


def _tree(canvas: Image, x: float, y: float, size: float) -> None:
    _box(canvas, x - 0.008, y - size, x + 0.008, y, (58, 78, 98))
    centre = np.array((x * SIZE[0], (y - 1.4 * size) * SIZE[1]))
    random = np.random.default_rng(round(1000 * x))
    for _ in range(46):
        at = centre + random.normal(0.0, 0.28 * size * SIZE[1], 2)
        shade = int(random.integers(-22, 22))
        colour = (58 + shade // 2, 118 + shade, 72 + shade)
        radius = int(0.22 * size * SIZE[1])
        cv2.circle(canvas, (int(at[0]), int(at[1])), radius, colour, -1, cv2.LINE_AA)


def _figure(canvas: Image, walker: Walker, x: float, y: float, time_s: float) -> None:
    """Shadow, legs in step, coat, head: a figure, nobody's face."""
    high = height_at(y) * SIZE[1]
    at = np.array((x * SIZE[0], y * SIZE[1]))
    stride = np.sin(2 * np.pi * 0.9 * time_s + walker.begins_s)

    def spot(dx: float, up: float) -> tuple[int, int]:
        return int(at[0] + dx * high), int(at[1] - up * high)

    flat = (int(0.2 * high), int(0.05 * high))
    cv2.ellipse(canvas, spot(0.06, 0.0), flat, 0, 0, 360, (70, 82, 84), -1, cv2.LINE_AA)
    leg, arm = max(int(0.085 * high), 1), max(int(0.07 * high), 1)
    for way in (-1, 1):
        foot = spot(way * 0.1 * stride, 0.03)
        cv2.line(canvas, spot(way * 0.03, 0.47), foot, walker.trousers, leg, cv2.LINE_AA)
        hand = spot(way * 0.13 + 0.07 * way * stride, 0.46)
        cv2.line(canvas, spot(way * 0.1, 0.76), hand, walker.coat, arm, cv2.LINE_AA)
    coat = [spot(-0.13, 0.8), spot(0.13, 0.8), spot(0.11, 0.42), spot(-0.11, 0.42)]
    cv2.fillPoly(canvas, [np.array(coat, np.int32)], walker.coat, cv2.LINE_AA)
    cv2.circle(canvas, spot(0.0, 0.9), max(int(0.075 * high), 1), HEAD, -1, cv2.LINE_AA)
