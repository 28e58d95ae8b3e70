"""``report.html``: everything that an analysis found, on one page that needs nothing else.

A pure function of the output folder. The page asks no host for anything and its policy forbids it
to; its one script is allowed by its hash; all that comes from the folder is escaped.
"""

import base64
import hashlib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from curtilage.app.outputs.files import replacing_text
from curtilage.app.report.charts import (
    Chart,
    Span,
    dwell_chart,
    flow_chart,
    occupancy_chart,
)
from curtilage.app.report.figures import Figures, Flow, figures_of, peak_of, whole
from curtilage.app.report.folder import Folder, read_folder
from curtilage.app.report.heat import overlay_map
from curtilage.app.report.labels import NARROW, WIDE, labels_of
from curtilage.app.report.layers import frame_layers, ground_layers
from curtilage.app.report.passages import passages_of
from curtilage.app.report.pictures import still_uri
from curtilage.app.report.places import places_of
from curtilage.app.report.rows import event_table
from curtilage.app.report.sentences import again, footer_facts, not_told
from curtilage.app.report.tiles import tiles_of
from curtilage.app.report.walks import walks_of
from curtilage.app.report.wording import RULE_WORDS, Clock, length, number, plural

REPORT = "report.html"
MOST_CHARTS = 12
"""Flows and zones with a chart each; the tables have them all."""


def write_report(out: Path) -> Path:
    """Write ``report.html`` into the output folder ``out`` and return its path.

    Raises:
        InputError: a file of the folder is missing or damaged, or the page cannot be written.

    """
    folder = read_folder(out)
    page = environment().get_template("report.html.j2").render(**_context(folder))
    with replacing_text(out / REPORT) as file:
        file.write(page)
    return out / REPORT


