"""Ends the alarms of cameras that nobody looks at any more: disabled, or gone from the settings."""

from collections.abc import Collection
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from curtilage.analysis.tracks.alarms import concluded
from curtilage.config.site import SiteSettings
from curtilage.store.found.events import StoredEvent
from curtilage.store.found.results import commit, load_state
from curtilage.store.found.tables import cameras, scene_states
from curtilage.store.index.database import Database

_SAVED = select(cameras.c.name).join(scene_states, scene_states.c.camera_id == cameras.c.id)


def end_alarms(database: Database, site: SiteSettings) -> list[StoredEvent]:
    """The ends that were missing, committed; each is told once, whoever asks how often.

    Raises:
        StoreError: the index cannot be read or written.

    """
    looked_at = {c.name for c in site.cameras if c.enabled and c.analysis.enabled}
    with database.read() as connection:
        names = set(connection.execute(_SAVED).scalars()) - looked_at
        left = [
            name
            for name in sorted(names)
            if (saved := load_state(connection, name)) is not None
            and concluded(name, saved, ZoneInfo(site.timezone)) is not None
        ]
    if not left:
        return []
    return database.now(partial(_end, names=left, zone=ZoneInfo(site.timezone)))


def _end(connection: Connection, names: Collection[str], zone: ZoneInfo) -> list[StoredEvent]:
    made: list[StoredEvent] = []
    for name in names:
        saved = load_state(connection, name)
        results = None if saved is None else concluded(name, saved, zone)
        if results is not None:
            made += commit(connection, results)
    return made
