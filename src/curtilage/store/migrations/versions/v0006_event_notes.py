"""What somebody wrote when they had seen to an event."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make room for it."""
    op.add_column("events", sa.Column("note", sa.String))