def environment() -> Environment:
    """Templates with autoescape on; styles and the script come from files beside them."""
    templates = Environment(
        loader=PackageLoader("curtilage.app.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(number=number, plural=plural)
    templates.globals["lasting"] = length
    templates.globals["style"] = _own_text("style.css")
    return templates


def _own_text(name: str) -> Markup:
    text = files("curtilage.app.report").joinpath("templates", name).read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704 - a file of this package, nothing from outside


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    return (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


@dataclass(frozen=True, slots=True)
class Panel:
    """A chart with its heading."""

    rule: str
    colour: str
    what: str
    figures: list[tuple[str, str]]  # name of a colour or "", text
    chart: Chart | None  # None: there is nothing to draw


def _context(folder: Folder) -> dict[str, Any]:
    summary = folder.summary
    begin = float(summary.get("from") or 0.0)
    end = max(float(summary.get("to") or folder.duration), begin)
    clock = Clock(folder.settings.camera, end)
    span = Span(begin, end, clock)
    width, height = folder.size
    overlay = overlay_map(folder)
    figures = figures_of(folder, overlay)
    places = places_of(folder.settings, width / height)
    script = _own_text("report.js")
    table = event_table(folder, clock)
    return {
        "policy": _policy(script),
        "script": script,
        "summary": summary,
        "folder": folder,
        "size": folder.size,
        "clock": clock,
        "begin": begin,
        "end": end,
        "began": clock.local(begin),
        "camera": camera_name(folder),
        "figures": figures,
        "tiles": tiles_of(figures, clock),
        "places": places,
        "labels": list(
            zip(
                labels_of(places, width / height, WIDE),
                labels_of(places, width / height, NARROW),
                strict=True,
            )
        ),
        "rule_words": RULE_WORDS,
        "still": still_uri(folder.path / "still.jpg"),
        "layers": frame_layers(folder),
        "grounds": ground_layers(folder),
        "walks": walks_of(folder.tracks),
        "flow_panels": _flow_panels(folder, figures, span, places.colours),
        "zone_panels": _zone_panels(folder, span, places.colours),
        "dwell_panels": _dwell_panels(folder, places.colours),
        "journeys": _journeys(folder),
        "table": table,
        "choices": {
            "Rule": sorted({row.rule for row in table.rows}),
            "What": sorted({row.sort for row in table.rows}),
            "Class": sorted({row.label for row in table.rows if row.label}),
            "Direction": sorted({row.direction for row in table.rows if row.direction}),
        },
        "not_told": not_told(folder),
        "facts": footer_facts(folder),
        "again": again(folder),
        "video": (folder.path / "annotated.mp4").exists(),
        "most_charts": MOST_CHARTS,
    }


def camera_name(folder: Folder) -> str | None:
    """The camera's name, if somebody gave it one."""
    name = str(folder.summary.get("camera") or "")
    made_up = {"camera", Path(str(folder.summary.get("source", ""))).stem, ""}
    return None if name in made_up else name


def _flow_panels(
    folder: Folder, figures: Figures, span: Span, colours: dict[str, str]
) -> list[Panel]:
    # a counter of one line would show the line's chart again
    told = {
        rule.lines[0].line
        for rule in folder.settings.rules
        if rule.type == "counter" and len(rule.lines) == 1
    }
    flows = [flow for flow in figures.flows if flow.rule not in told]
    flows.sort(key=lambda flow: flow.type != "counter")
    return [_flow_panel(folder, flow, span, colours) for flow in flows[:MOST_CHARTS]]


def _flow_panel(folder: Folder, flow: Flow, span: Span, colours: dict[str, str]) -> Panel:
    counter = flow.type == "counter"
    words = ("in", "out") if counter else ("A → B", "B → A")
    label = (
        f"{flow.rule} over time: {flow.first} {words[0]} (bars upwards), "
        f"{flow.second} {words[1]} (bars downwards)"
    )
    figures = [
        ("in", f"{number(flow.first)} {words[0]}"),
        ("out", f"{number(flow.second)} {words[1]}"),
    ]
    if flow.inside is not None:
        figures.append(("", flow.inside_text))
    chart = flow_chart(span, passages_of(folder, flow), words, label)
    return Panel(flow.rule, colours.get(flow.rule, "gray"), RULE_WORDS[flow.type], figures, chart)


def _zone_panels(folder: Folder, span: Span, colours: dict[str, str]) -> list[Panel]:
    panels = []
    for rule in folder.settings.rules:
        occupancy = folder.occupancy.get(rule.id)
        if rule.type != "occupancy" or occupancy is None or not len(occupancy.count):
            continue
        peak = peak_of(rule.id, occupancy, span.end)
        label = (
            f"How many were in {rule.id} over time: at most {peak.count}, "
            f"{peak.mean:.1f} on average"
        )
        figures = [
            ("accent", f"at most {number(peak.count)}"),
            ("", f"{peak.mean:.1f} on average"),
        ]
        chart = occupancy_chart(span, occupancy, label)
        panels.append(
            Panel(rule.id, colours.get(rule.id, "gray"), RULE_WORDS[rule.type], figures, chart)
        )
    return panels[:MOST_CHARTS]


def _dwell_panels(folder: Folder, colours: dict[str, str]) -> list[Panel]:
    panels = []
    for rule in folder.settings.rules:
        rows = [row for row in folder.dwell if row.get("rule") == rule.id]
        if rule.type != "dwell":
            continue
        names = [_stretch(row.get("from") or "0", row.get("to") or "") for row in rows]
        counts = [whole(row.get("count")) for row in rows]
        label = f"How long stays in {rule.id} were: " + (
            ", ".join(f"{name}: {count}" for name, count in zip(names, counts, strict=True))
            or "too few to be shown"
        )
        figures = [("", f"lengths with fewer than {rule.k} stays are left out")]
        panels.append(
            Panel(
                rule.id,
                colours.get(rule.id, "gray"),
                RULE_WORDS[rule.type],
                figures,
                dwell_chart(names, counts, label) if rows else None,
            )
        )
    return panels[:MOST_CHARTS]


def _stretch(start: str, end: str) -> str:
    return f"{start} to {end} s" if end else f"{start} s or more"


def _journeys(folder: Folder) -> list[dict[str, Any]]:
    """Per rule of paths: the zones and how many went from each (row) to each (column)."""
    tables = []
    for rule in folder.settings.rules:
        if rule.type != "paths":
            continue
        zones = list(rule.zones)
        counts = {
            (row.get("from"), row.get("to")): whole(row.get("journeys"))
            for row in folder.paths
            if row.get("rule") == rule.id
        }
        grid = [[counts.get((a, b), 0) for b in zones] for a in zones]
        most = max((count for row in grid for count in row), default=0)
        tables.append({"rule": rule.id, "zones": zones, "grid": grid, "most": max(1, most)})
    return tables
