"""The gap ledger as text: a line for each stretch, recorded or why not, and the sums.

Written by hand and not with a table of Rich, which took 13 s of CPU for a bad week (40,000
stretches).
"""

import sys
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from curtilage.cli.columns import room_behind, within
from curtilage.cli.when import clock_of

if TYPE_CHECKING:
    from curtilage.app.recording.gaps import StreamLedger


def ledger_text(one: "StreamLedger", now: datetime) -> Iterator[str]:
    """Lines for the owner: a heading, a line per stretch, the sums."""
    moments = [interval.start_ns for interval in one.intervals]
    moments.append(one.intervals[-1].end_ns)
    heading, clock = clock_of(moments, now)
    wide = len(clock(moments[0]))
    yield f"{one.camera}/{one.stream} ({heading})"
    yield f"{'from':{wide}}  {'to':{wide}}  {'lasting':>10}  what"
    margin = 2 * wide + 2 + 2 + 10 + 2
    room, screen = room_behind(margin), sys.stdout.isatty()
    begin = clock(moments[0])
    for interval in one.intervals:
        end = clock(interval.end_ns)
        lasting = length(interval.end_ns - interval.start_ns)
        what = str(interval.reason or "recorded")
        what = f"{what}: {interval.sentence}" if interval.sentence else what
        line = f"{begin}  {end}  {lasting:>10}  {within(what, room, margin)}"
        yield typer.style(line, fg="yellow") if screen and not interval.recorded else line
        begin = end
    total_ns = sum(one.totals_ns.values())
    parts = [
        f"{reason or 'recorded'} {length(sum_ns)} ({percent(sum_ns, total_ns)})"
        for reason, sum_ns in one.totals_ns.items()
    ]
    yield f"in all {length(total_ns)}: {', '.join(parts)}"
    yield ""


def length(span_ns: int) -> str:
    """'12.3 s', or 'h:mm:ss' from a minute on."""
    seconds, rest = divmod(round(span_ns / 1e8), 10)
    if seconds < 60:
        return f"{seconds}.{rest} s"
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02}:{seconds % 60:02}"


def percent(part: int, whole: int) -> str:
    """Rounded down: '100.00%' is said only of all of it."""
    hundredths = part * 10_000 // whole
    return f"{hundredths // 100}.{hundredths % 100:02}%"
