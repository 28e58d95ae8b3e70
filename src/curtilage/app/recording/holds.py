"""Legal holds: what nothing deletes until somebody lets it go."""

import getpass
import time

from curtilage.app.recording.index import check_camera, index_of
from curtilage.config import SiteSettings
from curtilage.record.disk import hold_copies
from curtilage.record.disk.volumes import present
from curtilage.store.recorded import holds
from curtilage.store.recorded.holds import Hold


def add(site: SiteSettings, camera: str | None, from_ns: int, to_ns: int, reason: str) -> Hold:
    """Keep ``[from_ns, to_ns)`` of a camera (None: of all) until it is released.

    Raises:
        InputError: no such camera, an empty span, no reason.

    """
    with index_of(site) as database:
        if camera is not None:
            check_camera(database, camera)
        held = database.now(
            lambda connection: holds.add(
                connection,
                camera=camera,
                from_ns=from_ns,
                to_ns=to_ns,
                reason=reason,
                by=getpass.getuser(),
                at_ns=time.time_ns(),
            )
        )
        hold_copies.keep(database, present(database))  # now: the index may be lost any moment
        return held


def release(site: SiteSettings, number: int) -> Hold:
    """Let a hold go; the row stays, with who did it.

    Raises:
        InputError: there is no such hold, or it was let go before.

    """
    with index_of(site) as database:
        held = database.now(
            lambda connection: holds.release(
                connection, number, by=getpass.getuser(), at_ns=time.time_ns()
            )
        )
        hold_copies.keep(database, present(database))
        return held


def every(site: SiteSettings, *, released: bool) -> list[Hold]:
    """The holds that count, oldest first; also the released ones if asked for.

    Raises:
        InputError: nothing was recorded yet.

    """
    with index_of(site) as database, database.read() as connection:
        return holds.ever(connection) if released else holds.current(connection)
