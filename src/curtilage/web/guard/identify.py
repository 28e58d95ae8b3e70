"""Who sends this request: by ``Authorization: Bearer``, or by the cookie of a session.

A request with an ``Authorization`` header is judged by that alone; a browser cannot be made to send
one by another site.
"""

import hashlib
import re
import secrets
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Scope

from curtilage.config.live import WebSettings
from curtilage.store.accounts import credentials
from curtilage.web.context import WebContext
from curtilage.web.guard.principal import Principal, of_session, of_token

TOKEN_PREFIX: Final = "curt_"  # noqa: S105 - what every token begins with, for those who look for leaks
_SEEN_EVERY_NS: Final = 60_000_000_000
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{43}")


def new_secret() -> str:
    """256 random bits as text."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """As it is stored; the secret is random, so one round of SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_secure(web: WebSettings) -> bool:
    """Whether browsers reach this site by TLS only."""
    return web.encrypted or web.behind_proxy


def cookie_name(web: WebSettings) -> str:
    """Name of the session's cookie.

    ``__Host-`` makes browsers refuse it from any other host, path or without TLS. On plain
    loopback, where all ports share their cookies, the port keeps two sites of one machine apart.
    """
    return "__Host-curtilage" if is_secure(web) else f"curtilage-{web.port}"


def identify(context: WebContext, scope: Scope) -> Principal | None:
    """Whoever sent it, with the rights of this moment; None: nobody known."""
    headers = Headers(scope=scope)
    authorization = headers.getlist("authorization")
    if authorization:
        scheme, _, value = authorization[0].partition(" ")
        if len(authorization) > 1 or scheme.lower() != "bearer":
            return None
        return by_token(context, value.strip())
    secret = session_secret(context, headers)
    return None if secret is None else by_session(context, secret)


def session_secret(context: WebContext, headers: Headers) -> str | None:
    """The session that the cookie names; two different ones name none (one was planted)."""
    name = cookie_name(context.site.web)
    found: set[str] = set()
    for header in headers.getlist("cookie"):
        for pair in header.split(";"):
            key, _, value = pair.strip().partition("=")
            if key == name:
                found.add(value)
    if len(found) != 1:
        return None
    secret = found.pop()
    return secret if _SECRET.fullmatch(secret) else None


def by_session(context: WebContext, secret: str) -> Principal | None:
    """The user of a session; the session is remembered as used, at most once a minute."""
    now_ns = context.now_ns()
    with context.database.read() as connection:
        found = credentials.session_of(connection, hashed(secret), now_ns)
    if found is None:
        return None
    session, user = found
    if now_ns - session.seen_ns > _SEEN_EVERY_NS:
        context.database.write(lambda c: credentials.session_seen(c, session.id, now_ns))
    return of_session(session, user)


def by_token(context: WebContext, value: str) -> Principal | None:
    """The user of a token, with what the token may."""
    secret = value.removeprefix(TOKEN_PREFIX)
    if secret == value or not _SECRET.fullmatch(secret):
        return None
    now_ns = context.now_ns()
    with context.database.read() as connection:
        found = credentials.token_of(connection, hashed(secret), now_ns)
    if found is None:
        return None
    token, user = found
    if now_ns - (token.seen_ns or 0) > _SEEN_EVERY_NS:
        context.database.write(lambda c: credentials.token_seen(c, token.id, now_ns))
    return of_token(token, user)
