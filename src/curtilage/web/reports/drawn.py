"""A report as PDF or PNG, drawn with matplotlib in a process of its own (``web/apart.py``).

Standard input: ``{"form": "pdf", "sheet": {...}}``; standard output: the file. Blocks (a heading, a
table of key figures, rows of two charts) are laid down a page; a PDF goes on with the next page, a
PNG is as long as it must be.
"""

import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from curtilage.web.apart import limit

WIDTH, HEIGHT = 8.27, 11.69  # inches, A4
SIDE, TOP, GAP = 0.6, 0.55, 0.25
CHART: Final = 1.75  # inches, with its title
LINE: Final = 0.2
ROWS: Final = 40  # of the table on one page
MOST_CHARTS: Final = 200
INK, MUTED, RULE, IN, OUT, SOFT = "#1c2733", "#5d6b7a", "#d7dee5", "#1f6fb2", "#c8652a", "#a9cbe8"
STYLE: Final[dict[Any, Any]] = {
    "font.size": 8.0,
    "text.parse_math": False,
    "text.color": INK,
    "axes.edgecolor": RULE,
    "axes.titlesize": 9.0,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": RULE,
    "xtick.color": RULE,
    "ytick.color": RULE,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "ytick.major.size": 0.0,
    "pdf.fonttype": 42,
}
Sheet = dict[str, Any]
Draw = Callable[[Figure, float, float], None]  # figure, its height, y of the block's top; inches


@dataclass(frozen=True, slots=True)
class Block:
    """Something that is not cut by the end of a page."""

    height: float  # inches
    draw: Draw


def main() -> None:
    """Standard input to standard output."""
    limit(2 << 30, 60)
    asked = json.load(sys.stdin.buffer)
    sys.stdout.buffer.write(drawn(asked["sheet"], asked["form"]))


def drawn(sheet: Sheet, form: str) -> bytes:
    """The bytes of a file; ``form`` is pdf or png."""
    with mpl.rc_context(STYLE):
        blocks = list(_blocks(sheet))
        out = io.BytesIO()
        if form == "png":
            length = sum(block.height + GAP for block in blocks) + 2 * TOP
            figure = _page(blocks, min(length, 60.0))
            figure.savefig(out, format="png")
            return out.getvalue()
        about = {"Title": f"Curtilage, {sheet['title']}", "Creator": "Curtilage"}
        with PdfPages(out, metadata={**about, "CreationDate": None}) as pages:
            for some in _paged(blocks):
                pages.savefig(_page(some, HEIGHT))
        return out.getvalue()


def _paged(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    page: list[Block] = []
    left = HEIGHT - 2 * TOP
    for block in blocks:
        if page and block.height > left:
            yield page
            page, left = [], HEIGHT - 2 * TOP
        page.append(block)
        left -= block.height + GAP
    yield page


def _page(blocks: Sequence[Block], height: float) -> Figure:
    figure = Figure((WIDTH, height), dpi=110, facecolor="white")
    at = TOP
    for block in blocks:
        block.draw(figure, height, at)
        at += block.height + GAP
    return figure


def _blocks(sheet: Sheet) -> Iterator[Block]:
    yield Block(0.75, partial(_heading, sheet))
    rows = _key_figures(sheet)
    for first in range(0, len(rows), ROWS):
        some = rows[first : first + ROWS]
        yield Block(LINE * (len(some) + 1.5), partial(_table, some))
    charts = _charts(sheet)[:MOST_CHARTS]
    for first in range(0, len(charts), 2):
        pair = charts[first : first + 2]
        yield Block(CHART, partial(_row, pair))


def _heading(sheet: Sheet, figure: Figure, height: float, at: float) -> None:
    figure.text(SIDE / WIDTH, 1 - (at + 0.22) / height, sheet["title"], size=17, weight="bold")
    cameras = sheet["cameras"]
    named = ", ".join(cameras[:6]) + (f" and {len(cameras) - 6} more" if len(cameras) > 6 else "")
    said = f"{named or 'no camera'}  ·  times of {sheet['zone']}  ·  made {sheet['made'][:16]}"
    figure.text(SIDE / WIDTH, 1 - (at + 0.48) / height, said.replace("T", " "), color=MUTED)


def _key_figures(sheet: Sheet) -> list[tuple[str, ...]]:
    """Rows of camera, rule, in, out, most inside, events, of these armed."""
    cells: dict[tuple[str, str], list[str]] = {}

    def row(one: Sheet) -> list[str]:
        return cells.setdefault((one["camera"], one["rule"]), ["", "", "", "", ""])

    for one in sheet["flows"]:
        row(one)[:2] = [f"{sum(one['ins']):,}", f"{sum(one['outs']):,}"]
    for one in sheet["occupied"]:
        known = [value for value in one["most"] if value is not None]
        row(one)[2] = f"{max(known):,}" if known else "not known"
    events: dict[tuple[str, str], list[int]] = {}
    for one in sheet["noticed"]:
        total = events.setdefault((one["camera"], one["rule"]), [0, 0])
        total[0] += one["events"]
        total[1] += one["armed"]
        row(one)[3:] = [f"{total[0]:,}", f"{total[1]:,}"]
    for one in sheet["stays"]:
        row(one)
    return [(camera, rule, *values) for (camera, rule), values in sorted(cells.items())]


def _table(rows: Sequence[tuple[str, ...]], figure: Figure, height: float, at: float) -> None:
    head = ("Camera", "Rule", "In", "Out", "Most inside", "Events", "Armed")
    places = (0.0, 1.7, 4.1, 4.8, 5.75, 6.4, 7.07)  # inches; numbers end there
    for n, cells in enumerate((head, *rows)):
        y = 1 - (at + LINE * (n + 0.7)) / height
        for place, cell, column in zip(places, cells, range(len(head)), strict=True):
            figure.text(
                (SIDE + place) / WIDTH, y, cell if len(cell) < 34 else cell[:32] + "…",
                color=MUTED if n == 0 else INK, ha="left" if column < 2 else "right",
            )  # fmt: skip


def _row(
    pair: Sequence[tuple[str, Callable[[Axes], None]]], figure: Figure, height: float, at: float
) -> None:
    wide = (WIDTH - 2 * SIDE - 0.35) / 2
    for n, (title, draw) in enumerate(pair):
        left = SIDE + 0.25 + n * (wide + 0.35)
        axes = figure.add_axes(
            (left / WIDTH, 1 - (at + CHART - 0.3) / height, (wide - 0.25) / WIDTH,
             (CHART - 0.6) / height)
        )  # fmt: skip
        draw(axes)
        axes.set_title(title, color=INK)
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))


