"""How long to wait before what died is started again."""

from dataclasses import dataclass

FIRST_S = 1.0
MOST_S = 30.0
GOOD_S = 180.0


@dataclass(slots=True)
class Backoff:
    """1 s, 2 s, 4 s … 30 s; from the beginning after some good minutes."""

    first_s: float = FIRST_S
    most_s: float = MOST_S
    good_s: float = GOOD_S
    _last_s: float = 0.0

    def after(self, lived_s: float) -> float:
        """Seconds to wait after a life of ``lived_s``."""
        if lived_s >= self.good_s:
            self._last_s = 0.0
        self._last_s = min(self.most_s, self._last_s * 2.0 or self.first_s)
        return self._last_s
