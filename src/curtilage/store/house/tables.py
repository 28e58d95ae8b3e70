"""The tables of the house: every choice of an arming mode, floor plans, cameras placed on them."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from curtilage.store.recorded.tables import metadata

# SQLite numbers rows itself only where the type is exactly INTEGER; elsewhere 32 bits are too few.
_Id: Final = BigInteger().with_variant(Integer, "sqlite")

arming = Table(
    "arming",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("mode", String(32), nullable=False),
    Column("at_ns", BigInteger, nullable=False),  # UTC, from then on
    Column("by", String(64), nullable=False),
)
"""Never changed, only added to: which mode held at a moment can be asked for any moment."""
Index("arming_by_time", arming.c.at_ns)

plans = Table(
    "plans",
    metadata,
    Column("name", String(48), primary_key=True),
    Column("title", String(80), nullable=False),
    Column("media_type", String(32), nullable=False),
    Column("width", Integer, nullable=False),  # pixels
    Column("height", Integer, nullable=False),
    Column("picture", LargeBinary, nullable=False),  # as we have encoded it
    Column("changed_ns", BigInteger, nullable=False),
)

plan_cameras = Table(
    "plan_cameras",
    metadata,
    Column("plan", String(48), ForeignKey("plans.name"), primary_key=True),
    Column("camera", String(48), primary_key=True),
    Column("points", String, nullable=False),  # JSON: pairs of points, 0..1 of picture and plan
)
