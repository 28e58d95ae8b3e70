"""Names of accounts, and what an account looks like to those who may read it."""

import re
from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import BaseModel, Field, StringConstraints

from curtilage.errors import InputError
from curtilage.store.accounts.users import User
from curtilage.web.guard.rights import Role

NAME: Final = r"^[a-z0-9][a-z0-9._@-]{0,47}$"
Name = Annotated[str, StringConstraints(pattern=NAME)]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=512)]
"""A password or token as sent; whether it is good enough is said elsewhere, in a sentence."""


class AccountNameError(InputError):
    """The name cannot be that of an account."""


def must_be_a_name(name: str) -> None:
    """Raises with a sentence."""
    if re.fullmatch(NAME, name) is None:
        raise AccountNameError(
            f"An account's name is of a-z, 0-9, '.', '_', '@' and '-', as in 'anna' (not {name!r})."
        )


def when(ns: int) -> datetime:
    """UTC nanoseconds as a time that JSON can carry."""
    return datetime.fromtimestamp(ns / 1e9, UTC)


class UserOut(BaseModel):
    """An account; nothing in it lets one sign in."""

    name: str
    role: Role
    cameras: list[str] | None = Field(description="null: all cameras.")
    created: datetime
    password_set: datetime
    enabled: bool

    @classmethod
    def of(cls, user: User) -> "UserOut":
        """As the API shows it."""
        return cls(
            name=user.name,
            role=Role(user.role),
            cameras=None if user.cameras is None else sorted(user.cameras),
            created=when(user.created_ns),
            password_set=when(user.password_ns),
            enabled=user.disabled_ns is None,
        )
