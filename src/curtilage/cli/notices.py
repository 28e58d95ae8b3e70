"""``curtilage notices``: what the owner was told."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from curtilage.cli.columns import room_behind, within
from curtilage.cli.recording import Config, From, To
from curtilage.cli.when import clock_of, exact, past_ns, rfc3339

if TYPE_CHECKING:
    from curtilage.store.notices import Notice


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(notices)


def notices(
    config: Config = None,
    camera: Annotated[
        str | None,
        typer.Option("--camera", help="One camera (and the whole site); without it, all."),
    ] = None,
    begin: From = "-7d",
    end: To = "now",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Show what you were told: cameras not recorded, disks that failed, repairs."""
    from curtilage.app.recording.notices import told
    from curtilage.app.recording.settings_file import site_of

    now = datetime.now(UTC)
    from_ns, to_ns = past_ns(begin, end, now)
    found = told(site_of(config), camera, from_ns, to_ns)
    if as_json:
        typer.echo(json.dumps([_plain(one) for one in found], indent=2))
        return
    typer.echo(f"from {exact(from_ns)} to {exact(to_ns)}\n")
    typer.echo("\n".join(_lines(found, now)) if found else "there are no notices")


def _lines(found: Sequence["Notice"], now: datetime) -> Iterator[str]:
    heading, clock = clock_of((one.time_ns for one in found), now)
    when = len(clock(found[0].time_ns))
    who = max(6, *(len(_about(one)) for one in found))
    what = max(4, *(len(one.kind.value) for one in found))
    margin = when + 2 + who + 2 + what + 2
    room = room_behind(margin)
    yield heading
    yield f"{'time':{when}}  {'camera':{who}}  {'kind':{what}}  sentence"
    for one in found:
        sentence = within(one.sentence, room, margin)
        yield f"{clock(one.time_ns)}  {_about(one):{who}}  {one.kind.value:{what}}  {sentence}"


def _about(one: "Notice") -> str:
    return f"{one.camera}/{one.stream}" if one.camera and one.stream else one.camera or "all"


def _plain(one: "Notice") -> dict[str, str | None]:
    return {
        "time": rfc3339(one.time_ns),
        "camera": one.camera,
        "stream": one.stream,
        "kind": one.kind.value,
        "sentence": one.sentence,
    }