def _charts(sheet: Sheet) -> list[tuple[str, Callable[[Axes], None]]]:
    begins = sheet["buckets"][:-1]
    found: list[tuple[str, Callable[[Axes], None]]] = []
    for one in sheet["flows"]:
        name = f"{one['camera']} · {one['rule']}: in (up), out (down)"
        found.append((name, partial(_flow, one, begins, sheet["kind"])))
    for one in sheet["occupied"]:
        name = f"{one['camera']} · {one['rule']}: inside, mean and most"
        found.append((name, partial(_inside, one, begins, sheet["kind"])))
    for one in sheet["stays"]:
        name = f"{one['camera']} · {one['rule']}: how long they stayed"
        found.append((name, partial(_stays, one)))
    return found


def _flow(one: Sheet, begins: Sequence[str], kind: str, axes: Axes) -> None:
    places = range(len(begins))
    axes.bar(places, one["ins"], 0.8, color=IN)
    axes.bar(places, [-value for value in one["outs"]], 0.8, color=OUT)
    axes.axhline(0, color=MUTED, linewidth=0.6)
    top = max([1, *one["ins"]]) * 1.1
    axes.set_ylim(-max([0.2 * top, *(v * 1.1 for v in one["outs"])]), top)
    axes.yaxis.set_major_formatter(lambda value, _: f"{abs(value):,.0f}")
    _time(axes, begins, kind)


def _inside(one: Sheet, begins: Sequence[str], kind: str, axes: Axes) -> None:
    places = range(len(begins))
    axes.bar(places, [value or 0 for value in one["most"]], 0.8, color=SOFT)
    axes.bar(places, [value or 0.0 for value in one["mean"]], 0.5, color=IN)
    axes.set_ylim(0, max([1, *(value or 0 for value in one["most"])]) * 1.1)
    _time(axes, begins, kind)


def _stays(one: Sheet, axes: Axes) -> None:
    names = [_length(low, high) for low, high in zip(one["lower_s"], one["upper_s"], strict=True)]
    axes.bar(range(len(names)), one["presences"], 0.8, color=IN)
    axes.set_xticks(range(len(names)), names, size=6)
    axes.set_ylim(0, max([1, *one["presences"]]) * 1.1)


def _length(low: float, high: float | None) -> str:
    unit, by = ("min", 60.0) if low >= 60.0 else ("s", 1.0)
    return f"{low / by:g}+ {unit}" if high is None else f"{low / by:g} to {high / by:g} {unit}"


def _time(axes: Axes, begins: Sequence[str], kind: str) -> None:
    names = [begin[11:13] if kind == "day" else str(int(begin[8:10])) for begin in begins]
    every = max(1, len(names) // 8)
    axes.set_xticks(range(0, len(names), every), names[::every])
    axes.set_xlim(-0.6, len(names) - 0.4)


if __name__ == "__main__":
    main()
