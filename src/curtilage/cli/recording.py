"""``curtilage record``, ``cameras``, ``gaps`` and ``export``: recording, and what it kept."""

import json
import logging
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from curtilage.cli.ledger_text import ledger_text, length
from curtilage.cli.when import exact, local, past_ns, rfc3339

if TYPE_CHECKING:
    from curtilage.app.recording.gaps import StreamLedger
    from curtilage.record.recorder import Recorder

Config = Annotated[
    Path | None,
    typer.Option("--config", help="Settings of the site; without it the usual places are tried."),
]
Camera = Annotated[str | None, typer.Option("--camera", help="One camera; without it, all.")]
From = Annotated[str, typer.Option("--from", help="Begin here: '2026-11-23 14:00', '-2h'.")]
To = Annotated[str, typer.Option("--to", help="End here, as --from.")]

BAR = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (record, cameras, gaps, export):
        app.command()(command)


def record(config: Config = None) -> None:
    """Record the cameras of a site until stopped (Ctrl-C, SIGTERM or SIGHUP)."""
    from curtilage.app.recording.run import record as run
    from curtilage.app.recording.settings_file import site_of

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for library in ("alembic", "sqlalchemy"):
        logging.getLogger(library).setLevel(logging.WARNING)
    run(site_of(config), _say_ready)


def _say_ready(recorder: "Recorder") -> None:
    cameras = [camera for camera in recorder.site.cameras if camera.enabled]
    volumes = ", ".join(str(volume.path) for volume in recorder.site.volumes)
    logging.getLogger(__name__).info("recording %d cameras to %s", len(cameras), volumes)


def cameras(config: Config = None) -> None:
    """Ask each camera what it gives, and say what is wrong. Microphones are not asked for."""
    from curtilage.app.recording.cameras import ask_cameras
    from curtilage.app.recording.settings_file import site_of

    silent = 0
    for answer in ask_cameras(site_of(config)):
        silent += not answer.works
        line = f"{answer.camera}/{answer.stream}: {answer.sentence}"
        if answer.microphone:
            line += f"; has a microphone ({answer.microphone}), which stays off"
        typer.echo(line)
    if silent:
        raise typer.Exit(1)


def export(
    camera: Annotated[str, typer.Argument(help="Name of the camera.")],
    begin: Annotated[str, typer.Option("--from", help="Begin here: '2026-11-23 14:00', '-2h'.")],
    end: To = "now",
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write; by default named by camera.")
    ] = None,
    stream: Annotated[
        str | None, typer.Option("--stream", help="One of its streams; main by default.")
    ] = None,
    config: Config = None,
) -> None:
    """Write what a camera recorded as one MP4, not encoded again; beside it, what is missing."""
    from curtilage.app.recording.export import export as write
    from curtilage.app.recording.settings_file import site_of

    span = past_ns(begin, end, datetime.now(UTC))
    target = out or Path(f"{camera}-{local(span[0]).replace(' ', '-').replace(':', '')}.mp4")
    screen = Console(stderr=True)
    with Progress(*BAR, console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task(target.name, total=None)
        done = write(
            site_of(config),
            camera,
            stream,
            span,
            target,
            lambda copied, total: bar.update(task, completed=copied, total=total),
        )
    for path in done.files:
        typer.echo(path)
    typer.echo(
        f"{length(round(done.seconds * 1e9))} to be seen, "
        f"of the time from {exact(done.start_ns)} to {exact(done.end_ns)}"
    )
    typer.echo(f"{done.sidecar}: {len(done.gaps)} gaps from {exact(span[0])} to {exact(span[1])}")
    for sentence in done.notes:
        typer.echo(sentence)


def gaps(
    config: Config = None,
    camera: Camera = None,
    begin: From = "-24h",
    end: To = "now",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Show what was recorded and why the rest was not: every second has an answer."""
    from curtilage.app.recording.gaps import ledgers
    from curtilage.app.recording.settings_file import site_of

    now = datetime.now(UTC)
    from_ns, to_ns = past_ns(begin, end, now)
    found = ledgers(site_of(config), camera, from_ns, to_ns, time.time_ns())
    if as_json:
        typer.echo(json.dumps([_plain(one) for one in found], indent=2))
        return
    typer.echo(f"from {exact(from_ns)} to {exact(to_ns)}\n")
    if not found:
        typer.echo("nothing is known of this time")
    for one in found:
        typer.echo("\n".join(ledger_text(one, now)))


def _plain(one: "StreamLedger") -> dict[str, object]:
    return {
        "camera": one.camera,
        "stream": one.stream,
        "share_recorded": one.share,
        "totals_s": {str(r or "recorded"): ns / 1e9 for r, ns in one.totals_ns.items()},
        "intervals": [
            {
                "from": rfc3339(interval.start_ns),
                "to": rfc3339(interval.end_ns),
                "seconds": (interval.end_ns - interval.start_ns) / 1e9,
                "state": str(interval.reason or "recorded"),
                "sentence": interval.sentence,
            }
            for interval in one.intervals
        ],
    }
