"""Who may do what on this site, as data: rights, the roles that have them, what tokens can carry.

This table is the only one: routes name the right that they need, and ``docs/design/access.md``
shows the same table (a test compares).
"""

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from curtilage.store.accounts.users import ADMINISTRATOR


class Right(StrEnum):
    """Something that a route may ask for."""

    SIGNED_IN = "signed_in"  # no more than a good session or token
    ACCOUNT = "account"  # one's own password, sessions and tokens; by session only
    VIDEO = "video"  # live pictures, recordings, snapshots
    FINDINGS = "findings"  # events, counts, occupancy, heat maps, tracks
    ACKNOWLEDGE = "acknowledge"  # say that an event was seen to; correct a count
    ARM = "arm"  # choose the arming mode: home, away, night
    HOLD = "hold"  # put recordings on legal hold, and release them
    EXPORT = "export"  # take recordings away
    HEALTH = "health"  # how the parts do, metrics, gaps in the recordings
    SETTINGS_READ = "settings_read"  # settings, without the cameras' passwords
    SETTINGS_WRITE = "settings_write"
    LOGS = "logs"  # who did what, notices
    ACCOUNTS_READ = "accounts_read"  # who may sign in, with what rights
    ACCOUNTS_WRITE = "accounts_write"  # by session only


class Role(StrEnum):
    """What a user is."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMINISTRATOR = ADMINISTRATOR
    AUDITOR = "auditor"


_EVERYBODY: Final = {Right.SIGNED_IN, Right.ACCOUNT}
_VIEWER: Final = _EVERYBODY | {Right.VIDEO, Right.FINDINGS}
_OPERATOR: Final = _VIEWER | {
    Right.ACKNOWLEDGE,
    Right.ARM,
    Right.HOLD,
    Right.EXPORT,
    Right.HEALTH,
}

RIGHTS: Final = MappingProxyType(
    {
        Role.VIEWER: frozenset(_VIEWER),
        Role.OPERATOR: frozenset(_OPERATOR),
        Role.ADMINISTRATOR: frozenset(Right),
        Role.AUDITOR: frozenset(
            _EVERYBODY | {Right.HEALTH, Right.SETTINGS_READ, Right.LOGS, Right.ACCOUNTS_READ}
        ),
    }
)
"""Rights of each role. An auditor sees what is set and what was done, but no picture."""

ALL_CAMERAS: Final = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
"""Roles that have no list of cameras: what they may do, they may for every camera."""

NEVER_BY_TOKEN: Final = frozenset({Right.ACCOUNT, Right.ACCOUNTS_WRITE})
"""A token that leaks must not be able to make another token, a user or a password."""

TOKEN_RIGHTS: Final = frozenset(Right) - NEVER_BY_TOKEN - {Right.SIGNED_IN}
"""What a token's scope can name; that it is signed in goes without saying."""


def roles_with(right: Right) -> list[Role]:
    """The roles that have ``right``, as the table names them."""
    return [role for role in Role if right in RIGHTS[role]]
