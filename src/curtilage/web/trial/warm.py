"""Has the kernels of all rules ready before time is counted: compiling takes seconds, once ever."""

from functools import cache
from typing import Any, Final

import numpy as np

from curtilage.config.scene import SceneSettings
from curtilage.model import Tracks
from curtilage.scene import Scene

_ZONE: Final = {"polygon": [(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)]}
_RULES: Final[list[dict[str, Any]]] = [
    {"id": "line", "type": "line_crossing", "points": [(0.5, 0.0), (0.5, 1.0)]},
    {"id": "zone", "type": "intrusion", **_ZONE},
    {"id": "body", "type": "occupancy", "body_fraction": 0.5, **_ZONE},
    {"id": "map", "type": "heatmap"},
]


@cache
def warm() -> None:
    """Somebody walks across a line and a zone; once in a process."""
    scene = Scene(SceneSettings.model_validate({"rules": _RULES}), 16 / 9, 0.2)
    for number in range(12):
        x = 0.3 + 0.04 * number
        scene.update(
            0.2 * number,
            Tracks(
                np.array([1 + number // 6]),
                np.array([[x, 0.4, x + 0.05, 0.6]], np.float32),
                np.zeros(1, np.int16),
                np.ones(1, np.float32),
                np.array([number % 6 + 1], np.int32),
                np.zeros(1, np.float32),
                np.array([0.2 if number == 5 else 0.0], np.float32),
                np.zeros((1, 2), np.float32),
            ),
        )
    scene.still(10.0, Tracks.empty())
