"""Listens to the packet bus for the streams that somebody watches, and tells all who watch.

Lives in the web's event loop, without a thread: the bus' descriptor wakes it. One subscription in
all, one topic per watched stream; who watches nothing costs nothing. A packet is made into a
fragment once, however many watch.
"""

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field

from curtilage.config.site import SiteSettings
from curtilage.ingest.bus import BusError, Subscriber
from curtilage.ingest.clock import SYSTEM, Clock
from curtilage.web.live import messages
from curtilage.web.live.line import Line
from curtilage.web.live.messages import Message
from curtilage.web.live.viewer import Viewer

LOG = logging.getLogger(__name__)
RETRY_S = 5.0  # between two tries of a bus that cannot be used
LOOK_S = 1.0  # between two looks whether anything comes at all
AT_ONCE = 256  # items, before others have their turn in the event loop
BEHIND_S = 2.0  # of packets that wait for a busy event loop


@dataclass(slots=True)
class _Watched:
    """A stream and who watches it."""

    line: Line
    viewers: list[Viewer] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LiveHealth:
    """How the live view goes."""

    streams: int  # that somebody watches
    viewers: int
    skipped: int  # pictures that those who watch now lost, since they were too slow
    problem: str | None  # why nothing can be shown; a sentence


class Hub:
    """Live streams of one recorder: a part of the web server. Used from its event loop only.

    Args:
        endpoint: of the packet bus, ``ipc:///path``.
        clock: the machine's clocks.

    """

    def __init__(self, endpoint: str, clock: Clock = SYSTEM) -> None:
        self._endpoint, self._clock = endpoint, clock
        self._watched: dict[tuple[str, str], _Watched] = {}
        self._bus: Subscriber | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._problem: str | None = None

    @contextlib.contextmanager
    def watch(self, camera: str, stream: str) -> Iterator[Viewer]:
        """A viewer of the stream, who is told what it has shown so far and all that follows."""
        viewer = Viewer()
        key = (camera, stream)
        watched = self._watched.get(key)
        if watched is None:
            watched = self._watched[key] = _Watched(Line(camera, stream, self._now_s()))
            self._listen(camera, stream)
        viewer.greet(watched.line.so_far())
        if self._problem is not None:
            viewer.put(messages.silent(self._problem, None))
        watched.viewers.append(viewer)
        try:
            yield viewer
        finally:
            watched.viewers.remove(viewer)
            if not watched.viewers and self._watched.get(key) is watched:
                del self._watched[key]
                self._leave(camera, stream)

    def health(self) -> LiveHealth:
        """How it goes; cheap."""
        viewers = [viewer for w in self._watched.values() for viewer in w.viewers]
        skipped = sum(viewer.skipped for viewer in viewers)
        return LiveHealth(len(self._watched), len(viewers), skipped, self._problem)

    def apply(self, site: SiteSettings) -> None:
        """Nothing: which streams are watched is for those who watch to say."""

    def stop(self) -> None:
        """Hear nothing any more, and tell nothing more; from any thread."""
        if self._loop is None:
            return
        with contextlib.suppress(RuntimeError):  # the loop has ended, and took the socket with it
            self._loop.call_soon_threadsafe(self._end)

    def _end(self) -> None:
        self._watched.clear()
        self._hang_up()

    def _listen(self, camera: str, stream: str) -> None:
        if self._bus is None:
            self._connect()
        else:
            self._bus.listen(f"{camera}/{stream}")
            # The descriptor tells of changes only; what came meanwhile is asked for.
            asyncio.get_running_loop().call_soon(self._hear)

    def _connect(self) -> None:
        """Listen to the bus for all that is watched; said and tried again where that fails."""
        self._timer = None
        if not self._watched:
            return
        loop = self._loop = asyncio.get_running_loop()
        try:
            topics = [f"{camera}/{stream}" for camera, stream in self._watched]
            self._bus = Subscriber(self._endpoint, topics, behind_s=BEHIND_S)
        except BusError as error:
            self._fail(str(error))
            return
        self._problem = None
        loop.add_reader(self._bus.descriptor, self._hear)
        loop.call_soon(self._hear)
        self._timer = loop.call_later(LOOK_S, self._look)

    def _leave(self, camera: str, stream: str) -> None:
        if not self._watched:
            self._hang_up()
        elif self._bus is not None:
            self._bus.leave(f"{camera}/{stream}")

    def _hang_up(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._bus is not None:
            assert self._loop is not None  # noqa: S101 (for the type)
            self._loop.remove_reader(self._bus.descriptor)
            self._bus.close()
        self._bus = self._timer = None

    def _hear(self) -> None:
        """Pass on what has come; never waits."""
        bus = self._bus
        if bus is None or self._loop is None:
            return
        now_s = self._now_s()
        for _ in range(AT_ONCE):
            try:
                heard = bus.receive(0.0)
            except BusError as error:
                self._hang_up()
                self._fail(str(error))
                return
            if heard is None:
                return
            camera, stream, item = heard
            watched = self._watched.get((camera, stream))
            if watched is not None:
                try:
                    told = watched.line.take(item, now_s)
                except Exception:  # one stream's fault must not end the others
                    LOG.exception("live view of %s/%s", camera, stream)
                    continue
                _tell(watched, told)
        self._loop.call_soon(self._hear)

    def _look(self) -> None:
        """Once a second: say of streams that nothing comes."""
        self._hear()
        if self._loop is None or self._bus is None:
            return
        now_s, utc_ns = self._now_s(), self._clock.utc_ns()
        for watched in self._watched.values():
            _tell(watched, watched.line.silence(now_s, utc_ns))
        self._timer = self._loop.call_later(LOOK_S, self._look)

    def _fail(self, sentence: str) -> None:
        if sentence != self._problem:
            LOG.error("live view: %s", sentence)
        self._problem = sentence
        if self._loop is not None:
            self._timer = self._loop.call_later(RETRY_S, self._connect)
        for watched in self._watched.values():
            _tell(watched, [messages.silent(sentence, None)])

    def _now_s(self) -> float:
        return self._clock.monotonic_ns() * 1e-9


def _tell(watched: _Watched, told: list[Message]) -> None:
    for message in told:
        for viewer in watched.viewers:
            viewer.put(message)
