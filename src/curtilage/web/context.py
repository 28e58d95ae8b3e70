"""What the routes share: the settings in force, the index, the clock, and long-lived parts."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Annotated, Final, ParamSpec, Protocol, TypeVar

from fastapi import Depends
from sqlalchemy import select
from starlette.requests import HTTPConnection

from curtilage.config.left import masks_when_it_left
from curtilage.config.shapes import Ring
from curtilage.config.site import SiteCamera, SiteSettings
from curtilage.config.versions import Versions
from curtilage.ingest.clock import SYSTEM, Clock
from curtilage.store.index.database import Database
from curtilage.store.recorded.tables import streams
from curtilage.web.accounts.passwords import Passwords
from curtilage.web.refusal import not_found
from curtilage.web.turns import Turns


class Part(Protocol):
    """Something that lives as long as the server: a hub of viewers, a reader of the feed."""

    def apply(self, site: SiteSettings) -> None:
        """Take over new settings."""
        ...

    def stop(self) -> None:
        """End; nothing is asked of it afterwards."""
        ...


AnyPart = TypeVar("AnyPart", bound=Part)
Given = ParamSpec("Given")
Answer = TypeVar("Answer")

_GUARDS: Final = 4
_KNOWN_NS: Final = 60_000_000_000


class WebContext:
    """One for each app. ``site`` changes with ``apply``; do not keep it across requests."""

    def __init__(
        self,
        site: SiteSettings,
        database: Database,
        clock: Clock = SYSTEM,
        passwords: Passwords | None = None,
    ) -> None:
        self.site = site
        self.database = database
        self.clock = clock
        self.passwords = passwords or Passwords()
        self.stopping = threading.Event()
        self.turns = Turns()
        self._guards = ThreadPoolExecutor(_GUARDS, "guard")
        self._parts: dict[type, Part] = {}
        self._making = threading.Lock()
        self._recorded = self._all_recorded()
        self._known_at_ns = clock.monotonic_ns()
        self._left: dict[str, tuple[Ring, ...]] = {}  # masks of cameras that left the settings

    def now_ns(self) -> int:
        """UTC."""
        return self.clock.utc_ns()

    def camera(self, name: str) -> SiteCamera:
        """The settings of a camera; answers 404 if there is none (or no longer)."""
        for camera in self.site.cameras:
            if camera.name == name:
                return camera
        raise not_found()

    def masks(self, camera: str) -> tuple[Ring, ...]:
        """What is black in every picture of a camera; of one that left the settings, what was."""
        for one in self.site.cameras:
            if one.name == camera:
                return one.masks
        if camera not in self._left:
            self._left[camera] = masks_when_it_left(Versions(self.site.state), camera)
        return self._left[camera]

    def knows(self, camera: str) -> bool:
        """Whether ``camera`` is one of this site's.

        A camera that has left the settings is one too: its recordings are still there.
        """
        return camera in self.known

    @property
    def known(self) -> frozenset[str]:
        """The names of all cameras that ``knows`` says yes to.

        The index is asked again now and then, whatever name is asked for: a repair of the index
        finds cameras that no settings have.
        """
        now_ns = self.clock.monotonic_ns()
        if now_ns - self._known_at_ns > _KNOWN_NS:
            self._known_at_ns = now_ns
            self._recorded = self._all_recorded()
        return self._recorded | {camera.name for camera in self.site.cameras}

    async def guarding(
        self, work: Callable[Given, Answer], *args: Given.args, **named: Given.kwargs
    ) -> Answer:
        """Runs ``work`` in a thread kept for the guard: slow routes cannot make it wait."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._guards, partial(work, *args, **named))

    def part(self, kind: type[AnyPart], make: Callable[["WebContext"], AnyPart]) -> AnyPart:
        """The one ``kind`` of this server, made when it is first asked for."""
        with self._making:
            found = self._parts.get(kind)
            if found is None:
                found = self._parts[kind] = make(self)
        assert isinstance(found, kind)  # noqa: S101 - tells the type, nothing else
        return found

    def apply(self, site: SiteSettings) -> None:
        """Takes over new settings, and tells the parts."""
        self._recorded = self._all_recorded()
        self.site = site
        self._left = {}
        with self._making:
            parts = list(self._parts.values())
        for part in parts:
            part.apply(site)

    def stop(self) -> None:
        """Ends what is open, then the parts."""
        self.stopping.set()
        with self._making:
            parts, self._parts = list(self._parts.values()), {}
        for part in parts:
            part.stop()
        self._guards.shutdown(wait=False, cancel_futures=True)

    def _all_recorded(self) -> frozenset[str]:
        with self.database.read() as connection:
            return frozenset(connection.execute(select(streams.c.camera).distinct()).scalars())


def _context_of(connection: HTTPConnection) -> WebContext:
    context = connection.app.state.context
    assert isinstance(context, WebContext)  # noqa: S101 - tells the type, nothing else
    return context


Context = Annotated[WebContext, Depends(_context_of)]
"""For the signature of a route: ``def route(context: Context)``."""
