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
    row = {"cameras": 50, "gate": gate, "whole_ms": 60 * ratio, "motion_ms": 60.0,
           "whole_to_motion": ratio}  # fmt: skip
    return {"quiet": [row]}


def scrub(p95: float) -> dict[str, Any]:
    row = {"count": 9, "p50_s": 0.1, "p95_s": p95, "most_s": 0.4, "cpu_ms": 30.0}
    film = {"first_byte_ms": 9.0, "all_ms": 90.0, "mb": 20.0, "cpu_ms": 50.0}
    return {"minutes": 20, "mbit_s": 3.0, "others": 4, "bar_s": 0.3, "one wish": row,
            "pointer stops": row, "film of a minute": film}  # fmt: skip


@pytest.mark.parametrize(
    ("figures", "met"),
    [
        ({"recall": recall(10, 0.1)}, True),
        ({"recall": recall(9, 0.1)}, False),
        ({"cost": cost("sizes", 1 / 16)}, True),
        ({"cost": cost("sizes", 1 / 14)}, False),
        ({"cost": cost("pixels", 1 / 4)}, True),
        ({"cost": cost("pixels", 1 / 2)}, False),
        ({"scrub": scrub(0.3)}, True),
        ({"scrub": scrub(0.31)}, False),
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
    parts = {"recall": recall(9, 0.1), "scrub": scrub(0.1)}
    text = "\n".join(page({n: {"machine": machine, "figures": f} for n, f in parts.items()}))
    assert "`python -m bench.live scrub`" in text
    assert "| pointer stops" in text
    assert "`python -m bench.live recall`" in text
    assert "a room: 7.0 s gate" in text
    assert "**no**" in text
