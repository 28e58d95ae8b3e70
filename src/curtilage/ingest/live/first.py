"""The first pictures of a connection, whose times are not all known."""

from itertools import pairwise

from curtilage.ingest.live.connection import Raw

DEFAULT_STEP = 40_000_000  # ns between pictures, where nothing says it


def dated(pictures: list[Raw]) -> list[Raw]:
    """Pictures with all their times.

    With B-frames as many as are reordered have no decoding time (FFmpeg does not know that of the
    first picture of some files either): they are one step apart before the first that has one. The
    first picture is shown before all others.
    """
    known = [(i, raw.dts) for i, raw in enumerate(pictures) if raw.dts is not None]
    step = next((raw.duration for raw in pictures if raw.duration), 0)
    if not step and len(known) > 1:
        step = (known[1][1] - known[0][1]) // (known[1][0] - known[0][0])
    if not step:  # shown at least one step apart
        times = sorted(raw.pts for raw in pictures if raw.pts is not None)
        step = min((b - a for a, b in pairwise(times) if b > a), default=0)
    step = step if step > 0 else DEFAULT_STEP
    first, base = known[0] if known else (len(pictures), len(pictures) * step)
    shown = min((raw.pts for raw in pictures[1:] if raw.pts is not None), default=None)
    result: list[Raw] = []
    last = 0
    for number, raw in enumerate(pictures):
        dts, pts = raw.dts, raw.pts
        if dts is None:
            dts = base - (first - number) * step if number < first else last + step
        if pts is None and number == 0 and shown is not None:
            pts = max(dts, shown - step)
        result.append(raw._replace(dts=dts, pts=pts))
        last = dts
    return result
