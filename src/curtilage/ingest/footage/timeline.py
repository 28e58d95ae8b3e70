"""From the timestamps that a file gives to times that can be trusted: from 0, always rising.

Files lie: raw streams have no timestamps, recorders repeat them, spliced files start again at 0,
damaged ones jump for a single frame, and some headers state a wrong rate. Pure: timestamps in,
times out, no file.
"""

import math
from dataclasses import dataclass, replace

from curtilage.ingest.errors import FootageError

RESTART = 1.0
"""A step back of more than this (s) is another clock, not a repeated frame."""

PAUSE = 10.0
"""A step forward of more than this (s), and of ten usual steps, is believed when the next frame
confirms it: one damaged timestamp must not tear an hour into the footage."""

STUCK = 10
"""After so many frames without progress the clock is taken as stopped and frames are counted."""


@dataclass(frozen=True, slots=True)
class Repairs:
    """What had to be mended, for the user's warnings: how often, and when first (s)."""

    restarts: int = 0
    first_restart: float = math.nan
    repeats: int = 0
    first_repeat: float = math.nan
    missing: int = 0
    first_missing: float = math.nan

    def __bool__(self) -> bool:
        """True when anything had to be mended."""
        return bool(self.restarts or self.repeats or self.missing)


@dataclass(slots=True)
class Timeline:
    """Time of each frame in presentation order. Copy it (``dataclasses.replace``) to save it."""

    origin: float  # s on the file's clock: where the footage begins
    rate: float | None  # frames/s, to space frames without timestamps
    counted: bool = False  # never look at timestamps: evenly spaced by ``rate``
    last: float = -math.inf  # s, time of the frame before
    step: float = 0.0  # s, between the last two frames
    shift: float = 0.0  # s, added after the file's clock restarted
    doubt: float = math.nan  # s, a jump that the next frame confirms or not
    run: int = 0  # frames since the file's clock last made progress
    repairs: Repairs = Repairs()

    @property
    def seekable(self) -> bool:
        """True while the file's own timestamps say where a frame is."""
        return not (self.counted or self.shift or self.repairs)

    def time_of(self, stamp: float | None, index: int) -> float | None:
        """Time (s) of the next frame, or None for a frame that is to be left out.

        Left out is what repeats the frame before and what has a timestamp not to be believed.
        ``stamp`` is its timestamp on the file's clock (s), None when it has none; ``index`` its
        number from the start of the footage, 0 first.

        Raises:
            FootageError: there is neither a timestamp nor a rate.

        """
        if self.counted:
            time = index / self._known_rate()
        elif stamp is None:
            time = self._spaced()
            self._note("missing", time)
        else:
            placed = self._placed(stamp - self.origin + self.shift)
            if placed is None:
                return None
            time = placed
        if self.last > -math.inf:
            self.step = time - self.last
        self.last = time
        return time

    def _placed(self, time: float) -> float | None:
        """Where a frame with this time (s, on the shifted clock of the file) belongs."""
        doubt, self.doubt = self.doubt, math.nan
        if self.last == -math.inf:
            return time
        if time > self.last:
            self.run = 0
            jump = time - self.last > max(PAUSE, 10 * self.step)
            if jump and not self.last < doubt < time:
                self.doubt = time
                return None
            return time
        if self.run >= STUCK:
            return self._spaced()
        if self.last - time > RESTART:
            if not doubt <= time:
                self.doubt = time
                return None
            mended = self._spaced()
            self.shift += mended - time
            self._note("restarts", mended)
            return mended
        self.run += 1
        self._note("repeats", self.last)
        return None

    def _spaced(self) -> float:
        return 0.0 if self.last == -math.inf else self.last + 1.0 / self._known_rate()

    def _known_rate(self) -> float:
        if self.rate is None:
            raise FootageError(
                "has no timestamps and no frame rate; say the true rate as `source_fps` under "
                "`camera` in a rules file"
            )
        return self.rate

    def _note(self, what: str, time: float) -> None:
        count = getattr(self.repairs, what)
        changes = {what: count + 1}
        if count == 0:
            changes["first_" + what.rstrip("s")] = time
        self.repairs = replace(self.repairs, **changes)
