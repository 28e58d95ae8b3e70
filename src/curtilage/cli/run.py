"""``curtilage run``: the whole site, kept running."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curtilage.cli.recording import Config

if TYPE_CHECKING:
    from curtilage.app.run.check import Finding

WRONG = 2  # exit code: it would not run
UNWELL = 1  # exit code: it runs, not well


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(run)
    app.command()(health)


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

    if not _show(check(settings_path(config))):
        raise typer.Exit(WRONG)


def health(config: Config = None) -> None:
    """Say how a running site is, part by part; exit 1 if something is wrong."""
    from curtilage.app.recording.settings_file import settings_path
    from curtilage.app.run.settings import site_that_runs
    from curtilage.app.run.state import state_of_site

    site = site_that_runs(settings_path(config))
    if not _show(state_of_site(site, time.time_ns())):
        raise typer.Exit(UNWELL)


def _show(findings: "Iterable[Finding]") -> bool:
    """Print them; whether all are good."""
    good = True
    for finding in findings:
        good &= finding.good
        typer.echo(f"{'ok   ' if finding.good else 'WRONG'}  {finding.sentence}")
    return good
