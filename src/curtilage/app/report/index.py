"""``index.html``: the reports of several sources on one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from curtilage.app.outputs.files import replacing_text
from curtilage.app.report.figures import figures_of
from curtilage.app.report.folder import read_folder
from curtilage.app.report.heat import overlay_map
from curtilage.app.report.page import REPORT, camera_name, environment
from curtilage.app.report.pictures import still_uri
from curtilage.app.report.tiles import Tile, tiles_of
from curtilage.app.report.wording import Clock, length

INDEX = "index.html"
SHOWN = 640  # px, of a still


@dataclass(frozen=True, slots=True)
class Card:
    """One source."""

    name: str
    camera: str | None
    duration: str
    link: str  # relative, not yet percent-encoded
    still: str | None
    tiles: list[Tile]
    warnings: list[str]
    complete: bool


def write_index(out: Path, folders: Sequence[Path]) -> Path:
    """Write ``index.html`` into ``out``, over the output folders below it; return its path.

    Raises:
        InputError: one of the folders is damaged, or the page cannot be written.

    """
    cards = [_card(out, folder) for folder in folders]
    page = environment().get_template("index.html.j2").render(cards=cards)
    with replacing_text(out / INDEX) as file:
        file.write(page)
    return out / INDEX


def _card(out: Path, path: Path) -> Card:
    folder = read_folder(path)
    summary = folder.summary
    clock = Clock(folder.settings.camera, folder.duration)
    figures = figures_of(folder, overlay_map(folder))
    return Card(
        name=str(summary.get("source") or path.name),
        camera=camera_name(folder),
        duration=length(folder.duration),
        link=(path.resolve().relative_to(out.resolve()) / REPORT).as_posix(),
        still=still_uri(path / "still.jpg", SHOWN),
        tiles=tiles_of(figures, clock)[:3],
        warnings=[str(warning) for warning in summary.get("warnings") or []],
        complete=bool(summary.get("complete")),
    )
