"""Draws charts with matplotlib as inline SVG that takes its fonts and colours from the page.

Each colour of a chart is a stand-in that becomes a CSS variable, so that one drawing serves the
light and the dark page; text stays text in the page's font; parts of it
say what they are when pointed at.
"""

import io
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

STAND_INS = {
    name: f"#{0xFE0101 + 0x000101 * i:06x}"
    for i, name in enumerate(
        ("ink", "muted", "rule", "in", "out", "accent", "accent-soft", "hover", "surface")
    )
}
"""Colours to draw with, by the name of the CSS variable that takes their place."""

POINTS = 72.0  # matplotlib's SVG has 72 units to the inch: a unit is a CSS pixel

STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "curtilage",
    "text.parse_math": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.edgecolor": STAND_INS["rule"],
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.labelcolor": STAND_INS["muted"],
    "axes.labelsize": 12.0,
    "grid.color": STAND_INS["rule"],
    "grid.linewidth": 1.0,
    "font.size": 12.0,
    "text.color": STAND_INS["ink"],
    "xtick.color": STAND_INS["rule"],
    "ytick.color": STAND_INS["rule"],
    "xtick.labelcolor": STAND_INS["muted"],
    "ytick.labelcolor": STAND_INS["muted"],
    "xtick.labelsize": 12.0,
    "ytick.labelsize": 12.0,
    "ytick.major.size": 0.0,
    "xtick.major.size": 4.0,
}

Margins = tuple[float, float, float, float]  # px: left, top, right, bottom

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", XLINK)


class Tips:
    """Texts that parts of a chart show when they are pointed at."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def put(self, part: Artist, text: str) -> None:
        """Have ``part`` show ``text``."""
        part.set_gid(f"tip-{len(self.texts)}")
        self.texts.append(text)


def chart(
    draw: Callable[[Axes, Tips], None], size: tuple[float, float], margins: Margins, label: str
) -> Markup:
    """The chart that ``draw`` makes of empty axes, as an ``<svg>`` of ``size`` px.

    ``label`` says in words what it shows, for those who do not see it.
    """
    width, height = size
    left, top, right, bottom = margins
    place = (
        left / width,
        bottom / height,
        1 - (left + right) / width,
        1 - (top + bottom) / height,
    )
    tips = Tips()
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width / POINTS, height / POINTS), dpi=POINTS, facecolor="none")
        FigureCanvasSVG(figure)
        draw(figure.add_axes(place), tips)
        content = io.StringIO()
        figure.savefig(content, format="svg", metadata={"Date": None, "Creator": None})
    return _for_the_page(content.getvalue(), label, tips)


def _for_the_page(drawn: str, label: str, tips: Tips) -> Markup:
    """A file of matplotlib as a part of a page: its own fonts, ids and fixed colours taken out."""
    root = ElementTree.fromstring(drawn)  # noqa: S314 - matplotlib made it, a line above
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in {f"{{{SVG}}}metadata", f"{{{SVG}}}style"}:
                parent.remove(child)
    referred = {
        found[1]
        for part in root.iter()
        for value in part.attrib.values()
        if (found := re.fullmatch(r"(?:url\()?#([^)]+)\)?", value))
    }
    for part in root.iter():
        _simplify(part, referred, tips)
    size = root.get("viewBox", "0 0 1 1")
    root.attrib.clear()
    root.attrib.update({"class": "chart", "viewBox": size, "role": "img", "aria-label": label})
    return Markup(ElementTree.tostring(root, encoding="unicode"))  # noqa: S704 - serialised, so escaped


def _simplify(part: ElementTree.Element, referred: set[str], tips: Tips) -> None:
    gid = part.get("id", "")
    if gid and gid not in referred:
        del part.attrib["id"]
    if gid.startswith("tip-"):
        part.set("class", "tip")
        title = ElementTree.Element(f"{{{SVG}}}title")
        title.text = tips.texts[int(gid.removeprefix("tip-"))]
        part.insert(0, title)
    style = part.get("style")
    if style is not None:
        style = re.sub(r"font-family:[^;]*;?\s*", "", style)
        for name, colour in STAND_INS.items():
            style = style.replace(colour, f"var(--{name})")
        part.set("style", style)
    if part.get("transform", "").startswith("rotate(-0 "):
        del part.attrib["transform"]
    for key in ("d", "x", "y"):
        value = part.get(key)
        if value is not None:
            part.set(key, re.sub(r"(\.\d)\d+", r"\1", " ".join(value.split())))
    part.text = part.text if part.text and part.text.strip() else None
    part.tail = None
