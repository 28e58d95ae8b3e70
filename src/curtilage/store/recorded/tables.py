"""The tables of the index, as SQLAlchemy sees them.

The migrations make them (``migrations/versions``); a test compares the two. Names of cameras and
volumes stand once, in ``streams`` and ``volumes``: with 100 cameras and a month there are four
million segments, and each repeated name would cost a hundred megabytes.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

FOREVER: Final = 2**63 - 1
"""End of what has not ended; a number, so that one index answers 'what ends after'."""

metadata = MetaData()

# SQLite numbers rows itself only where the type is exactly INTEGER; elsewhere 32 bits are too few.
_Id: Final = BigInteger().with_variant(Integer, "sqlite")

Text: Final = String().with_variant(String(collation="C"), "postgresql")
"""Ordered by its bytes, as files on a disk and SQLite are; a server would follow its language."""
Name: Final = String(48).with_variant(String(48, collation="C"), "postgresql")

streams = Table(
    "streams",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("camera", Name, nullable=False),
    Column("stream", Name, nullable=False),
    Column("known_ns", BigInteger, nullable=False),  # the ledger begins here
    Column("removed_ns", BigInteger),  # and ends here, if the camera left the settings
    UniqueConstraint("camera", "stream", name="streams_name"),
)

volumes = Table(
    "volumes",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("identity", String(64), nullable=False),
    Column("path", String, nullable=False),
    Column("first_seen_ns", BigInteger, nullable=False),
    Column("last_seen_ns", BigInteger, nullable=False),
    UniqueConstraint("identity", name="volumes_identity"),
)

segments = Table(
    "segments",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("stream_id", _Id, ForeignKey("streams.id"), nullable=False),
    Column("volume_id", _Id, ForeignKey("volumes.id"), nullable=False),
    Column("path", Text, nullable=False),  # from the volume's folder, with slashes
    Column("start_ns", BigInteger, nullable=False),
    Column("end_ns", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("state", String(8), nullable=False),
    Column("serial", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("codec", String(8), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    UniqueConstraint("volume_id", "path", name="segments_path"),
)
# With end and volume in it, the ledger and the search for old rows of one disk read the index
# alone, not the rows (a month: 43,200 of them).
Index(
    "segments_by_time",
    segments.c.stream_id,
    segments.c.start_ns,
    segments.c.end_ns,
    segments.c.volume_id,
)
Index("segments_by_age", segments.c.volume_id, segments.c.start_ns)
Index(
    "segments_unfinished",
    segments.c.id,
    sqlite_where=segments.c.state != "closed",
    postgresql_where=segments.c.state != "closed",
)

totals = Table(
    "totals",
    metadata,
    Column("stream_id", _Id, ForeignKey("streams.id"), primary_key=True),
    Column("volume_id", _Id, ForeignKey("volumes.id"), primary_key=True),
    Column("segments", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
)
"""Sums over ``segments`` without those being deleted, kept in the same transactions."""

gaps = Table(
    "gaps",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("stream_id", _Id, ForeignKey("streams.id"), nullable=False),
    Column("start_ns", BigInteger, nullable=False),
    Column("end_ns", BigInteger, nullable=False),  # FOREVER while the gap lasts
    Column("reason", String(32), nullable=False),
    Column("sentence", String, nullable=False),
)
Index("gaps_by_end", gaps.c.stream_id, gaps.c.end_ns)

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("id", Integer, primary_key=True),  # always 1
    Column("beat_ns", BigInteger, nullable=False),
)

holds = Table(
    "holds",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("camera", String(48)),  # none: all cameras
    Column("from_ns", BigInteger, nullable=False),
    Column("to_ns", BigInteger, nullable=False),
    Column("reason", String, nullable=False),
    Column("by", String, nullable=False),
    Column("created_ns", BigInteger, nullable=False),
    Column("released_ns", BigInteger),
    Column("released_by", String),
)

notices = Table(
    "notices",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("time_ns", BigInteger, nullable=False),
    Column("camera", String(48)),
    Column("stream", String(48)),
    Column("kind", String(32), nullable=False),
    Column("sentence", String, nullable=False),
)
Index("notices_by_time", notices.c.time_ns)

writers = Table(
    "writers",
    metadata,
    Column("writer", String(32), primary_key=True),  # uuid4, hex: of one process' writer
    Column("number", BigInteger, nullable=False),  # of its last commit
    Column("at_ns", BigInteger, nullable=False),
)
"""What arrived of each writer, for one whose server went away without an answer (``on_server``)."""
