"""Counting (ONVIF ``CountAggregation/Counter``): in, out and inside, from crossings of lines.

What was counted is never rewritten: where ``inside`` is known to be wrong it is put right by an
*adjust* entry. It is so when somebody leaves whom nobody saw come in (``negative``), when the
zone of an occupancy rule has been seen empty for a minute (``empty``), and at the reset time of
day (``reset``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from curtilage.config.scene import CounterRule
from curtilage.model import CLASS_ID, LABELS, Counts, Event, Kind, Phase, Times
from curtilage.scene.alarm import Alarm
from curtilage.scene.clock import Clock
from curtilage.scene.drained import Tally
from curtilage.scene.line_crossing import Crossing

EMPTY_FOR = 60.0  # s that a zone must be seen empty before `inside` is believed to be 0
REASONS = ("in", "out", "negative", "empty", "reset")
IN, OUT, NEGATIVE, EMPTY, RESET = range(5)


@dataclass(frozen=True, slots=True)
class Entries:
    """What a counter has counted, one row per entry, in the order in which it was noticed.

    What was drained is not in it.
    """

    time: Times  # [N], s, of the crossing
    reason: tuple[str, ...]  # [N], of REASONS; the last three are adjustments
    ins: Counts  # [N], in so far
    outs: Counts  # [N], out so far
    inside: Counts  # [N], afterwards


@dataclass(frozen=True, slots=True)
class CountMinutes:
    """Counts per minute; minutes are those of the clock where the camera's start is known."""

    start: Times  # [M], s from the start of the footage, rising by 60
    ins: Counts  # [M], that came in during the minute
    outs: Counts  # [M]
    inside: Counts  # [M], at its end


