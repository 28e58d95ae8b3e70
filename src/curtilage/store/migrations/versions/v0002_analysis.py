"""The tables of analysis: events, counts, occupancy, dwell, paths, heat, tracks, state, health."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make them."""
    _names()
    _events()
    _sums()
    _heat()
    _tracks()
    _memory()


def _names() -> None:
    op.create_table(
        "cameras",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("name", sa.String(48), nullable=False),
        sa.UniqueConstraint("name", name="cameras_name"),
    )
    op.create_table(
        "series",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("camera_id", _ID, sa.ForeignKey("cameras.id"), nullable=False),
        sa.Column("rule", sa.String(64), nullable=False),
        sa.UniqueConstraint("camera_id", "rule", name="series_name"),
    )


def _events() -> None:
    op.create_table(
        "event_counter",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("last", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "events",
        sa.Column("seq", _ID, primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("camera_id", _ID, sa.ForeignKey("cameras.id"), nullable=False),
        sa.Column("series_id", _ID, sa.ForeignKey("series.id"), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("phase", sa.String(8), nullable=False),
        sa.Column("direction", sa.String(8)),
        sa.Column("time_ns", sa.BigInteger, nullable=False),
        sa.Column("noticed_ns", sa.BigInteger, nullable=False),
        sa.Column("track", sa.BigInteger),
        sa.Column("label", sa.String(16)),
        sa.Column("score", sa.Float),
        sa.Column("duration_s", sa.Float),
        sa.Column("x0", sa.Float),
        sa.Column("y0", sa.Float),
        sa.Column("x1", sa.Float),
        sa.Column("y1", sa.Float),
        sa.Column("details", sa.String, nullable=False),
        sa.Column("acknowledged_ns", sa.BigInteger),
        sa.Column("acknowledged_by", sa.String(64)),
        sa.UniqueConstraint("id", name="events_id"),
    )
    op.create_index("events_by_time", "events", ["time_ns", "seq"])
    op.create_index("events_by_camera", "events", ["camera_id", "time_ns", "seq"])


def _sums() -> None:
    op.create_table(
        "counts",
        sa.Column("series_id", _ID, sa.ForeignKey("series.id"), primary_key=True),
        sa.Column("step", sa.Integer, primary_key=True),
        sa.Column("start_ns", sa.BigInteger, primary_key=True),
        sa.Column("label", sa.String(16), primary_key=True),
        sa.Column("length_ns", sa.BigInteger, nullable=False),
        sa.Column("ins", sa.BigInteger, nullable=False),
        sa.Column("outs", sa.BigInteger, nullable=False),
        sa.Column("adjusted", sa.BigInteger, nullable=False),
        sa.Column("inside", sa.BigInteger),
        sa.Column("last_ns", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "occupancy",
        sa.Column("series_id", _ID, sa.ForeignKey("series.id"), primary_key=True),
        sa.Column("step", sa.Integer, primary_key=True),
        sa.Column("start_ns", sa.BigInteger, primary_key=True),
        sa.Column("length_ns", sa.BigInteger, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("total", sa.Float, nullable=False),
        sa.Column("most", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "dwell",
        sa.Column("series_id", _ID, sa.ForeignKey("series.id"), primary_key=True),
        sa.Column("step", sa.Integer, primary_key=True),
        sa.Column("start_ns", sa.BigInteger, primary_key=True),
        sa.Column("lower_s", sa.Float, primary_key=True),
        sa.Column("upper_s", sa.Float, primary_key=True),
        sa.Column("length_ns", sa.BigInteger, nullable=False),
        sa.Column("presences", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "paths",
        sa.Column("series_id", _ID, sa.ForeignKey("series.id"), primary_key=True),
        sa.Column("step", sa.Integer, primary_key=True),
        sa.Column("start_ns", sa.BigInteger, primary_key=True),
        sa.Column("origin", sa.String(64), primary_key=True),
        sa.Column("target", sa.String(64), primary_key=True),
        sa.Column("length_ns", sa.BigInteger, nullable=False),
        sa.Column("legs", sa.BigInteger, nullable=False),
        sa.Column("journeys", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


def _heat() -> None:
    op.create_table(
        "heat_grids",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("series_id", _ID, sa.ForeignKey("series.id"), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("columns", sa.Integer, nullable=False),
        sa.Column("x0", sa.Float, nullable=False),
        sa.Column("y0", sa.Float, nullable=False),
        sa.Column("x1", sa.Float, nullable=False),
        sa.Column("y1", sa.Float, nullable=False),
        sa.UniqueConstraint(
            "series_id", "rows", "columns", "x0", "y0", "x1", "y1", name="heat_grids_of"
        ),
    )
    op.create_table(
        "heat",
        sa.Column("grid_id", _ID, sa.ForeignKey("heat_grids.id"), primary_key=True),
        sa.Column("step", sa.Integer, primary_key=True),
        sa.Column("start_ns", sa.BigInteger, primary_key=True),
        sa.Column("label", sa.String(16), primary_key=True),
        sa.Column("length_ns", sa.BigInteger, nullable=False),
        sa.Column("cells", sa.LargeBinary, nullable=False),
    )


def _tracks() -> None:
    op.create_table(
        "tracks",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("camera_id", _ID, sa.ForeignKey("cameras.id"), nullable=False),
        sa.Column("track", sa.BigInteger, nullable=False),
        sa.Column("label", sa.String(16), nullable=False),
        sa.Column("first_ns", sa.BigInteger, nullable=False),
        sa.Column("last_ns", sa.BigInteger, nullable=False),
        sa.Column("sightings", sa.Integer, nullable=False),
        sa.Column("best_ns", sa.BigInteger, nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("x0", sa.Float, nullable=False),
        sa.Column("y0", sa.Float, nullable=False),
        sa.Column("x1", sa.Float, nullable=False),
        sa.Column("y1", sa.Float, nullable=False),
        sa.Column("from_x", sa.Float, nullable=False),
        sa.Column("from_y", sa.Float, nullable=False),
        sa.Column("to_x", sa.Float, nullable=False),
        sa.Column("to_y", sa.Float, nullable=False),
        sa.UniqueConstraint("camera_id", "track", "first_ns", name="tracks_name"),
    )
    op.create_index("tracks_by_camera", "tracks", ["camera_id", "last_ns", "id"])
    op.create_index("tracks_by_time", "tracks", ["last_ns", "id"])


def _memory() -> None:
    op.create_table(
        "scene_states",
        sa.Column("camera_id", _ID, sa.ForeignKey("cameras.id"), primary_key=True),
        sa.Column("at_ns", sa.BigInteger, nullable=False),
        sa.Column("blob", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "process_health",
        sa.Column("process", sa.String(64), primary_key=True),
        sa.Column("at_ns", sa.BigInteger, nullable=False),
        sa.Column("facts", sa.String, nullable=False),
    )
