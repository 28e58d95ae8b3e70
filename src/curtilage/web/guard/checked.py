"""The one place where a request meets its route's declaration; every route is wrapped in it.

The order is: who is it (401), may they at all (403), is it theirs to see (404), did their own page
send it (403), is the body bearable (413, 408, 422). Only then the route runs, and while it runs on
(a live view, a stream of events) the question is asked again every two seconds.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from curtilage.store.errors import StoreError
from curtilage.web.context import WebContext
from curtilage.web.guard.body import read_body
from curtilage.web.guard.declaration import Declaration
from curtilage.web.guard.identify import identify
from curtilage.web.guard.origin import must_be_from_our_page
from curtilage.web.guard.principal import Principal
from curtilage.web.refusal import Refused, answer, not_allowed, not_found, sign_in_first

AGAIN_S: Final = 2.0
"""How long what is open stays open after its right is gone."""
_TICK_S: Final = 0.5
REVOKED: Final = 4401
"""Close code of a WebSocket whose right is gone; the page asks who it is, and signs in again."""


class Checked:
    """A route behind its declaration. ``inner`` sees only what may pass."""

    def __init__(self, declaration: Declaration, inner: ASGIApp) -> None:
        self.declaration = declaration
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI asks."""
        context: WebContext = scope["app"].state.context
        try:
            principal = await context.guarding(admit, context, self.declaration, scope)
            if scope["type"] == "http":
                receive = await read_body(scope, receive, self.declaration.body_bytes)
            async with self._turn(context, principal, scope) as begun:
                send = _telling(send, begun)
                if principal is None:
                    await self.inner(scope, receive, send)
                    return
                scope.setdefault("state", {})["principal"] = principal
                await _Open(context, principal, scope).run(self.inner, receive, send)
        except Refused as refused:  # the inner app answers its own
            await answer(refused, scope, receive, send)
        except ClientDisconnect:
            return

    @contextlib.asynccontextmanager
    async def _turn(
        self, context: WebContext, principal: Principal | None, scope: Scope
    ) -> AsyncIterator[Callable[[], None]]:
        """A place for it; what it gives is to be called when the answer begins."""
        if principal is None:
            yield _nothing
        elif scope["type"] == "websocket":
            async with context.turns.stay(principal.user_id):
                yield _nothing
        elif self.declaration.stays_open:  # what it works out before it answers is work like any
            async with (
                context.turns.stay(principal.user_id),
                context.turns.beginning(principal.user_id) as begun,
            ):
                yield begun
        else:
            async with context.turns.request(principal.user_id):
                yield _nothing


def admit(context: WebContext, declaration: Declaration, scope: Scope) -> Principal | None:
    """Who sent it; None if the route is open to anybody. Raises ``Refused``."""
    if declaration.needs is None:
        must_be_from_our_page(context.site.web, scope, by_cookie=True)
        return None
    principal = identify(context, scope)
    if principal is None:
        raise sign_in_first()
    if not declaration.allows(principal):
        raise not_allowed()
    if declaration.camera is not None:
        camera = declaration.camera_of(context, scope["path_params"])
        # Both are looked at, whatever the first says: the two refusals take the same time.
        theirs, known = principal.sees(camera or ""), context.knows(camera or "")
        if not (theirs and known):
            raise not_found()
    must_be_from_our_page(context.site.web, scope, by_cookie=principal.by == "session")
    return principal


class _Open:
    """One request that is being answered; ends when its right does."""

    def __init__(self, context: WebContext, principal: Principal, scope: Scope) -> None:
        self._context = context
        self._principal = principal
        self._scope = scope
        self._started = False
        self._ended = False
        self._streams_events = False

    async def run(self, inner: ASGIApp, receive: Receive, send: Send) -> None:
        async def watched(message: Message) -> None:
            self._note(message)
            await send(message)

        running = asyncio.ensure_future(_run(inner, self._scope, receive, watched))
        try:
            ticks = 0
            while not (await asyncio.wait({running}, timeout=_TICK_S))[0]:
                ticks += 1
                if self._context.stopping.is_set() or (
                    ticks % round(AGAIN_S / _TICK_S) == 0 and await self._is_over()
                ):
                    await _cancel(running)
                    await self._say_good_bye(send)
                    return
            running.result()
        finally:
            await _cancel(running)

    async def _is_over(self) -> bool:
        try:
            now = await self._context.guarding(identify, self._context, self._scope)
        except StoreError:  # an index that cannot be asked allows nothing new, and ends nothing
            return False
        return now != self._principal

    def _note(self, message: Message) -> None:
        kind = message["type"]
        if kind in ("http.response.start", "websocket.accept"):
            self._started = True
            given = Headers(raw=list(message.get("headers", [])))
            self._streams_events = given.get("content-type", "").startswith("text/event-stream")
        elif kind == "websocket.close" or (
            kind == "http.response.body" and not message.get("more_body", False)
        ):
            self._ended = True

    async def _say_good_bye(self, send: Send) -> None:
        """A film that is cut off must look cut off: only what has no length is ended in order."""
        if self._ended:
            return
        with contextlib.suppress(Exception):  # who has left cannot be told
            if self._scope["type"] == "websocket":
                if self._context.stopping.is_set():
                    await send({"type": "websocket.close", "code": 1012, "reason": "restarting"})
                else:
                    await send({"type": "websocket.close", "code": REVOKED, "reason": "signed out"})
            elif self._started and self._streams_events:
                await send({"type": "http.response.body", "body": b"", "more_body": False})


def _nothing() -> None:
    return None


def _telling(send: Send, begun: Callable[[], None]) -> Send:
    async def telling(message: Message) -> None:
        if message["type"] == "http.response.start":
            begun()
        await send(message)

    return telling


async def _run(inner: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    await inner(scope, receive, send)


async def _cancel(running: "asyncio.Future[None]") -> None:
    if not running.done():
        running.cancel()
        await asyncio.wait({running})
