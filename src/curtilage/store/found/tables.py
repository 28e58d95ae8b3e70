"""The tables of what was seen: events, counts, heat maps, tracks, and what analysis remembers.

Names of cameras and rules stand once, in ``cameras`` and ``series``. Counts, occupancy, dwell and
paths are kept per bucket of time, in several lengths at once (``step``, nominal seconds: 60, 3600,
86400), each updated in the transaction that brings the increment: whoever asks for hours reads
hours. Those tables are ordered by their key on the disk, so that a month of one series is one
stretch of pages.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    true,
)

from curtilage.store.recorded.tables import metadata

# SQLite numbers rows itself only where the type is exactly INTEGER; elsewhere 32 bits are too few.
_Id: Final = BigInteger().with_variant(Integer, "sqlite")

cameras = Table(
    "cameras",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("name", String(48), nullable=False),
    UniqueConstraint("name", name="cameras_name"),
)

series = Table(
    "series",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("camera_id", _Id, ForeignKey("cameras.id"), nullable=False),
    Column("rule", String(64), nullable=False),
    UniqueConstraint("camera_id", "rule", name="series_name"),
)
"""What one rule of one camera brings forth."""

event_counter = Table(
    "event_counter",
    metadata,
    Column("id", Integer, primary_key=True),  # always 1
    Column("last", BigInteger, nullable=False),  # the highest seq ever given
)
"""Whoever adds events holds this row until the commit, so that seq rises as commits do."""

events = Table(
    "events",
    metadata,
    Column("seq", _Id, primary_key=True, autoincrement=False),
    Column("id", String(36), nullable=False),  # UUID version 7
    Column("camera_id", _Id, ForeignKey("cameras.id"), nullable=False),
    Column("series_id", _Id, ForeignKey("series.id"), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("phase", String(8), nullable=False),
    Column("direction", String(8)),
    Column("time_ns", BigInteger, nullable=False),
    Column("noticed_ns", BigInteger, nullable=False),
    Column("track", BigInteger),
    Column("label", String(16)),
    Column("score", Float),
    Column("duration_s", Float),
    Column("x0", Float),  # box, 0..1 of the frame
    Column("y0", Float),
    Column("x1", Float),
    Column("y1", Float),
    Column("details", String, nullable=False),  # JSON object
    Column("acknowledged_ns", BigInteger),
    Column("acknowledged_by", String(64)),
    Column("note", String),  # of who acknowledged it
    # whether its rule was armed in the mode of that moment
    Column("armed", Boolean, nullable=False, server_default=true()),
    UniqueConstraint("id", name="events_id"),
)
Index("events_by_time", events.c.time_ns, events.c.seq)
Index("events_by_camera", events.c.camera_id, events.c.time_ns, events.c.seq)

counts = Table(
    "counts",
    metadata,
    Column("series_id", _Id, ForeignKey("series.id"), primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("start_ns", BigInteger, primary_key=True),
    Column("label", String(16), primary_key=True),  # '': of no class
    Column("length_ns", BigInteger, nullable=False),  # local days have 23 to 25 hours
    Column("ins", BigInteger, nullable=False),
    Column("outs", BigInteger, nullable=False),
    Column("adjusted", BigInteger, nullable=False),
    Column("inside", BigInteger),  # after the last entry; none where the rule has no inside
    Column("last_ns", BigInteger, nullable=False),  # when that was
    sqlite_with_rowid=False,
)

occupancy = Table(
    "occupancy",
    metadata,
    Column("series_id", _Id, ForeignKey("series.id"), primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("start_ns", BigInteger, primary_key=True),
    Column("length_ns", BigInteger, nullable=False),
    Column("seconds", Float, nullable=False),  # of which the number is known
    Column("total", Float, nullable=False),  # number times seconds, summed
    Column("most", Integer, nullable=False),
    sqlite_with_rowid=False,
)

dwell = Table(
    "dwell",
    metadata,
    Column("series_id", _Id, ForeignKey("series.id"), primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("start_ns", BigInteger, primary_key=True),
    Column("lower_s", Float, primary_key=True),
    Column("upper_s", Float, primary_key=True),  # 0: no end
    Column("length_ns", BigInteger, nullable=False),
    Column("presences", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

paths = Table(
    "paths",
    metadata,
    Column("series_id", _Id, ForeignKey("series.id"), primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("start_ns", BigInteger, primary_key=True),
    Column("origin", String(64), primary_key=True),  # names of zones
    Column("target", String(64), primary_key=True),
    Column("length_ns", BigInteger, nullable=False),
    Column("legs", BigInteger, nullable=False),
    Column("journeys", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

heat_grids = Table(
    "heat_grids",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("series_id", _Id, ForeignKey("series.id"), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("columns", Integer, nullable=False),
    Column("x0", Float, nullable=False),  # extent: 0 0 1 1 of the frame, or metres
    Column("y0", Float, nullable=False),
    Column("x1", Float, nullable=False),
    Column("y1", Float, nullable=False),
    UniqueConstraint("series_id", "rows", "columns", "x0", "y0", "x1", "y1", name="heat_grids_of"),
)
"""What the cells of a heat map are; a new one when the owner changes the grid."""

heat = Table(
    "heat",
    metadata,
    Column("grid_id", _Id, ForeignKey("heat_grids.id"), primary_key=True),
    Column("step", Integer, primary_key=True),  # 600: a stretch as it came; 86400: a local day
    Column("start_ns", BigInteger, primary_key=True),
    Column("label", String(16), primary_key=True),
    Column("length_ns", BigInteger, nullable=False),
    Column("cells", LargeBinary, nullable=False),  # see heat_cells.py
)
# Ordered by rows, not by key: rows this long would each take pages of their own.

tracks = Table(
    "tracks",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("camera_id", _Id, ForeignKey("cameras.id"), nullable=False),
    Column("track", BigInteger, nullable=False),
    Column("label", String(16), nullable=False),
    Column("first_ns", BigInteger, nullable=False),
    Column("last_ns", BigInteger, nullable=False),
    Column("sightings", Integer, nullable=False),
    Column("best_ns", BigInteger, nullable=False),  # when it was seen best, and how
    Column("score", Float, nullable=False),
    Column("x0", Float, nullable=False),
    Column("y0", Float, nullable=False),
    Column("x1", Float, nullable=False),
    Column("y1", Float, nullable=False),
    Column("from_x", Float, nullable=False),  # foot points of its ends
    Column("from_y", Float, nullable=False),
    Column("to_x", Float, nullable=False),
    Column("to_y", Float, nullable=False),
    UniqueConstraint("camera_id", "track", "first_ns", name="tracks_name"),
)
Index("tracks_by_camera", tracks.c.camera_id, tracks.c.last_ns, tracks.c.id)
Index("tracks_by_time", tracks.c.last_ns, tracks.c.id)

scene_states = Table(
    "scene_states",
    metadata,
    Column("camera_id", _Id, ForeignKey("cameras.id"), primary_key=True),
    Column("at_ns", BigInteger, nullable=False),
    Column("blob", LargeBinary, nullable=False),
)
"""What a camera's analysis remembers, as of its last commit."""

process_health = Table(
    "process_health",
    metadata,
    Column("process", String(64), primary_key=True),
    Column("at_ns", BigInteger, nullable=False),
    Column("facts", String, nullable=False),  # JSON object
)
