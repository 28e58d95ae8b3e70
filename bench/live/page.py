"""Writes ``docs/benchmarks-live.md`` from the kept results."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.data import REPOSITORY
from bench.live.bars import bars
from bench.live.peers import DECODE
from bench.report.tables import table
from bench.results import load

MB = 1_000_000
Parts = dict[str, Any]

INTRODUCTION = """What the live system costs, how late it is, and what it misses: `curtilage run` as
owners run it, or its parts. `make bench-live` measures everything and writes this page;
`python -m bench.live PART …` measures a part.

Cameras are those of `tests/cameras`, in processes of their own, on the same machine. CPU time is
user and system time of a process, as the kernel counts it; ms/s is thousandths of one core. Made by
a command: do not edit."""


def write_page() -> Path:
    """Write the page; parts that were never measured are left out."""
    path = REPOSITORY / "docs" / "benchmarks-live.md"
    parts = (load("live") or {"parts": {}})["parts"]
    path.write_text("\n".join(page(parts)), encoding="utf-8")
    return path


def page(parts: Parts) -> Iterator[str]:
    """The page, paragraph by paragraph."""
    figures = {name: part["figures"] for name, part in parts.items()}
    yield "# Benchmarks of the live system\n"
    yield INTRODUCTION + "\n"
    yield "## Bars\n"
    yield table(
        ("what", "bar", "measured", "met"),
        ((b.what, b.bar, b.measured, "yes" if b.met else "**no**") for b in bars(figures)),
        left=4,
    )
    for name, (heading, section) in SECTIONS.items():
        if name in figures:
            yield f"## {heading}\n"
            yield from section(figures[name])
            yield f"`python -m bench.live {name}`\n"
    yield "## Machine\n"
    yield from _machine(parts)


def _cost(found: Any) -> Iterator[str]:
    yield (
        "Cameras before which nothing happens, 1280x720 at 15 pictures a second, where"
        " sizes cannot tell with a small stream beside. In the same minutes and on the same"
        f" cameras: motion {found['motion']} as its manual sets it up, and ffmpeg"
        f" {found['ffmpeg']} (`{DECODE}`). ms/s per camera.\n"
    )
    yield table(
        ("gate", "cameras", "recorder", "analyser", "web", "all", "analyser, RSS MB", "motion",
         "ffmpeg", "all / motion"),
        (
            (
                row["gate"], row["cameras"], f"{row['recorder_ms']:.1f}",
                f"{row['analyser_ms']:.2f}", f"{row['web_ms']:.2f}", f"{row['whole_ms']:.1f}",
                f"{row['analyser_rss'] / MB:,.0f}", f"{row['motion_ms']:.1f}",
                f"{row['ffmpeg_ms']:.1f}", f"1/{1 / row['whole_to_motion']:.1f}",
            )
            for row in found["quiet"]
        ),
    )  # fmt: skip


def _load(found: Any) -> Iterator[str]:
    ledger, rate = found["ledger"], found["rate_busy"]
    yield (
        f"{found['quiet']} quiet cameras with a small stream and {found['busy']} that always see"
        f" people, {found['window_s']:.0f} s. Lag: from a picture's time until it is understood,"
        " the longest in each ten seconds.\n"
    )
    yield table(
        ("recorded, s", "of, s", "lost, s", "lag p50, s", "lag most, s", "pictures/s wanted",
         "got"),
        [
            (
                f"{ledger['asked_s'] - ledger['lost_s']:,.1f}", f"{ledger['asked_s']:,.1f}",
                f"{ledger['lost_s']:.1f}", f"{found['lag_busy']['p50_s']:.2f}",
                f"{found['lag_busy']['most_s']:.2f}", f"{rate['wanted']:.2f}",
                f"{rate['got']:.2f}",
            )
        ],
        left=0,
    )  # fmt: skip
    yield table(
        ("process", "CPU, ms/s", "RSS MB", "PSS MB"),
        (
            (name, f"{u['cpu_ms_s']:.0f}", f"{u['rss'] / MB:.0f}", f"{u['pss'] / MB:.0f}")
            for name, u in found["processes"].items()
        ),
    )
    gates = "; ".join(f"{count} {gate}" for gate, count in sorted(found["gates"].items()))
    faults = ", ".join(f"{count} {name}" for name, count in found["faults"].items())
    yield f"Gates at the end (mode, state): {gates}. Packets and pictures: {faults}.\n"
    yield from _sentences("The analyser said:", found["sentences"])


def _busy(found: Any) -> Iterator[str]:
    yield (
        f"PETS as a camera, 1280x720 at 15 pictures a second, {found['pictures_per_s']:.1f} of them"
        f" looked at, {found['seconds']:.0f} s of it in"
        f" {len(found['turns_ms_s']['analysis'])} turns, with {found['detector']}. Decode: PyAV,"
        " with BGR arrays of the pictures that are looked at. Inference: the detector on those"
        " pictures, ready in the size that it wants. Barest: the decoder without arrays and the"
        " network on an input that is ready. CPU, ms per second of video.\n"
    )
    yield table(
        ("analysis", "decode", "inference", "ratio", "lowest", "highest", "bare decoder",
         "network", "ratio to the barest"),
        [
            (
                f"{found['analysis_ms_s']:.1f}", f"{found['decode_ms_s']:.1f}",
                f"{found['inference_ms_s']:.1f}", f"{found['ratio']:.2f}",
                f"{found['ratio_low']:.2f}", f"{found['ratio_high']:.2f}",
                f"{found['bare_decoder_ms_s']:.1f}", f"{found['network_ms_s']:.1f}",
                f"{found['ratio_to_bare']:.2f}",
            )
        ],
        left=0,
    )  # fmt: skip


def _gate(found: Any) -> Iterator[str]:
    yield (
        "Each camera twice: its first minutes, and once it is known (shown). A visit is caught when"
        " less than half a second of it goes unseen. Shares are of all time.\n"
    )
    yield table(
        ("camera", "mode", "visits", "caught at first", "caught once known", "asleep", "watching",
         "awake", "somebody there", "us per packet"),
        (
            (
                name, known["mode"], known["visits"], first["caught"], known["caught"],
                f"{known['asleep']:.0%}", f"{known['watching']:.0%}", f"{known['awake']:.0%}",
                f"{known['share_busy']:.0%}", f"{known['us_per_packet']:.1f}",
            )
            for name, one in found.items()
            for first, known in [(one["first"], one["known"])]
        ),
        left=2,
    )  # fmt: skip


def _recall(found: Any) -> Iterator[str]:
    yield (
        "The camera's analysis over the same packets with `gate: auto` and with `gate: always`,"
        f" {found['rounds']} rounds, {found['fps']:g} pictures a second. An event is found if the"
        " gated run has one of the same rule, kind, phase and direction within"
        f" {found['tolerance_s']:g} s. Counts: the sum of all differences of the counters. Looked"
        " at: pictures given to the detector. Visits: how many there were, how many of them either"
        " run noticed; of nobody: events of the ungated run while nobody is in the picture, and"
        " how many of them the gated one has not (known of footage that was put together).\n"
    )
    yield table(
        ("footage", "small stream", "gate ends with", "events", "found", "extra", "apart p50, s",
         "apart most, s", "counts differ", "visits: all, ungated, gated", "of nobody: all, missed",
         "decoded", "small decoded", "looked at"),
        (
            (
                row["footage"], "yes" if row["small_stream"] else "no", row["mode"],
                row["events"], row["found"], row["extra"], f"{row['apart_p50_s']:.3f}",
                f"{row['apart_most_s']:.3f}", row["counts_differ"],
                _all_of(row, "visits", "visits_ungated", "visits_gated"),
                _all_of(row, "nobody", "nobody_missed"), f"{row['share_decoded']:.0%}",
                f"{row['share_small_decoded']:.0%}",
                f"{row['pictures_gated'] / row['pictures']:.0%}",
            )
            for row in found["rows"]
        ),
        left=3,
    )  # fmt: skip
    yield (
        "Shares of packets decoded are of the large stream's packets; those that are decoded again"
        " after a wake-up count twice.\n"
    )
    wrong = [
        f"{row['footage']}: {event}"
        for row in found["rows"]
        for event in (*row["missed_events"], *row["extra_events"])
    ]
    yield from _sentences("Missed or extra:", wrong)


def _all_of(row: Any, *names: str) -> str:
    """Figures of a row that belong together; older measurements do not have them."""
    values = [row.get(name) for name in names]
    return "" if None in values else ", ".join(map(str, values))


def _latency(found: Any) -> Iterator[str]:
    yield (
        f"{found['cameras']} cameras, {found['window_s']:.0f} s. From the time of the picture with"
        " which the rule was sure until the event is there.\n"
    )
    rows = [
        (cameras, way, found[cameras][key])
        for cameras in ("all", "always awake", "asleep between")
        for way, key in (
            ("API stream", "api"),
            ("feed", "feed"),
            ("API stream, from the packet on the bus", "api_from_packet"),
        )
    ]
    yield table(
        ("cameras", "way", "events", "p50, s", "p95, s", "most, s"),
        (
            (name, way, r["events"], f"{r['p50_s']:.2f}", f"{r['p95_s']:.2f}", f"{r['most_s']:.2f}")
            for name, way, r in rows
        ),
        left=2,
    )
    yield from _sentences("The slowest:", found["slowest"])


def _glass(found: Any) -> Iterator[str]:
    yield (
        "A clock burnt into the camera's pictures, read from the page in a headless Chromium that"
        f" decodes on the CPU; {found['pictures']:,} pictures.\n"
    )
    yield table(
        ("p50, ms", "p95, ms", "most, ms", "dropped", "unread", "first picture, s"),
        [
            (
                found["p50_ms"], found["p95_ms"], found["most_ms"], found["dropped"],
                found["unread"], found["first_picture_s"],
            )
        ],
        left=0,
    )  # fmt: skip


def _viewers(found: Any) -> Iterator[str]:
    yield "The web process, with so many viewers of one 720p15 stream.\n"
    yield table(
        ("viewers", "CPU, ms/s", "RSS MB"),
        ((row["viewers"], row["cpu_ms_s"], row["rss_mb"]) for row in found["rows"]),
        left=0,
    )


def _store(found: Any) -> Iterator[str]:
    rows = found["sightings"]["rows"]
    yield (
        f"{found['cameras']} cameras, {found['days']} days, {rows:,} sightings; the index is"
        f" {found['index_bytes'] / MB:,.0f} MB. Medians.\n"
    )
    for place in ("from the index", "from the sightings"):
        asked = {k: v for k, v in found[place].items() if isinstance(v, dict)}
        yield table(
            (place, "CPU, ms", "wall, ms"),
            (
                (name, *(f"{r[key]:.1f}" if key in r else "" for key in ("cpu_ms", "wall_ms")))
                for name, r in asked.items()
            ),
        )
    yield table(
        ("a commit of one camera's results", "ms"),
        ((name.replace("_ms", "").replace("_", " "), f"{ms:.2f}")
         for name, ms in found["commit"].items()),
    )  # fmt: skip


def _scrub(found: Any) -> Iterator[str]:
    film = found["film of a minute"]
    yield (
        f"{found['minutes']} minutes of 1920x1080, {found['mbit_s']} Mbit/s with a keyframe every"
        " 2 s, on one day's timeline; thumbnails 240 to 400 wide, so that hardly one was made"
        " before, by the six connections of a browser. One wish: nothing else is asked for"
        f" ({found['one wish']['cpu_ms']:.0f} ms of CPU, the web's all). The pointer stops: after"
        f" 19 wishes, thirty a second. Others: {found['others']} more who scrub without a pause."
        " Exact: all pictures since the keyframe are decoded.\n"
    )
    yield table(
        ("", "times", "p50, s", "p95, s", "most, s"),
        (
            (name, row["count"], *(f"{row[key]:.3f}" for key in ("p50_s", "p95_s", "most_s")))
            for name, row in found.items()
            if isinstance(row, dict) and "p95_s" in row
        ),
    )
    yield (
        f"A minute of film ({film['mb']} MB): first byte after {film['first_byte_ms']:.0f} ms, all"
        f" of it after {film['all_ms']:.0f} ms, {film['cpu_ms']:.0f} ms of CPU.\n"
    )


def _kill(found: Any) -> Iterator[str]:
    yield (
        f"PETS as a camera, {found['seconds']:.0f} s, {found['kills']} kills. Two cameras see the"
        " same; each has an analyser, and one of these is killed. Both are compared with an"
        " analysis of their recordings that nothing broke.\n"
    )
    yield table(
        ("camera", "events", "expected", "lost", "too many", "ids twice", "apart most, s"),
        (
            (name, r["events"], r["expected"], r["lost"], r["too_many"], r["ids_twice"],
             f"{r['apart_most_s']:.3f}")
            for name, r in (("killed", found["killed"]), ("unbroken", found["unbroken"]))
        ),
    )  # fmt: skip
    back = ", ".join(f"{s:.0f}" for s in found["back_after_s"])
    yield (
        f"Recorded: {found['ledger']['share']:.3%} of both. Up to date again after {back} s, the"
        " supervisor's wait included.\n"
    )


def _sentences(head: str, sentences: list[str]) -> Iterator[str]:
    if sentences:
        yield head + "\n\n" + "\n".join(f"- {one}" for one in sentences) + "\n"


def _machine(parts: Parts) -> Iterator[str]:
    if not parts:
        return
    about = list(parts.values())[-1]["machine"]
    shown = ("av", "numpy", "openvino", "onnxruntime", "curtilage")
    yield table(
        ("", ""),
        [
            ("CPU", about["cpu"]),
            ("cores", about["cores"]),
            ("system", f"{about['system']}, Python {about['python']}"),
            *((n, v) for n, v in about["packages"].items() if n in shown),
        ],
        left=2,
    )
    yield "Load average (1, 5, 15 min) when each part was done:\n"
    loads = ((name, *part["machine"]["load"]) for name, part in parts.items())
    yield table(("part", "1 min", "5 min", "15 min"), loads)


Section = Callable[[Any], Iterator[str]]
SECTIONS: dict[str, tuple[str, Section]] = {
    "cost": ("Quiet cameras", _cost),
    "load": ("Fifty quiet cameras and two busy ones", _load),
    "busy": ("A busy camera", _busy),
    "gate": ("The gate", _gate),
    "recall": ("What the gate costs in events", _recall),
    "latency": ("Alarms", _latency),
    "glass": ("Live view", _glass),
    "viewers": ("Viewers", _viewers),
    "store": ("A month of fifty cameras", _store),
    "kill": ("kill -9 while it counts", _kill),
    "scrub": ("Scrubbing over the timeline", _scrub),
}
