"""Analyse the demo's footage with the demo's rules, and name three figures of the report."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from curtilage.app.analyze import AnalyzeOptions, Progress, analyze
from curtilage.app.demo.footage import find_footage


@dataclass(frozen=True, slots=True)
class DemoResult:
    """Where the report is, and what it says."""

    report: Path
    crossings: int
    visits: int
    peak: int  # people at once in the plaza


def demo(out: Path, say: Callable[[str], None], progress: Progress) -> DemoResult:
    """Run the demo into ``out``.

    Raises:
        InputError: the footage cannot be had, or ``out`` cannot be written.
    """
    footage = find_footage(say)
    rules = files("curtilage.app.demo").joinpath("rules.yaml")
    with as_file(rules) as path:
        analyze([str(footage)], AnalyzeOptions(rules=path, out=out), progress)
    return _figures(out)


def _figures(out: Path) -> DemoResult:
    with (out / "events.jsonl").open(encoding="utf-8") as lines:
        events = [json.loads(line) for line in lines]
    with (out / "occupancy.csv").open(encoding="utf-8", newline="") as rows:
        peak = max((int(row["count"]) for row in csv.DictReader(rows)), default=0)
    return DemoResult(
        report=(out / "report.html").resolve(),
        crossings=sum(event["kind"].endswith("LineDetector/Crossed") for event in events),
        visits=sum(event["rule"] == "plaza" and event["phase"] == "start" for event in events),
        peak=peak,
    )
