"""``curtilage config``: schema and check of rules files."""

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Rules files: their schema, and a check.", no_args_is_help=True)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a rules file, for editors."""
    from curtilage.config import settings_schema

    typer.echo(json.dumps(settings_schema(), indent=2))


@app.command()
def check(file: Annotated[Path, typer.Argument(help="Rules file (YAML).")]) -> None:
    """Read a rules file and say what it holds, or what is wrong with it."""
    from curtilage.config import load_settings

    settings = load_settings(file)
    typer.echo(f"{file}: good; camera {settings.camera.name!r}, {len(settings.rules)} rules")
    for rule in settings.rules:
        typer.echo(f"  {rule.id}: {rule.type}")
