"""Decides for one camera, packet by packet, whether its pictures must be decoded and looked at.

Decoding is what costs. Where packet sizes tell whether something moves, the gate sleeps on them
and wakes up in time to decode from the last keyframe; where they do not (constant bit rate, wind,
night noise) it has pixel motion looked for in the small stream. Which of the two a camera is, it
measures: it begins with pixels and trusts sizes only after they caught what pixels saw.
"""

import math
from collections.abc import Mapping
from dataclasses import astuple, fields
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from curtilage.vision.gate import schedule
from curtilage.vision.gate import sizes as sz
from curtilage.vision.gate.evidence import Evidence
from curtilage.vision.gate.life import DEMANDS, REASONS, STATES, Life, number
from curtilage.vision.gate.recall import recall_lower
from curtilage.vision.gate.report import (
    SENTENCES,
    Demand,
    GateReport,
    GateState,
    Reason,
    Separation,
)
from curtilage.vision.motion import Motion

Mode: TypeAlias = Literal["auto", "sizes", "pixels", "always"]

START_S = 6.0  # of pictures that are looked at first, and one for who is already there
HOLD_S = 3.0  # without motion, before it falls asleep
TRACKED_S = 5.0  # for which it is believed that a track moves
BACK_S = 1.0  # decoded before what woke it, at least
BACK_MOST_S = 4.0
OLD_S = 0.5  # before what is wanted: such pictures tell nothing new
SETTLED_S = 1.5  # without alarm: sizes are back to normal
KEYS_APART_S = 60.0  # it does not sleep with keyframes farther apart


