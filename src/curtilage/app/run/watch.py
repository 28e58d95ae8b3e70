"""The owner's settings file, looked at every second: has it another content?

Looking beats being told: it works on every file system, through links, and for editors that write
beside the file and rename. A change counts once two looks agree, so a file that is half written is
not judged.
"""

import hashlib
import stat
from pathlib import Path
from typing import TypeAlias

from curtilage.config.load import LARGEST_FILE

_Look: TypeAlias = "tuple[int, int, int, int] | None"


class FileWatch:
    """Tells changes of the content of one file. For one thread.

    Args:
        path: The file, or a link to it.
        sha256: Of the content that is known.

    """

    def __init__(self, path: Path, sha256: str) -> None:
        self._path = path
        self._known = sha256
        self._judged: _Look = _look(path)
        self._seen = self._judged
        self._first = True

    def again(self) -> None:
        """What was seen last could not be taken: tell it once more."""
        self._first, self._known = True, "nothing"

    def changed(self) -> bool:
        """Whether its content is another one than when this was last true. Cheap."""
        now = _look(self._path)
        steady, self._seen = now == self._seen, now
        if not steady or (now == self._judged and not self._first):
            return False
        self._first, self._judged = False, now
        if now is None:
            return True  # it is gone
        found = _content(self._path)
        changed, self._known = found != self._known, found
        return changed


def _content(path: Path) -> str:
    """SHA-256; of what cannot be settings: when it was so. A pipe would be read for ever."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST_FILE:
            return f"none, {found.st_ino} of {found.st_ctime_ns}"
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _look(path: Path) -> _Look:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
