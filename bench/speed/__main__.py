"""``python -m bench.speed [PART …]``: measure, keep the results, write docs/benchmarks.md."""

import sys
from collections.abc import Callable
from typing import Any

from bench.report.page import write_page
from bench.results import keep_own_state_apart, save
from bench.speed import detector, latency, pipeline, rules, tracker

PARTS: dict[str, Callable[[], Any]] = {
    "tracker": tracker.measure,
    "lines": rules.measure_lines,
    "zones": rules.measure_zones,
    "heat-map": rules.measure_heat_map,
    "latency": latency.measure,
    "pipeline": pipeline.measure,
    "detector": detector.measure,  # last: it leaves a tuned network behind
}


def main(arguments: list[str]) -> None:
    """Measure the parts that are named, all without a name."""
    keep_own_state_apart()
    unknown = [name for name in arguments if name not in PARTS]
    if unknown:
        raise SystemExit(f"{unknown[0]!r} is no part; the parts are {', '.join(PARTS)}")
    for name in arguments or PARTS:
        save("speed", {name: PARTS[name]()})
    print(f"written: {write_page()}")


if __name__ == "__main__":
    main(sys.argv[1:])
