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

from curtilage.config.site import SiteCamera, SiteSettings
from curtilage.ingest.clock import SYSTEM, Clock
from curtilage.store.database import Database
from curtilage.store.tables import streams
from curtilage.web.accounts.passwords import Passwords
from curtilage.web.refusal import not_found


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
        self._guards = ThreadPoolExecutor(_GUARDS, "guard")
        self._parts: dict[type, Part] = {}
        self._making = threading.Lock()
        self._known = self._all_cameras(site)

    def now_ns(self) -> int:
        """UTC."""
        return self.clock.utc_ns()

    def camera(self, name: str) -> SiteCamera:
        """The settings of a camera; answers 404 if there is none (or no longer)."""
        for camera in self.site.cameras:
            if camera.name == name:
                return camera
        raise not_found()

    def knows(self, camera: str) -> bool:
        """Whether ``camera`` is, or was when the settings were last read, one of this site's.

        A camera that has left the settings is one too: its recordings are still there.
        """
        return camera in self._known

    @property
    def known(self) -> frozenset[str]:
        """The names of all cameras that ``knows`` says yes to."""
        return self._known

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
        self._known = self._all_cameras(site)
        self.site = site
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

    def _all_cameras(self, site: SiteSettings) -> frozenset[str]:
        with self.database.read() as connection:
            recorded = connection.execute(select(streams.c.camera).distinct()).scalars().all()
        return frozenset(recorded) | {camera.name for camera in site.cameras}


def _context_of(connection: HTTPConnection) -> WebContext:
    context = connection.app.state.context
    assert isinstance(context, WebContext)  # noqa: S101 - tells the type, nothing else
    return context


Context = Annotated[WebContext, Depends(_context_of)]
"""For the signature of a route: ``def route(context: Context)``."""
