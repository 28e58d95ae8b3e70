"""How much moved, told by the bytes that the camera needed; nothing is decoded or kept for it.

A camera that encodes to a quality needs more bytes where more changes: about its quiet rate when
nothing moves, twice that for a person who walks by, four times for a busy scene. So density is the
logarithm of bytes per second over the quiet rate, which is the lowest tenth of the hours around
(night and day differ). A camera of constant bit rate tells nothing this way, which is said.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

AROUND_NS: Final = 3 * 3600 * 1_000_000_000
"""Before and after, to know what is quiet."""
FULL: Final = 4.0
"""Times the quiet rate: density 1. Of whole files, keyframes among them."""
FULL_BETWEEN: Final = 6.0
"""The same of the pictures between keyframes, which alone tell of changes."""
NOISE: Final = 1.1
"""Times the quiet rate: density 0."""
TELLING: Final = 1.12
"""What one file in twenty must reach, as times the quiet rate, else sizes tell nothing."""
_HOUR_NS: Final = 3600 * 1_000_000_000
_QUIET: Final = 10.0  # percentile

Int64s = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rates:
    """How fast a stream came, struct of arrays, by start."""

    start_ns: Int64s  # [N] UTC
    end_ns: Int64s  # [N]
    rate: Floats  # [N] bytes per second
    quiet: Floats  # [N] the same when nothing moves

    def __len__(self) -> int:
        return len(self.rate)


def rates(sizes: Int64s) -> Rates:
    """Of files (int64[N, 3]: start, end, bytes; by start), against the three hours around."""
    start_ns, end_ns, size = sizes.T
    rate = size * 1e9 / np.maximum(end_ns - start_ns, 1)
    hour = start_ns // _HOUR_NS
    quiet = np.empty(len(rate))
    far = AROUND_NS // _HOUR_NS
    for one in np.unique(hour).tolist():  # rising, so each hour looks at its neighbours alone
        begin, end, first, last = np.searchsorted(hour, [one - far, one + far + 1, one, one + 1])
        quiet[first:last] = np.percentile(rate[begin:end], _QUIET)
    return Rates(start_ns, end_ns, rate, np.maximum(quiet, 1.0))


def density(
    rate: Floats, quiet: Floats | float, full: float = FULL, noise: float = NOISE
) -> Floats:
    """0 (up to ``noise`` times the quiet rate) to 1 (``full`` times) of bytes per second."""
    with np.errstate(divide="ignore", invalid="ignore"):
        over = np.log(rate / quiet / noise) / np.log(full / noise)
    found: Floats = np.clip(over, 0.0, 1.0)
    return found


def is_telling(given: Rates) -> bool:
    """Whether the sizes of this camera differ at all."""
    return len(given) > 0 and bool(np.percentile(given.rate / given.quiet, 95.0) >= TELLING)


def quietest(given: Rates) -> int:
    """Number of the file that is nearest to its quiet rate."""
    return int(np.argmin(np.abs(np.log(np.maximum(given.rate, 1.0) / given.quiet))))


def in_buckets(given: Rates, values: Floats, edges: Int64s) -> Floats:
    """Mean of ``values`` (float[N], one each) in the buckets between ``edges`` (UTC ns, [M + 1]).

    NaN where nothing was recorded. Of moments that were recorded twice, the first counts.
    """
    start = np.maximum(given.start_ns, np.maximum.accumulate(_shifted(given.end_ns)))
    length = np.maximum(given.end_ns - start, 0)
    kept = length > 0
    start, length, values = start[kept], length[kept], values[kept]
    if not len(start):
        return np.full(len(edges) - 1, np.nan)
    times = np.stack([start, start + length], axis=1).ravel()
    time = np.interp(edges, times, _climbing(length))
    total = np.interp(edges, times, _climbing(length * values))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: Floats = np.diff(total) / np.diff(time)
    mean[np.diff(time) <= 0] = np.nan
    return mean


def _shifted(end_ns: Int64s) -> Int64s:
    """The end of the one before."""
    return np.concatenate([np.full(1, np.iinfo(np.int64).min), end_ns[:-1]])


def _climbing(given: npt.NDArray[np.int64] | Floats) -> Floats:
    """The sum before and after each."""
    after = np.cumsum(given.astype(np.float64))
    return np.stack([after - given, after], axis=1).ravel()
