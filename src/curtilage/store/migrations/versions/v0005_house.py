"""The tables of the house: arming modes, floor plans; and whether an event was of an armed rule."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make them. Events of before are of armed rules: there was nothing else."""
    op.add_column(
        "events", sa.Column("armed", sa.Boolean, nullable=False, server_default=sa.true())
    )
    op.create_table(
        "arming",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("mode", sa.String(32), nullable=False),
        sa.Column("at_ns", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
    )
    op.create_index("arming_by_time", "arming", ["at_ns"])
    op.create_table(
        "plans",
        sa.Column("name", sa.String(48), primary_key=True),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("media_type", sa.String(32), nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("picture", sa.LargeBinary, nullable=False),
        sa.Column("changed_ns", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "plan_cameras",
        sa.Column("plan", sa.String(48), sa.ForeignKey("plans.name"), primary_key=True),
        sa.Column("camera", sa.String(48), primary_key=True),
        sa.Column("points", sa.String, nullable=False),
    )
