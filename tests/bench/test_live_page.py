"""The page of the live benchmarks is made of whatever was measured, and tells what is missed."""

from typing import Any

import pytest

from bench.live.bars import bars
from bench.live.page import page


def recall_row(found: int, apart: float) -> dict[str, Any]:
    return {
        "footage": "a room", "small_stream": True, "events": 10, "found": found, "extra": 0,
        "apart_p50_s": 0.0, "apart_most_s": apart, "counts_differ": 0, "share_decoded": 0.2,
        "share_small_decoded": 0.1, "pictures": 100, "pictures_gated": 30, "mode": "sizes",
        "missed_events": ["7.0 s gate"] * (10 - found), "extra_events": [],
    }  # fmt: skip


def recall(found: int, apart: float) -> dict[str, Any]:
    rows = [recall_row(found, apart)]
    return {"fps": 5.0, "rounds": 2, "tolerance_s": 0.5, "rows": rows}


def cost(gate: str, ratio: float) -> dict[str, Any]:
    row = {"cameras": 50, "gate": gate, "analyser_ms": 60 * ratio, "motion_ms": 60.0,
           "analyser_to_motion": ratio}  # fmt: skip
    return {"quiet": [row]}


@pytest.mark.parametrize(
    ("figures", "met"),
    [
        ({"recall": recall(10, 0.1)}, True),
        ({"recall": recall(9, 0.1)}, False),
        ({"cost": cost("sizes", 1 / 16)}, True),
        ({"cost": cost("sizes", 1 / 14)}, False),
        ({"cost": cost("pixels", 1 / 4)}, True),
        ({"cost": cost("pixels", 1 / 2)}, False),
    ],
)
def test_a_bar_that_is_missed_says_so(figures: dict[str, Any], met: bool) -> None:
    (bar,) = bars(figures)
    assert bar.met is met


def test_nothing_measured() -> None:
    assert "## Bars" in "\n".join(page({}))


def test_each_table_names_its_command() -> None:
    machine = {"cpu": "a CPU", "cores": 2, "system": "Linux", "python": "3.11", "packages": {},
               "load": [0.1, 0.2, 0.3]}  # fmt: skip
    text = "\n".join(page({"recall": {"machine": machine, "figures": recall(9, 0.1)}}))
    assert "`python -m bench.live recall`" in text
    assert "a room: 7.0 s gate" in text
    assert "**no**" in text
