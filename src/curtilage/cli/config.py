"""``curtilage config``: schema and check of settings files."""

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer(help="Settings files: their schema, and a check.", no_args_is_help=True)


@app.command()
def schema(
    of: Annotated[
        Literal["rules", "site"], typer.Argument(help="Of a rules file, or of a site's settings.")
    ] = "rules",
) -> None:
    """Print the JSON Schema of a settings file, for editors."""
    from curtilage.config import settings_schema, site_schema

    typer.echo(json.dumps(settings_schema() if of == "rules" else site_schema(), indent=2))


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="Rules file, or a site's settings (YAML).")],
) -> None:
    """Read a settings file and say what it holds, or what is wrong with it."""
    from curtilage.config import is_site

    if is_site(file):
        _check_site(file)
    else:
        _check_rules(file)


def _check_rules(file: Path) -> None:
    from curtilage.config import load_settings

    settings = load_settings(file)
    typer.echo(f"{file}: good; camera {settings.camera.name!r}, {len(settings.rules)} rules")
    for rule in settings.rules:
        typer.echo(f"  {rule.id}: {rule.type}")


def _check_site(file: Path) -> None:
    from curtilage.config import load_site

    site = load_site(file)
    typer.echo(f"{file}: good; {len(site.cameras)} cameras, {len(site.volumes)} volumes")
    for camera in site.cameras:
        sound = f", sound is recorded: {camera.audio_purpose}" if camera.audio == "record" else ""
        state = "" if camera.enabled else " (disabled)"
        typer.echo(f"  {camera.name}{state}{sound}")
        for stream in camera.all_streams:
            typer.echo(f"    {stream.name}: {stream.url}")
