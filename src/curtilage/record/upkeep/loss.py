"""A volume that will not come back: its recordings leave the index, and their time says why.

In batches, each a transaction; killed in it and run again, it goes on.
"""

from sqlalchemy import Connection

from curtilage.record.disk import unindexed
from curtilage.store.index.database import Database
from curtilage.store.recorded import gaps, segments, volumes
from curtilage.store.recorded.segments import State

SENTENCE = "its disk was declared lost"
BATCH = 2000  # rows in one transaction


def declare_lost(database: Database, identity: str) -> int:
    """Forget a volume that is not there; its recordings' time is *damaged*. How many there were."""
    count = 0
    while gone := database.now(lambda c: _drop_some(c, identity)):
        count += gone
    database.now(lambda c: volumes.forget(c, identity))
    unindexed.done(database.state, identity)
    unindexed.came_in(database.state, identity)
    return count


def _drop_some(connection: Connection, identity: str) -> int:
    rows = segments.some_of_volume(connection, identity, most=BATCH)
    gaps.damaged(connection, [row for row in rows if row.state is not State.INTENDED], SENTENCE)
    segments.drop(connection, [row.id for row in rows if row.state is State.INTENDED])
    return len(rows)
