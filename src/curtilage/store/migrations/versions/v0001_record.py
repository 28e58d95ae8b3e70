"""The tables of recording: segments, the ledger, holds, volumes, notices."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_NAME = sa.String(48).with_variant(sa.String(48, collation="C"), "postgresql")


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "streams",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("camera", _NAME, nullable=False),
        sa.Column("stream", _NAME, nullable=False),
        sa.Column("known_ns", sa.BigInteger, nullable=False),
        sa.Column("removed_ns", sa.BigInteger),
        sa.UniqueConstraint("camera", "stream", name="streams_name"),
    )
    op.create_table(
        "volumes",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("identity", sa.String(64), nullable=False),
        sa.Column("path", sa.String, nullable=False),
        sa.Column("first_seen_ns", sa.BigInteger, nullable=False),
        sa.Column("last_seen_ns", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("identity", name="volumes_identity"),
    )
    _segments()
    op.create_table(
        "gaps",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("stream_id", _ID, sa.ForeignKey("streams.id"), nullable=False),
        sa.Column("start_ns", sa.BigInteger, nullable=False),
        sa.Column("end_ns", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("sentence", sa.String, nullable=False),
    )
    op.create_index("gaps_by_end", "gaps", ["stream_id", "end_ns"])
    op.create_table(
        "heartbeat",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("beat_ns", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "holds",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("camera", sa.String(48)),
        sa.Column("from_ns", sa.BigInteger, nullable=False),
        sa.Column("to_ns", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("created_ns", sa.BigInteger, nullable=False),
        sa.Column("released_ns", sa.BigInteger),
        sa.Column("released_by", sa.String),
    )
    op.create_table(
        "notices",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("time_ns", sa.BigInteger, nullable=False),
        sa.Column("camera", sa.String(48)),
        sa.Column("stream", sa.String(48)),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("sentence", sa.String, nullable=False),
    )
    op.create_index("notices_by_time", "notices", ["time_ns"])


def _segments() -> None:
    op.create_table(
        "segments",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("stream_id", _ID, sa.ForeignKey("streams.id"), nullable=False),
        sa.Column("volume_id", _ID, sa.ForeignKey("volumes.id"), nullable=False),
        sa.Column("path", _TEXT, nullable=False),
        sa.Column("start_ns", sa.BigInteger, nullable=False),
        sa.Column("end_ns", sa.BigInteger, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("serial", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("codec", sa.String(8), nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.UniqueConstraint("volume_id", "path", name="segments_path"),
    )
    op.create_index(
        "segments_by_time", "segments", ["stream_id", "start_ns", "end_ns", "volume_id"]
    )
    op.create_index("segments_by_age", "segments", ["volume_id", "start_ns"])
    op.create_index(
        "segments_unfinished",
        "segments",
        ["id"],
        sqlite_where=sa.text("state != 'closed'"),
        postgresql_where=sa.text("state != 'closed'"),
    )
    op.create_table(
        "totals",
        sa.Column("stream_id", _ID, sa.ForeignKey("streams.id"), primary_key=True),
        sa.Column("volume_id", _ID, sa.ForeignKey("volumes.id"), primary_key=True),
        sa.Column("segments", sa.BigInteger, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
    )
