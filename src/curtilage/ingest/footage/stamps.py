"""Which of a frame's two timestamps to believe: when to show it, or when to decode it.

Some containers (AVI) hold only the second kind, and what FFmpeg makes of the first is then out of
order. As FFmpeg's own tools do: the kind that has been out of order less often is believed.
"""

from dataclasses import dataclass


@dataclass(slots=True)
class Stamps:
    """The rule and its memory. Copy it (``dataclasses.replace``) to save it."""

    last_pts: int | None = None
    last_dts: int | None = None
    faulty_pts: int = 0
    faulty_dts: int = 0

    @property
    def sound(self) -> bool:
        """True while the times to show have been in order."""
        return self.faulty_pts == 0

    def best(self, pts: int | None, dts: int | None) -> int | None:
        """The timestamp (ticks) to believe of the next frame shown; None when it has none."""
        if dts is not None:
            self.faulty_dts += self.last_dts is not None and dts <= self.last_dts
            self.last_dts = dts
        if pts is not None:
            self.faulty_pts += self.last_pts is not None and pts <= self.last_pts
            self.last_pts = pts
        if pts is not None and (dts is None or self.faulty_pts <= self.faulty_dts):
            return pts
        return dts
