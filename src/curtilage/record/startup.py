"""What a recorder does before it records: volumes, recovery, and an index that was lost."""

import logging

from curtilage.config.site import SiteSettings
from curtilage.ingest.clock import Clock
from curtilage.record.fsck import rebuild
from curtilage.record.recovery import recover
from curtilage.record.reporting import Reporter
from curtilage.record.volume import VolumeError
from curtilage.record.volumes import Volumes
from curtilage.store.database import Database
from curtilage.store.notices import NoticeKind

LOG = logging.getLogger(__name__)


def open_site(site: SiteSettings, database: Database, clock: Clock, reporter: Reporter) -> Volumes:
    """The site's volumes, ready to be written to; what the last run left is put in order.

    An index that is new or was damaged is made from what is on the disks.

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
    unknown = volumes.unindexed()  # also after a kill in the middle of the next line
    if unknown:
        for sentence in rebuild(database, unknown).sentences:
            reporter.notice(NoticeKind.RECOVERED, sentence)
    volumes.admit()
    return volumes
