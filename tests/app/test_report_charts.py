"""Charts: their numbers are those of the data, whatever the length of the footage."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes

from curtilage.app.report.charts import (
    BINS,
    Span,
    dwell_chart,
    flow_chart,
    occupancy_chart,
    step_for,
)
from curtilage.app.report.folder import Occupancy
from curtilage.app.report.passages import Passages
from curtilage.app.report.svg import STAND_INS, Tips, chart
from curtilage.app.report.wording import Clock
from curtilage.config.camera import CameraSettings


def span(begin: float, end: float) -> Span:
    return Span(begin, end, Clock(CameraSettings(), end))


def tips(svg: str) -> list[str]:
    return re.findall(r"<title>([^<]*)</title>", svg)


@given(st.floats(0.1, 1e8), st.integers(1, 60))
def test_steps_are_few_enough(duration: float, parts: int) -> None:
    assert duration / step_for(duration, parts) <= parts * (1 + 1e-9)


@pytest.mark.parametrize(
    ("duration", "parts", "step"),
    [(80, 48, 2), (80, 6, 15), (3600, 48, 120), (86400, 48, 1800), (7 * 86400, 48, 14400)],
)
def test_steps_are_what_people_count_in(duration: float, parts: int, step: float) -> None:
    assert step_for(duration, parts) == step


@settings(max_examples=8, deadline=None)
@given(
    begin=st.sampled_from([0.0, 17.3, 5000.0]),
    length=st.sampled_from([0.5, 80.0, 4000.0, 200_000.0]),
    data=st.data(),
)
def test_every_passage_is_in_a_bar(begin: float, length: float, data: st.DataObject) -> None:
    shares = data.draw(st.lists(st.floats(0, 1), min_size=1, max_size=20))
    first = np.array(
        data.draw(st.lists(st.integers(0, 9), min_size=len(shares), max_size=len(shares)))
    )
    second = first[::-1]
    passages = Passages(np.sort(begin + length * np.array(shares)), first, second, 1.0)
    drawn = flow_chart(span(begin, begin + length), passages, ("in", "out"), "label")
    told = [re.search(r": (\d+) in, (\d+) out$", tip) for tip in tips(drawn.wide)]
    assert sum(int(t[1]) for t in told if t) == first.sum()
    assert sum(int(t[2]) for t in told if t) == second.sum()
    assert len(told) <= BINS + 1


def test_counts_per_minute_are_not_shown_finer() -> None:
    passages = Passages(np.array([0.0, 60.0]), np.array([3, 1]), np.array([0, 2]), 60.0)
    drawn = flow_chart(span(0, 114), passages, ("in", "out"), "label")
    assert tips(drawn.wide) == [
        "00:00:00 to 00:01:00: 3 in, 0 out",
        "00:01:00 to 00:02:00: 1 in, 2 out",
    ]


def test_occupancy_is_told_step_by_step() -> None:
    occupancy = Occupancy(np.array([0.0, 10.0, 14.5]), np.array([0, 2, 1]))
    drawn = occupancy_chart(span(0, 20), occupancy, "label")
    assert tips(drawn.wide) == [
        "00:00:00, for 10 s: 0",
        "00:00:10, for 4.5 s: 2",
        "00:00:14, for 5.5 s: 1",
    ]


def test_long_occupancy_is_drawn_in_stretches() -> None:
    time = np.arange(100_000.0)
    occupancy = Occupancy(time, (time % 7).astype(np.int64))
    drawn = occupancy_chart(span(0, 100_000), occupancy, "label")
    assert len(drawn.wide) < 60_000


def test_lengths_of_stay() -> None:
    drawn = dwell_chart(["0 to 5 s", "5 s or more"], [7, 12], "label")
    assert tips(drawn.wide) == ["0 to 5 s: 7", "5 s or more: 12"]


def test_colours_and_fonts_are_the_pages() -> None:
    drawn = flow_chart(
        span(0, 80), Passages(np.ones(1), np.ones(1, int), np.ones(1, int), 1.0), ("in", "out"), "l"
    )
    for svg in (drawn.wide, drawn.narrow):
        assert "font-family" not in svg
        assert not [colour for colour in STAND_INS.values() if colour in svg]
        assert "var(--in)" in svg
        assert "var(--out)" in svg
        assert not re.findall(r"#[0-9a-f]{6}", svg)


def test_text_is_text() -> None:
    def draw(axes: Axes, tips: Tips) -> None:
        axes.set_title("<b>$x^{2$ & #fe0101")
        tips.put(axes.axvspan(0, 1), "<script>\"'&")

    svg = chart(draw, (300, 100), (20, 20, 10, 20), '"><script>')
    assert "<b>" not in svg
    assert "<script" not in svg
    assert "&lt;b&gt;$x^{2$ &amp; #fe0101" in svg
    assert "&lt;script&gt;" in svg
