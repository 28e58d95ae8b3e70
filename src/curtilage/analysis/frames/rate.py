"""How many pictures of a camera were looked at, and how many were wanted, in the last seconds."""

from collections import deque

WINDOW_S = 10.0


class Rate:
    """Counts over the last ten seconds of the time that it is given."""

    __slots__ = ("_seconds",)

    def __init__(self) -> None:
        self._seconds: deque[list[float]] = deque()  # [second, looked, left out, worst lag]

    def looked(self, time_s: float, lag_s: float | None) -> None:
        """A picture was looked at, so long after it was taken (None: it had been kept)."""
        row = self._row(time_s)
        row[1] += 1
        if lag_s is not None:
            row[3] = max(row[3], lag_s)

    def left_out(self, time_s: float, count: int) -> None:
        """So many were not."""
        self._row(time_s)[2] += count

    def told(self, time_s: float) -> tuple[float, float, float]:
        """Looked at and wanted per second, and the longest lag (s), of the seconds with any."""
        self._forget(time_s)
        rows = [row for row in self._seconds if row[0] < int(time_s)]
        if not rows:
            return 0.0, 0.0, 0.0
        looked, out = sum(row[1] for row in rows), sum(row[2] for row in rows)
        return looked / len(rows), (looked + out) / len(rows), max(row[3] for row in rows)

    def _row(self, time_s: float) -> list[float]:
        self._forget(time_s)
        second = float(int(time_s))
        if not self._seconds or self._seconds[-1][0] != second:
            self._seconds.append([second, 0.0, 0.0, 0.0])
        return self._seconds[-1]

    def _forget(self, time_s: float) -> None:
        while self._seconds and not 0 <= time_s - self._seconds[0][0] <= WINDOW_S:
            self._seconds.popleft()
