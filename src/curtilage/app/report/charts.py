"""The charts of a report: who went in and out, how many were there, how long they stayed.

Each comes twice, for wide and for narrow screens, because text in a picture shrinks with it; the
style sheet shows the one that fits.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from curtilage.app.report.folder import Occupancy
from curtilage.app.report.passages import Passages
from curtilage.app.report.svg import STAND_INS, Tips, chart
from curtilage.app.report.wording import Clock, length, number

STEPS = (
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800,
    3600, 7200, 14400, 21600, 43200, 86400, 7 * 86400, 28 * 86400,
)  # fmt: skip
"""Seconds between ticks, and widths of bins: what people count in."""

WIDE, NARROW = 620.0, 340.0  # px
BINS = 48  # at most
TICK = 72.0  # px that a tick of a time axis needs
CHANGES = 400  # an occupancy with more changes than this is drawn as mean and most per bin


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart in both widths."""

    wide: Markup
    narrow: Markup


@dataclass(frozen=True, slots=True)
class Span:
    """The stretch of footage that time axes show."""

    begin: float  # s
    end: float  # s
    clock: Clock


def step_for(duration: float, parts: int) -> float:
    """The smallest step people count in that cuts ``duration`` (s) into at most ``parts``."""
    fitting = (step for step in STEPS if duration / step <= parts)
    return float(next(fitting, STEPS[-1] * np.ceil(duration / STEPS[-1] / parts)))


def flow_chart(span: Span, passages: Passages, words: tuple[str, str], label: str) -> Chart:
    """Bars upwards for one direction and downwards for the other; ``words`` name them."""
    width = max(step_for(span.end - span.begin, BINS), passages.finest)
    first = np.floor(span.begin / width)
    bins = max(1, int(np.ceil(span.end / width) - first))
    height = np.zeros((2, bins), np.int64)
    at = np.clip(np.floor(passages.time / width) - first, 0, bins - 1).astype(np.int64)
    np.add.at(height[0], at, passages.first)
    np.add.at(height[1], at, passages.second)
    left = (first + np.arange(bins)) * width

    def draw(axes: Axes, tips: Tips) -> None:
        for way, name in enumerate(("in", "out")):
            shown = height[way] > 0
            signed = height[way][shown] * (1 - 2 * way)
            axes.bar(
                left[shown] + width / 2, signed, width * 0.82, color=STAND_INS[name], linewidth=0
            )
        axes.axhline(0, color=STAND_INS["muted"], linewidth=1)
        for start, (up, down) in zip(left.tolist(), height.T.tolist(), strict=True):
            if up or down:
                area = axes.axvspan(start, start + width, fc=STAND_INS["hover"], lw=0)
                time = f"{span.clock.stamp(start)} to {span.clock.stamp(start + width)}"
                tips.put(area, f"{time}: {up} {words[0]}, {down} {words[1]}")
        _time_axis(axes, span)
        top, bottom = int(height[0].max()), int(height[1].max())
        least = 0.15 * max(top, bottom, 1)  # a direction that nobody took is a strip
        axes.set_ylim(-max(bottom * 1.12, least), max(top * 1.12, least, 1 - bottom))
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        axes.yaxis.set_major_formatter(lambda value, _: number(abs(value)))

    return _both(draw, 150.0, label)


def occupancy_chart(span: Span, occupancy: Occupancy, label: str) -> Chart:
    """How many were inside, as steps; over long footage mean and most per stretch of time."""
    time = np.append(np.maximum(occupancy.time, span.begin), max(span.end, occupancy.time[-1]))
    count = np.append(occupancy.count, occupancy.count[-1]).astype(np.float64)
    if len(time) > CHANGES:
        edges, mean, most = _per_stretch(time, count)
        return _both(lambda axes, _: _draw_stretches(axes, span, edges, mean, most), 150.0, label)

    def draw(axes: Axes, tips: Tips) -> None:
        axes.fill_between(time, count, step="post", color=STAND_INS["accent-soft"], linewidth=0)
        axes.step(time, count, where="post", color=STAND_INS["accent"], linewidth=2)
        for start, end, inside in zip(time[:-1], time[1:], occupancy.count, strict=True):
            area = axes.axvspan(start, end, fc=STAND_INS["hover"], lw=0)
            tips.put(area, f"{span.clock.stamp(start)}, for {length(end - start)}: {inside}")
        _time_axis(axes, span)
        _count_axis(axes, count.max())

    return _both(draw, 150.0, label)


def dwell_chart(names: Sequence[str], counts: Sequence[int], label: str) -> Chart:
    """A bar per length of stay."""

    def draw(axes: Axes, tips: Tips) -> None:
        bars = axes.bar(range(len(names)), counts, 0.82, color=STAND_INS["accent"], linewidth=0)
        for bar, name, count in zip(bars, names, counts, strict=True):
            tips.put(bar, f"{name}: {count}")
            axes.annotate(
                number(count), (bar.get_x() + 0.41, count), (0, 4), textcoords="offset pixels",
                ha="center", color=STAND_INS["ink"],
            )  # fmt: skip
        axes.set_xticks(range(len(names)), labels=names)
        axes.set_xlim(-0.6, max(3.6, len(names) - 0.4))
        _count_axis(axes, max(counts, default=0) * 1.12)

    return _both(draw, 170.0, label)


def _both(draw: Callable[[Axes, Tips], None], height: float, label: str) -> Chart:
    margins = (34.0, 8.0, 12.0, 24.0)
    return Chart(
        wide=chart(draw, (WIDE, height), margins, label),
        narrow=chart(draw, (NARROW, height), margins, label),
    )


def _time_axis(axes: Axes, span: Span) -> None:
    duration = max(span.end - span.begin, 1e-3)
    step = step_for(duration, max(2, int(axes.bbox.width / TICK)))
    first, last = np.ceil(span.begin / step - 1e-9), np.floor(span.end / step + 1e-9)
    ticks = np.arange(first, last + 1) * step
    axes.set_xticks(ticks, labels=[span.clock.tick(tick) for tick in ticks.tolist()])
    axes.set_xlim(span.begin, span.begin + duration)


def _count_axis(axes: Axes, top: float) -> None:
    axes.set_ylim(0, max(1.0, top) * 1.08)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.yaxis.set_major_formatter(lambda value, _: number(value))


def _per_stretch(
    time: npt.NDArray[np.float64], count: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Edges of stretches, and mean and most within each."""
    edges = np.linspace(time[0], time[-1], CHANGES // 2 + 1)
    area = np.concatenate([[0.0], np.cumsum(np.diff(time) * count[:-1])])
    mean = np.diff(np.interp(edges, time, area)) / np.maximum(np.diff(edges), 1e-9)
    at_edge = count[np.searchsorted(time, edges[:-1], side="right") - 1]
    most = at_edge.copy()
    inside = np.clip(np.searchsorted(edges, time, side="right") - 1, 0, len(most) - 1)
    np.maximum.at(most, inside, count)
    return edges, mean, most


def _draw_stretches(
    axes: Axes,
    span: Span,
    edges: npt.NDArray[np.float64],
    mean: npt.NDArray[np.float64],
    most: npt.NDArray[np.float64],
) -> None:
    axes.stairs(most, edges, fill=True, color=STAND_INS["accent-soft"])
    axes.stairs(mean, edges, color=STAND_INS["accent"], linewidth=2, baseline=None)
    _time_axis(axes, span)
    _count_axis(axes, float(most.max()))
