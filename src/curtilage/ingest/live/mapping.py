"""From a camera's own time to UTC, packet by packet. Pure: all times are arguments.

A camera stamps pictures with a clock that counts from anywhere; its steps are exact, its rate is a
little off, and it may jump. Pictures arrive late, never early. So UTC = camera time + offset, where
the offset is the least lateness of the last half to whole minute (the lower envelope of arrival -
camera time), or what the camera's own sender reports say; it moves at most by 0.5 % of the time
that passes, and not at all for less than 5 ms, so that the distances between pictures stay the
camera's. Jumps of the camera's clock are taken out: UTC goes on. A camera that jumps time and again
is not believed any more, and its pictures get the time at which they arrive.
"""

from collections import deque

SECOND = 1_000_000_000
JUMP = SECOND  # forward: pictures from this far in the future
LATE = 10 * SECOND  # no picture comes this late: the camera's clock is slow, or was put back
DEAD_BAND = 5_000_000
SLEW_PER_MILLE = 5
LEAST_STEP = 1_000_000  # between two pictures that say the same time, or the wrong order
WINDOW = 30 * SECOND
SANE_REPORT = 2 * SECOND  # between a sender report's time and the arrival
REPORT_HOLDS = 60 * SECOND
JUMPS_TO_DISTRUST = 3
DISTRUST_WINDOW = 60 * SECOND


class Mapping:
    """The times of one medium of one connection.

    Args:
        floor: nothing is placed at or before this UTC (the last packet of the connection before).

    """

    __slots__ = (
        "_arrival",
        "_bucket",
        "_bucket_until",
        "_cam",
        "_jumps",
        "_last",
        "_least",
        "_nominal",
        "_offset",
        "_older",
        "_report",
        "_report_until",
        "distrusted",
    )

    def __init__(self, floor: int = 0) -> None:
        self._last = floor  # UTC given to the packet before
        self._offset: int | None = None
        self._cam = self._arrival = 0  # of the packet before
        self._nominal = 0  # last sane step of the camera's time
        self._older = 0  # least lateness of the window before
        self._bucket = 0  # least lateness of this window
        self._least = 0  # of both
        self._bucket_until = 0
        self._report: int | None = None  # offset by the camera's sender reports
        self._report_until = 0
        self._jumps: deque[int] = deque(maxlen=JUMPS_TO_DISTRUST)
        self.distrusted = False

    def begin(self, pairs: list[tuple[int, int]]) -> None:
        """Learn the offset from the first packets, before any is placed.

        Args:
            pairs: camera time and arrival (UTC) of packets. A camera that first sends what it
                kept shows its true lateness only with the last of them.

        """
        cam, arrival = pairs[0]
        least = min(arrival - cam for cam, arrival in pairs)
        self._least = self._bucket = self._older = least
        self._offset = max(least, self._last + LEAST_STEP - cam) if self._last else least
        self._bucket_until = pairs[-1][1] + WINDOW
        self._cam, self._arrival = cam, arrival

    def report(self, cam: int, utc: int, arrival: int) -> None:
        """Take what a sender report says of the packet at ``cam``, if it can be true."""
        if abs(utc - arrival) < SANE_REPORT:
            self._report = utc - cam
            self._report_until = arrival + REPORT_HOLDS

    def shift(self, by: int) -> None:
        """The machine's clock was set by this much: so is everything that comes; it may go back."""
        self._last = 0
        self._arrival += by
        self._bucket_until += by
        self._report = None
        if self._offset is not None:
            self._offset += by
        self._bucket += by
        self._older += by
        self._least += by

    def place(self, cam: int, arrival: int) -> int:
        """The UTC of a packet, greater than that of the one before.

        Args:
            cam: ns of the camera's clock, from anywhere.
            arrival: UTC ns at which the packet was there.

        """
        offset = self._offset
        if offset is None:
            self.begin([(cam, arrival)])
            offset = self._offset or 0
        step = cam - self._cam
        lateness = arrival - cam
        early = lateness - self._least
        if self.distrusted:
            utc = arrival
        elif step < -JUMP or not -JUMP <= early <= LATE:
            utc = cam + self._rebase(cam, arrival)
        else:
            if step > 0:
                self._nominal = step
            if lateness < self._bucket or arrival >= self._bucket_until:
                self._watch(lateness, arrival)
            error = (self._least if self._report is None else self._target(arrival)) - offset
            if not -DEAD_BAND < error < DEAD_BAND:
                most = max(step, 0) * SLEW_PER_MILLE // 1000
                offset += max(-most, min(most, error))
                self._offset = offset
            utc = cam + offset
        self._cam, self._arrival = cam, arrival
        self._last = last = max(utc, self._last + LEAST_STEP)
        return last

    def _rebase(self, cam: int, arrival: int) -> int:
        """Continue in UTC where the camera's clock jumped; the new offset."""
        elapsed = max(arrival - self._arrival, 0)
        if self._nominal and abs(elapsed - self._nominal) < SECOND // 2:
            elapsed = self._nominal  # arrival only confirms: the step itself is exact
        offset = self._cam + (self._offset or 0) + elapsed - cam
        self._offset, self._report = offset, None
        self._least = self._bucket = self._older = arrival - cam
        self._bucket_until = arrival + WINDOW
        self._jumps.append(arrival)
        self.distrusted = (
            len(self._jumps) == JUMPS_TO_DISTRUST and arrival - self._jumps[0] < DISTRUST_WINDOW
        )
        return offset

    def _watch(self, lateness: int, arrival: int) -> None:
        """Keep the least lateness of this window and of the one before."""
        self._bucket = min(self._bucket, lateness)
        if arrival >= self._bucket_until:
            self._older, self._bucket = self._bucket, lateness
            self._bucket_until = arrival + WINDOW
        self._least = min(self._older, self._bucket)

    def _target(self, arrival: int) -> int:
        """Where the offset should be: by the sender reports while they are fresh."""
        if self._report is None or arrival >= self._report_until:
            self._report = None
            return self._least
        return self._report


class HostTime:
    """Arrival times that run evenly, and the moments at which somebody set the machine's clock."""

    __slots__ = ("_difference", "pending")

    STEP = SECOND // 2

    def __init__(self, utc: int, monotonic: int) -> None:
        self._difference = utc - monotonic
        self.pending = 0  # by how much the clock was set, until `adopt`

    def arrival(self, utc: int, monotonic: int) -> int:
        """UTC of a moment, by the clock as it was before a step that is still pending."""
        difference = utc - monotonic
        moved = difference - self._difference - self.pending
        if -self.STEP < moved < self.STEP:
            self._difference += moved  # the clock is being disciplined: follow
        else:
            self.pending += moved
        return monotonic + self._difference

    def adopt(self) -> int:
        """From now on by the new clock; returns by how much it was set."""
        by, self.pending = self.pending, 0
        self._difference += by
        return by
