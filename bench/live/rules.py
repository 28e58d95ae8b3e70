"""The rules of the cameras that are measured: lines and zones where people go."""

import json
from typing import Any

Rule = dict[str, Any]

TABLE = [(0.55, 0.62), (0.74, 0.62), (0.74, 1.0), (0.55, 1.0)]
ROOM: list[Rule] = [
    {"id": "left", "type": "line_crossing", "points": [(0.55, 0.50), (0.55, 1.0)]},
    {"id": "right", "type": "line_crossing", "points": [(0.74, 0.50), (0.74, 1.0)]},
    {"id": "room", "type": "counter",
     "lines": [{"line": "left", "in": "b_to_a"}, {"line": "right", "in": "a_to_b"}]},
    {"id": "table", "type": "intrusion", "polygon": TABLE},
    {"id": "near", "type": "region_entrance", "polygon": TABLE},
    {"id": "away", "type": "region_exit", "polygon": TABLE},
    {"id": "there", "type": "occupancy", "polygon": TABLE},
    {"id": "stays", "type": "dwell", "polygon": TABLE},
]  # fmt: skip
"""A room with a table to which people come, one after the other, and read."""

PLAZA = [(350 / 768, 215 / 576), (520 / 768, 215 / 576), (560 / 768, 290 / 576),
         (350 / 768, 290 / 576)]  # fmt: skip
YARD: list[Rule] = [
    {"id": "post", "type": "line_crossing", "points": [(0.56, 0.35), (0.56, 0.57)]},
    {"id": "west", "type": "line_crossing", "points": [(0.30, 0.35), (0.30, 0.55)]},
    {"id": "east", "type": "line_crossing", "points": [(0.60, 0.45), (0.90, 0.40)]},
    {"id": "gate", "type": "counter", "lines": [{"line": "post", "in": "a_to_b"}]},
    {"id": "plaza", "type": "intrusion", "polygon": PLAZA},
    {"id": "enter", "type": "region_entrance", "polygon": PLAZA},
    {"id": "floor", "type": "occupancy", "polygon": PLAZA},
]  # fmt: skip
"""PETS 2009 S2.L1, the lines and the zone of the other benchmarks."""


def yaml(rules: list[Rule]) -> str:
    """The rules in one line of YAML (JSON is YAML)."""
    return json.dumps(rules)
