"""From where the last process stopped to now: recordings first, then live, each picture once.

Recordings lag behind the live packets by a fragment and a write to the disk; so live packets wait,
whole GOPs, until the recordings have reached one of them.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final

from curtilage.analysis.resume.recorded import SAME_NS, Recorded, Recording
from curtilage.ingest.bus import Heard, Missed
from curtilage.ingest.live.items import Opened
from curtilage.model import Medium, Packet
from curtilage.record.export.sources import SLIVER_NS
from curtilage.store.index.database import Database

REPLAYED_NS: Final = 120_000_000_000
"""At most so much is looked at again: more would keep the camera from now for too long."""
PATIENCE_NS: Final = 5_000_000_000
"""So long is waited for a recording that should come; then live goes on with a hole."""
MOST_BYTES: Final = 16_000_000
"""Of live packets that wait; older GOPs go, since the recordings have them."""
AT_ONCE: Final = 50
"""Packets that ``Junction.more`` gives at most."""


@dataclass(frozen=True, slots=True)
class Plan:
    """From where to look, and what is lost."""

    from_ns: int  # UTC
    sentence: str | None  # what will not be looked at, if anything


def plan(seen_ns: int, now_ns: int) -> Plan:
    """What to do about the time since the saved state (``CameraScene.seen_ns``)."""
    from_ns = max(seen_ns, now_ns - REPLAYED_NS)
    if from_ns == seen_ns:
        return Plan(from_ns, None)
    return Plan(from_ns, _unseen(seen_ns, from_ns, "the analysis was not running"))


def missed(
    database: Database,
    volumes: Mapping[str, Path],
    camera: str,
    stream: str,
    from_ns: int,
    to_ns: int,
) -> Iterator[Recording]:
    """What the recordings hold of ``[from_ns, to_ns)``, from the keyframe before it.

    Raises:
        StoreError: the index cannot be read.

    """
    yield from Recorded(database, volumes, camera, stream, from_ns).read(to_ns)


class Junction:
    """One stream of a camera: recordings until they meet the live packets, then those.

    Give every live item to ``live`` and call ``more`` until ``joined``; what both return is the
    stream, in order. For one thread at a time.

    Args:
        recorded: where to begin; None for a stream that is not recorded: then it is live at once.

    """

    def __init__(self, recorded: Recorded | None) -> None:
        self.joined = recorded is None
        """All that comes from ``live`` is to be looked at as it comes."""
        self.sentence: str | None = None
        """What could not be looked at, once joined, if anything."""
        self._recorded = recorded
        self._waiting: deque[Heard] = deque()
        self._bytes = 0
        self._opened: Opened | None = None  # what the first that waits belongs to
        self._stepped = False  # the clock was set while packets waited
        self._since_ns: int | None = None  # since when the recordings are waited for
        self._known_ns = -1  # live packets up to that time were recorded, and given

    def live(self, item: Heard) -> list[Heard]:
        """The next live item; what of the stream comes next."""
        if self.joined:
            return [] if self._is_known(item) else [item]
        if isinstance(item, Missed):
            self._forget(len(self._waiting))  # the recordings have what is missing
            return []
        self._waiting.append(item)
        if isinstance(item, Packet):
            self._bytes += len(item.data)
            while self._bytes > MOST_BYTES:
                self._forget(self._first_gop())
        elif isinstance(item, Opened):
            self._stepped = self._stepped or item.step
        return []

    def more(self, now_ns: int) -> list[Heard]:
        """What comes next; nothing when the recordings must be waited for, or when joined.

        ``now_ns``: by any clock that rises.

        Raises:
            StoreError: the index cannot be read.

        """
        recorded = self._recorded
        if self.joined or recorded is None:
            return []
        if self._has_met(recorded):
            return self._join(recorded)
        found: list[Heard] = list(islice(recorded.read(_FAR), AT_ONCE))
        if found:
            self._since_ns = None
            return found
        if self._since_ns is None:
            self._since_ns = now_ns
        if self._waiting and (self._stepped or now_ns - self._since_ns >= PATIENCE_NS):
            return self._join(recorded)
        return []

    def _has_met(self, recorded: Recorded) -> bool:
        """Whether a waiting packet follows the last recorded one, or is it."""
        first = next((item for item in self._waiting if isinstance(item, Packet)), None)
        if first is None or recorded.end_ns is None or self._stepped:
            return False
        return first.dts_ns < recorded.end_ns + SLIVER_NS

    def _join(self, recorded: Recorded) -> list[Heard]:
        """The waiting packets that were not recorded; from now on live."""
        seamless = self._has_met(recorded)
        if recorded.last_ns is not None and not self._stepped:
            self._known_ns = recorded.last_ns + SAME_NS
        while self._waiting and (
            isinstance(self._waiting[0], Opened) or self._is_known(self._waiting[0])
        ):
            self._forget(1)
        rest, opened = list(self._waiting), self._opened
        if not seamless and rest and isinstance(rest[0], Packet):
            begin_ns = recorded.from_ns if recorded.end_ns is None else recorded.end_ns
            if rest[0].dts_ns > begin_ns:
                why = "nothing of it could be read from the recordings"
                self.sentence = _unseen(begin_ns, rest[0].dts_ns, why)
        self._forget(len(self._waiting))
        self.joined = True
        if opened is None or (rest and not _begins(rest[0])):
            return rest  # it goes on within a GOP, or nothing comes
        changed = recorded.info is None or opened.info.video != recorded.info.video
        return [opened, *rest] if rest or changed else []

    def _is_known(self, item: Heard) -> bool:
        """Whether the recordings had that live packet."""
        if isinstance(item, Packet) and item.dts_ns <= self._known_ns:
            return True
        if not isinstance(item, Packet) or item.medium is Medium.VIDEO:
            self._known_ns = -1  # what follows is news
        return False

    def _first_gop(self) -> int:
        """How many of the waiting come before the second keyframe."""
        for n, item in enumerate(self._waiting):
            if n and _begins(item) and not isinstance(self._waiting[n - 1], Opened):
                return n
        return len(self._waiting)

    def _forget(self, count: int) -> None:
        """Let the first that wait go."""
        for _ in range(count):
            item = self._waiting.popleft()
            if isinstance(item, Packet):
                self._bytes -= len(item.data)
            elif isinstance(item, Opened):
                self._opened = item


_FAR: Final = 1 << 62


def _begins(item: Heard) -> bool:
    """Whether a decoder can begin with it."""
    return isinstance(item, Packet) and item.key and item.medium is Medium.VIDEO


def _unseen(from_ns: int, to_ns: int, why: str) -> str:
    """The sentence about a stretch that was not analysed."""
    seconds = (to_ns - from_ns) / 1e9
    moments = [
        datetime.fromtimestamp(ns // 1_000_000_000, UTC).strftime("%Y-%m-%d %H:%M:%S")
        for ns in (from_ns, to_ns)
    ]
    return f"Not analysed from {moments[0]} to {moments[1]} UTC ({seconds:.0f} s): {why}."
