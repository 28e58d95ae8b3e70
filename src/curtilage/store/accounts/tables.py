"""The tables of accounts: who may sign in, with what, and what they may see.

No secret stands in them readably: passwords as Argon2id, the secrets of sessions, tokens and of
set-up as SHA-256 (they are 256 random bits, which no slow hash would make harder to guess).
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from curtilage.store.recorded.tables import metadata

_Id: Final = BigInteger().with_variant(Integer, "sqlite")

users = Table(
    "users",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("name", String(48), nullable=False),
    Column("role", String(16), nullable=False),
    Column("password", String(256), nullable=False),  # Argon2id in PHC form
    Column("all_cameras", Boolean, nullable=False),
    Column("created_ns", BigInteger, nullable=False),
    Column("password_ns", BigInteger, nullable=False),  # when it was last set
    Column("disabled_ns", BigInteger),
    UniqueConstraint("name", name="users_name"),
)

grants = Table(
    "grants",
    metadata,
    Column("user_id", _Id, ForeignKey("users.id"), primary_key=True),
    Column("camera", String(48), primary_key=True),
)
"""The cameras of a user who does not see all."""

sessions = Table(
    "sessions",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("user_id", _Id, ForeignKey("users.id"), nullable=False),
    Column("secret", String(64), nullable=False),
    Column("created_ns", BigInteger, nullable=False),
    Column("seen_ns", BigInteger, nullable=False),
    Column("address", String(64), nullable=False),
    Column("agent", String(200), nullable=False),
    UniqueConstraint("secret", name="sessions_secret"),
)
Index("sessions_by_user", sessions.c.user_id)

tokens = Table(
    "tokens",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("user_id", _Id, ForeignKey("users.id"), nullable=False),
    Column("name", String(64), nullable=False),
    Column("secret", String(64), nullable=False),
    Column("rights", String(256), nullable=False),  # words with a space between
    Column("all_cameras", Boolean, nullable=False),
    Column("created_ns", BigInteger, nullable=False),
    Column("expires_ns", BigInteger, nullable=False),
    Column("seen_ns", BigInteger),
    UniqueConstraint("secret", name="tokens_secret"),
)
Index("tokens_by_user", tokens.c.user_id)

token_cameras = Table(
    "token_cameras",
    metadata,
    Column("token_id", _Id, ForeignKey("tokens.id"), primary_key=True),
    Column("camera", String(48), primary_key=True),
)

setup_tokens = Table(
    "setup_tokens",
    metadata,
    Column("secret", String(64), primary_key=True),
    Column("expires_ns", BigInteger, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_ns", BigInteger, nullable=False),
)
"""Sign-ins that failed, per account and per address."""
