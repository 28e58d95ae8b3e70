"""What one RTP stream's control says, both ways: the camera's clock, and our reports."""

import secrets

from curtilage.ingest.rtsp.rtcp import Reception, SenderReport, receiver_report, sender_reports
from curtilage.ingest.rtsp.rtp import Order, Unwrapped

SECOND = 1_000_000_000
STALE = 60 * SECOND


class Control:
    """Of one medium.

    Args:
        order: the stream's.
        clock_rate: RTP ticks per second.

    """

    __slots__ = ("_came", "_clock_rate", "_first", "_highest", "_lost", "_order", "_ours",
                 "_report", "_said")  # fmt: skip

    def __init__(self, order: Order, clock_rate: int) -> None:
        self._order, self._clock_rate = order, clock_rate
        self._ours = secrets.randbits(32)
        self._report: SenderReport | None = None
        self._came = 0
        self._highest = Unwrapped(16)
        self._first = self._said = -1  # sequence numbers
        self._lost = 0

    def take(self, data: memoryview, now: int) -> None:
        """A packet of control came, at ``now`` ns of the monotonic clock."""
        for report in sender_reports(data):
            if report.source == self._order.source or self._order.source < 0:
                self._report, self._came = report, now

    def utc_of(self, ticks: int, now: int) -> int | None:
        """UTC at which the camera says it was, by its last sender report."""
        report = self._report
        if report is None or now - self._came > STALE:
            return None
        since = (ticks - report.time + 0x80000000) % 0x100000000 - 0x80000000
        return report.utc_ns + since * SECOND // self._clock_rate

    def answer(self, now: int) -> bytes | None:
        """A report of what came; None before the first packet."""
        order, report = self._order, self._report
        if order.next < 0:
            return None
        highest = self._highest.of((order.next - 1) & 0xFFFF)
        if self._first < 0:
            self._first = self._said = highest
        due, lost = highest - self._said, order.lost - self._lost
        self._said, self._lost = highest, order.lost
        share = min(255, 256 * lost // due) if due > 0 else 0
        delay = (now - self._came) * 65536 // SECOND if report is not None else 0
        middle = 0 if report is None else report.middle
        said = Reception(order.source, share, order.lost, highest, middle, min(delay, 0xFFFFFFFF))
        return receiver_report(self._ours, said)
