"""Known volumes: which disk was seen where, and when last."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update

from curtilage.store.recorded.streams import known_volume, volume_number
from curtilage.store.recorded.tables import totals, volumes


@dataclass(frozen=True, slots=True)
class VolumeRow:
    """A volume that was written to once."""

    identity: str  # from its identity file
    path: str  # where it was last seen; empty if only segments speak of it
    first_seen_ns: int
    last_seen_ns: int


def seen(connection: Connection, identity: str, path: str, at_ns: int) -> None:
    """Remembers that the volume is at ``path`` now."""
    number = known_volume(connection, identity, at_ns)
    connection.execute(
        update(volumes).where(volumes.c.id == number).values(path=path, last_seen_ns=at_ns)
    )


def known(connection: Connection) -> list[VolumeRow]:
    """All volumes ever seen, first seen first."""
    rows = connection.execute(
        select(
            volumes.c.identity, volumes.c.path, volumes.c.first_seen_ns, volumes.c.last_seen_ns
        ).order_by(volumes.c.first_seen_ns, volumes.c.id)
    )
    return [VolumeRow(*row) for row in rows]


def forget(connection: Connection, identity: str) -> None:
    """The volume was never seen; no segment may speak of it any more."""
    number = volume_number(connection, identity)
    connection.execute(delete(totals).where(totals.c.volume_id == number))
    connection.execute(delete(volumes).where(volumes.c.id == number))
