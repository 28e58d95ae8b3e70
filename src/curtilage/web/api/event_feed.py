"""Events as they happen, to any number of listeners: the feed wakes, the index tells.

The feed of the analysers says at once that there is something new; what it is comes from the
index, in the order of ``seq``, so a listener misses nothing whatever the feed loses: every few
seconds the index is asked, once for all listeners, whether it has more. Without a listener nothing
is read.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Final

from pydantic import BaseModel

from curtilage.analysis.outcome.feed import FeedReader
from curtilage.config.site import SiteSettings
from curtilage.store.errors import StoreError
from curtilage.store.found import events
from curtilage.store.found.events import StoredEvent
from curtilage.web.context import WebContext

LOOK_S: Final = 1.0
"""Analysers that have come are looked for so often, and whether the server stops."""
ASK_S: Final = 5.0
"""The index is asked so often though the feed is silent."""
ALIVE_S: Final = 10.0
"""A comment is sent so often, so that whatever lies between knows that the connection lives."""
MOST: Final = 200


class EventFeed:
    """Wakes those who wait for events: a part of the web server, in its event loop."""

    def __init__(self, context: WebContext) -> None:
        self._context = context
        self._folder = context.site.state
        self._bells: set[asyncio.Event] = set()
        self._reader: FeedReader | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._asking: asyncio.Task[None] | None = None
        self._ask_s = 0.0  # when the index is asked again, by the loop's clock
        self._last: int | None = None  # ``seq`` when it was asked last

    @contextlib.contextmanager
    def bell(self) -> Iterator[asyncio.Event]:
        """Rung whenever there may be something new."""
        rung = asyncio.Event()
        self._bells.add(rung)
        if self._reader is None:
            self._loop = asyncio.get_running_loop()
            self._reader = FeedReader(self._folder, ("event",))
            self._loop.add_reader(self._reader.descriptor, self._hear)
            self._look()
        try:
            yield rung
        finally:
            self._bells.discard(rung)
            if not self._bells:
                self._hang_up()

    def apply(self, site: SiteSettings) -> None:
        """Nothing: which cameras are heard is for the listeners to say."""

    def stop(self) -> None:
        """Hear nothing any more; from any thread."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._hang_up)

    def _look(self) -> None:
        assert self._loop is not None  # noqa: S101 - set where this is begun
        self._timer = self._loop.call_later(LOOK_S, self._look)
        self._hear()
        now_s = self._loop.time()
        if now_s >= self._ask_s and (self._asking is None or self._asking.done()):
            self._ask_s = now_s + ASK_S
            self._asking = self._loop.create_task(self._ask())

    async def _ask(self) -> None:
        """Rings if the index has more than it had, which the feed may not have said."""
        with contextlib.suppress(StoreError):  # away for a while: it is asked again
            last = await asyncio.to_thread(_last, self._context)
            if last != self._last:
                self._last = last
                self._ring()

    def _hear(self) -> None:
        heard = False
        while self._reader is not None and self._reader.receive(0.0) is not None:
            heard = True
        if heard:
            self._ring()

    def _ring(self) -> None:
        for bell in self._bells:
            bell.set()

    def _hang_up(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._reader is not None and self._loop is not None:
            self._loop.remove_reader(self._reader.descriptor)
            self._reader.close()
        self._reader = self._timer = None
        self._ring()


async def sse(
    feed: EventFeed,
    context: WebContext,
    cameras: Sequence[str],
    since: int | None,
    shown: Callable[[StoredEvent], BaseModel],
) -> AsyncIterator[str]:
    """The text of a stream of server-sent events (WHATWG HTML, 9.2), until the server stops.

    Args:
        feed: rings.
        context: of the app.
        cameras: whose events.
        since: ``seq`` after which it begins; None: with what comes from now on.
        shown: makes of an event what is told.
    """
    loop = asyncio.get_running_loop()
    at = since if since is not None else await asyncio.to_thread(_last, context)
    quiet_since = loop.time()
    yield f": from {at}\nretry: 2000\n\n"
    with feed.bell() as bell:
        while not context.stopping.is_set():
            bell.clear()  # before the question: what comes while it is answered rings again
            answered = True
            try:
                new = await asyncio.to_thread(_since, context, at, cameras)
            except StoreError:
                answered, new = False, []  # it is away for a while; the same question comes again
            for event in new:
                at = event.seq
                text = shown(event).model_dump_json(by_alias=True)
                yield f"id: {event.seq}\nevent: event\ndata: {text}\n\n"
            if new:
                quiet_since = loop.time()
                continue
            while not context.stopping.is_set():
                if loop.time() - quiet_since >= ALIVE_S:
                    quiet_since = loop.time()
                    yield ": alive\n\n"
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(bell.wait(), LOOK_S)
                if bell.is_set() or not answered:
                    break


def _last(context: WebContext) -> int:
    with context.database.read() as connection:
        return events.last_seq(connection)


def _since(context: WebContext, seq: int, cameras: Sequence[str]) -> list[StoredEvent]:
    with context.database.read() as connection:
        return events.since(connection, seq, cameras_seen=cameras, most=MOST)
