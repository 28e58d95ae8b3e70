"""``python -m bench.accuracy [PART …]``: measure, keep the results, write docs/benchmarks.md."""

import sys
from collections.abc import Callable
from typing import Any

from bench.accuracy import analyze, detector, events, lines, robustness, tracking
from bench.report.page import write_page
from bench.results import keep_own_state_apart, save


def main(arguments: list[str]) -> None:
    """Measure the parts that are named, all without a name."""
    keep_own_state_apart()
    found: list[detector.Found] = []

    def own() -> detector.Found:
        if not found:
            print("detector: all frames of PETS, default settings", flush=True)
            found.append(detector.default_detections())
        return found[0]

    parts: dict[str, Callable[[], Any]] = {
        "tracking": lambda: tracking.measure(own().rows),
        "events": lambda: events.measure(own().rows),
        "lines": lambda: lines.measure(own().rows),
        "analyze": analyze.measure,
        "robustness": robustness.measure,
        "detector": lambda: detector.measure(own()),  # last: it leaves a tuned network behind
    }
    unknown = [name for name in arguments if name not in parts]
    if unknown:
        raise SystemExit(f"{unknown[0]!r} is no part; the parts are {', '.join(parts)}")
    for name in arguments or parts:
        save("accuracy", {name: parts[name]()})
    print(f"written: {write_page()}")


if __name__ == "__main__":
    main(sys.argv[1:])
