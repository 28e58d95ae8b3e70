"""What the owner was told: cameras that were not recorded, disks that failed, and so on."""

from curtilage.app.recording.index import check_camera, index_of
from curtilage.config import SiteSettings
from curtilage.store import notices
from curtilage.store.notices import Notice

ALL = 1_000_000_000


def told(site: SiteSettings, camera: str | None, from_ns: int, to_ns: int) -> list[Notice]:
    """Notices of ``[from_ns, to_ns)``, oldest first.

    Args:
        site: whose.
        camera: only of this camera and of the whole site; None: all.
        from_ns: UTC.
        to_ns: UTC.

    Raises:
        InputError: nothing was recorded yet, or no camera is called so.

    """
    with index_of(site) as database:
        if camera is not None:
            check_camera(database, camera)
        with database.read() as connection:
            found = notices.since(connection, from_ns, most=ALL)
    return [
        one
        for one in found
        if one.time_ns < to_ns and (camera is None or one.camera in (None, camera))
    ]
