"""Routes: one's own account: who one is, one's sessions, one's password."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from curtilage.store.accounts import attempts, credentials
from curtilage.store.accounts import users as accounts
from curtilage.store.accounts.credentials import Session
from curtilage.web.accounts import cookie, sign_in
from curtilage.web.accounts.names import Secret, when
from curtilage.web.accounts.passwords import must_be_good
from curtilage.web.accounts.told import tell
from curtilage.web.context import Context, WebContext
from curtilage.web.guard.principal import Principal
from curtilage.web.guard.rights import Right, Role
from curtilage.web.guard.routes import Guarded, Who
from curtilage.web.refusal import Refused, not_found

router = Guarded("/api/me", tags=["accounts"])

Number = Annotated[int, Path(ge=1, lt=2**63)]


class Me(BaseModel):
    """Who is signed in, and what they may do."""

    name: str
    role: Role
    rights: list[Right]
    cameras: list[str] | None = Field(description="null: all cameras.")
    by: Literal["session", "token"]
    timezone: str = Field(description="The site's: days and hours of counts begin by its clock.")

    @classmethod
    def of(cls, principal: Principal, context: WebContext) -> "Me":
        """As the API shows it."""
        return cls(
            name=principal.name,
            role=principal.role,
            rights=sorted(principal.rights),
            cameras=None if principal.cameras is None else sorted(principal.cameras),
            by=principal.by,
            timezone=context.site.timezone,
        )


class SessionOut(BaseModel):
    """A browser that is signed in."""

    id: int
    signed_in: datetime
    last_seen: datetime
    address: str
    browser: str
    this_one: bool

    @classmethod
    def of(cls, session: Session, principal: Principal) -> "SessionOut":
        """As the API shows it."""
        return cls(
            id=session.id,
            signed_in=when(session.created_ns),
            last_seen=when(session.seen_ns),
            address=session.address,
            browser=session.agent,
            this_one=principal.by == "session" and session.id == principal.credential_id,
        )


class PasswordChange(BaseModel):
    """A new password, and the old one to prove who asks."""

    current: Secret
    new: Secret
    end_tokens: bool = Field(False, description="Also end every API token of this account.")


@router.get("", needs=Right.SIGNED_IN)
def me(who: Who, context: Context) -> Me:
    """Who is signed in, and what they may do."""
    return Me.of(who, context)


@router.get("/sessions", needs=Right.ACCOUNT)
def my_sessions(who: Who, context: Context) -> list[SessionOut]:
    """Where one is signed in."""
    with context.database.read() as connection:
        found = credentials.sessions_of(connection, who.user_id, context.now_ns())
    return [SessionOut.of(session, who) for session in found]


@router.delete("/sessions/{session}", needs=Right.ACCOUNT, status_code=204)
def end_my_session(session: Number, who: Who, context: Context) -> None:
    """Ends one of one's sessions; what it had open closes within seconds."""
    if not context.database.now(lambda c: credentials.end_session(c, who.user_id, session)):
        raise not_found()


@router.post("/password", needs=Right.ACCOUNT)
def change_password(
    given: PasswordChange, who: Who, request: Request, response: Response, context: Context
) -> Me:
    """Sets a new password. Every other session ends, and this one gets a new secret."""
    caller = cookie.caller_of(request)
    account, address = sign_in.account_limit(who.name, caller), sign_in.address_limit(caller)
    must_be_good(given.new, who.name)
    sign_in.must_not_be_guessing(context, account, address)
    with context.database.read() as connection:
        found = accounts.password_of(connection, who.name)
    stored = None if found is None else found[1]
    if not context.passwords.fits(stored, given.current):
        raise Refused(403, "The current password is wrong.")
    new = context.passwords.hash(given.new)
    now_ns = context.now_ns()

    def change(connection: Connection) -> sign_in.SignedIn:
        if accounts.password_of(connection, who.name) != found:
            raise Refused(403, "The password has just been changed by somebody else.")
        attempts.succeeded(connection, account=account, address=address)
        accounts.set_password(connection, who.user_id, new, now_ns)
        accounts.end_sessions(connection, who.user_id)
        tell(connection, now_ns, f"{who.name} changed their password")
        if given.end_tokens:
            accounts.end_tokens(connection, who.user_id)
        return sign_in.new_session(connection, who.user_id, caller, now_ns)

    signed_in = context.database.now(change)
    cookie.give(response, context, signed_in.secret)
    return Me.of(who, context)
