"""The disks of a site as the index knows them, and what is to be done when one is lost for good."""

from dataclasses import dataclass
from pathlib import Path

from curtilage.app.recording.index import index_of
from curtilage.config import SiteSettings
from curtilage.errors import InputError
from curtilage.record.disk.volume import holds
from curtilage.record.lock import locked
from curtilage.record.upkeep.loss import declare_lost
from curtilage.store.index.database import Database
from curtilage.store.recorded import totals, volumes

FEWEST = 4  # characters of an identity that name it


@dataclass(frozen=True, slots=True)
class KnownVolume:
    """A volume that was recorded to."""

    identity: str
    path: Path | None  # where it was last seen; None: only recordings speak of it
    present: bool  # it is mounted there now
    recordings: int
    bytes: int
    last_seen_ns: int  # UTC, when a recorder last opened it


def known(site: SiteSettings) -> list[KnownVolume]:
    """All volumes that the index knows, first seen first.

    Raises:
        InputError: nothing was recorded yet.

    """
    with index_of(site) as database:
        return _known(site, database)


def forget(site: SiteSettings, name: str) -> KnownVolume:
    """Declare a volume lost: what it held is *damaged*, and its path may get another disk.

    Args:
        site: The settings.
        name: Its path, or the beginning of its identity.

    Raises:
        InputError: a recorder runs; no volume is called so; it is there.

    """
    with index_of(site) as database, locked(site.state):
        database.claim()
        volume = _named(_known(site, database), name)
        if volume.present:
            raise InputError(
                f"{volume.path}: volume {volume.identity[:8]} is there, so it is not lost; "
                "nothing was changed"
            )
        declare_lost(database, volume.identity)
        return volume


def _known(site: SiteSettings, database: Database) -> list[KnownVolume]:
    with database.read() as connection:
        rows, used = volumes.known(connection), totals.usage(connection)
    return [
        KnownVolume(
            row.identity,
            Path(row.path) if row.path else None,
            any(
                holds(path, row.identity)
                for path in (*([Path(row.path)] if row.path else []), *_paths(site))
            ),
            sum(one.segments for one in used if one.volume == row.identity),
            sum(one.bytes for one in used if one.volume == row.identity),
            row.last_seen_ns,
        )
        for row in rows
    ]


def _paths(site: SiteSettings) -> list[Path]:
    return [volume.path for volume in site.volumes]


def _named(found: list[KnownVolume], name: str) -> KnownVolume:
    by_path = [one for one in found if one.path is not None and one.path == Path(name).absolute()]
    by_identity = [one for one in found if len(name) >= FEWEST and one.identity.startswith(name)]
    named = by_path or by_identity
    if len(named) != 1:
        there = ", ".join(f"{one.identity[:8]} at {one.path or 'no known path'}" for one in found)
        why = "more than one volume is" if named else "no volume is"
        raise InputError(f"{name!r}: {why} called so; there are: {there or 'none'}")
    return named[0]
