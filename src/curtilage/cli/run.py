"""``curtilage run``: the whole site, kept running."""

import typer

from curtilage.cli.recording import Config


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(run)


def run(config: Config = None) -> None:
    """Run the site until stopped (Ctrl-C, SIGTERM or SIGHUP): record, analyse, show."""
    from curtilage.app.recording.settings_file import settings_path
    from curtilage.app.run.run import run as run_site

    run_site(settings_path(config))
