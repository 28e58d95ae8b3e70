"""The volumes of a site: which can be written to, which are missing, which came back."""

import logging
import threading
from collections.abc import Sequence
from pathlib import Path

from curtilage.config.site import VolumeSettings
from curtilage.errors import InputError
from curtilage.record.disk import hold_copies, unindexed
from curtilage.record.disk.durable import VolumeFailedError
from curtilage.record.disk.volume import Volume, VolumeError, adopt_volume, open_volume
from curtilage.store.errors import UnavailableError
from curtilage.store.index.database import Database
from curtilage.store.recorded import volumes as known_volumes

LEAVE_S = 2.0
LOG = logging.getLogger(__name__)


class Volumes:
    """The site's volumes in the owner's order. ``usable`` is for any thread, the rest for one.

    A missing volume is asked for again at each ``refresh``; one that broke a promise is not used
    again in the life of the process.
    """

    def __init__(self, settings: Sequence[VolumeSettings], database: Database) -> None:
        self._settings = tuple(settings)
        self._database = database
        self._state = database.state
        self._open: dict[int, Volume] = {}  # by place in the settings
        self._usable: tuple[Volume, ...] = ()
        self._takes_all = not self._known()  # the index is new, or was lost
        self.problems: dict[int, str] = {}
        """Sentences about those that cannot be used now, by place in the settings."""

    def usable(self) -> Sequence[Volume]:
        """Those that may be written to, the preferred first. Touches no disk."""
        return self._usable

    def by_identity(self, identity: str) -> Volume | None:
        """An open volume that works."""
        return next((v for v in self._usable if v.identity == identity and v.usable), None)

    def refresh(self, now_ns: int) -> list[Volume]:
        """Check the open ones, try the others; those that were opened by it.

        Give them to recovery before ``usable`` is asked for them: call ``admit`` afterwards.
        """
        opened = []
        for place, settings in enumerate(self._settings):
            volume = self._open.get(place)
            if volume is not None and self._works(volume):
                self.problems.pop(place, None)
                continue
            if volume is not None:
                self.problems[place] = volume.failed or ""
                if not volume.gone:
                    continue
            try:
                volume = open_volume(
                    settings.path, int(settings.reserve), self._known_for(settings.path)
                )
            except InputError as error:
                self.problems[place] = str(error)
                continue
            if any(v.identity == volume.identity for p, v in self._open.items() if p != place):
                self.problems[place] = f"{settings.path}: is given twice; give each disk once"
                continue
            self._open[place] = volume
            self.problems.pop(place, None)
            if not volume.is_new and volume.identity not in self._known():
                unindexed.mark(self._state, volume.identity)
            unindexed.count_late(self._state, volume.identity)
            self._remember(volume, now_ns)
            opened.append(volume)
        self._usable = tuple(v for v in self._usable if v.usable)
        return opened

    def admit(self) -> None:
        """All open volumes may be written to from now on (recovery has seen them)."""
        self._usable = tuple(self._open[p] for p in sorted(self._open) if self._open[p].usable)

    def unindexed(self) -> list[Volume]:
        """Open volumes with recordings that the index may not know: ``fsck.rebuild`` finds them."""
        marked = unindexed.marked(self._state)
        return [volume for volume in self._open.values() if volume.identity in marked]

    def close(self) -> None:
        """Let the volumes go: another recorder may have them.

        Holds that were set in the last minute go to their copies first, if the disks answer.
        """
        last = threading.Thread(
            target=_keep_holds, args=(self._database, self._usable), daemon=True
        )
        last.start()
        last.join(LEAVE_S)
        self._usable = ()
        for volume in self._open.values():
            volume.release()
        self._open.clear()

    def _works(self, volume: Volume) -> bool:
        if volume.usable:
            try:
                volume.check()
            except VolumeFailedError as error:
                volume.fail(error)
        return volume.usable

    def _known_for(self, path: Path) -> dict[str, Path]:
        """What the index knows; a new one lets every volume in that is not another one's place."""
        known = self._known()
        if self._takes_all:
            return {name: where for name, where in known.items() if where == path.absolute()}
        return known

    def _known(self) -> dict[str, Path]:
        with self._database.read() as connection:
            rows = known_volumes.known(connection)
        return {row.identity: Path(row.path) for row in rows if row.path}

    def _remember(self, volume: Volume, now_ns: int) -> None:
        """A volume that was ever written to is known, so that a missing mount is noticed."""
        self._database.now(
            lambda c: known_volumes.seen(c, volume.identity, str(volume.path.absolute()), now_ns)
        )


def present(database: Database) -> list[Volume]:
    """The index' volumes that are mounted where it knows them; not locked, a recorder may run."""
    with database.read() as connection:
        rows = known_volumes.known(connection)
    found = []
    for row in rows:
        try:
            volume = adopt_volume(Path(row.path), 0) if row.path else None
        except VolumeError:
            continue
        if volume is not None and volume.identity == row.identity:
            found.append(volume)
    return found


def _keep_holds(database: Database, volumes: Sequence[Volume]) -> None:
    try:
        hold_copies.keep(database, [volume for volume in volumes if volume.usable])
    except UnavailableError as error:  # the copies are as old as a minute
        LOG.warning("copies of the holds: %s", error)
    except Exception:  # we end whatever happens
        LOG.exception("copies of the holds")
