"""``curtilage config``: settings files, their versions, and what they ask of a firewall."""

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from curtilage.cli.recording import Config
from curtilage.cli.when import exact

app = typer.Typer(
    help="Settings files: their schema, a check, their versions.", no_args_is_help=True
)
Number = Annotated[int, typer.Argument(min=1, help="Number of a version.")]


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


@app.command()
def history(config: Config = None) -> None:
    """List every version of the settings that ran, and those that restoring replaced."""
    from curtilage.app.recording.settings_file import settings_path
    from curtilage.app.run.history import versions_of

    found = versions_of(settings_path(config)).all()
    if not found:
        typer.echo("no version was kept yet; `curtilage run` keeps them")
    for one in found:
        note = f" of {one.note}" if one.note else ""
        wrong = "" if one.accepted else "; wrong, did not run"
        typer.echo(f"{one.number:4}  {exact(one.time_ns)}  {one.by}{note}{wrong}")


@app.command()
def diff(
    old: Annotated[
        int | None, typer.Argument(min=1, help="A version; without it, the one that ran last.")
    ] = None,
    new: Annotated[
        int | None, typer.Argument(min=1, help="A version; without it, the file as it is.")
    ] = None,
    config: Config = None,
) -> None:
    """Show what differs between versions of the settings, passwords hidden."""
    from curtilage.app.recording.settings_file import settings_path
    from curtilage.app.run.history import difference

    lines = list(difference(settings_path(config), old, new))
    typer.echo("\n".join(lines) if lines else "they are the same")


@app.command()
def restore(number: Number, config: Config = None) -> None:
    """Bring a version of the settings back; what it replaces is kept as a version."""
    from curtilage.app.recording.settings_file import settings_path
    from curtilage.app.run.history import restore as bring_back

    path = settings_path(config)
    version = bring_back(path, number)
    typer.echo(f"{path}: holds version {number} again, kept as version {version.number}")


@app.command()
def firewall(
    browsers: Annotated[
        list[str] | None,
        typer.Option("--browsers", help="A network that people look from, as in 192.168.1.0/24."),
    ] = None,
    config: Config = None,
) -> None:
    """Print what systemd lets the service reach: this machine, the cameras, people's networks.

    A drop-in for the unit. Names are looked up now; print it again when addresses change.
    """
    from curtilage.app.recording.settings_file import site_of
    from curtilage.app.run.firewall import drop_in

    typer.echo(drop_in(site_of(config), browsers or []), nl=False)
