"""``curtilage fsck``: disks and index compared, and put in order."""

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from curtilage.cli.recording import Config
from curtilage.errors import InputError

DIFFERS = 1  # exit code


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(fsck)


def fsck(
    repair: Annotated[
        bool, typer.Option("--repair", help="Put in order what differs; no recorder may run.")
    ] = False,
    rebuild: Annotated[
        bool,
        typer.Option("--rebuild", help="Make the index from the disks alone; no recorder may run."),
    ] = False,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Read every file's headers, not only its size.")
    ] = False,
    config: Config = None,
) -> None:
    """Compare recordings with the index. Without options it changes nothing.

    Exit code 1: they differ (and without --repair or --rebuild still do), or a disk is missing.
    """
    from curtilage.app.recording.settings_file import site_of
    from curtilage.record.upkeep import fsck as checks

    if repair and rebuild:
        raise InputError("--repair and --rebuild: give one of them; --rebuild does both")
    if rebuild and thorough:
        raise InputError("--rebuild reads what it needs; leave out --thorough")
    site = site_of(config)
    doubt = checks.by_content if thorough else checks.by_size
    screen = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
    ) as bar:
        task = bar.add_task("files", total=None)

        def progress(done: int, of: int) -> None:
            bar.update(task, completed=done, total=max(done, of))

        if rebuild:
            report = checks.rebuild_site(site, progress)
        elif repair:
            report = checks.repair(site, doubt, progress)
        else:
            report = checks.compare(site, doubt, progress)
    for sentence in report.sentences:
        typer.echo(sentence)
    if report.sound and not report.missing_volumes:
        typer.echo("disks and index agree")
    elif report.missing_volumes or not (repair or rebuild):
        raise typer.Exit(DIFFERS)
