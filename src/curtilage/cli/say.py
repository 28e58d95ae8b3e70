"""What the command line says on standard error, and how it stops when it is told to."""

import functools
from collections.abc import Callable
from typing import ParamSpec

import typer

STOPPED = 130  # 128 + SIGINT, as shells count

P = ParamSpec("P")


def say(sentence: str) -> None:
    """One sentence for the user."""
    typer.echo(f"curtilage: {sentence}", err=True)


def stoppable(command: Callable[P, None]) -> Callable[P, None]:
    """Let Ctrl-C end a command with a sentence instead of a traceback."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except KeyboardInterrupt:
            say("stopped; what is done is kept, and the same command goes on from there")
            raise typer.Exit(STOPPED) from None

    return run
