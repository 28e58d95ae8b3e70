"""``curtilage hold``: recordings that nothing deletes."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from curtilage.cli.recording import Camera, Config
from curtilage.cli.when import exact, local, span_ns

app = typer.Typer(help="Legal holds: recordings that nothing deletes.", no_args_is_help=True)
console = Console()


@app.command()
def add(
    begin: Annotated[str, typer.Option("--from", help="Begin here: '2026-11-23 14:00', '-2h'.")],
    end: Annotated[str, typer.Option("--to", help="End here, as --from.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; whoever looks later reads it.")],
    camera: Camera = None,
    config: Config = None,
) -> None:
    """Keep what was and will be recorded in this time until it is released."""
    from curtilage.app.recording import holds
    from curtilage.app.recording.settings_file import site_of

    span = span_ns(begin, end, datetime.now(UTC))
    held = holds.add(site_of(config), camera, *span, reason)
    typer.echo(
        f"hold {held.id}: {held.camera or 'all cameras'} from {exact(held.from_ns)} "
        f"to {exact(held.to_ns)} is kept until `curtilage hold release {held.id}`"
    )


@app.command()
def release(
    number: Annotated[int, typer.Argument(metavar="HOLD", help="Number of the hold.")],
    config: Config = None,
) -> None:
    """Let a hold go; what it kept follows retention again."""
    from curtilage.app.recording import holds
    from curtilage.app.recording.settings_file import site_of

    held = holds.release(site_of(config), number)
    typer.echo(f"hold {held.id} ({held.reason}) is released")


@app.command(name="list")
def list_(
    released: Annotated[bool, typer.Option("--all", help="Also those that were let go.")] = False,
    config: Config = None,
) -> None:
    """Show the holds."""
    from curtilage.app.recording import holds
    from curtilage.app.recording.settings_file import site_of

    found = holds.every(site_of(config), released=released)
    if not found:
        typer.echo("there are no holds")
        return
    table = Table("hold", "camera", "from", "to", "reason", "set by", "released by", box=None)
    for held in found:
        table.add_row(
            str(held.id),
            held.camera or "all",
            exact(held.from_ns),
            exact(held.to_ns),
            held.reason,
            f"{held.by}, {local(held.created_ns)}",
            f"{held.released_by}, {local(held.released_ns)}" if held.released_ns else "",
        )
    console.print(table)
