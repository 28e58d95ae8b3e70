"""Who is asking: a user by session or by token, with the rights and cameras of this moment."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from curtilage.store.accounts.credentials import Session, Token
from curtilage.store.accounts.users import User
from curtilage.web.guard.rights import ALL_CAMERAS, NEVER_BY_TOKEN, RIGHTS, Right, Role


@dataclass(frozen=True, slots=True)
class Principal:
    """Equal as long as nothing changed that what is open was allowed for."""

    user_id: int
    name: str
    role: Role
    rights: frozenset[Right]
    cameras: frozenset[str] | None  # None: all
    by: Literal["session", "token"]
    credential_id: int  # of the session or token

    def sees(self, camera: str) -> bool:
        """Whether ``camera`` exists as far as they are concerned."""
        return self.cameras is None or camera in self.cameras

    def visible(self, cameras: Iterable[str]) -> list[str]:
        """Those of ``cameras`` that they see, in the given order."""
        return [camera for camera in cameras if self.sees(camera)]

    def may(self, right: Right) -> bool:
        """Whether they have ``right``; for what a route does besides what it was declared for."""
        return right in self.rights


def of_session(session: Session, user: User) -> Principal:
    """The user with all that their role has now."""
    role = Role(user.role)
    return Principal(
        user.id, user.name, role, RIGHTS[role], _cameras(role, user), "session", session.id
    )


def of_token(token: Token, user: User) -> Principal:
    """What the token may, but never more than its user may now."""
    role = Role(user.role)
    scope = {Right(word) for word in token.rights if word in set(Right)} | {Right.SIGNED_IN}
    return Principal(
        user.id,
        user.name,
        role,
        frozenset(scope & RIGHTS[role]) - NEVER_BY_TOKEN,
        _both(_cameras(role, user), token.cameras),
        "token",
        token.id,
    )


def _cameras(role: Role, user: User) -> frozenset[str] | None:
    return None if role in ALL_CAMERAS else user.cameras


def _both(one: frozenset[str] | None, other: Collection[str] | None) -> frozenset[str] | None:
    if one is None:
        return None if other is None else frozenset(other)
    return one if other is None else one & frozenset(other)
