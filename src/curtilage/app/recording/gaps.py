"""The gap ledger for people: each stretch of each stream, recorded or with its reason."""

from dataclasses import dataclass

from curtilage.app.recording.index import check_camera, index_of
from curtilage.config import SiteSettings
from curtilage.store.recorded.cover import Interval, Reason
from curtilage.store.recorded.ledger import intervals, known, share_recorded, totals


@dataclass(frozen=True, slots=True)
class StreamLedger:
    """What the ledger says of one stream."""

    camera: str
    stream: str
    intervals: list[Interval]  # without a hole between them

    @property
    def totals_ns(self) -> dict[Reason, int]:
        """Time per reason (None: recorded), longest first; the sum is all of the time."""
        sums = totals(self.intervals)
        return dict(sorted(sums.items(), key=lambda item: -item[1]))

    @property
    def share(self) -> float | None:
        """Part that was recorded of the time that the owner asked for; None: none was."""
        return share_recorded(self.intervals)


def ledgers(
    site: SiteSettings, camera: str | None, from_ns: int, to_ns: int, now_ns: int
) -> list[StreamLedger]:
    """The ledger of ``[from_ns, to_ns)`` of one camera's streams, or of all that there ever were.

    Raises:
        InputError: nothing was recorded yet, or no camera is called so.

    """
    with index_of(site) as database:
        if camera is not None:
            check_camera(database, camera)
        with database.read() as connection:
            return [
                StreamLedger(one.camera, one.stream, found)
                for one in known(connection)
                if camera in (None, one.camera)
                for found in [intervals(connection, one.camera, one.stream, from_ns, to_ns, now_ns)]
                if found
            ]
