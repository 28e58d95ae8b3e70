"""Routes: one's own API tokens. A token may do what its scope says, never more than its owner."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import Connection

from curtilage.store.accounts import credentials
from curtilage.store.accounts.credentials import Token
from curtilage.web.accounts.grants import must_be_cameras
from curtilage.web.accounts.me import Number
from curtilage.web.accounts.names import when
from curtilage.web.accounts.told import tell
from curtilage.web.context import Context
from curtilage.web.guard.identify import TOKEN_PREFIX, hashed, new_secret
from curtilage.web.guard.rights import TOKEN_RIGHTS, Right
from curtilage.web.guard.routes import Guarded, Who
from curtilage.web.refusal import Refused, not_found

router = Guarded("/api/tokens", tags=["accounts"])

_DAY_NS = 24 * 3600 * 1_000_000_000
_MOST = 50


class NewToken(BaseModel):
    """What a token is for, and what it may do."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)]
    rights: Annotated[list[Right], Field(min_length=1, max_length=len(Right))]
    cameras: Annotated[list[str], Field(max_length=500)] | None = Field(
        None, description="Only these cameras; null: those of its owner, whatever they become."
    )
    days: Annotated[int, Field(ge=1, le=730)] = Field(90, description="It ends after so long.")


class TokenOut(BaseModel):
    """A token; its secret is shown once, when it is made."""

    id: int
    name: str
    rights: list[str]
    cameras: list[str] | None
    created: datetime
    expires: datetime
    last_seen: datetime | None

    @classmethod
    def of(cls, token: Token) -> "TokenOut":
        """As the API shows it."""
        return cls(
            id=token.id,
            name=token.name,
            rights=sorted(token.rights),
            cameras=None if token.cameras is None else sorted(token.cameras),
            created=when(token.created_ns),
            expires=when(token.expires_ns),
            last_seen=None if token.seen_ns is None else when(token.seen_ns),
        )


class MadeToken(BaseModel):
    """A new token, with its secret."""

    id: int
    token: str = Field(description="Send it as 'Authorization: Bearer …'. Shown this once.")


@router.get("", needs=Right.ACCOUNT)
def my_tokens(who: Who, context: Context) -> list[TokenOut]:
    """One's tokens."""
    with context.database.read() as connection:
        return [TokenOut.of(token) for token in credentials.tokens_of(connection, who.user_id)]


@router.post("", needs=Right.ACCOUNT, status_code=201)
def make_token(given: NewToken, who: Who, context: Context) -> MadeToken:
    """Makes a token with some of one's own rights."""
    asked = frozenset(given.rights) - {Right.SIGNED_IN}
    beyond = sorted((asked - TOKEN_RIGHTS) | (asked - who.rights))
    if beyond:
        raise Refused(
            422,
            f"A token of yours cannot have the right {', '.join(beyond)}; you lack it, or "
            "only a signed-in browser may have it.",
        )
    must_be_cameras(context, given.cameras, who)
    secret = new_secret()
    now_ns = context.now_ns()

    def change(connection: Connection) -> int:
        if len(credentials.tokens_of(connection, who.user_id)) >= _MOST:
            raise Refused(422, f"An account has at most {_MOST} tokens; end one first.")
        tell(connection, now_ns, f"{who.name} made the token {given.name!r}")
        return credentials.add_token(
            connection,
            user_id=who.user_id,
            name=given.name,
            secret=hashed(secret),
            rights=[right.value for right in asked],
            cameras=given.cameras,
            at_ns=now_ns,
            expires_ns=now_ns + given.days * _DAY_NS,
        )

    return MadeToken(id=context.database.now(change), token=TOKEN_PREFIX + secret)


@router.delete("/{token}", needs=Right.ACCOUNT, status_code=204)
def end_my_token(token: Number, who: Who, context: Context) -> None:
    """Ends one of one's tokens."""
    if not context.database.now(lambda c: credentials.end_token(c, who.user_id, token)):
        raise not_found()
