"""Entry point: the commands, and the one place where an error becomes a sentence."""

import sys
from typing import Annotated

import click
import typer

from curtilage import __version__
from curtilage.cli import analysis, config, models
from curtilage.errors import InputError

BAD_INPUT = 2
STOPPED = 130  # 128 + SIGINT, as shells count

app = typer.Typer(
    name="curtilage",
    help="Self-hosted video security: what happened in front of your cameras. Nothing leaves "
    "this machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
analysis.register(app)
app.add_typer(models.app, name="models")
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
    """Self-hosted video security: what happened in front of your cameras."""


def main() -> None:
    """Run the command line; bad input ends with one sentence and exit code 2."""
    try:
        code = app(standalone_mode=False)
    except InputError as error:
        _say(str(error))
        code = BAD_INPUT
    except click.exceptions.Exit as leave:
        code = leave.exit_code
    except click.ClickException as error:
        error.show()
        code = BAD_INPUT
    except (KeyboardInterrupt, click.Abort):
        _say("stopped; what is done is kept, and the same command goes on from there")
        code = STOPPED
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has left; there is nobody to tell
        code = 0
    sys.exit(code or 0)


def _say(sentence: str) -> None:
    typer.echo(f"curtilage: {sentence}", err=True)
