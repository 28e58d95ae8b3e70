"""The row of large numbers at the top of a report."""

from dataclasses import dataclass

from curtilage.app.report.figures import Figures
from curtilage.app.report.wording import Clock, length, listing, number, plural


@dataclass(frozen=True, slots=True)
class Tile:
    """One number and what it counts."""

    value: str
    what: str
    more: str


def tiles_of(figures: Figures, clock: Clock) -> list[Tile]:
    """The numbers that the rules allow, most wanted first."""
    tiles = [_seen(figures)]
    tiles += _passed(figures)
    tiles += _peak(figures, clock)
    tiles += _visits(figures)
    tiles += _longest(figures)
    if figures.presence > 0 and len(tiles) < 5:
        tiles.append(Tile(length(figures.presence), "presence in total", "everyone's time summed"))
    return tiles


def _seen(figures: Figures) -> Tile:
    if not figures.seen:
        return Tile("0", "seen", "nothing that the rules look at")
    label, count = next(iter(figures.seen.items()))
    others = [f"{number(n)} {plural(other, n)}" for other, n in list(figures.seen.items())[1:]]
    more = f"also {listing(others)}" if others else "who leaves and returns counts again"
    return Tile(number(count), f"{plural(label, count)} seen", more)


def _passed(figures: Figures) -> list[Tile]:
    counter = next((flow for flow in figures.flows if flow.type == "counter"), None)
    if counter is not None:
        return [
            Tile(
                f"{number(counter.first)} in · {number(counter.second)} out",
                f"counted by {counter.rule}",
                counter.inside_text,
            )
        ]
    lines = [flow for flow in figures.flows if flow.type == "line_crossing"]
    if not lines:
        return []
    total = sum(line.first + line.second for line in lines)
    where = lines[0].rule if len(lines) == 1 else f"{len(lines)} lines"
    return [Tile(number(total), f"{plural('crossing', total)} of {where}", "both directions")]


def _peak(figures: Figures, clock: Clock) -> list[Tile]:
    if not figures.peaks:
        return []
    peak = max(figures.peaks, key=lambda peak: peak.count)
    when = f"at {clock.stamp(peak.time)}" if peak.count else "nobody was there"
    return [Tile(number(peak.count), f"at most at once in {peak.rule}", when)]


def _visits(figures: Figures) -> list[Tile]:
    visited = [stay for stay in figures.stays if stay.type in {"intrusion", "region_entrance"}]
    if not visited:
        return []
    stay = max(visited, key=lambda stay: stay.count)
    more = listing(f"{number(s.count)} to {s.rule}" for s in visited if s is not stay)
    return [Tile(number(stay.count), f"{plural('visit', stay.count)} to {stay.rule}", more)]


def _longest(figures: Figures) -> list[Tile]:
    ended = [
        stay for stay in figures.stays if stay.longest is not None and stay.type != "gathering"
    ]
    if not ended:
        return []
    stay = max(ended, key=lambda stay: stay.longest or 0.0)
    return [Tile(length(stay.longest or 0.0), "longest stay", f"in {stay.rule}")]
