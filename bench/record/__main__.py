"""``python -m bench.record [--quick] [PART …]``: measure, keep, write docs/benchmarks-record.md.

``--quick`` measures less and for a shorter time, prints what it found and keeps nothing.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

from bench.record import cost, opening, recovery, soak, sound
from bench.record.page import write_page
from bench.results import save

PARTS: dict[str, Callable[[bool], Any]] = {
    "cost": cost.measure,
    "many": cost.measure_many,
    "open": opening.measure,
    "audio": sound.measure,
    "recovery": recovery.measure,
    "soak": soak.measure,
}


def main(arguments: list[str]) -> None:
    """Measure the parts that are named, all without a name."""
    quick = "--quick" in arguments
    names = [name for name in arguments if name != "--quick"] or list(PARTS)
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        raise SystemExit(f"{unknown[0]!r} is no part; the parts are {', '.join(PARTS)}")
    for name in names:
        found = PARTS[name](quick)
        shown = {k: v for k, v in found.items() if k != "samples"} if name == "soak" else found
        print(name, json.dumps(shown, indent=1))
        if not quick:
            save("record", {name: found})
    if not quick:
        print(f"written: {write_page()}")


if __name__ == "__main__":
    main(sys.argv[1:])
