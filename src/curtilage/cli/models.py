"""``curtilage models``: which detectors there are, a check, tuning to this machine."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer(help="Detectors: list, check, tune to this machine.", no_args_is_help=True)
console = Console()
