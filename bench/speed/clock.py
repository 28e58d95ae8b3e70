"""CPU time of competitors, measured in turns: what else the machine does hits them alike."""

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU time of one call, over the rounds."""

    median_us: float
    low_us: float  # 10th percentile
    high_us: float  # 90th percentile
    calls: int


def compare(
    competitors: dict[str, Callable[[int], object]],
    *,
    warm_up: int,
    rounds: int,
    calls: int,
) -> dict[str, Cost]:
    """The cost of a call of each competitor.

    Each is called with 0, 1, 2, …: first ``warm_up`` times unmeasured (JIT, caches), then in
    ``rounds`` of ``calls`` at a time, one competitor after the other.
    """
    spent: dict[str, list[float]] = {name: [] for name in competitors}
    for call in competitors.values():
        for number in range(warm_up):
            call(number)
    gc.collect()
    gc.disable()
    try:
        for turn in range(rounds):
            begin = warm_up + turn * calls
            for name, call in competitors.items():
                spent[name].append(_time(call, range(begin, begin + calls)))
    finally:
        gc.enable()
    return {name: cost_of(times, rounds * calls) for name, times in spent.items()}


def cost_of(seconds: Sequence[float], calls: int) -> Cost:
    """Of the times of one call."""
    low, median, high = (float(x) * 1e6 for x in np.percentile(seconds, (10, 50, 90)))
    return Cost(median, low, high, calls)


def _time(call: Callable[[int], object], numbers: range) -> float:
    begin = time.process_time()
    for number in numbers:
        call(number)
    return (time.process_time() - begin) / len(numbers)
