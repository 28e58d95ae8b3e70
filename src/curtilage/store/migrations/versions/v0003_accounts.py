"""The tables of accounts: users, their cameras, sessions, tokens, set-up, failed sign-ins."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "users",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("name", sa.String(48), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password", sa.String(256), nullable=False),
        sa.Column("all_cameras", sa.Boolean, nullable=False),
        sa.Column("created_ns", sa.BigInteger, nullable=False),
        sa.Column("password_ns", sa.BigInteger, nullable=False),
        sa.Column("disabled_ns", sa.BigInteger),
        sa.UniqueConstraint("name", name="users_name"),
    )
    op.create_table(
        "grants",
        sa.Column("user_id", _ID, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("camera", sa.String(48), primary_key=True),
    )
    op.create_table(
        "sessions",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("user_id", _ID, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("created_ns", sa.BigInteger, nullable=False),
        sa.Column("seen_ns", sa.BigInteger, nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("agent", sa.String(200), nullable=False),
        sa.UniqueConstraint("secret", name="sessions_secret"),
    )
    op.create_index("sessions_by_user", "sessions", ["user_id"])
    _tokens()
    op.create_table(
        "setup_tokens",
        sa.Column("secret", sa.String(64), primary_key=True),
        sa.Column("expires_ns", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "attempts",
        sa.Column("key", sa.String(80), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_ns", sa.BigInteger, nullable=False),
    )


def _tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("user_id", _ID, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("rights", sa.String(256), nullable=False),
        sa.Column("all_cameras", sa.Boolean, nullable=False),
        sa.Column("created_ns", sa.BigInteger, nullable=False),
        sa.Column("expires_ns", sa.BigInteger, nullable=False),
        sa.Column("seen_ns", sa.BigInteger),
        sa.UniqueConstraint("secret", name="tokens_secret"),
    )
    op.create_index("tokens_by_user", "tokens", ["user_id"])
    op.create_table(
        "token_cameras",
        sa.Column("token_id", _ID, sa.ForeignKey("tokens.id"), primary_key=True),
        sa.Column("camera", sa.String(48), primary_key=True),
    )
