"""``curtilage analyze``, ``replay``, ``track`` and ``demo``: what happened in footage."""

import math
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from curtilage.cli.models import Backend, Layout, Model, Sha256, detector_settings
from curtilage.cli.say import stoppable
from curtilage.errors import InputError

Out = Annotated[Path, typer.Option("--out", help="Folder for what is written.")]
Fps = Annotated[float | None, typer.Option("--fps", help="Frames per second of the tracks.")]
SizeText = Annotated[
    str | None, typer.Option("--size", help="Picture size of boxes in pixels, as 768x576.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (analyze, replay, track, demo):
        app.command()(stoppable(command))


def analyze(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE", help="Files, folders, globs.")],
    out: Out = Path("report"),
    rules: Annotated[
        Path | None, typer.Option("--rules", help="Rules file; without one, rules are made.")
    ] = None,
    fps: Annotated[
        float, typer.Option("--fps", help="Frames per second to look at; 0: every frame.")
    ] = 10.0,
    begin: Annotated[str, typer.Option("--from", help="Begin here: seconds or HH:MM:SS.")] = "0",
    end: Annotated[str | None, typer.Option("--to", help="End here: seconds or HH:MM:SS.")] = None,
    video: Annotated[bool, typer.Option("--video", help="Also write an annotated video.")] = False,
    workers: Annotated[
        int | None, typer.Option("--workers", help="Files analysed side by side.")
    ] = None,
    model: Model = None,
    sha256: Sha256 = None,
    layout: Layout = None,
    backend: Backend = "auto",
) -> None:
    """Detect, track and run rules over footage; write events, counts and a report."""
    from curtilage.app.analyze import AnalysisError, AnalyzeOptions, parse_moment
    from curtilage.app.analyze import analyze as run
    from curtilage.cli.bars import Bars

    options = AnalyzeOptions(
        out=out,
        rules=rules,
        fps=fps,
        start=parse_moment(begin),
        stop=math.inf if end is None else parse_moment(end),
        video=video,
        workers=workers,
        detector=detector_settings(model, sha256, layout, backend),
    )
    try:
        with Bars(Console(stderr=True)) as bars:
            run(sources, options, bars)
    except AnalysisError:  # what could be read of broken footage is in its report
        _name_report(out)
        raise
    _name_report(out)


def _name_report(out: Path) -> None:
    pages = [page for page in (out / "index.html", out / "report.html") if page.exists()]
    if pages:
        typer.echo(f"report: {pages[0]}")


def replay(
    tracks: Annotated[
        Path, typer.Argument(metavar="TRACKS", help="MOTChallenge text, or tracks.parquet.")
    ],
    rules: Annotated[Path, typer.Option("--rules", help="Rules file.")],
    out: Out = Path("report"),
    fps: Fps = None,
    size: SizeText = None,
) -> None:
    """Run rules over given tracks; write the same files as analyze."""
    from curtilage.app.replay import replay as run

    run(tracks, rules, out, fps, parse_size(size))
    typer.echo(f"events: {out / 'events.jsonl'}")


def track(
    detections: Annotated[Path, typer.Argument(metavar="DETECTIONS", help="MOTChallenge text.")],
    out: Annotated[Path, typer.Option("--out", help="File for the tracks, MOTChallenge text.")],
    fps: Fps = None,
    size: SizeText = None,
) -> None:
    """Run the tracker over given detections; write MOTChallenge results."""
    from curtilage.app.track import track_detections

    summary = track_detections(detections, out, fps, parse_size(size))
    typer.echo(f"{summary.tracks} tracks in {summary.frames} frames: {out}")


def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for the report.")] = Path(
        "demo-report"
    ),
) -> None:
    """Analyse real footage (PETS 2009 S2.L1) and write a report of it."""
    from curtilage.app.demo import demo as run
    from curtilage.cli.bars import Bars

    console = Console(stderr=True)
    with Bars(console) as bars:
        result = run(out, lambda sentence: console.print(sentence, highlight=False), bars)
    typer.echo(
        f"\n{result.crossings} line crossings, {result.visits} visits to the plaza, "
        f"at most {result.peak} people there at once.\nThe report: {result.report}"
    )


def parse_size(text: str | None) -> tuple[int, int] | None:
    """Width and height of ``768x576``.

    Raises:
        InputError: it is no size.
    """
    if text is None:
        return None
    parts = text.lower().split("x")
    if len(parts) == 2 and all(part.isdecimal() and 0 < int(part) < 100_000 for part in parts):
        return int(parts[0]), int(parts[1])
    raise InputError(f"--size {text!r} is no size; write width and height in pixels, as 768x576")
