"""Change a site's settings file for the owner: checked first, the old text kept, all or nothing.

For whoever is not the owner's own editor: the API, ``curtilage config restore``. The supervisor
sees the new file as it sees an edit, and finds in the versions who made it.
"""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from curtilage.config.load import SettingsError, parse_site, read_text
from curtilage.config.replace import replace_file
from curtilage.config.versions import EDITED, Version, Versions

LOCK = ".changing"


def change_file(
    versions: Versions,
    file: Path,
    by: str,
    change: Callable[[str], str],
    note: str = "",
) -> Version:
    """Let ``file`` hold what ``change`` makes of its text.

    Args:
        versions: Of the site; the replaced text is kept if they do not know it.
        file: The settings file.
        by: Who changes it, as in "API (anna)".
        change: From text to text. It may raise; then nothing happened.
        note: Kept with the version.

    Raises:
        SettingsError: the new text would not be good settings, or the file cannot be read or
            written; it is as it was.
        VersionsError: the versions cannot be kept.

    """
    with _alone(versions):
        before = read_text(file, "a site's settings")
        after = change(before)
        parse_site(after, str(file))
        versions.keep(before, file, EDITED, accepted=_is_good(before, file))
        version = versions.keep(after, file, by, note=note)
        try:
            replace_file(file, after.encode("utf-8"))
        except OSError as error:
            raise SettingsError(f"{file}: cannot be written ({error.strerror})") from None
        return version


def _is_good(text: str, file: Path) -> bool:
    try:
        parse_site(text, str(file))
    except SettingsError:
        return False
    return True


@contextlib.contextmanager
def _alone(versions: Versions) -> Iterator[None]:
    """Two who change at once: one after the other, neither loses."""
    try:
        versions.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(versions.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise SettingsError(f"{versions.folder}: cannot be written ({error.strerror})") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