class Gate:
    """The gate of one camera. Pure: time comes with the packets (s, UTC)."""

    def __init__(
        self,
        mode: Mode,
        separate_motion_stream: bool,
        saved: Mapping[str, npt.NDArray[Any]] | None = None,
        phase: float = 0.5,
    ) -> None:
        """A gate as set, that goes on from ``saved`` (what ``state`` gave).

        ``phase`` (0..1) differs from camera to camera: what is done on schedule is done by one
        after the other, also where all began in the same moment.

        Raises:
            KeyError: an array of ``saved`` is missing.
            ValueError: it has a wrong shape.
        """
        self._mode = mode
        self._small = separate_motion_stream
        self._phase = phase
        self._life = Life()
        self._sizes = sz.new_sizes()
        self._evidence = Evidence()
        self._demand = Demand.ANALYSE
        if saved is not None:
            self.restore(saved)

    @property
    def demand(self) -> Demand:
        """What is to be done now; never CHECK."""
        return self._demand

    @property
    def back_ns(self) -> int:
        """How long before its last packet analysis begins, when ANALYSE is newly demanded (ns)."""
        life = self._life
        if life.since != life.since:
            return 0
        return max(int((life.now - life.since + life.back) * 1e9), 0)

    def packet(self, time_s: float, size: int, key: bool, of_motion_stream: bool = False) -> Demand:
        """Take a packet of the analysed stream, or of the separate motion stream.

        Args:
            time_s: decoding time, s (UTC).
            size: bytes.
            key: a decoder can begin here.
            of_motion_stream: it is one of the separate motion stream.

        Returns:
            What is to be done from now on.
        """
        if of_motion_stream:
            return self._demand
        flags = sz.step(self._sizes, float(time_s), float(size), bool(key))
        if not flags:
            return self._demand
        return self._noticed(flags)

    def moved(self, time_s: float, motion: Motion) -> Demand:
        """Take what moved in the decoded picture of ``time_s`` (s).

        Pictures from long before the demand, decoded on the way from the keyframe, are passed over.
        """
        life = self._life
        if life.now != life.now or not math.isfinite(time_s):
            return self._demand
        if time_s < life.since - life.back - OLD_S:
            return self._demand  # decoded only because it lies after the keyframe
        walking = life.moving > 0.0 and time_s - life.moving_at < TRACKED_S
        somebody = walking or life.still > 0.0
        caught = self._evidence.see(self._sizes, time_s, motion, life.slept > 0.0, somebody)
        if caught is False and life.trusted:
            self._distrust()
        life.picture = time_s
        if motion.moving:
            life.hold_from = max(life.hold_from, time_s)
            if self._state is GateState.WATCHING:
                self._wake(Reason.LIGHT if motion.light else Reason.PIXELS, time_s)
        quiet = not motion.moving and not walking
        self._set_learning(quiet and time_s - life.hold_from > 0.5)
        self._settle()
        return self._demand

    def tracked(self, time_s: float, moving: int, still: int) -> Demand:
        """Take how many confirmed tracks move and stand still at ``time_s`` (s)."""
        life = self._life
        if life.now != life.now or not math.isfinite(time_s):
            return self._demand
        life.moving, life.moving_at = float(moving), time_s
        schedule.stand(life, float(still))
        if moving and self._state is GateState.AWAKE and life.reason != number(Reason.START):
            life.reason = number(Reason.TRACKS)
        self._settle()
        return self._demand

    def checked(self, time_s: float, found_all: bool) -> Demand:
        """Take a check's answer: every object that stood still was found, and no other."""
        life = self._life
        if life.now != life.now:
            return self._demand
        if found_all:
            schedule.check_less(life)
        elif self._state is not GateState.AWAKE:
            life.still_before = life.still
            schedule.check_often(life)
            self._wake(Reason.CHECK, min(time_s, life.now))
        schedule.check_later(life, self._phase)
        return self._demand

    @property
    def report(self) -> GateReport:
        """What the gate does, why, and how well it can tell."""
        life, evidence = self._life, self._evidence
        reason = REASONS[int(life.reason)]
        arrivals, caught = evidence.count
        total = max(life.asleep + life.watching + life.awake, 1e-9)
        return GateReport(
            mode=self.mode_in_use,
            why_mode=self._why_mode,
            state=self._state,
            reason=reason,
            why=SENTENCES[reason],
            since=life.since,
            separation=Separation(
                arrivals=arrivals,
                caught=caught,
                recall_lower=recall_lower(caught, arrivals),
                false_wakes=evidence.false_wakes,
                least_area=evidence.least_area(self._sizes),
                measured_at=evidence.measured_at,
            ),
            share_asleep=life.asleep / total,
            share_watching=life.watching / total,
            share_awake=life.awake / total,
        )

    @property
    def mode_in_use(self) -> str:
        """sizes, pixels or always."""
        if self._mode != "auto":
            return self._mode
        return "sizes" if self._life.trusted else "pixels"

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Copies of all arrays, for ``numpy.savez``; names begin with ``gate_``."""
        return {
            "gate_life": np.array(astuple(self._life)),
            "gate_sizes": self._sizes.copy(),
            **self._evidence.state(),
        }

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave, bit by bit; raises as the constructor does."""
        life, sizes = (np.array(arrays[name], np.float64) for name in ("gate_life", "gate_sizes"))
        if life.shape != (len(fields(Life)),) or sizes.shape != self._sizes.shape:
            raise ValueError(f"the gate's state has shapes {life.shape}, {sizes.shape}")
        if not (0 <= life[1] < len(STATES) and 0 <= life[2] < len(REASONS)):
            raise ValueError("the gate's state is none of those that there are")
        self._evidence.restore(arrays)
        self._life = Life(*life.tolist())
        self._sizes = sizes
        self._demand = DEMANDS[self._state]

    @property
    def _state(self) -> GateState:
        return STATES[int(self._life.state)]

    def _noticed(self, flags: int) -> Demand:
        """What is seldom: an alarm, a keyframe, a second that passed, a clock that was set."""
        life = self._life
        now = float(self._sizes[sz.NOW])
        if life.now != life.now:
            self._begin(now)
        if flags & sz.BACK:
            self._begin(now)
            life.reason = number(Reason.GAP)
        life.go_to(now)
        if self._mode == "always":
            life.reason = number(Reason.ALWAYS)
            return Demand.ANALYSE
        self._evidence.passed(now)
        if flags & sz.ALARM:
            self._alarmed(now, flags)
        if flags & (sz.GAP | sz.STUCK) and self._asleep:
            self._watch(Reason.GAP, now)
            schedule.check_soon(life, now)
            return self._demand
        if flags & (sz.TICK | sz.KEY):
            return self._scheduled(now, bool(flags & sz.KEY))
        return self._demand

    def _alarmed(self, now: float, flags: int) -> None:
        life = self._life
        life.alarm = now
        begun = float(self._sizes[sz.SUM_FROM]) if flags & sz.CREEPING else now
        self._evidence.alarmed(now, begun, flags)
        if self._by_sizes and self._state is not GateState.AWAKE:
            if self._sizes[sz.LEARNED] >= sz.QUIET_S:
                self._wake(Reason.SIZES, begun)
            elif self._asleep:  # limits are still rough, of fifty cameras at once: pixels first
                self._watch(Reason.SIZES, now)

    def _scheduled(self, now: float, key: bool) -> Demand:
        life = self._life
        self._reconsider()
        if self._asleep:
            if not self._may_sleep(now):
                self._watch(Reason.NO_KEYFRAMES, now)
            elif now >= life.turn_due and key:
                self._watch(Reason.TURN, now)
        if self._state is not GateState.AWAKE and schedule.asks_check(life, now, key):
            return Demand.CHECK
        return self._demand

    def _reconsider(self) -> None:
        """Whether sizes are trusted; with trust a watching gate may fall asleep."""
        life = self._life
        if self._mode != "auto":
            return
        trusted = self._evidence.trusted(self._sizes, life.trusted > 0.0)
        if trusted and not life.trusted:
            life.trusted = 1.0
            schedule.look_often(life)
        elif not trusted and life.trusted:
            self._distrust()

    def _distrust(self) -> None:
        life = self._life
        life.trusted = 0.0
        if self._asleep:
            self._watch(Reason.UNSURE, life.now)

    def _settle(self) -> None:
        """Go to sleep, or watch, when nothing moves any more; the pictures are the clock."""
        life = self._life
        if self._mode == "always":
            return
        picture = life.picture
        if picture - life.hold_from < HOLD_S:
            return
        if life.moving and picture - life.moving_at < TRACKED_S:
            return
        if self._state is GateState.AWAKE:
            self._left_awake()
        if not self._by_sizes:
            self._go(GateState.WATCHING, Reason.UNSURE, life.now)
        elif not self._may_sleep(life.now):
            self._go(GateState.WATCHING, Reason.NO_KEYFRAMES, life.now)
        elif life.now - life.alarm < SETTLED_S or picture - life.alarm < SETTLED_S:
            self._go(GateState.WATCHING, Reason.UNSETTLED, life.now)
        else:
            self._sleep()

    def _left_awake(self) -> None:
        """An object that a check missed and that is gone: sizes did not tell that it went."""
        life = self._life
        if life.reason == number(Reason.CHECK) and life.still != life.still_before:
            self._evidence.missed()
            life.trusted = 0.0
        schedule.check_later(life, self._phase)

    def _sleep(self) -> None:
        life = self._life
        schedule.look_later(life, self._phase, 0.25 if self._small else 1.0)
        life.slept = 1.0
        asleep = GateState.HOLDING if life.still else GateState.ASLEEP
        self._go(asleep, Reason.QUIET, life.now)
        self._set_learning(True)

    def _wake(self, reason: Reason, begun: float) -> None:
        """Awake, to decode from ``BACK_S`` before ``begun`` (s)."""
        life = self._life
        life.back = BACK_S + min(max(life.now - begun, 0.0), BACK_MOST_S)
        life.hold_from = life.now
        self._go(GateState.AWAKE, reason, life.now)
        self._set_learning(False)

    def _watch(self, reason: Reason, now: float) -> None:
        """Pixel motion; if nothing moves in ``schedule.TURN_S`` it can be left again."""
        life = self._life
        life.hold_from = now + max(schedule.TURN_S - HOLD_S, 0.0)
        self._go(GateState.WATCHING, reason, now)

    def _go(self, state: GateState, reason: Reason, now: float) -> None:
        life = self._life
        index = float(STATES.index(state))
        if state is GateState.WATCHING and reason is Reason.UNSURE:
            life.slept = 1.0
        if index != life.state:
            life.since = now
            if state is not GateState.AWAKE:
                life.back = 0.0
        life.state, life.reason = index, number(reason)
        self._demand = DEMANDS[state]

    def _begin(self, now: float) -> None:
        """At the first packet, and when the clock was set back; what was learned stays.

        Who moves is seen by pixels, who stands there by a check: fifty cameras that begin
        together would be too much to be analysed.
        """
        life = self._life
        life.now = now
        life.hold_from = now + START_S - HOLD_S
        life.picture = -math.inf
        life.moving_at = life.alarm = -math.inf
        schedule.begin(life)
        life.slept = 0.0
        life.since = now
        always = self._mode == "always"
        self._go(GateState.AWAKE if always else GateState.WATCHING, Reason.START, now)
        self._set_learning(False)

    def _set_learning(self, quiet: bool) -> None:
        self._sizes[sz.LEARNING] = float(quiet)

    def _may_sleep(self, now: float) -> bool:
        last = float(self._sizes[sz.LAST_KEY])
        return now - last <= KEYS_APART_S and self._sizes[sz.GOP] <= KEYS_APART_S

    @property
    def _asleep(self) -> bool:
        return self._demand is Demand.NOTHING

    @property
    def _by_sizes(self) -> bool:
        if self._mode == "sizes":
            return bool(self._sizes[sz.COUNT] >= 60)
        return self._mode == "auto" and self._life.trusted > 0.0

    @property
    def _why_mode(self) -> str:
        if self._mode != "auto":
            return f"The settings say {self._mode}."
        return self._evidence.sentence(self._sizes, self._life.trusted > 0.0)
