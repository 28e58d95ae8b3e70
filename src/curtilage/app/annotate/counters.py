"""What counters, lines and zones showed at any moment, and which events were fresh."""

from bisect import bisect_right
from dataclasses import dataclass, field

from curtilage.app.report.folder import Folder, Record
from curtilage.app.report.rows import is_row, what_happened
from curtilage.app.report.wording import DIRECTION_WORDS
from curtilage.model import Direction, Kind, Phase

FLASH_S = 0.7
TOLD_S = 2.5
"""How long a sentence about an event stays."""


@dataclass(slots=True)
class Series:
    """A value that changes in steps."""

    time: list[float] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def at(self, time: float, before: str) -> str:
        """The value at ``time``; ``before`` its first change."""
        i = bisect_right(self.time, time) - 1
        return self.text[i] if i >= 0 else before


class Board:
    """Everything that changes with time beside the tracks."""

    def __init__(self, folder: Folder) -> None:
        self._series: dict[str, Series] = {}
        self._zero: dict[str, str] = {}
        self._types = {rule.id: str(rule.type) for rule in folder.settings.rules}
        for rule in folder.settings.rules:
            if rule.type == "line_crossing":
                self._zero[rule.id] = _line_text(0, 0)
                self._series[rule.id] = _crossings(folder.events, rule.id)
            elif rule.type == "counter":
                self._zero[rule.id] = "in 0  out 0"
                self._series[rule.id] = _counts(folder.events, rule.id)
            elif rule.type == "occupancy" and rule.id in folder.occupancy:
                occupancy = folder.occupancy[rule.id]
                self._zero[rule.id] = "0 inside"
                self._series[rule.id] = Series(
                    occupancy.time.tolist(),
                    [f"{count} inside" for count in occupancy.count.tolist()],
                )
        self._told = [e for e in folder.events if is_row(e) and e.get("phase") != Phase.END]
        self._times = [float(event["time"]) for event in self._told]

    def value(self, rule: str, time: float) -> str | None:
        """What ``rule`` shows at ``time``; None for rules that show nothing."""
        series = self._series.get(rule)
        return None if series is None else series.at(time, self._zero[rule])

    def fresh(self, time: float) -> list[Record]:
        """Events of the last moments, the oldest first."""
        first = bisect_right(self._times, time - FLASH_S)
        return self._told[first : bisect_right(self._times, time)]

    def sentences(self, time: float, most: int) -> list[tuple[str, str]]:
        """Rule and sentence of the latest events, the newest first."""
        first = bisect_right(self._times, time - TOLD_S)
        recent = self._told[first : bisect_right(self._times, time)]
        return [(event["rule"], self._sentence(event)) for event in recent[: -most - 1 : -1]]

    def _sentence(self, event: Record) -> str:
        who = (
            f"{event['class']} {event['track']}  "
            if event.get("class") and event.get("track") is not None
            else ""
        )
        way = DIRECTION_WORDS.get(str(event.get("direction")), "")
        what = what_happened(event, self._types.get(event["rule"]))
        return f"{who}{what}  {event['rule']} {way}".strip()


def _crossings(events: list[Record], rule: str) -> Series:
    series, counts = Series(), [0, 0]
    for event in events:
        if event["rule"] == rule and event["kind"] == Kind.LINE_CROSSED:
            counts[event.get("direction") == Direction.B_TO_A] += 1
            series.time.append(float(event["time"]))
            series.text.append(_line_text(*counts))
    return series


def _counts(events: list[Record], rule: str) -> Series:
    series = Series()
    for event in events:
        details = event.get("details") or {}
        if event["rule"] == rule and event["kind"] == Kind.COUNTER:
            series.time.append(float(event["time"]))
            series.text.append(f"in {details.get('in')}  out {details.get('out')}")
    return series


def _line_text(a_to_b: int, b_to_a: int) -> str:
    return f"A→B {a_to_b}  B→A {b_to_a}"
