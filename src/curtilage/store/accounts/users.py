"""Users and what they may see: rows in, rows out; who may do this is the web's to say.

Whatever changes a user keeps at least one administrator who can sign in, in the same transaction.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from curtilage.store.accounts.tables import grants, sessions, token_cameras, tokens, users
from curtilage.store.errors import StoreError

ADMINISTRATOR: Final = "administrator"


class AccountError(StoreError):
    """An account cannot be made or changed so; ``str(error)`` says why."""


class NoSuchAccountError(AccountError):
    """There is no account of this name."""


@dataclass(frozen=True, slots=True)
class User:
    """Who may sign in. The password is not here: ``password_of`` reads it."""

    id: int
    name: str
    role: str
    cameras: frozenset[str] | None  # None: all
    created_ns: int
    password_ns: int
    disabled_ns: int | None


def every(connection: Connection) -> list[User]:
    """All users by name."""
    granted = _granted(connection)
    rows = connection.execute(select(users).order_by(users.c.name))
    return [_user(row._mapping, granted.get(row.id, frozenset())) for row in rows]


def find(connection: Connection, name: str) -> User:
    """The user of this name. Raises ``NoSuchAccountError``."""
    row = connection.execute(select(users).where(users.c.name == name)).first()
    if row is None:
        raise NoSuchAccountError(f"There is no account {name!r}.")
    return _user(row._mapping, _granted(connection, row.id).get(row.id, frozenset()))


def by_id(connection: Connection, number: int) -> User:
    """The user of this number. Raises ``NoSuchAccountError``."""
    row = connection.execute(select(users).where(users.c.id == number)).first()
    if row is None:
        raise NoSuchAccountError("This account is gone.")
    return _user(row._mapping, _granted(connection, number).get(number, frozenset()))


def password_of(connection: Connection, name: str) -> tuple[int, str] | None:
    """Number and password hash of a user who may sign in; None if there is none of the name."""
    row = connection.execute(
        select(users.c.id, users.c.password).where(
            users.c.name == name, users.c.disabled_ns.is_(None)
        )
    ).first()
    return None if row is None else (int(row.id), str(row.password))


def has_administrator(connection: Connection) -> bool:
    """Whether somebody can administer this site."""
    found = connection.execute(
        select(users.c.id).where(users.c.role == ADMINISTRATOR, users.c.disabled_ns.is_(None))
    )
    return found.first() is not None


def add(
    connection: Connection,
    *,
    name: str,
    role: str,
    password: str,
    cameras: Collection[str] | None,
    at_ns: int,
) -> User:
    """Makes an account; ``password`` is its hash, ``cameras`` None means all."""
    taken = connection.execute(select(users.c.id).where(users.c.name == name)).first()
    if taken is not None:
        raise AccountError(f"There is an account {name!r} already.")
    number = connection.execute(
        insert(users)
        .values(
            name=name,
            role=role,
            password=password,
            all_cameras=cameras is None,
            created_ns=at_ns,
            password_ns=at_ns,
        )
        .returning(users.c.id)
    ).scalar_one()
    _grant(connection, int(number), cameras)
    return by_id(connection, int(number))


def set_role(connection: Connection, name: str, role: str) -> User:
    """Gives a user another role; refused for the last administrator."""
    user = find(connection, name)
    connection.execute(update(users).where(users.c.id == user.id).values(role=role))
    _keep_an_administrator(connection, user)
    return find(connection, name)


def set_cameras(connection: Connection, name: str, cameras: Collection[str] | None) -> User:
    """Gives a user these cameras and no others; None: all, also those to come."""
    user = find(connection, name)
    connection.execute(
        update(users).where(users.c.id == user.id).values(all_cameras=cameras is None)
    )
    connection.execute(delete(grants).where(grants.c.user_id == user.id))
    _grant(connection, user.id, cameras)
    return find(connection, name)


def disable(connection: Connection, name: str, at_ns: int) -> User:
    """Lets a user sign in no more, and ends what is open; refused for the last administrator."""
    user = find(connection, name)
    connection.execute(update(users).where(users.c.id == user.id).values(disabled_ns=at_ns))
    _keep_an_administrator(connection, user)
    end_sessions(connection, user.id)
    return find(connection, name)


def enable(connection: Connection, name: str) -> User:
    """Lets a user sign in again."""
    user = find(connection, name)
    connection.execute(update(users).where(users.c.id == user.id).values(disabled_ns=None))
    return find(connection, name)


def set_password(connection: Connection, number: int, password: str, at_ns: int) -> None:
    """Stores a new password hash; the caller says what it ends."""
    connection.execute(
        update(users).where(users.c.id == number).values(password=password, password_ns=at_ns)
    )


def rehash(connection: Connection, number: int, old: str, new: str) -> None:
    """Stores the same password hashed anew, unless it was changed meanwhile."""
    connection.execute(
        update(users).where(users.c.id == number, users.c.password == old).values(password=new)
    )


def end_sessions(connection: Connection, number: int, *, but: int | None = None) -> int:
    """Ends the sessions of a user, except the one called ``but``; tells how many."""
    ended = delete(sessions).where(sessions.c.user_id == number)
    if but is not None:
        ended = ended.where(sessions.c.id != but)
    return connection.execute(ended).rowcount


def end_tokens(connection: Connection, number: int) -> None:
    """Ends all tokens of a user."""
    own = select(tokens.c.id).where(tokens.c.user_id == number)
    connection.execute(delete(token_cameras).where(token_cameras.c.token_id.in_(own)))
    connection.execute(delete(tokens).where(tokens.c.user_id == number))


def remove(connection: Connection, name: str) -> None:
    """Removes an account with all that is its; refused for the last administrator."""
    user = find(connection, name)
    end_sessions(connection, user.id)
    end_tokens(connection, user.id)
    connection.execute(delete(grants).where(grants.c.user_id == user.id))
    connection.execute(delete(users).where(users.c.id == user.id))
    _keep_an_administrator(connection, user)


def _keep_an_administrator(connection: Connection, changed: User) -> None:
    """Two changes at once must not each leave it to the other: the rows are locked first."""
    if changed.role != ADMINISTRATOR:
        return
    connection.execute(
        select(users.c.id)
        .where(users.c.role == ADMINISTRATOR)
        .order_by(users.c.id)
        .with_for_update()
    ).all()
    if not has_administrator(connection):
        raise AccountError(
            "This is the last administrator; make another one first, or nobody could change "
            "anything here."
        )


def _grant(connection: Connection, number: int, cameras: Collection[str] | None) -> None:
    if cameras:
        connection.execute(
            insert(grants), [{"user_id": number, "camera": camera} for camera in sorted(cameras)]
        )


def _granted(connection: Connection, number: int | None = None) -> dict[int, frozenset[str]]:
    wanted = select(grants.c.user_id, grants.c.camera)
    if number is not None:
        wanted = wanted.where(grants.c.user_id == number)
    found: dict[int, set[str]] = {}
    for row in connection.execute(wanted):
        found.setdefault(int(row.user_id), set()).add(str(row.camera))
    return {user: frozenset(names) for user, names in found.items()}


def _user(row: Mapping[Any, Any], granted: frozenset[str]) -> User:
    return User(
        id=row["id"],
        name=row["name"],
        role=row["role"],
        cameras=None if row["all_cameras"] else granted,
        created_ns=row["created_ns"],
        password_ns=row["password_ns"],
        disabled_ns=row["disabled_ns"],
    )
