"""The page is made from whatever was measured."""

from bench.report.bars import bars
from bench.report.tables import micro, table, times


def test_table() -> None:
    assert table(("a", "b"), [("x", 1)]) == "| a | b |\n| --- | ---: |\n| x | 1 |\n"


def test_numbers() -> None:
    assert [micro(x) for x in (1234.5, 3.21)] == ["1,234", "3.2"]
    assert [times(x) for x in (1234.5, 3.21)] == ["1,234x", "3.2x"]


def test_a_bar_that_is_missed_says_so() -> None:
    def costs(ours: float) -> dict[str, object]:
        cost = {"Curtilage": ours, "trackers ByteTrack": 5000.0}
        return {"people": 200, "costs": {k: {"median_us": v} for k, v in cost.items()}}

    (fast,) = bars({}, {"tracker": [costs(90.0)]})
    (slow,) = bars({}, {"tracker": [costs(110.0)]})
    assert fast.met
    assert not slow.met


def test_nothing_measured_no_bars() -> None:
    assert list(bars({}, {})) == []
