"""Tells the owner, once, that a stream is not being recorded, and once that it is again.

Pure: the recorder says what happens and what time it is. Lasting is measured on the monotonic
clock, so that a wall clock that is set neither hides a gap nor makes one up. A camera that comes
back for a moment and goes again is still away: it must hold for ``settle_ns``.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from curtilage.model import GapReason
from curtilage.store.notices import Notice, NoticeKind

PATIENCE_NS: Final = 10_000_000_000
SETTLE_NS: Final = 5_000_000_000

_SILENT: Final = (GapReason.DISABLED,)
"""The owner knows."""


@dataclass(slots=True)
class _Away:
    """A stream that is not recorded, or not for long enough again."""

    began: int  # monotonic ns, when we heard of it
    since_ns: int  # UTC
    reason: GapReason
    sentence: str
    told: bool = False
    back: int | None = None  # monotonic ns, when recording went on
    back_ns: int = 0  # UTC, the same


class Watch:
    """The gaps of all streams of a site that the owner does not know of yet, or not the end of."""

    def __init__(self, *, patience_ns: int = PATIENCE_NS, settle_ns: int = SETTLE_NS) -> None:
        self._patience_ns = patience_ns
        self._settle_ns = settle_ns
        self._away: dict[tuple[str, str], _Away] = {}

    def lost(
        self,
        camera: str,
        stream: str,
        monotonic_ns: int,
        since_ns: int,
        reason: GapReason,
        sentence: str,
    ) -> None:
        """The stream is not recorded (or is not for another reason now)."""
        away = self._away.get((camera, stream))
        if away is None:
            self._away[camera, stream] = _Away(monotonic_ns, since_ns, reason, sentence)
            return
        if away.back is not None and not away.told:
            # The gap before was too short to tell; this one is counted from its own start.
            away.began, away.since_ns = monotonic_ns, since_ns
        away.back = None
        away.reason, away.sentence = reason, sentence

    def resumed(self, camera: str, stream: str, monotonic_ns: int, at_ns: int) -> None:
        """The stream is recorded again since ``at_ns``."""
        away = self._away.get((camera, stream))
        if away is not None and away.back is None:
            away.back, away.back_ns = monotonic_ns, at_ns

    def forget(self, camera: str, stream: str) -> None:
        """The stream left the settings: nothing more to tell."""
        self._away.pop((camera, stream), None)

    def tick(self, monotonic_ns: int, now_ns: int) -> list[Notice]:
        """What has become worth telling; at least once a second."""
        notices = []
        for name, away in list(self._away.items()):
            if away.back is not None:
                if away.told and monotonic_ns - away.back < self._settle_ns:
                    continue
                del self._away[name]
                if away.told:
                    notices.append(_again(name, away))
            elif (
                not away.told
                and away.reason not in _SILENT
                and monotonic_ns - away.began >= self._patience_ns
            ):
                away.told = True
                notices.append(_not(name, away, now_ns))
        return notices


def _not(name: tuple[str, str], away: _Away, now_ns: int) -> Notice:
    camera, stream = name
    said = f": {away.sentence}" if away.sentence else ""
    return Notice(
        now_ns,
        camera,
        stream,
        NoticeKind.NOT_RECORDING,
        f"{camera}/{stream} is not recorded since {_clock(away.since_ns)} "
        f"({away.reason.value}){said}",
    )


def _again(name: tuple[str, str], away: _Away) -> Notice:
    camera, stream = name
    lasted_s = max(away.back_ns - away.since_ns, 0) / 1e9
    return Notice(
        away.back_ns,
        camera,
        stream,
        NoticeKind.RECORDING_AGAIN,
        f"{camera}/{stream} is recorded again since {_clock(away.back_ns)}, after {lasted_s:.0f} s",
    )


def _clock(time_ns: int) -> str:
    return datetime.fromtimestamp(time_ns / 1e9, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
