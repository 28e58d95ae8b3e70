"""The cameras that the gate is measured on."""

from bench.live.footage import Recipe
from bench.live.stage import Scene

ROOM = Scene("room")

GRID = tuple(
    Recipe(ROOM, fps, gop, rate)
    for rate in ("quality", "constant")
    for fps, gop in ((10.0, 1.0), (15.0, 2.0), (25.0, 4.0), (15.0, 10.0), (10.0, 10.0), (25.0, 1.0))
)
"""Constant quality and constant bit rate, 10 to 25 pictures a second, keyframes 1 to 10 s apart."""

HARD = (
    Recipe(Scene("far", visit="far")),
    Recipe(Scene("mixed", visit="mixed", visits=(0, 1, 2, 4, 3, 5))),
    Recipe(Scene("slow", visit="slow")),
    Recipe(Scene("stand", visit="stand", visits=(1, 2, 4, 5))),
    Recipe(Scene("night", noise=6.0)),
    Recipe(Scene("still-air", noise=0.7)),
    Recipe(Scene("wind", around="wind")),
    Recipe(Scene("drift", around="drift")),
    Recipe(Scene("dusk", around="dusk", noise=3.0)),
    Recipe(Scene("switch", around="switch")),
    Recipe(Scene("infrared", around="infrared")),
    Recipe(Scene("pets", visit="pets")),
    Recipe(Scene("pets", visit="pets"), rate="constant"),
    Recipe(ROOM, rate="filled"),
    Recipe(ROOM, encoder="bframes"),
    Recipe(ROOM, gop_s=600.0, encoder="refresh"),
    Recipe(Scene("still-air", noise=0.7), gop_s=20.0, encoder="smart"),
    Recipe(ROOM, fps=25.0, pace="changing"),
)
"""What cameras do in the world."""

QUICK = (GRID[1], GRID[7])
EVERY = GRID + HARD
