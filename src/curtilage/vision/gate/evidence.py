"""What was learned of how well packet sizes tell motion: arrivals that pixels saw, alarms of sizes.

An arrival is motion in decoded pictures after quiet. It was caught if sizes raised an alarm early
enough for everything to be decoded from its beginning. How much each arrival added to the packets
for how large an area says what is the least motion that sizes would notice now, so that trust ends
when the noise grows, before anybody is missed.
"""

import math
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from curtilage.vision.gate import sizes as sz
from curtilage.vision.motion import Motion

IN_TIME_S = 0.8  # after its beginning, a rise of the sizes catches an arrival (the gate goes back)
TOLD_S = 2.0  # and so late at most the alarm comes, where the rise is slow
SUSTAINED_S = 3.0  # for which packets must stay larger: rate control gives in before
RISE, RISE_DEVIATIONS = 0.25, 1.2  # by which they must, of the median and in deviations
BEFORE_S = 3.0  # an alarm so long before is taken for one of the arrival
QUIET_S = 3.0  # without motion, before motion is an arrival
REAL_S = 0.5  # motion that is shorter is none
STRETCH_S = 2.0  # pictures that are farther apart do not belong together
SPACING_S = 0.2  # of alarms that are kept
CLUSTER_S = 3.0  # alarms that are nearer are one
JUDGED_S = 2.0  # after an alarm without motion it was false
MEMORY_S = 7200.0  # of the rate of false alarms
KEPT = 32  # arrivals
NEEDED, NEEDED_MOST = 3, 24
LEAST_AREA = 0.004  # of the picture: sizes that tell motion of this area are trusted
FALSE_WAKES = 60.0  # per hour, that are worth it


@dataclass(slots=True)
class _Watch:
    """Where the pictures stand; all numbers, times in s."""

    last: float = -math.inf  # picture
    quiet_from: float = math.inf
    moved_last: float = -math.inf
    onset: float = math.nan  # of the arrival that is to be judged
    most: float = 0.0  # its largest fraction
    alarm: float = math.nan  # that is to be judged
    alarm_flags: float = 0.0
    alarm_last: float = -math.inf
    alarms: float = 0.0  # kept in the ring so far
    arrivals: float = 0.0
    streak: float = 0.0  # caught since the last miss
    needed: float = float(NEEDED)
    false: float = 0.0  # alarms, fading
    exposed: float = 0.0  # s, fading
    clock: float = math.nan  # s, of the last packet
    missed: float = 0.0  # arrivals ever


