"""``curtilage run --check``: would this site run? Looks, and changes nothing."""

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from curtilage.app.run.lock import is_held
from curtilage.config import SiteSettings, load_site
from curtilage.errors import InputError
from curtilage.record.disk.volume import IDENTITY, IGNORED, adopt_volume, holds
from curtilage.store.index.database import FILE_NAME, Database
from curtilage.store.recorded import volumes


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    good: bool
    sentence: str


def check(source: Path) -> Iterator[Finding]:
    """Look at the settings in ``source`` and at all that they name.

    Raises:
        InputError: the settings are wrong.

    """
    site = load_site(source)
    yield Finding(True, f"{source}: good; {len(site.cameras)} cameras")
    yield _state(site)
    yield from _volumes(site)
    yield _port(site)
    yield _model(site)


def _state(site: SiteSettings) -> Finding:
    refused = _not_writable(site.state)
    if refused is not None:
        return Finding(False, f"state: {refused}")
    running = "; the site is running" if is_held(site.state) else ""
    return Finding(True, f"state: {site.state} can be written{running}")


def _volumes(site: SiteSettings) -> Iterator[Finding]:
    known = _known(site)
    for volume in site.volumes:
        path = volume.path
        identity = known.get(path.absolute())
        refused = _not_writable(path)
        if identity is not None and not holds(path, identity):
            refused = f"{path}: the disk that was recorded to is not mounted there"
        elif refused is None and path.exists():
            refused = _not_ours(path)
        yield Finding(refused is None, f"volume: {refused or f'{path} can be recorded to'}")


def _known(site: SiteSettings) -> dict[Path, str]:
    """Volumes that were written to before, where the index is a file that is there."""
    if site.database is not None or not (site.state / FILE_NAME).exists():
        return {}
    try:
        with Database.of(site, timeout_s=2.0) as database, database.read() as connection:
            return {Path(one.path): one.identity for one in volumes.known(connection) if one.path}
    except InputError:
        return {}  # the recorder says it, and mends it


def _not_ours(path: Path) -> str | None:
    if (path / IDENTITY).exists():
        try:
            adopt_volume(path, 0).release()
        except InputError as error:
            return str(error)
        return None
    strange = sorted(p.name for p in path.iterdir() if p.name[0] != "." and p.name not in IGNORED)
    return f"{path}: holds {strange[0]!r}; give an empty folder" if strange else None


def _port(site: SiteSettings) -> Finding:
    web = site.web
    where = f"web: {web.host} port {web.port}"
    family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((web.host, web.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE and is_held(site.state):
                return Finding(True, f"{where} is used by this site, which is running")
            return Finding(False, f"{where} cannot be used ({error.strerror})")
    return Finding(True, f"{where} is free")


def _model(site: SiteSettings) -> Finding:
    if not any(camera.enabled and camera.analysis.enabled for camera in site.cameras):
        return Finding(True, "model: not needed, no camera is looked at")
    from curtilage.vision.detector.open_detector import open_detector

    try:
        open_detector(site.analysis.detector)
    except InputError as error:
        return Finding(False, f"model: {error}")
    return Finding(True, f"model: {site.analysis.detector.model or 'the built-in one'} loads")


def _not_writable(folder: Path) -> str | None:
    """Why a folder cannot be written, or be made; None: it can."""
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    if not place.is_dir():
        return f"{place}: is no folder"
    if os.access(place, os.W_OK | os.X_OK):
        return None
    return f"{folder}: cannot be {'written' if place == folder else 'made'} by this user"
