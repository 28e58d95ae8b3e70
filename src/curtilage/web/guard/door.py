"""Before any route: whose name the request calls, and the headers that every answer carries.

A page of an attacker can let its own name point to this machine (DNS rebinding) and then read our
answers as its own site's; so only names of this site are answered. Addresses cannot be rebound.
"""

import ipaddress
import socket
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from curtilage.config.live import WebSettings, is_loopback
from curtilage.web.context import WebContext
from curtilage.web.errors import unforeseen
from curtilage.web.refusal import Refused, answer

CONTENT_POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Final = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
_HANG_UP: Final = {"connection": "close"}
_LOCAL_NAMES: Final = frozenset({"localhost"})


class Door:
    """Wraps the whole app."""

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI asks."""
        if scope["type"] not in ("http", "websocket"):
            await self._inner(scope, receive, send)
            return

        started = False

        async def dressed(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                _dress(message, scope["path"])
            await send(message)

        context: WebContext = scope["app"].state.context
        if not is_called_rightly(context.site.web, scope):
            refused = Refused(
                421,
                "This site does not go by that name. If it should, add the name to web.names in "
                "its settings.",
            )
            await answer(refused, scope, receive, dressed)
            return
        if has_two_lengths(scope):
            await answer(
                Refused(
                    400, "A request has one length: Content-Length or Transfer-Encoding.", _HANG_UP
                ),
                scope,
                receive,
                dressed,
            )
            return
        try:
            await self._inner(scope, receive, dressed)
        except Exception as error:
            if started or scope["type"] != "http":
                raise  # the server cuts the connection, so that nobody takes a half for a whole
            await unforeseen(error)(scope, receive, dressed)


def is_called_rightly(web: WebSettings, scope: Scope) -> bool:
    """Whether the Host header is a name of this site, or an address that may be one."""
    named = Headers(scope=scope).getlist("host")
    if len(named) != 1:
        return False
    host = _without_port(named[0])
    if host in names_of(web):
        return True
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    server = scope.get("server")
    return (
        address.is_loopback
        or address.is_private
        or address.is_link_local
        or (server is not None and str(address) == server[0])
    )


def has_two_lengths(scope: Scope) -> bool:
    """Whether a proxy before us may have seen another end of this request than we do."""
    headers = Headers(scope=scope)
    return "transfer-encoding" in headers and "content-length" in headers


def names_of(web: WebSettings) -> frozenset[str]:
    """The names by which this site may be called, in lower case."""
    own = {web.host.lower(), *(name.lower() for name in web.names)}
    if not is_loopback(web.host):
        name = socket.gethostname().lower()
        own |= {name, f"{name.partition('.')[0]}.local"}
    return _LOCAL_NAMES | own


def _without_port(host: str) -> str:
    host = host.strip().lower()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    name, _, port = host.rpartition(":")
    return (name if name and port.isdigit() else host).rstrip(".")


def _dress(message: Message, path: str) -> None:
    headers = MutableHeaders(raw=message.setdefault("headers", []))
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if path.startswith("/api/"):
        headers.setdefault("cache-control", "no-store")
