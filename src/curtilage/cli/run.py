"""``curtilage run``: the whole site, kept running."""

from pathlib import Path
from typing import Annotated

import typer

WRONG = 2  # exit code


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(run)


def run(
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", help="Settings of the site; made if there are none there or anywhere usual."
        ),
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Only look whether all is there that it needs; exit 0 or 2."),
    ] = False,
) -> None:
    """Run the site until stopped (Ctrl-C, SIGTERM or SIGHUP): record, analyse, show.

    Edits of the settings take effect at once. What dies is started again.
    """
    if check:
        _check(config)
        return
    from curtilage.app.run.run import run as run_site

    run_site(config)


def _check(config: Path | None) -> None:
    from curtilage.app.recording.settings_file import settings_path
    from curtilage.app.run.check import check

    wrong = 0
    for finding in check(settings_path(config)):
        wrong += not finding.good
        typer.echo(f"{'ok   ' if finding.good else 'WRONG'}  {finding.sentence}")
    if wrong:
        raise typer.Exit(WRONG)
