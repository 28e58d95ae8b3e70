"""When a disk is full: cases that one can do in the head, and against the shares themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.record.upkeep.forecast import Forecast, Growth, Outcome, forecast


def test_full_in_as_many_days_as_the_free_space_lasts() -> None:
    found = forecast(2300.0, [Growth(700.0, 60.0, None, None), Growth(0.0, 40.0, 365.0, None)])
    assert found.outcome is Outcome.FILLS
    assert found.full_in_days == pytest.approx(23.0)
    assert found.settles_at == pytest.approx(3000.0)
    assert found.keeps_days == pytest.approx(30.0)  # 3000 at 100 a day


def test_retention_holds_it() -> None:
    found = forecast(1e6, [Growth(50.0, 10.0, 14.0, None), Growth(10.0, 5.0, None, 30.0)])
    assert found.outcome is Outcome.HELD
    assert found.full_in_days is None
    assert found.settles_in_days == pytest.approx(9.0)  # (140 - 50) / 10
    assert found.settles_at == pytest.approx(170.0)


def test_a_camera_that_holds_still_leaves_the_rest_more_time() -> None:
    # first 20 a day for 2 days, then 10 a day
    found = forecast(100.0, [Growth(0.0, 10.0, 2.0, None), Growth(0.0, 10.0, None, None)])
    assert found.full_in_days == pytest.approx(8.0)


def test_what_is_more_than_retention_allows_grows_no_further() -> None:
    found = forecast(100.0, [Growth(500.0, 10.0, 14.0, None)])
    assert (found.outcome, found.settles_in_days, found.settles_at) == (Outcome.HELD, 0.0, 500.0)


def test_full_idle_and_missing() -> None:
    assert forecast(-5.0, [Growth(30.0, 10.0, None, None)]) == Forecast(
        Outcome.FULL, 0.0, None, 30.0, 3.0
    )
    assert forecast(5.0, [Growth(30.0, 0.0, 1.0, None)]).outcome is Outcome.IDLE
    assert forecast(5.0, []).outcome is Outcome.IDLE
    assert forecast(None, [Growth(30.0, 10.0, None, None)]).outcome is Outcome.MISSING


_SHARES = st.lists(
    st.builds(
        Growth,
        used=st.floats(0, 1e3),
        per_day=st.floats(1.0, 1e3),
        days=st.none() | st.floats(0.5, 60),
        size=st.none() | st.floats(0, 1e4),
    ),
    min_size=1,
    max_size=6,
)


@given(_SHARES, st.floats(1.0, 1e5))
def test_it_is_full_when_the_shares_have_grown_by_what_was_free(
    shares: list[Growth], free: float
) -> None:
    def grown(days: float) -> float:
        return sum(
            min(one.per_day * days, one.per_day * days if one.room is None else one.room)
            for one in shares
        )

    found = forecast(free, shares)
    if found.full_in_days is not None:
        assert found.outcome is Outcome.FILLS
        assert grown(found.full_in_days) == pytest.approx(free, rel=1e-6)
    else:
        assert found.settles_in_days is not None
        assert grown(1e9) <= free * (1 + 1e-6)
        assert grown(found.settles_in_days) == pytest.approx(grown(1e9), rel=1e-6, abs=1e-6)
