"""Writes ``docs/benchmarks-record.md`` from the kept results."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.data import REPOSITORY
from bench.record.peer import COMMAND
from bench.report.tables import table
from bench.results import load

MB = 1_000_000
LIMIT_RATIO, LIMIT_CORES, LIMIT_MB, LIMIT_START_S, LIMIT_OPEN_S = 1.3, 0.6, 600, 10, 0.3
FLAT = 0.03  # growth of memory in a soak that still counts as flat
Parts = dict[str, Any]

INTRODUCTION = f"""What recording costs, beside `{COMMAND}`,
one process per camera. `make bench-record` measures everything and writes this page;
`python -m bench.record PART …` measures a part.

The cameras are those of `tests/cameras`, in a process of their own: H.264, 1280x720, 15 pictures a
second, a keyframe every 2 s, 2 Mbit/s. Our side is what an owner runs: packets, fragments that
are fsynced each second, index, ledger, and the packet bus with one subscriber to everything; ffmpeg
does none of that but write files. CPU time is that of the process, user and system, over the same
window on both sides. Made by a command: do not edit."""


def write_page() -> Path:
    """Write the page; parts that were never measured are left out."""
    path = REPOSITORY / "docs" / "benchmarks-record.md"
    parts = (load("record") or {"parts": {}})["parts"]
    path.write_text("\n".join(_page(parts)), encoding="utf-8")
    return path


def _page(parts: Parts) -> Iterator[str]:
    figures = {name: part["figures"] for name, part in parts.items()}
    yield "# Benchmarks of recording\n"
    yield INTRODUCTION + "\n"
    yield "## Bars\n"
    yield table(("what", "bar", "measured", "met"), _bars(figures), left=4)
    for name, (heading, section) in SECTIONS.items():
        if name in figures:
            yield f"## {heading}\n"
            yield from section(figures[name])
            yield f"`python -m bench.record {name}`\n"
    yield "## Machine\n"
    yield from _machine(parts)


def _bars(figures: Parts) -> Iterator[tuple[str, str, str, str]]:
    if "cost" in figures:
        row = figures["cost"]["rows"][-1]
        yield _bar(
            f"CPU per 720p15 stream, {row['streams']} streams",
            f"≤ {LIMIT_RATIO} x ffmpeg",
            f"{row['ratio']:.2f} x ({row['ours']['ms_per_s']:.1f} ms/s against"
            f" {row['ffmpeg']['ms_per_s']:.1f})",
            row["ratio"] <= LIMIT_RATIO,
        )
    if "many" in figures:
        many = figures["many"]
        yield _bar(
            f"{many['streams']} streams",
            f"≤ {LIMIT_CORES} core, RSS ≤ {LIMIT_MB} MB",
            f"{many['cores']:.2f} core, {many['rss'] / MB:.0f} MB",
            many["cores"] <= LIMIT_CORES and many["rss"] <= LIMIT_MB * MB,
        )
    if "open" in figures:
        slowest = max(row["ours"] for row in figures["open"])
        yield _bar("opening a camera, median", f"≤ {LIMIT_OPEN_S} s", f"{slowest:.2f} s",
                   slowest <= LIMIT_OPEN_S)  # fmt: skip
    if "recovery" in figures:
        start = figures["recovery"]
        yield _bar(
            f"start after a kill, {start['segments']:,} segments indexed",
            f"≤ {LIMIT_START_S} s", f"{start['start_s']:.1f} s", start["start_s"] <= LIMIT_START_S,
        )  # fmt: skip
    if "audio" in figures:
        asked = figures["audio"]["default"]["audio"]
        yield _bar("audio SETUP requests seen by cameras by default", "0", str(asked), asked == 0)
    if "soak" in figures:
        soak = figures["soak"]
        grown = soak["rss_last"] / soak["rss_first"] - 1
        more = soak["files_last"] - soak["files_first"]
        yield _bar(
            f"soak, {soak['minutes']:.0f} min, {soak['streams']} streams, cut every 2 s",
            "flat RSS and file descriptors",
            f"RSS {grown:+.1%}, descriptors {more:+.0f}",
            grown <= FLAT and more <= 0,
        )


def _bar(what: str, bar: str, measured: str, met: bool) -> tuple[str, str, str, str]:
    return what, bar, measured, "yes" if met else "**no**"


def _cost(found: Any) -> Iterator[str]:
    yield table(
        ("streams", "ours, ms/s per stream", "ffmpeg", "ratio", "ours, RSS MB", "ffmpeg, RSS MB",
         "ours, PSS MB", "ffmpeg, PSS MB"),
        (
            (
                row["streams"],
                f"{row['ours']['ms_per_s']:.1f}", f"{row['ffmpeg']['ms_per_s']:.1f}",
                f"{row['ratio']:.2f}",
                f"{row['ours']['rss'] / MB:,.0f}", f"{row['ffmpeg']['rss'] / MB:,.0f}",
                f"{row['ours']['pss'] / MB:,.0f}", f"{row['ffmpeg']['pss'] / MB:,.0f}",
            )
            for row in found["rows"]
        ),
        left=0,
    )  # fmt: skip
    yield (
        f"ffmpeg {found['ffmpeg']}. Of memory that processes share, RSS counts all of it for"
        " each and PSS a part. Windows of"
        f" {found['rows'][0]['window_s']:.0f} s, which hold one cut on both sides.\n"
    )


def _many(found: Any) -> Iterator[str]:
    yield table(
        ("streams", "cores", "ms/s per stream", "RSS MB", "PSS MB", "threads", "descriptors"),
        [
            (
                found["streams"], f"{found['cores']:.2f}", f"{found['ms_per_s']:.1f}",
                f"{found['rss'] / MB:.0f}", f"{found['pss'] / MB:.0f}", found["threads"],
                found["files"],
            )
        ],
        left=0,
    )  # fmt: skip


def _open(found: Any) -> Iterator[str]:
    yield "From asking to the first keyframe, s of wall time; FFmpeg's defaults through PyAV.\n"
    yield table(
        ("codec", "ours, median", "ours, slowest", "PyAV's defaults, median", "turns"),
        (
            (
                r["codec"],
                f"{r['ours']:.2f}",
                f"{r['ours_most']:.2f}",
                f"{r['pyav']:.2f}",
                r["turns"],
            )
            for r in found
        ),
    )


def _audio(found: Any) -> Iterator[str]:
    yield (
        f"{found['cameras']} cameras with microphones, {found['seconds']:.0f} s, all connections"
        " cut once. SETUP requests that they saw:\n"
    )
    yield table(
        ("settings", "of pictures", "of sound"),
        (
            (name, found[name]["video"], found[name]["audio"])
            for name in ("default", "audio: record")
        ),
    )


def _recovery(found: Any) -> Iterator[str]:
    yield table(
        ("segments indexed", "cameras", "segments torn by SIGKILL", "start, s", "its CPU, s",
         "all cameras record, s"),
        [
            (
                f"{found['segments']:,}", found["cameras"], found["torn"],
                f"{found['start_s']:.2f}", f"{found['cpu_s']:.2f}", f"{found['all_record_s']:.1f}",
            )
        ],
        left=0,
    )  # fmt: skip
    yield "The last column counts from the start of the process, imports included.\n"


def _soak(found: Any) -> Iterator[str]:
    samples = found["samples"]
    shown = samples[:: max(1, len(samples) // 12)]
    yield f"{found['segments']:,} segments were written.\n"
    yield table(
        ("minute", "RSS MB", "descriptors", "threads"),
        (
            (f"{at / 60:.1f}", f"{rss / MB:.1f}", files, threads)
            for at, rss, files, threads in shown
        ),
        left=0,
    )
    yield (
        "Compared are the first third after the first tenth of the time and the last third: the"
        f" median of the memory ({found['rss_first'] / MB:.1f} MB, {found['rss_last'] / MB:.1f} MB)"
        f" and the most descriptors ({found['files_first']:.0f}, {found['files_last']:.0f})."
        " Between two segments a stream has no file open.\n"
    )


def _machine(parts: Parts) -> Iterator[str]:
    if not parts:
        return
    about = list(parts.values())[-1]["machine"]
    yield table(
        ("", ""),
        [
            ("CPU", about["cpu"]),
            ("cores", about["cores"]),
            ("system", f"{about['system']}, Python {about['python']}"),
            *((n, v) for n, v in about["packages"].items() if n in ("av", "numpy", "curtilage")),
        ],
        left=2,
    )
    yield "Load average (1, 5, 15 min) when each part was done:\n"
    loads = ((name, *part["machine"]["load"]) for name, part in parts.items())
    yield table(("part", "1 min", "5 min", "15 min"), loads)


Section = Callable[[Any], Iterator[str]]
SECTIONS: dict[str, tuple[str, Section]] = {
    "cost": ("CPU and memory", _cost),
    "many": ("A hundred streams", _many),
    "open": ("Opening a camera", _open),
    "audio": ("Microphones", _audio),
    "recovery": ("Start after a kill", _recovery),
    "soak": ("Soak", _soak),
}
