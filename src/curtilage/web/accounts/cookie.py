"""The cookie of a session, and where a request comes from."""

from starlette.requests import HTTPConnection
from starlette.responses import Response

from curtilage.store.accounts.credentials import LONGEST_NS
from curtilage.web.accounts.sign_in import Caller
from curtilage.web.context import WebContext
from curtilage.web.guard.identify import cookie_name, is_secure


def give(response: Response, context: WebContext, secret: str) -> None:
    """No script can read it, no other site can make a browser send it."""
    web = context.site.web
    response.set_cookie(
        cookie_name(web),
        secret,
        max_age=LONGEST_NS // 1_000_000_000,
        path="/",
        secure=is_secure(web),
        httponly=True,
        samesite="strict",
    )


def take_back(response: Response, context: WebContext) -> None:
    """The browser forgets it."""
    web = context.site.web
    response.delete_cookie(
        cookie_name(web), path="/", secure=is_secure(web), httponly=True, samesite="strict"
    )


def caller_of(connection: HTTPConnection) -> Caller:
    """Address and browser; behind a proxy on this machine, the address that it tells."""
    client = connection.client
    return Caller(
        address=client.host if client is not None else "",
        agent=connection.headers.get("user-agent", ""),
    )
