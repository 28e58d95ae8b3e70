"""Local time for rules: weekly hours, minutes, the next reset; right when clocks change.

Everything is worked out from UTC, so that the hour that occurs twice in autumn is two hours and
the one that is missing in spring is none.
"""

import math
from datetime import UTC, datetime, timedelta

from curtilage.config.camera import CameraSettings
from curtilage.config.schedule import Hours, minutes

MINUTE = 60.0


class Clock:
    """The local time of a camera. ``time`` is in seconds from the start of the footage."""

    def __init__(self, camera: CameraSettings) -> None:
        self.epoch = camera.epoch
        self._zone = camera.zone

    def minute(self, time: float) -> int:
        """Number of the minute that holds ``time``: of UTC where known, else of the footage."""
        found = math.floor((time + (self.epoch or 0.0)) / MINUTE)
        # beside an epoch of 1.8e9 s the last digits of a time are lost: just before the minute
        # would be in it
        return found - 1 if self.minute_start(found) > time else found

    def minute_start(self, minute: int) -> float:
        """When a minute begins, in seconds from the start of the footage."""
        return minute * MINUTE - (self.epoch or 0.0)

    def local(self, minute: int) -> datetime:
        """The local time at which a minute of UTC begins."""
        return datetime.fromtimestamp(minute * MINUTE, UTC).astimezone(self._zone)

    def next_at(self, time: float, time_of_day: str) -> float:
        """The first moment after ``time`` at which the local clock shows ``time_of_day``.

        Once a day: where the clock shows it twice, the first; where it skips it, the moment
        that the clock would have shown it without the change.
        """
        if self.epoch is None:
            return math.inf
        today = datetime.fromtimestamp(time + self.epoch, UTC).astimezone(self._zone).date()
        for days in range(-1, 4):
            day = today + timedelta(days=days)
            midnight = datetime(day.year, day.month, day.day, tzinfo=self._zone)
            moment = (midnight + timedelta(minutes=minutes(time_of_day))).timestamp() - self.epoch
            if moment > time:
                return moment
        return math.inf


class Gate:
    """Whether a rule may alarm: its weekly hours and its arming modes."""

    def __init__(
        self, clock: Clock, schedule: list[Hours] | None, modes: list[str] | None, mode: str
    ) -> None:
        self.mode = mode
        self._clock = clock
        self._schedule = schedule
        self._modes = modes
        self._minute: int | None = None
        self._covered = True

    def is_open(self, time: float) -> bool:
        """True when both hours and mode let the rule alarm at ``time``."""
        if self._modes is not None and self.mode not in self._modes:
            return False
        if self._schedule is None:
            return True
        minute = self._clock.minute(time)
        if minute != self._minute:  # hours begin and end on whole minutes
            local = self._clock.local(minute)
            of_day = local.hour * 60 + local.minute
            self._covered = any(hours.covers(local.weekday(), of_day) for hours in self._schedule)
            self._minute = minute
        return self._covered
