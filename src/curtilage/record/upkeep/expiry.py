"""Which recordings are deleted: a pure choice, oldest first, never more than asked, none on hold.

First what the owner set for each camera (days, bytes), then what each volume needs to keep its
reserve: a recording that has to go anyway must not cost another one its place.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


class Candidate(Protocol):
    """A recording that could be deleted (``SegmentRow``)."""

    @property
    def id(self) -> int: ...  # noqa: D102 - of the row
    @property
    def camera(self) -> str: ...  # noqa: D102
    @property
    def volume(self) -> str: ...  # noqa: D102 - identity
    @property
    def start_ns(self) -> int: ...  # noqa: D102
    @property
    def end_ns(self) -> int: ...  # noqa: D102
    @property
    def bytes(self) -> int: ...  # noqa: D102
    @property
    def state(self) -> str: ...  # noqa: D102


class Held(Protocol):
    """A stretch of time that is on hold (``Hold``)."""

    @property
    def camera(self) -> str | None: ...  # noqa: D102 - None: all
    @property
    def from_ns(self) -> int: ...  # noqa: D102
    @property
    def to_ns(self) -> int: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Wants:
    """What is to be reached by deleting."""

    before_ns: Mapping[str, int] = field(default_factory=dict)
    """By camera: what ended before is too old."""
    surplus: Mapping[str, int] = field(default_factory=dict)
    """By camera: bytes that it has too many."""
    needed: Mapping[str, int] = field(default_factory=dict)
    """By volume (identity): bytes that it has too little room."""


def choose(candidates: Iterable[Candidate], wants: Wants, holds: Sequence[Held]) -> list[int]:
    """Rows to be deleted, oldest first of each want."""
    free = sorted(
        (one for one in candidates if one.state == "closed" and not _is_held(one, holds)),
        key=lambda one: (one.start_ns, one.id),
    )
    surplus, needed = dict(wants.surplus), dict(wants.needed)
    chosen: dict[int, None] = {}

    def take(one: Candidate) -> None:
        chosen[one.id] = None
        surplus[one.camera] = surplus.get(one.camera, 0) - one.bytes
        needed[one.volume] = needed.get(one.volume, 0) - one.bytes

    for one in free:
        if one.end_ns <= wants.before_ns.get(one.camera, 0):
            take(one)
    for one in free:
        if one.id not in chosen and surplus.get(one.camera, 0) > 0:
            take(one)
    for one in free:
        if one.id not in chosen and needed.get(one.volume, 0) > 0:
            take(one)
    return list(chosen)


def _is_held(one: Candidate, holds: Sequence[Held]) -> bool:
    return any(
        hold.camera in (None, one.camera)
        and hold.from_ns < one.end_ns
        and hold.to_ns > one.start_ns
        for hold in holds
    )


class AgeClock:
    """Time by which recordings grow old: a clock that is ahead deletes nothing at once.

    A machine's clock may be set wrong for a moment, also before we start; recordings would be gone
    for good. After a jump of more than ``JUMP_NS`` the old count goes on, until the new time has
    lasted as long. A machine that was switched off for days deletes an hour later.

    Args:
        known_ns: UTC that counted when we last ran; the first reading may be a jump from it. None:
            nothing is known, so nothing is old before an hour has passed.

    """

    def __init__(self, known_ns: int | None = None) -> None:
        self._utc_ns = 0 if known_ns is None else known_ns
        self._monotonic_ns: int | None = None
        self._ahead_since_ns: int | None = None

    def now(self, utc_ns: int, monotonic_ns: int) -> int:
        """UTC to count with, given what the clocks say."""
        if self._monotonic_ns is None:
            self._monotonic_ns = monotonic_ns
        expected_ns = self._utc_ns + monotonic_ns - self._monotonic_ns
        if utc_ns > expected_ns + JUMP_NS:
            if self._ahead_since_ns is None:
                self._ahead_since_ns = monotonic_ns
            if monotonic_ns - self._ahead_since_ns < JUMP_NS:
                return expected_ns
        self._ahead_since_ns = None
        self._utc_ns, self._monotonic_ns = utc_ns, monotonic_ns
        return utc_ns


JUMP_NS = 3_600_000_000_000
