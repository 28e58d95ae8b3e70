"""Decoding times of pictures of which only the time of showing is said, as RTP does.

Pictures come in the order of decoding. A camera that reorders d pictures shows each at the time of
the picture that follows d later at the earliest; so the decoding time of a picture is the least of
the last d + 1 times of showing (what FFmpeg's demuxers do as well). d is said by the sequence
parameter set; where it is not, it is learned from pictures that go back.
"""

from bisect import insort

SECOND = 1_000_000_000
MOST = 16  # pictures that a codec may reorder
JUMP = 2 * SECOND  # no reordering, but another clock


class Decoding:
    """The decoding times of one stream."""

    __slots__ = ("_last", "_shown", "depth")

    def __init__(self, depth: int = 0) -> None:
        self.depth = depth  # pictures
        self._last: int | None = None  # time of showing of the picture before
        self._shown: list[int] = []  # the last depth + 1 of them, sorted

    def time(self, shown: int) -> int | None:
        """The decoding time of the next picture; None while it is not known.

        Args:
            shown: time of showing, ns of the camera's clock.

        """
        last, self._last = self._last, shown
        if not self.depth:
            if last is None or shown >= last or last - shown > JUMP:
                return shown  # most cameras reorder nothing
            self._shown = [last]
        times = self._shown
        if last is not None and not -JUMP < shown - last < JUMP:
            times.clear()
        elif times and shown < times[-1]:
            later = sum(time > shown for time in times)
            self.depth = min(max(self.depth, later), MOST)
        insort(times, shown)
        if len(times) <= self.depth:
            return None
        del times[: -self.depth - 1]
        return times[0]
