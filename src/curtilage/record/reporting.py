"""What becomes of each stream's recording, told to the ledger, to the owner and to whoever asks.

The writers' and streams' threads report here; the state in memory is what counts, and the ledger
is brought to it. When the index cannot be written, ``settle`` tells it again later.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import partial

from sqlalchemy import Connection

from curtilage.ingest.clock import Clock
from curtilage.model import GapReason
from curtilage.record.disk.volume import Volume
from curtilage.store import notices
from curtilage.store.errors import StoreError, UnavailableError
from curtilage.store.index.database import Database
from curtilage.store.notices import Notice, NoticeKind
from curtilage.store.recorded import gaps
from curtilage.store.recorded.watch import Watch

LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class StreamState:
    """What a stream is doing now."""

    camera: str
    stream: str
    since_ns: int  # UTC, of the gap, or of the recording that goes on
    end_ns: int  # UTC; what is before is on the disk
    reason: GapReason | None  # None: it is being recorded
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class _Change:
    """What the ledger must be told: a gap since then, or recorded since then (no reason)."""

    since_ns: int
    reason: GapReason | None
    sentence: str


@dataclass(slots=True)
class _Line:
    """A stream's state, and the changes of it that the ledger has not confirmed yet."""

    state: StreamState
    untold: list[_Change] = field(default_factory=list)
    telling: bool = False


class Reporter:
    """The state of all streams (a ``writing.Report``). Safe from several threads.

    Args:
        database: Of the site.
        clock: For notices.
        tell: Hears every notice, besides the index and the log.

    """

    def __init__(
        self, database: Database, clock: Clock, tell: Callable[[Notice], None] | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self._tell = tell
        self._lock = threading.RLock()
        self._watch = Watch()
        self._lines: dict[tuple[str, str], _Line] = {}

    def begin(self, names: Iterable[tuple[str, str]], now_ns: int) -> None:
        """These streams are about to be recorded; the ledger's run has begun."""
        with self._lock:
            for camera, stream in names:
                self._lines[camera, stream] = _Line(
                    StreamState(camera, stream, now_ns, now_ns, GapReason.RESTARTING)
                )
                self._watch.lost(
                    camera, stream, self._clock.monotonic_ns(), now_ns, GapReason.RESTARTING, ""
                )

    def forget(self, camera: str, stream: str) -> None:
        """The stream left the settings: nothing more is told of it."""
        with self._lock:
            self._lines.pop((camera, stream), None)
            self._watch.forget(camera, stream)

    def durable(self, camera: str, stream: str, start_ns: int, end_ns: int) -> None:
        """See ``writing.Report``."""
        with self._lock:
            line = self._lines.get((camera, stream))
            if line is None:
                return
            state = line.state
            state.end_ns = end_ns
            if state.reason is None or end_ns <= state.since_ns:
                return
            state.reason, state.sentence, state.since_ns = None, "", start_ns
            self._watch.resumed(camera, stream, self._clock.monotonic_ns(), start_ns)
            self._change(line, _Change(start_ns, None, ""))
        LOG.info("%s/%s: recording", camera, stream)

    def stopped(
        self, camera: str, stream: str, since_ns: int, reason: GapReason, sentence: str
    ) -> None:
        """See ``writing.Report``."""
        with self._lock:
            line = self._lines.get((camera, stream))
            if line is None:
                return
            state = line.state
            news = state.reason is not reason or state.sentence != sentence
            state.reason, state.sentence, state.since_ns = reason, sentence, since_ns
            self._watch.lost(camera, stream, self._clock.monotonic_ns(), since_ns, reason, sentence)
            self._change(line, _Change(since_ns, reason, sentence))
        if news:
            LOG.warning("%s/%s: %s; %s", camera, stream, reason.value, sentence)

    def volume_failed(self, volume: Volume, sentence: str) -> None:
        """See ``writing.Report``."""
        LOG.error("%s", sentence)
        self.notice(NoticeKind.VOLUME_LOST, f"nothing more is written to {volume.path}: {sentence}")

    def notice(self, kind: NoticeKind, sentence: str) -> None:
        """Something about the whole site that the owner should know."""
        self._publish([Notice(self._clock.utc_ns(), None, None, kind, sentence)])

    def tick(self) -> None:
        """Tell what has become worth telling; every second."""
        with self._lock:
            told = self._watch.tick(self._clock.monotonic_ns(), self._clock.utc_ns())
        self._publish(told)

    def settle(self) -> None:
        """Tell the ledger once more what it could not be told before; every few seconds."""
        with self._lock:
            for line in self._lines.values():
                self._tell_ledger(line)

    def states(self) -> list[StreamState]:
        """What every stream is doing, by name."""
        with self._lock:
            return [replace(line.state) for _, line in sorted(self._lines.items())]

    def _change(self, line: _Line, change: _Change) -> None:
        line.untold.append(change)
        self._tell_ledger(line)

    def _tell_ledger(self, line: _Line) -> None:
        """Send what is untold, one transaction at a time for a stream. With the lock held."""
        if line.telling or not line.untold:
            return
        changes, camera, stream = list(line.untold), line.state.camera, line.state.stream

        def write(connection: Connection) -> None:
            for change in changes:
                if change.reason is None:
                    gaps.resumed(connection, camera, stream, change.since_ns)
                else:
                    gaps.explain(
                        connection, camera, stream, change.since_ns, change.reason, change.sentence
                    )

        try:
            future = self._database.write(write)
        except StoreError as error:
            _log(error)
            return
        line.telling = True
        future.add_done_callback(lambda done: self._told(line, len(changes), done))

    def _told(self, line: _Line, count: int, done: "Future[None]") -> None:
        error = done.exception()
        with self._lock:
            line.telling = False
            if error is None:
                del line.untold[:count]
                self._tell_ledger(line)
        if error is not None:
            _log(error)

    def _publish(self, told: list[Notice]) -> None:
        for notice in told:
            LOG.warning("%s", notice.sentence)
            try:
                self._database.write(partial(notices.add, notice=notice))
            except StoreError as error:
                _log(error)
            if self._tell is not None:
                try:
                    self._tell(notice)
                except Exception:  # the owner's code must not cost a recording
                    LOG.exception("whoever is told raised")


def _log(error: BaseException) -> None:
    """That the index cannot be reached is said once, by whoever writes its rows of segments."""
    LOG.log(logging.DEBUG if isinstance(error, UnavailableError) else logging.ERROR, "%s", error)
