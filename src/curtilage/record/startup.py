"""What a recorder does before it records: volumes, recovery, and an index that was lost."""

from curtilage.config.site import SiteSettings
from curtilage.ingest.clock import Clock
from curtilage.record.disk import hold_copies
from curtilage.record.disk.volume import VolumeError
from curtilage.record.disk.volumes import Volumes
from curtilage.record.reporting import Reporter
from curtilage.record.upkeep.recovery import recover
from curtilage.store.index.database import Database
from curtilage.store.notices import NoticeKind


def open_site(site: SiteSettings, database: Database, clock: Clock, reporter: Reporter) -> Volumes:
    """The site's volumes, ready to be written to; what the last run left is put in order.

    Recordings that the index does not know (it was lost, or a disk comes from elsewhere) are found
    by housekeeping while it is recorded already.

    Raises:
        VolumeError: none of the volumes can be written to.

    """
    volumes = Volumes(site.volumes, database)
    opened = volumes.refresh(clock.utc_ns())
    for sentence in volumes.problems.values():
        reporter.notice(NoticeKind.VOLUME_LOST, sentence)
    if not opened:
        raise VolumeError("; ".join(volumes.problems.values()))
    if database.moved_to is not None:
        reporter.notice(
            NoticeKind.INDEX_DAMAGED,
            f"the index was damaged; it was moved to {database.moved_to} and is made anew",
        )
    for sentence in recover(database, opened).sentences:
        reporter.notice(NoticeKind.RECOVERED, sentence)
    admit(volumes, database)
    return volumes


def admit(volumes: Volumes, database: Database) -> None:
    """Let open volumes be written to; holds that only a disk remembers come first."""
    unindexed = volumes.unindexed()
    if unindexed:
        hold_copies.restore(database, unindexed)
    volumes.admit()
