"""The first administrator: made with a token that only who started this site has seen.

There is no default password. While nobody administers the site, a token that is printed at start
makes the first account; it works once, for a day, and never again once there is an administrator.
"""

import secrets
import time
from typing import Final

from sqlalchemy import Connection

from curtilage.store.accounts import credentials
from curtilage.store.accounts import users as accounts
from curtilage.store.accounts.users import User
from curtilage.store.index.database import Database
from curtilage.web.accounts.names import must_be_a_name
from curtilage.web.accounts.passwords import Passwords, must_be_good
from curtilage.web.accounts.told import tell
from curtilage.web.guard.identify import hashed
from curtilage.web.guard.rights import Role

GOOD_FOR_NS: Final = 24 * 3600 * 1_000_000_000
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # none looks like another
_GROUPS: Final = 5
_GROUP: Final = 4


def is_needed(database: Database) -> bool:
    """Whether nobody administers this site yet."""
    with database.read() as connection:
        return not accounts.has_administrator(connection)


def new_token(database: Database, now_ns: int | None = None) -> str:
    """Makes the set-up token, to be shown to whoever started the site; earlier ones are void.

    Raises:
        AccountError: there is an administrator already.

    """
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    token = "-".join(groups)  # 99 bits
    expires_ns = (time.time_ns() if now_ns is None else now_ns) + GOOD_FOR_NS
    database.now(lambda c: credentials.new_setup_token(c, hashed(_plain(token)), expires_ns))
    return token


def first_administrator(
    database: Database, passwords: Passwords, *, token: str, name: str, password: str, now_ns: int
) -> User | None:
    """Makes the first administrator; None if the token is wrong, old or used."""
    must_be_a_name(name)
    must_be_good(password, name)
    with database.read() as connection:  # a wrong token is not worth the hash
        if not credentials.is_setup_token(connection, hashed(_plain(token)), now_ns):
            return None
    hashed_password = passwords.hash(password)

    def change(connection: Connection) -> User | None:
        if not credentials.use_setup_token(connection, hashed(_plain(token)), now_ns):
            return None
        tell(connection, now_ns, f"{name} became the first administrator, by the set-up token")
        return accounts.add(
            connection,
            name=name,
            role=Role.ADMINISTRATOR,
            password=hashed_password,
            cameras=None,
            at_ns=now_ns,
        )

    return database.now(change)


def _plain(token: str) -> str:
    """As typed by hand: capitals, blanks and dashes do not matter."""
    return "".join(letter for letter in token.lower() if letter.isalnum())
