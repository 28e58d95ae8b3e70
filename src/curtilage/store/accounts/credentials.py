"""What proves who one is: sessions, API tokens, the set-up token. Only hashes are stored."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from curtilage.store.accounts.tables import (
    sessions,
    setup_tokens,
    token_cameras,
    tokens,
)
from curtilage.store.accounts.users import AccountError, User, by_id, has_administrator

_HOUR_NS: Final = 3_600_000_000_000
IDLE_NS: Final = 24 * _HOUR_NS
"""A session that nobody used for so long has ended."""
LONGEST_NS: Final = 30 * 24 * _HOUR_NS
"""A session ends after this, however busy."""


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in."""

    id: int
    user_id: int
    created_ns: int
    seen_ns: int
    address: str
    agent: str

    def lasts(self, now_ns: int) -> bool:
        """Whether it is still good. One of tomorrow was made by a clock that was wrong."""
        if self.created_ns > now_ns + IDLE_NS:
            return False
        return now_ns < min(self.seen_ns + IDLE_NS, self.created_ns + LONGEST_NS)


@dataclass(frozen=True, slots=True)
class Token:
    """A program that may do some of what its owner may."""

    id: int
    user_id: int
    name: str
    rights: frozenset[str]
    cameras: frozenset[str] | None  # None: those of its owner
    created_ns: int
    expires_ns: int
    seen_ns: int | None


def open_session(
    connection: Connection, *, user_id: int, secret: str, at_ns: int, address: str, agent: str
) -> int:
    """Stores a new session by the hash of its secret; old ones of the user are cleared away."""
    connection.execute(
        delete(sessions).where(
            sessions.c.user_id == user_id,
            (sessions.c.seen_ns < at_ns - IDLE_NS) | (sessions.c.created_ns < at_ns - LONGEST_NS),
        )
    )
    return int(
        connection.execute(
            insert(sessions)
            .values(
                user_id=user_id,
                secret=secret,
                created_ns=at_ns,
                seen_ns=at_ns,
                address=address[:64],
                agent=agent[:200],
            )
            .returning(sessions.c.id)
        ).scalar_one()
    )


def session_of(connection: Connection, secret: str, now_ns: int) -> tuple[Session, User] | None:
    """The session of this secret's hash and its user, if both are good."""
    row = connection.execute(select(sessions).where(sessions.c.secret == secret)).first()
    if row is None:
        return None
    session = Session(row.id, row.user_id, row.created_ns, row.seen_ns, row.address, row.agent)
    user = by_id(connection, session.user_id)
    if user.disabled_ns is not None or not session.lasts(now_ns):
        return None
    return session, user


def sessions_of(connection: Connection, user_id: int, now_ns: int) -> list[Session]:
    """The good sessions of a user, newest first."""
    rows = connection.execute(
        select(sessions).where(sessions.c.user_id == user_id).order_by(sessions.c.id.desc())
    )
    found = [Session(r.id, r.user_id, r.created_ns, r.seen_ns, r.address, r.agent) for r in rows]
    return [session for session in found if session.lasts(now_ns)]


def session_seen(connection: Connection, number: int, at_ns: int) -> None:
    """Remembers that it was used."""
    connection.execute(update(sessions).where(sessions.c.id == number).values(seen_ns=at_ns))


def end_session(connection: Connection, user_id: int, number: int) -> bool:
    """Ends one session of this user; False if it is not theirs or not there."""
    return bool(
        connection.execute(
            delete(sessions).where(sessions.c.id == number, sessions.c.user_id == user_id)
        ).rowcount
    )


def forget_session(connection: Connection, secret: str) -> None:
    """Ends the session of this secret's hash, whoever's it is."""
    connection.execute(delete(sessions).where(sessions.c.secret == secret))


