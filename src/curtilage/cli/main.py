"""Entry point: the commands, and the one place where an error becomes a sentence."""

import sys
from typing import Annotated

import typer

from curtilage import __version__
from curtilage.cli import (
    analysis,
    check,
    config,
    holds,
    models,
    notices,
    recording,
    run,
    users,
    volumes,
)
from curtilage.cli.say import say
from curtilage.errors import InputError
from curtilage.kernels import keep_kernels_apart

BAD_INPUT = 2

app = typer.Typer(
    name="curtilage",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
analysis.register(app)
run.register(app)
recording.register(app)
notices.register(app)
check.register(app)
app.add_typer(models.app, name="models")
app.add_typer(holds.app, name="hold")
app.add_typer(volumes.app, name="volume")
app.add_typer(users.app, name="user")
app.add_typer(config.app, name="config")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"curtilage {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Self-hosted video security: what happened in front of your cameras.

    Nothing leaves this machine.
    """


def main() -> None:
    """Run the command line; bad input ends with one sentence and exit code 2."""
    keep_kernels_apart()
    try:
        app()
    except InputError as error:
        say(str(error))
        sys.exit(BAD_INPUT)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has left; there is nobody to tell
