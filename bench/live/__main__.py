"""``python -m bench.live [--quick] [PART …]``: measure, keep, write docs/benchmarks-live.md.

``--quick`` measures less and for a shorter time, prints what it found and keeps nothing.
"""

import importlib
import json
import sys

from bench.live.page import write_page
from bench.results import save

PARTS = (
    "cost",
    "load",
    "busy",
    "gate",
    "recall",
    "latency",
    "glass",
    "viewers",
    "store",
    "kill",
    "scrub",
)
"""Modules beside this one; each has ``measure(quick: bool) -> dict[str, Any]``."""


def main(arguments: list[str]) -> None:
    """Measure the parts that are named, all without a name."""
    quick = "--quick" in arguments
    names = [name for name in arguments if name != "--quick"] or list(PARTS)
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        raise SystemExit(f"{unknown[0]!r} is no part; the parts are {', '.join(PARTS)}")
    for name in names:
        found = importlib.import_module(f"bench.live.{name}").measure(quick)
        print(name, json.dumps(found, indent=1))
        if not quick:
            save("live", {name: found})
    if not quick:
        print(write_page())


if __name__ == "__main__":
    main(sys.argv[1:])
