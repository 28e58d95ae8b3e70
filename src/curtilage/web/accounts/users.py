"""Routes: everybody's accounts, for those who administer them or look after the administrators."""

from typing import Annotated

from pydantic import BaseModel, Field
from sqlalchemy import Connection

from curtilage.store.accounts import credentials
from curtilage.store.accounts import users as accounts
from curtilage.store.accounts.users import User
from curtilage.web.accounts.grants import must_be_cameras
from curtilage.web.accounts.me import Number, SessionOut
from curtilage.web.accounts.names import Name, Secret, UserOut, must_be_a_name
from curtilage.web.accounts.passwords import must_be_good
from curtilage.web.accounts.tokens import TokenOut
from curtilage.web.accounts.told import tell
from curtilage.web.context import Context
from curtilage.web.guard.rights import ALL_CAMERAS, Right, Role
from curtilage.web.guard.routes import Guarded, Who
from curtilage.web.refusal import not_found

router = Guarded("/api/users", tags=["accounts"])

Cameras = Annotated[list[str], Field(max_length=500)]


class NewUser(BaseModel):
    """An account to be made."""

    name: Name
    role: Role
    password: Secret
    cameras: Cameras | None = Field(
        description="What a viewer or operator sees; null: all, also those to come."
    )


class UserChange(BaseModel):
    """What is to change; what is left out stays."""

    role: Role | None = None
    enabled: bool | None = None


class Grants(BaseModel):
    """The cameras of a user."""

    cameras: Cameras | None = Field(description="null: all, also those to come.")


class NewPassword(BaseModel):
    """A password that somebody else sets."""

    password: Secret


@router.get("", needs=Right.ACCOUNTS_READ)
def users(context: Context) -> list[UserOut]:
    """All accounts."""
    with context.database.read() as connection:
        return [UserOut.of(user) for user in accounts.every(connection)]


@router.post("", needs=Right.ACCOUNTS_WRITE, status_code=201)
def add_user(given: NewUser, who: Who, context: Context) -> UserOut:
    """Makes an account."""
    must_be_a_name(given.name)
    must_be_good(given.password, given.name)
    must_be_cameras(context, given.cameras, who)
    password = context.passwords.hash(given.password)
    now_ns = context.now_ns()

    def change(connection: Connection) -> User:
        tell(connection, now_ns, f"{who.name} made {given.name} ({given.role})")
        return accounts.add(
            connection,
            name=given.name,
            role=given.role,
            password=password,
            cameras=given.cameras,
            at_ns=now_ns,
        )

    return UserOut.of(context.database.now(change))


@router.get("/{user}", needs=Right.ACCOUNTS_READ)
def one_user(user: str, context: Context) -> UserOut:
    """One account."""
    with context.database.read() as connection:
        return UserOut.of(accounts.find(connection, user))


@router.patch("/{user}", needs=Right.ACCOUNTS_WRITE)
def change_user(user: str, given: UserChange, who: Who, context: Context) -> UserOut:
    """Gives another role, or disables or enables; what they have open closes within seconds.

    Who had all cameras by their role sees none as a viewer or operator until some are granted.
    """
    now_ns = context.now_ns()

    def change(connection: Connection) -> User:
        changed = accounts.find(connection, user)
        if given.enabled is True and changed.disabled_ns is not None:
            changed = accounts.enable(connection, user)
            tell(connection, now_ns, f"{who.name} enabled {user}")
        if given.role is not None and given.role != changed.role:
            had_all = changed.role in ALL_CAMERAS and given.role not in ALL_CAMERAS
            changed = accounts.set_role(connection, user, given.role)
            tell(connection, now_ns, f"{who.name} gave {user} the role {given.role}")
            if had_all:
                changed = accounts.set_cameras(connection, user, ())
        if given.enabled is False and changed.disabled_ns is None:
            changed = accounts.disable(connection, user, now_ns)
            tell(connection, now_ns, f"{who.name} disabled {user}")
        return changed

    return UserOut.of(context.database.now(change))


@router.put("/{user}/cameras", needs=Right.ACCOUNTS_WRITE)
def grant_cameras(user: str, given: Grants, who: Who, context: Context) -> UserOut:
    """Says which cameras a viewer or operator sees; what they have open closes within seconds."""
    must_be_cameras(context, given.cameras, who)
    now_ns = context.now_ns()
    named = "all cameras" if given.cameras is None else ", ".join(given.cameras) or "no camera"

    def change(connection: Connection) -> User:
        tell(connection, now_ns, f"{who.name} lets {user} see {named}")
        return accounts.set_cameras(connection, user, given.cameras)

    return UserOut.of(context.database.now(change))


@router.delete("/{user}", needs=Right.ACCOUNTS_WRITE, status_code=204)
def remove_user(user: str, who: Who, context: Context) -> None:
    """Removes an account with its sessions and tokens; not the last administrator's."""
    now_ns = context.now_ns()

    def change(connection: Connection) -> None:
        accounts.remove(connection, user)
        tell(connection, now_ns, f"{who.name} removed {user}")

    context.database.now(change)


@router.post("/{user}/password", needs=Right.ACCOUNTS_WRITE, status_code=204)
def reset_password(user: str, given: NewPassword, who: Who, context: Context) -> None:
    """Sets somebody's password; all their sessions and tokens end."""
    must_be_good(given.password, user)
    password = context.passwords.hash(given.password)
    context.database.now(lambda c: reset(c, user, password, context.now_ns(), who.name))


@router.get("/{user}/sessions", needs=Right.ACCOUNTS_READ)
def sessions_of_user(user: str, who: Who, context: Context) -> list[SessionOut]:
    """Where somebody is signed in."""
    with context.database.read() as connection:
        number = accounts.find(connection, user).id
        found = credentials.sessions_of(connection, number, context.now_ns())
    return [SessionOut.of(session, who) for session in found]


@router.delete("/{user}/sessions", needs=Right.ACCOUNTS_WRITE, status_code=204)
def sign_out_user(user: str, context: Context) -> None:
    """Ends all sessions of somebody."""
    context.database.now(lambda c: accounts.end_sessions(c, accounts.find(c, user).id))


@router.get("/{user}/tokens", needs=Right.ACCOUNTS_READ)
def tokens_of_user(user: str, context: Context) -> list[TokenOut]:
    """Somebody's tokens, without their secrets."""
    with context.database.read() as connection:
        number = accounts.find(connection, user).id
        return [TokenOut.of(token) for token in credentials.tokens_of(connection, number)]


@router.delete("/{user}/tokens/{token}", needs=Right.ACCOUNTS_WRITE, status_code=204)
def end_token_of_user(user: str, token: Number, context: Context) -> None:
    """Ends one of somebody's tokens."""

    def change(connection: Connection) -> bool:
        return credentials.end_token(connection, accounts.find(connection, user).id, token)

    if not context.database.now(change):
        raise not_found()


def reset(connection: Connection, name: str, password: str, at_ns: int, by: str) -> None:
    """Stores a password's hash that the user did not set; ends all that was open."""
    number = accounts.find(connection, name).id
    tell(connection, at_ns, f"{by} set the password of {name}")
    accounts.set_password(connection, number, password, at_ns)
    accounts.end_sessions(connection, number)
    accounts.end_tokens(connection, number)
