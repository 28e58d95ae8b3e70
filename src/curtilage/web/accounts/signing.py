"""Routes: the first administrator, signing in, signing out."""

from typing import Annotated

from fastapi import Request, Response
from pydantic import BaseModel, Field, StringConstraints
from starlette.datastructures import Headers

from curtilage.store.accounts import credentials
from curtilage.web.accounts import cookie, setup, sign_in
from curtilage.web.accounts.me import Me
from curtilage.web.accounts.names import Secret
from curtilage.web.context import Context, WebContext
from curtilage.web.guard.identify import by_session, hashed, session_secret
from curtilage.web.guard.rights import Right
from curtilage.web.guard.routes import Guarded, Who
from curtilage.web.refusal import Refused

router = Guarded("/api", tags=["accounts"])

TypedName = Annotated[str, StringConstraints(max_length=256, strip_whitespace=True, to_lower=True)]
"""As somebody types it; what is no name is no account either, and looks the same."""


class Setup(BaseModel):
    """What a page must know before it can ask for more."""

    needed: bool = Field(description="Whether somebody has to make the first account.")
    signed_in: bool = Field(description="Whether the session of whoever asks is good.")


class FirstAccount(BaseModel):
    """The first administrator."""

    token: Secret
    name: TypedName
    password: Secret


class SignIn(BaseModel):
    """Name and password."""

    name: TypedName
    password: Secret


@router.open("GET", "/setup")
def needs_setup(request: Request, context: Context) -> Setup:
    """Tells whether the first administrator is still to be made, and whether you are signed in."""
    secret = session_secret(context, request.headers)
    return Setup(
        needed=setup.is_needed(context.database),
        signed_in=secret is not None and by_session(context, secret) is not None,
    )


@router.open("POST", "/setup", status_code=201)
def set_up(given: FirstAccount, request: Request, response: Response, context: Context) -> Me:
    """Makes the first administrator with the token that was printed at start; signs them in."""
    caller = cookie.caller_of(request)
    sign_in.must_not_be_guessing(context, sign_in.address_limit(caller))
    user = setup.first_administrator(
        context.database,
        context.passwords,
        token=given.token,
        name=given.name,
        password=given.password,
        now_ns=context.now_ns(),
    )
    if user is None:
        raise Refused(
            403,
            "This set-up token is wrong, older than a day, or used; starting Curtilage again "
            "prints a new one as long as there is no administrator.",
        )
    signed_in = context.database.now(
        lambda c: sign_in.new_session(c, user.id, caller, context.now_ns())
    )
    return _welcome(context, request, response, signed_in)


@router.open("POST", "/login")
def login(given: SignIn, request: Request, response: Response, context: Context) -> Me:
    """Signs in; a session that the browser had before ends."""
    signed_in = sign_in.sign_in(context, given.name, given.password, cookie.caller_of(request))
    return _welcome(context, request, response, signed_in)


@router.post("/logout", needs=Right.ACCOUNT, status_code=204)
def logout(who: Who, response: Response, context: Context) -> None:
    """Signs out."""
    context.database.now(lambda c: credentials.end_session(c, who.user_id, who.credential_id))
    cookie.take_back(response, context)


def _welcome(
    context: WebContext, request: Request, response: Response, signed_in: sign_in.SignedIn
) -> Me:
    old = session_secret(context, Headers(scope=request.scope))
    if old is not None:
        context.database.now(lambda c: credentials.forget_session(c, hashed(old)))
    principal = by_session(context, signed_in.secret)
    if principal is None:
        raise Refused(401, "This account has just been disabled.")
    cookie.give(response, context, signed_in.secret)
    return Me.of(principal, context)
