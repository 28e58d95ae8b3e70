"""Writes ``docs/benchmarks.md`` from the kept results."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.data import REPOSITORY
from bench.report import accuracy_tables, speed_tables
from bench.report.bars import Bar, bars
from bench.report.tables import table
from bench.results import load

Section = Callable[[Any], Iterator[str]]

ACCURACY: dict[str, tuple[str, str, Section]] = {
    "detector": (
        "Detector: person AP50 on PETS, 795 frames",
        "The annotation holds people who are fully hidden and leaves out those on the far lawn.",
        accuracy_tables.detector_section,
    ),
    "analyze": (
        "`curtilage analyze` on the video of PETS",
        "From the file to `events.jsonl` and `occupancy.csv`. Times of the run without a rate are"
        " those of the header, stretched by 10/7 for the comparison.",
        accuracy_tables.analyze_section,
    ),
    "events": (
        "Events on PETS: tracks of everybody, rules of both sides",
        "A told crossing is found if line and direction are right and the time is within 1 s."
        " Truth comes from the annotation by brute force (`bench/truth`); where the foot stays"
        " within 0.15 box heights of the line or an end of it, a crossing is optional. Visits of"
        " `PolygonZone` are counted as the truth's, with absences up to 1 s forgiven.",
        accuracy_tables.events_section,
    ),
    "lines": (
        "Lines drawn by chance, tracks made of detections",
        "150 lines per half and sequence, fixed seeds. Tracker and rules may be tuned on one"
        " half, never on the other, which is held back. The first columns are of the lines that"
        " people cross clearly: at least four certain crossings, and at most a quarter as many"
        " doubtful ones.",
        accuracy_tables.lines_section,
    ),
    "robustness": (
        "Lines drawn by chance, annotated tracks",
        "200 lines per sequence, fixed seed, truth as above.",
        accuracy_tables.robustness_section,
    ),
    "tracking": (
        "Tracking, same detections for all",
        "All detections, unfiltered; defaults; the true frame rate told where a tracker takes one,"
        " and once more not told."
        " `Curtilage` is `curtilage track`, which works on files: it looks back to a track's first"
        " sightings and fills gaps up to 2 s. *As it happens* is the same tracker without either."
        " *+ filled* is a peer with the same filling of gaps. Of Curtilage's own detector norfair,"
        " which does not weigh scores, is given boxes from 0.45 only.",
        accuracy_tables.tracking_section,
    ),
}

SPEED: dict[str, tuple[str, str, Section]] = {
    "tracker": (
        "Tracker update",
        "A made-up crowd at 1080p, 15 fps, 3 % of sightings missed.",
        speed_tables.crowd_section,
    ),
    "lines": (
        "Four lines",
        "Ours is the whole `Scene.update`; *a rule without work* is the part of it that reads the"
        " tracks, which all rules share. supervision's is `trigger` of four `LineZone`.",
        speed_tables.crowd_section,
    ),
    "zones": (
        "Four zones",
        "Ours are four intrusion rules, with visits, grace and stitching; `PolygonZone` says who is"
        " inside.",
        speed_tables.crowd_section,
    ),
    "heat-map": (
        "Heat map",
        "Ours adds seconds per cell; `HeatMapAnnotator` adds up and draws, as it does every frame.",
        speed_tables.crowd_section,
    ),
    "detector": ("Detector", "CPU time.", speed_tables.detector_section),
    "latency": ("From a picture to its events", "", speed_tables.latency_section),
    "pipeline": (
        "`curtilage analyze` against decoding and inference",
        "CPU time of the process, medians over turns that do all three on the same footage;"
        " the overhead is that within a turn. Looking is all that an analysis does for each frame,"
        " from reading the file to writing the tracks down. Rules, pictures and report come after"
        " it, once.",
        speed_tables.pipeline_section,
    ),
}

COMMANDS = """`make bench-accuracy` and `make bench-speed` measure everything and write this page;
`python -m bench.accuracy PART …` and `python -m bench.speed PART …` measure a part. The peers are
the `bench` extra; norfair, which needs an older NumPy, gets an environment of its own under
`build/bench`. CPU time is that of the whole process; competitors take turns in the same run, and
medians are shown. The footage is not part of the project; `bench/data.py` says where it is looked
for. Made by a command: do not edit."""


def write_page() -> Path:
    """Write the page; parts that were never measured are left out."""
    accuracy, speed = (load(name) or {"parts": {}} for name in ("accuracy", "speed"))
    path = REPOSITORY / "docs" / "benchmarks.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(_page(accuracy["parts"], speed["parts"])), encoding="utf-8")
    return path


def _page(accuracy: dict[str, Any], speed: dict[str, Any]) -> Iterator[str]:
    yield "# Benchmarks\n"
    yield COMMANDS + "\n"
    yield "## Bars\n"
    found = bars(
        {name: part["figures"] for name, part in accuracy.items()},
        {name: part["figures"] for name, part in speed.items()},
    )
    yield table(("what", "bar", "measured", "met", "command"), map(_bar, found), left=5)
    for title, command, sections, parts in (
        ("Accuracy", "bench.accuracy", ACCURACY, accuracy),
        ("Speed", "bench.speed", SPEED, speed),
    ):
        yield f"## {title}\n"
        for name, (heading, words, section) in sections.items():
            if name in parts:
                yield f"### {heading}\n"
                if words:
                    yield words + "\n"
                yield from section(parts[name]["figures"])
                yield f"`python -m {command} {name}`\n"
    yield "## Machine\n"
    yield from _machines({**accuracy, **speed})


def _bar(bar: Bar) -> tuple[str, ...]:
    return (bar.what, bar.bar, bar.measured, "yes" if bar.met else "**no**", f"`{bar.command}`")


def _machines(parts: dict[str, Any]) -> Iterator[str]:
    abouts = [part["machine"] for part in parts.values()]
    if not abouts:
        return
    about = abouts[-1]
    yield table(
        ("", ""),
        [
            ("CPU", about["cpu"]),
            ("cores used", about["cores"]),
            ("flags that matter", ", ".join(about["flags"])),
            ("system", f"{about['system']}, Python {about['python']}"),
            *((name, number) for name, number in about["packages"].items()),
        ],
        left=2,
    )
    yield "Load average (1, 5, 15 min) when each part was done:\n"
    loads = ((name, *part["machine"]["load"]) for name, part in parts.items())
    yield table(("part", "1 min", "5 min", "15 min"), loads)
