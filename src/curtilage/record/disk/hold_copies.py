"""Copies of the legal holds on every volume: an index that is lost must not end them.

Without them, retention would begin to delete what was on hold as soon as the index is made anew.
"""

import contextlib
import json
import logging
from collections.abc import Iterable

from sqlalchemy import Connection

from curtilage.record.disk.durable import DiskError
from curtilage.record.disk.volume import Volume
from curtilage.store.index.database import Database
from curtilage.store.recorded import holds
from curtilage.store.recorded.holds import Hold

NAME = ".curtilage-holds.json"
MOST = 16 << 20  # bytes
ATTEMPTS = 10


def keep(database: Database, volumes: Iterable[Volume]) -> None:
    """Write the holds that count to each volume whose copy says otherwise.

    A command and the recorder may both do so at the same time: each looks again after it has
    written, so the last one to look has seen the truth on the disk.
    """
    for volume in volumes:
        try:
            for _ in range(ATTEMPTS):
                if not _renew(database, volume):
                    break
        except DiskError as error:
            logging.getLogger(__name__).error("%s", error)


def restore(database: Database, volumes: Iterable[Volume]) -> int:
    """Set the holds again that copies speak of and the index does not know; how many."""
    with database.read() as connection:
        known = {(h.camera, h.from_ns, h.to_ns, h.created_ns) for h in holds.ever(connection)}
    found: dict[tuple[str | None, int, int, int], dict[str, str]] = {}
    for volume in volumes:
        try:
            for one in json.loads(_read(volume) or b"[]"):
                key = one["camera"], int(one["from_ns"]), int(one["to_ns"]), int(one["created_ns"])
                found[key] = {"reason": str(one["reason"]), "by": str(one["by"])}
        except (ValueError, KeyError, TypeError):
            logging.getLogger(__name__).error("%s: makes no sense", volume.path / NAME)
    missing = {key: said for key, said in found.items() if key not in known}

    def add(connection: Connection) -> None:
        for (camera, from_ns, to_ns, at_ns), said in missing.items():
            holds.add(connection, camera=camera, from_ns=from_ns, to_ns=to_ns, at_ns=at_ns, **said)

    if missing:
        database.now(add)
    return len(missing)


def _renew(database: Database, volume: Volume) -> bool:
    """Whether there was something to write (or somebody else was about to)."""
    with database.read() as connection:
        current = holds.current(connection)
    text = _text(current)
    if _read(volume) == text or not (current or volume.tree.exists(NAME)):
        return False
    with contextlib.suppress(FileExistsError, FileNotFoundError):  # of somebody who does the same
        volume.tree.replace(NAME, text)
    return True


def _read(volume: Volume) -> bytes:
    try:
        return volume.tree.read(NAME, MOST)
    except OSError:
        return b""


def _text(current: Iterable[Hold]) -> bytes:
    return json.dumps(
        [
            {
                "camera": hold.camera,
                "from_ns": hold.from_ns,
                "to_ns": hold.to_ns,
                "reason": hold.reason,
                "by": hold.by,
                "created_ns": hold.created_ns,
            }
            for hold in current
        ],
        indent=1,
    ).encode()
