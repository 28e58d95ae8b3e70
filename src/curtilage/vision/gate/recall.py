"""How sure a share of caught arrivals is (Clopper and Pearson 1934, one-sided)."""

from math import comb

SURE = 0.95


def recall_lower(caught: int, arrivals: int) -> float:
    """At least this share (0..1) is caught, with 95 % confidence; 0 without any arrival."""
    if caught == 0:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(40):
        share = (low + high) / 2
        if _at_least(caught, arrivals, share) < 1.0 - SURE:
            low = share
        else:
            high = share
    return low


def _at_least(caught: int, arrivals: int, share: float) -> float:
    """Chance that of so many arrivals so many are caught or more, if ``share`` are."""
    return sum(
        comb(arrivals, k) * share**k * (1.0 - share) ** (arrivals - k)
        for k in range(caught, arrivals + 1)
    )
