"""The two clocks of the machine, as something that a test can replace.

UTC says what time it is and may be set at any moment; the monotonic clock only ever runs. Whoever
needs both takes a `Clock`.
"""

import time
from typing import Protocol


class Clock(Protocol):
    """What time it is, in nanoseconds."""

    def utc_ns(self) -> int:
        """UTC since 1970; steps when somebody sets the clock."""
        ...

    def monotonic_ns(self) -> int:
        """Since some moment; never steps."""
        ...


class SystemClock:
    """The clocks of this machine."""

    __slots__ = ()

    utc_ns = staticmethod(time.time_ns)
    monotonic_ns = staticmethod(time.monotonic_ns)


SYSTEM = SystemClock()