def add_token(
    connection: Connection,
    *,
    user_id: int,
    name: str,
    secret: str,
    rights: Collection[str],
    cameras: Collection[str] | None,
    at_ns: int,
    expires_ns: int,
) -> int:
    """Stores a new token by the hash of its secret."""
    number = int(
        connection.execute(
            insert(tokens)
            .values(
                user_id=user_id,
                name=name,
                secret=secret,
                rights=" ".join(sorted(rights)),
                all_cameras=cameras is None,
                created_ns=at_ns,
                expires_ns=expires_ns,
            )
            .returning(tokens.c.id)
        ).scalar_one()
    )
    if cameras:
        connection.execute(
            insert(token_cameras),
            [{"token_id": number, "camera": camera} for camera in sorted(cameras)],
        )
    return number


def token_of(connection: Connection, secret: str, now_ns: int) -> tuple[Token, User] | None:
    """The token of this secret's hash and its user, if both are good."""
    row = connection.execute(
        select(tokens.c.id, tokens.c.user_id).where(
            tokens.c.secret == secret, tokens.c.expires_ns > now_ns
        )
    ).first()
    if row is None:
        return None
    user = by_id(connection, row.user_id)
    if user.disabled_ns is not None:
        return None
    return next(t for t in tokens_of(connection, row.user_id) if t.id == row.id), user


def tokens_of(connection: Connection, user_id: int) -> list[Token]:
    """All tokens of a user, also those that have expired."""
    cameras: dict[int, set[str]] = {}
    own = select(tokens.c.id).where(tokens.c.user_id == user_id)
    for row in connection.execute(select(token_cameras).where(token_cameras.c.token_id.in_(own))):
        cameras.setdefault(int(row.token_id), set()).add(str(row.camera))
    return [
        Token(
            id=row.id,
            user_id=row.user_id,
            name=row.name,
            rights=frozenset(row.rights.split()),
            cameras=None if row.all_cameras else frozenset(cameras.get(row.id, ())),
            created_ns=row.created_ns,
            expires_ns=row.expires_ns,
            seen_ns=row.seen_ns,
        )
        for row in connection.execute(
            select(tokens).where(tokens.c.user_id == user_id).order_by(tokens.c.id)
        )
    ]


def token_seen(connection: Connection, number: int, at_ns: int) -> None:
    """Remembers that it was used."""
    connection.execute(update(tokens).where(tokens.c.id == number).values(seen_ns=at_ns))


def end_token(connection: Connection, user_id: int, number: int) -> bool:
    """Ends one token of this user; False if it is not theirs or not there."""
    mine = connection.execute(
        select(tokens.c.id).where(tokens.c.id == number, tokens.c.user_id == user_id)
    ).first()
    if mine is None:
        return False
    connection.execute(delete(token_cameras).where(token_cameras.c.token_id == number))
    connection.execute(delete(tokens).where(tokens.c.id == number))
    return True


def new_setup_token(connection: Connection, secret: str, expires_ns: int) -> None:
    """Stores the set-up token's hash; earlier ones are void."""
    connection.execute(delete(setup_tokens))
    if has_administrator(connection):
        raise AccountError(
            "This site has an administrator already; they make further accounts, and "
            "`curtilage user password` sets a forgotten password."
        )
    connection.execute(insert(setup_tokens).values(secret=secret, expires_ns=expires_ns))


def is_setup_token(connection: Connection, secret: str, now_ns: int) -> bool:
    """Whether the token would make the first administrator now."""
    if has_administrator(connection):
        return False
    found = connection.execute(
        select(setup_tokens.c.secret).where(
            setup_tokens.c.secret == secret, setup_tokens.c.expires_ns > now_ns
        )
    )
    return found.first() is not None


def use_setup_token(connection: Connection, secret: str, now_ns: int) -> bool:
    """Takes the token for the first administrator; it is gone then. False: it is not good."""
    if has_administrator(connection):
        return False
    return bool(
        connection.execute(
            delete(setup_tokens).where(
                setup_tokens.c.secret == secret, setup_tokens.c.expires_ns > now_ns
            )
        ).rowcount
    )
