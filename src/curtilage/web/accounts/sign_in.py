"""Signing in: the password is looked at only if guessing has not been too quick.

Whether an account exists cannot be learnt: sentence, status and time are the same, and failures are
counted for names that nobody has. Names are kept as hashes: people type passwords there by mistake.
"""

import hashlib
import ipaddress
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from curtilage.store.accounts import attempts, credentials
from curtilage.store.accounts import users as accounts
from curtilage.store.accounts.attempts import Limit
from curtilage.web.context import WebContext
from curtilage.web.guard.identify import hashed, new_secret
from curtilage.web.refusal import TOO_MANY, Refused

ACCOUNT_FREE: Final = 5
ACCOUNT_LONGEST_S: Final = 60
ADDRESS_FREE: Final = 15
ADDRESS_LONGEST_S: Final = 900
_WRONG: Final = "Name or password is wrong."


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a request to sign in comes from."""

    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session. ``secret`` goes into the cookie and nowhere else."""

    user_id: int
    session_id: int
    secret: str


def sign_in(context: WebContext, name: str, password: str, caller: Caller) -> SignedIn:
    """Opens a session. Raises ``Refused``: 401 wrong, 429 too many failures, 503 too busy."""
    account, address = account_limit(name, caller), address_limit(caller)
    must_not_be_guessing(context, account, address)
    with context.database.read() as connection:
        found = accounts.password_of(connection, name)
    stored = None if found is None else found[1]
    if not context.passwords.fits(stored, password) or found is None:
        raise Refused(401, _WRONG)
    user_id, stored = found
    newer = context.passwords.hash(password) if context.passwords.is_outdated(stored) else None

    def change(connection: Connection) -> SignedIn:
        if accounts.password_of(connection, name) != (user_id, stored):
            raise Refused(401, _WRONG)  # changed or disabled while we compared
        attempts.succeeded(connection, account=account, address=address)
        if newer is not None:
            accounts.rehash(connection, user_id, stored, newer)
        return new_session(connection, user_id, caller, context.now_ns())

    return context.database.now(change)


def new_session(connection: Connection, user_id: int, caller: Caller, at_ns: int) -> SignedIn:
    """Opens a session without asking: the caller has proved who they are."""
    secret = new_secret()
    number = credentials.open_session(
        connection,
        user_id=user_id,
        secret=hashed(secret),
        at_ns=at_ns,
        address=caller.address,
        agent=caller.agent,
    )
    return SignedIn(user_id, number, secret)


def must_not_be_guessing(context: WebContext, *limits: Limit) -> None:
    """Counts an attempt; raises ``Refused`` (429) if there were too many."""
    now_ns = context.now_ns()
    wait_s = context.database.now(lambda c: attempts.begin(c, limits, now_ns))
    if wait_s > 0:
        seconds = int(wait_s) + 1
        raise Refused(
            TOO_MANY,
            f"Too many attempts have failed; try again in {seconds} s.",
            {"Retry-After": str(seconds)},
        )


def account_limit(name: str, caller: Caller) -> Limit:
    """Of the account. On the machine itself it is counted apart from the network.

    Else anybody on the network could keep the owner waiting by failing all the time.
    """
    place = "here" if _network(caller.address) == "loopback" else "network"
    return Limit(_key(f"account {place}", name), ACCOUNT_FREE, ACCOUNT_LONGEST_S)


def address_limit(caller: Caller) -> Limit:
    """Of the address; in IPv6 of the whole network of a household (/64)."""
    return Limit(_key("address", _network(caller.address)), ADDRESS_FREE, ADDRESS_LONGEST_S)


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return _network(str(parsed.ipv4_mapped))
        if not parsed.is_loopback:
            return str(ipaddress.ip_network((parsed, 64), strict=False))
    return "loopback" if parsed.is_loopback else str(parsed)


def _key(kind: str, what: str) -> str:
    return f"{kind} {hashlib.sha256(what.encode()).hexdigest()[:40]}"