class Counter:
    """One counter, over the crossings of its lines.

    ``doors`` gives for each line rule (by index) which direction is in, or None.
    """

    def __init__(
        self, rule: CounterRule, doors: Sequence[str | None], alarm: Alarm, clock: Clock
    ) -> None:
        self.open = True  # whether crossings count now
        self._rule, self._doors, self._alarm, self._clock = rule, doors, alarm, clock
        self._classes = None if rule.classes is None else {CLASS_ID[c] for c in rule.classes}
        self._now = np.zeros(3, np.int64)  # in, out, inside
        self._negatives = 0
        # time, reason, in, out, inside, label (-1: of nobody)
        self._log: list[tuple[float, int, int, int, int, int]] = []
        self._inside = 0  # before the first of the log
        self._began = np.nan
        self._reset = np.inf  # s, next reset

    @property
    def entries(self) -> Entries:
        """All that was counted."""
        log = np.array(self._log, np.float64).reshape(-1, 6)
        ins, outs, inside = log[:, 2:5].astype(np.int32).T
        return Entries(log[:, 0], tuple(REASONS[int(r)] for r in log[:, 1]), ins, outs, inside)

    @property
    def totals(self) -> dict[str, int]:
        """In, out and inside now, and how often inside would have fallen below 0."""
        ins, outs, inside = self._now.tolist()
        return {"in": ins, "out": outs, "inside": inside, "negatives": self._negatives}

    def begin(self, time: float) -> None:
        """The footage begins: nobody is inside."""
        self._began = time
        if self._rule.reset_at is not None:
            self._reset = self._clock.next_at(time, self._rule.reset_at)

    def tick(self, time: float, empty_for: float) -> Iterator[Event]:
        """Time passes; ``empty_for`` (s) is how long the zone to reconcile with is seen empty."""
        while time >= self._reset:
            yield from self._adjust(self._reset, RESET, 0)
            self._reset = self._clock.next_at(self._reset, self._rule.reset_at or "00:00")
        if empty_for >= EMPTY_FOR:
            yield from self._adjust(time, EMPTY, 0)

    def take(self, crossing: Crossing) -> Iterator[Event]:
        """The entry that a crossing of any line makes, if it is one of the counter's."""
        inward = self._doors[crossing.line]
        if inward is None or not self.open:
            return
        if self._classes is not None and crossing.label not in self._classes:
            return
        if crossing.direction == inward:
            self._now += (1, 0, 1)
            yield from self._enter(crossing.time, IN, crossing)
            return
        if self._now[2] == 0:
            yield from self._adjust(crossing.time, NEGATIVE, 1)
        self._now += (0, 1, -1)
        yield from self._enter(crossing.time, OUT, crossing)

    def drain(self) -> list[Tally]:
        """The entries, which are then forgotten."""
        told = []
        for time, reason, _, _, inside, label in self._log:
            adjusted = inside - self._inside if reason not in (IN, OUT) else 0
            name = LABELS[label] if label >= 0 else None
            told.append(Tally(time, self._rule.id, REASONS[reason], name, inside, adjusted))
            self._inside = inside
        self._log = []
        return told

    def reset_anew(self, time: float) -> None:
        """The local clock is another one: the next reset is the next one of that."""
        if self._rule.reset_at is not None:
            self._reset = self._clock.next_at(time, self._rule.reset_at)

    def per_minute(self, end: float) -> CountMinutes:
        """Counts per minute until ``end`` (s), of what was never drained.

        Minutes without any are there too.
        """
        clock = self._clock
        if not end > self._began:
            nothing = np.empty(0, np.int32)
            return CountMinutes(np.empty(0), nothing, nothing, nothing)
        entries = self.entries
        first, last = clock.minute(self._began), clock.minute(np.nextafter(end, -np.inf))
        minute = np.array([clock.minute(t) for t in entries.time], np.int64) - first
        minute, count = np.clip(minute, 0, last - first), last + 1 - first
        reason = np.array([REASONS.index(r) for r in entries.reason], np.int64)
        inside = np.zeros(count, np.int64)
        np.add.at(inside, minute, np.diff(entries.inside, prepend=self._inside))
        return CountMinutes(
            np.array([clock.minute_start(m) for m in range(first, last + 1)]),
            np.bincount(minute[reason == IN], minlength=count).astype(np.int32),
            np.bincount(minute[reason == OUT], minlength=count).astype(np.int32),
            np.cumsum(inside).astype(np.int32),
        )

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """A copy of all that is remembered, by name."""
        return {
            "now": np.array([*self._now, self._negatives, self._inside]),
            "log": np.array(self._log, np.float64).reshape(-1, 6),
            "times": np.array([self._began, self._reset]),
        }

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        *now, self._negatives, self._inside = arrays["now"].tolist()
        self._now[:] = now
        self._log = [
            (time, int(reason), int(ins), int(outs), int(inside), int(label))
            for time, reason, ins, outs, inside, label in arrays["log"].tolist()
        ]
        self._began, self._reset = arrays["times"].tolist()

    def _adjust(self, time: float, reason: int, inside: int) -> Iterator[Event]:
        """Set ``inside`` by an entry of its own, if it is not so already."""
        if self._now[2] != inside:
            self._now[2] = inside
            yield from self._enter(time, reason, None)

    def _enter(self, time: float, reason: int, crossing: Crossing | None) -> Iterator[Event]:
        ins, outs, inside = self._now.tolist()
        self._log.append((time, reason, ins, outs, inside, crossing.label if crossing else -1))
        self._negatives += reason == NEGATIVE
        if not self._alarm.gate.is_open(time):
            return
        details = {"change": REASONS[reason], "in": ins, "out": outs, "inside": inside}
        yield Event(
            time=time,
            rule=self._rule.id,
            kind=Kind.COUNTER,
            phase=Phase.INSTANT,
            direction=crossing.direction if crossing else None,
            track=crossing.track if crossing else None,
            label=LABELS[crossing.label] if crossing else None,
            box=crossing.box if crossing else None,
            details=details,
        )