class Evidence:
    """Of one camera."""

    def __init__(self) -> None:
        self._watch = _Watch()
        self._alarms = np.full((128, 2), -np.inf)  # time, when the rise began
        self._arrivals = np.zeros((KEPT, 4))  # time, caught, clear, bytes per root of the area

    def passed(self, time: float) -> None:
        """Time goes on: false alarms are a rate."""
        watch = self._watch
        since = min(max(time - watch.clock, 0.0), 10.0) if watch.clock == watch.clock else 0.0
        watch.clock = time
        fade = math.exp(-since / MEMORY_S)
        watch.exposed = watch.exposed * fade + since
        watch.false *= fade
        if time - watch.alarm > 60.0:
            watch.alarm = math.nan  # nobody looked

    def alarmed(self, time: float, begun: float, flags: int) -> None:
        """Sizes raised an alarm at ``time`` (s), for a rise since ``begun`` (s)."""
        watch = self._watch
        if time - watch.alarm_last > CLUSTER_S and watch.alarm != watch.alarm:
            watch.alarm, watch.alarm_flags = time, float(flags)
        number = int(watch.alarms)
        if number == 0 or time - self._alarms[(number - 1) % len(self._alarms), 0] >= SPACING_S:
            self._alarms[number % len(self._alarms)] = time, begun
            watch.alarms += 1
        watch.alarm_last = max(watch.alarm_last, time)

    def see(
        self, sizes: sz.State, time: float, motion: Motion, woken: bool, tracks: bool
    ) -> bool | None:
        """Take what pixels saw in the picture of ``time``; pictures come in order.

        Args:
            sizes: of the packets until now.
            time: s.
            motion: of the picture.
            woken: it was quiet when the pictures before these were left.
            tracks: somebody is there; so an alarm without motion is not false.

        Returns:
            Whether an arrival was caught, when one has just been judged; else None.
        """
        watch = self._watch
        if not -1.0 <= time - watch.last <= STRETCH_S:
            watch.quiet_from = time - QUIET_S if woken else math.inf
            watch.onset = math.nan
        watch.last = time
        self._judge_alarm(sizes, time, motion.moving or tracks)
        if motion.light:
            watch.onset, watch.quiet_from, watch.moved_last = math.nan, math.inf, time
            return None
        if motion.moving:
            if time - watch.quiet_from >= QUIET_S:
                watch.onset, watch.most = time, 0.0
            watch.quiet_from = math.inf
            watch.moved_last = time
            watch.most = max(watch.most, motion.fraction)
        elif watch.quiet_from == math.inf:
            watch.quiet_from = time
        if watch.onset != watch.onset or time < watch.onset + SUSTAINED_S:
            return None
        onset, watch.onset = watch.onset, math.nan
        if watch.moved_last - onset < REAL_S:
            return None
        return self._judge_arrival(sizes, onset)

    def trusted(self, sizes: sz.State, now: bool) -> bool:
        """Whether sizes can be relied on, given whether they are ``now``."""
        watch = self._watch
        slack = 1.5 if now else 1.0
        return bool(
            watch.streak >= watch.needed
            and sizes[sz.COUNT] >= 60
            and sizes[sz.LEARNED] >= 20.0
            and self.least_area(sizes) <= LEAST_AREA * slack
            and self.false_wakes <= FALSE_WAKES * slack
        )

    def missed(self) -> None:
        """Something was there that sizes did not tell."""
        watch = self._watch
        watch.streak = 0.0
        watch.missed += 1
        watch.needed = min(watch.needed * 2, NEEDED_MOST)

    def sentence(self, sizes: sz.State, now: bool) -> str:
        """Why sizes are trusted, or not (``now``: whether they are)."""
        arrivals, caught = self.count
        if now:
            return f"Packet sizes told {caught} of the last {arrivals} arrivals in time."
        if arrivals == 0:
            return "Nothing has moved yet by which packet sizes could be measured."
        if caught < arrivals:
            return f"Packet sizes told only {caught} of the last {arrivals} arrivals in time."
        area = self.least_area(sizes)
        if math.isinf(area):
            return "Packet sizes do not tell motion on this camera."
        if area > LEAST_AREA:
            return f"Packet sizes would not tell motion of less than {area:.1%} of the picture."
        if self.still_needed:
            return f"Packet sizes must tell {self.still_needed} more arrivals clearly first."
        return f"Packet sizes raise {self.false_wakes:.0f} false alarms per hour."

    @property
    def count(self) -> tuple[int, int]:
        """Of the last arrivals: how many, how many were caught."""
        kept = self._kept()
        return len(kept), int(kept[:, 1].sum())

    @property
    def measured_at(self) -> float | None:
        """Time (s) of the last arrival."""
        kept = self._kept()
        return float(kept[:, 0].max()) if len(kept) else None

    @property
    def still_needed(self) -> int:
        """Arrivals to be caught before sizes are trusted."""
        return max(int(self._watch.needed - self._watch.streak), 0)

    @property
    def false_wakes(self) -> float:
        """Per hour."""
        return 3600.0 * self._watch.false / max(self._watch.exposed, 600.0)

    def least_area(self, sizes: sz.State) -> float:
        """The least share of the picture whose motion sizes would tell at once; inf if none."""
        kept = self._kept()[:, 3]
        kept = kept[np.isfinite(kept)]
        if not len(kept) or not np.isfinite(sizes[sz.LIMIT]):
            return math.inf
        usual = float(np.median(kept))
        pace = max(sizes[sz.PACE], 1e-3)
        at_once = sizes[sz.LIMIT] - sizes[sz.MEDIAN]
        summed = sizes[sz.SCALE] * (sz.DRIFT + sizes[sz.SUM_LIMIT] * pace / IN_TIME_S)
        return float(min(at_once, summed) / usual) ** 2 if usual > 0.0 else math.inf

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Copies of all arrays."""
        return {
            "gate_watch": np.array(astuple(self._watch)),
            "gate_alarms": self._alarms.copy(),
            "gate_arrivals": self._arrivals.copy(),
        }

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave.

        Raises KeyError for a missing array, ValueError for one of a wrong shape.
        """
        watch, alarms, arrivals = (
            np.array(arrays[name], np.float64)
            for name in ("gate_watch", "gate_alarms", "gate_arrivals")
        )
        shapes = watch.shape, alarms.shape, arrivals.shape
        if shapes != ((len(fields(_Watch)),), self._alarms.shape, self._arrivals.shape):
            raise ValueError(f"the gate's evidence has shapes {shapes}")
        self._watch = _Watch(*watch.tolist())
        self._alarms, self._arrivals = alarms, arrivals

    def _kept(self) -> npt.NDArray[np.float64]:
        return self._arrivals[: min(int(self._watch.arrivals), KEPT)]

    def _judge_alarm(self, sizes: sz.State, time: float, real: bool) -> None:
        """A false alarm teaches the limits that they are too low."""
        watch = self._watch
        if real and time >= watch.alarm - 1.0:
            watch.alarm = math.nan
        if not time > watch.alarm + JUDGED_S:
            return
        if watch.moved_last < watch.alarm - 1.0:
            watch.false += sizes[sz.LEARNED] >= sz.QUIET_S  # before, limits are still rough
            flags = int(watch.alarm_flags)
            if flags & sz.LARGE:
                sizes[sz.NERVE] = min(sizes[sz.NERVE] * 1.3, 5.0)
            if flags & sz.CREEPING:
                sizes[sz.SUM_QUIET] = max(sizes[sz.SUM_QUIET], sizes[sz.SUM_LIMIT])
        watch.alarm = math.nan

    def _judge_arrival(self, sizes: sz.State, onset: float) -> bool:
        watch = self._watch
        time, begun = self._alarms[:, 0], self._alarms[:, 1]
        near = (time >= onset - BEFORE_S) & (time <= onset + TOLD_S) & (begun <= onset + IN_TIME_S)
        caught = bool(near.any())
        clear, strength = _rise(sizes, onset, watch.most)
        self._arrivals[int(watch.arrivals) % KEPT] = onset, caught, clear, strength
        watch.arrivals += 1
        if not caught:
            self.missed()
        elif clear:
            watch.streak += 1
        return caught


