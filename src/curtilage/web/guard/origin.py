"""Requests that another site made a browser send: refused by header, origin and fetch metadata.

``SameSite=Strict`` on the cookie is the first wall; but for browsers all ports of one machine are
one site, and only these checks tell them apart.
"""

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from curtilage.config.live import WebSettings
from curtilage.web.refusal import Refused

HEADER: Final = "x-curtilage"
"""Our pages send it (any value); a form cannot, and a script of another site may not."""
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def must_be_from_our_page(web: WebSettings, scope: Scope, *, by_cookie: bool) -> None:
    """Raises ``Refused`` (403) for what another site's page sent; by token anybody may send."""
    headers = Headers(scope=scope)
    if by_cookie and headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise Refused(403, "This came from the page of another site.")
    opens_socket = scope["type"] == "websocket"
    if not opens_socket and scope["method"] in _SAFE:
        return
    origin = headers.get("origin")
    if origin is not None and not _is_ours(origin, headers.get("host", ""), web):
        raise Refused(403, "This came from the page of another site.")
    if not by_cookie:
        return
    if opens_socket and origin is None:
        raise Refused(403, "A WebSocket with a session's cookie must name its origin.")
    if not opens_socket and HEADER not in headers:
        raise Refused(403, f"Requests that change something need the header {HEADER!r}.")


def _is_ours(origin: str, host: str, web: WebSettings) -> bool:
    try:
        parts = urlsplit(origin)
        port = parts.port or _PORTS[parts.scheme]
        ours = urlsplit(f"//{host}")
        our_port = ours.port or _PORTS[parts.scheme]
    except (KeyError, ValueError):
        return False
    if web.encrypted and parts.scheme != "https":
        return False
    return (parts.hostname, port) == (ours.hostname, our_port)
