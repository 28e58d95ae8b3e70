"""The sparse matching is exact: compared with trying everything."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.vision.tracker.assignment import assign

FEW = st.integers(0, 5)


def brute(cost: np.ndarray, unmatched: np.ndarray) -> float:
    """The least total over all matchings; ``inf`` marks pairs that are not allowed."""
    rows, columns = cost.shape
    best = np.inf
    for choice in itertools.product(range(-1, columns), repeat=rows):
        taken = [c for c in choice if c >= 0]
        if len(set(taken)) == len(taken):
            best = min(
                best, sum(unmatched[r] if c < 0 else cost[r, c] for r, c in enumerate(choice))
            )
    return float(best)


@settings(max_examples=300, deadline=None)
@given(rows=FEW, columns=FEW, seed=st.integers(0, 2**32 - 1), coarse=st.booleans())
def test_as_cheap_as_the_best_of_all_matchings(
    rows: int, columns: int, seed: int, coarse: bool
) -> None:
    rng = np.random.default_rng(seed)
    cost = rng.uniform(0, 1, (rows, columns))
    if coarse:  # ties
        cost = np.round(cost * 4) / 4
    cost[rng.random((rows, columns)) < 0.4] = np.inf
    unmatched = rng.uniform(0.2, 1, rows)
    allowed = np.isfinite(cost)
    start = np.concatenate([[0], allowed.sum(axis=1).cumsum()]).astype(np.int64)
    mate = assign(columns, start, np.nonzero(allowed)[1].astype(np.int64), cost[allowed], unmatched)
    taken = mate[mate >= 0]
    assert len(set(taken.tolist())) == len(taken)
    total = sum(unmatched[r] if c < 0 else cost[r, c] for r, c in enumerate(mate))
    assert np.isclose(total, brute(cost, unmatched))


def test_a_chain_of_a_thousand_is_resolved() -> None:
    n = 1000  # row k may take k or k + 1; only the last column is free of a cheaper taker
    start = np.arange(0, 2 * n + 1, 2, dtype=np.int64)
    column = np.stack([np.arange(n), np.arange(n) + 1], axis=1).astype(np.int64).ravel()
    cost = np.tile([0.1, 0.2], n)
    mate = assign(n + 1, start, column, cost, np.ones(n))
    assert mate.tolist() == list(range(n))
