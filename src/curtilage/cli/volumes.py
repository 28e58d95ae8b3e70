"""``curtilage volume``: the disks of recordings, and those that will not come back."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from curtilage.cli.recording import Config
from curtilage.cli.when import local

app = typer.Typer(help="The disks that recordings are on.", no_args_is_help=True)


@app.command(name="list")
def list_(config: Config = None) -> None:
    """Show the volumes that were recorded to, and whether they are there."""
    from curtilage.app.recording.settings_file import site_of
    from curtilage.app.recording.volumes import known

    table = Table("volume", "path", "", "recordings", "size", "last opened", box=None)
    for one in known(site_of(config)):
        table.add_row(
            one.identity[:8],
            str(one.path or "unknown"),
            "present" if one.present else "missing",
            f"{one.recordings:,}",
            f"{one.bytes / 1e9:,.2f} GB",
            local(one.last_seen_ns),
        )
    Console().print(table)


@app.command()
def forget(
    volume: Annotated[
        str, typer.Argument(metavar="PATH|VOLUME", help="Its path, or its name in the list.")
    ],
    config: Config = None,
) -> None:
    """Declare a volume lost for good; an empty folder at its path becomes a new one.

    What was on it counts as damaged. It must not be there, and no recorder may run.
    """
    from curtilage.app.recording import volumes
    from curtilage.app.recording.settings_file import site_of

    lost = volumes.forget(site_of(config), volume)
    typer.echo(
        f"volume {lost.identity[:8]} ({lost.path or 'path unknown'}) is forgotten; the time of its "
        f"{lost.recordings:,} recordings ({lost.bytes / 1e9:,.2f} GB) counts as damaged"
    )
