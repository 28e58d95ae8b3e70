"""How much moved: bytes against the quiet hours around, in buckets, nothing where nothing is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.web.playback.activity import (
    Floats,
    Int64s,
    Rates,
    density,
    in_buckets,
    is_telling,
    quietest,
    rates,
)

MINUTE = 60 * 1_000_000_000


def minutes(sizes: list[float], first: int = 0) -> Int64s:
    """Files of a minute each."""
    start = (first + np.arange(len(sizes), dtype=np.int64)) * MINUTE
    return np.stack([start, start + MINUTE, np.array(sizes, np.int64)], axis=1)


def of(given: Int64s, edges: Int64s) -> Floats:
    found = rates(given)
    return in_buckets(found, density(found.rate, found.quiet), edges)


def test_quiet_is_nothing_and_four_times_quiet_is_all() -> None:
    sizes = [100_000.0] * 60
    sizes[30], sizes[31] = 400_000, 200_000
    told = of(minutes(sizes), np.arange(61, dtype=np.int64) * MINUTE)
    assert told[30] == pytest.approx(1.0)
    assert 0.3 < told[31] < 0.7
    assert not told[:30].any()
    assert not told[32:].any()


def test_night_needs_more_bytes_and_is_quiet_all_the_same() -> None:
    sizes = [100_000.0] * 600 + [300_000.0] * 600
    told = of(minutes(sizes), np.arange(1201, dtype=np.int64) * MINUTE)
    assert told[:400].max() == 0
    assert told[-400:].max() == 0  # three hours after dusk


def test_a_gap_is_neither_quiet_nor_busy() -> None:
    both = np.concatenate([minutes([100_000.0] * 10), minutes([100_000.0] * 10, 20)])
    told = of(both, np.arange(31, dtype=np.int64) * MINUTE)
    assert np.isnan(told[10:20]).all()
    assert not np.isnan(told[:10]).any()
    assert not np.isnan(told[20:30]).any()
    assert np.isnan(of(minutes([]), np.arange(3, dtype=np.int64))).all()


def test_a_camera_of_constant_rate_says_that_it_tells_nothing() -> None:
    rng = np.random.default_rng(1)
    same = rates(minutes(list(100_000 + rng.normal(0, 1_000, 300))))
    assert not is_telling(same)
    busy = rates(minutes([100_000.0] * 250 + [200_000.0] * 50))
    assert is_telling(busy)
    assert quietest(busy) < 250
    assert not is_telling(rates(minutes([])))


@given(
    st.lists(st.floats(1, 1e9), min_size=1, max_size=40),
    st.integers(1, 7),
    st.integers(-3, 3),
)
def test_buckets_hold_the_mean_however_they_are_cut(
    values: list[float], step: int, first: int
) -> None:
    given = rates(minutes([1.0] * len(values)))
    edges = (first + np.arange(60, dtype=np.int64) * step) * MINUTE
    told = in_buckets(given, np.array(values), edges)
    length = np.clip(
        np.minimum(edges[1:], len(values) * MINUTE) - np.maximum(edges[:-1], 0), 0, None
    )
    inside = sum(values[max(first, 0) :])
    assert np.nansum(told * length) / MINUTE == pytest.approx(inside, rel=1e-6, abs=1e-6)
    assert np.isnan(told[length == 0]).all()


def test_what_was_recorded_twice_counts_once() -> None:
    twice = Rates(
        np.array([0, MINUTE // 2]), np.array([MINUTE, 2 * MINUTE]), np.ones(2), np.ones(2)
    )
    told = in_buckets(twice, np.array([1.0, 3.0]), np.array([0, MINUTE, 2 * MINUTE]))
    assert told.tolist() == pytest.approx([1.0, 3.0])


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=60), st.integers(1, 400))
def test_quiet_is_that_of_three_hours_on_both_sides(sizes: list[int], apart: int) -> None:
    """Asked of each hour's neighbours alone: against all, a year of minutes took 40 s."""
    files = minutes([float(size) for size in sizes])
    files[:, :2] *= apart
    hour = files[:, 0] // (60 * MINUTE)
    told = rates(files)
    for n, one in enumerate(hour.tolist()):
        near = np.abs(hour - one) <= 3
        assert told.quiet[n] == pytest.approx(max(np.percentile(told.rate[near], 10.0), 1.0))