def _rise(sizes: sz.State, onset: float, fraction: float) -> tuple[bool, float]:
    """Whether packets stay larger while something moves; by how much for how large an area.

    The second is the rise (bytes) of the best half second over the root of the share of the picture
    that moved: small objects cost more for their area (measured: 0.3 % 600 bytes, 10 % 3,000).
    """
    times = sizes[sz.RECENT_TIME_AT : sz.RECENT_TIME_AT + sz.RECENT]
    found = sizes[sz.RECENT_AT : sz.RECENT_AT + sz.RECENT]
    near = (times >= onset - 0.3) & (times <= onset + SUSTAINED_S)
    scale, median = sizes[sz.SCALE], sizes[sz.MEDIAN]
    if near.sum() < 3 or fraction <= 0.0 or scale <= 0.0:
        return False, math.nan
    order = np.argsort(times[near], kind="stable")
    excess = np.minimum(found[near][order] - median, 20.0 * scale)
    span = min(max(round(0.5 / max(sizes[sz.PACE], 1e-3)), 1), len(excess))
    best = float(np.convolve(excess, np.ones(span) / span, "valid").max())
    sustained = float(excess.mean())
    clear = sustained >= max(RISE * median, RISE_DEVIATIONS * scale)
    return clear, best / math.sqrt(fraction)
