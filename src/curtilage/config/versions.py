"""Every version of a site's settings that was ever accepted, so that each can be brought back.

``{state}/settings/NNNN.yaml`` is the owner's text as it was, comments and all; ``index.jsonl``
beside it says when it was taken, from which file, and by whom. A file is written and synced before
its line; so a line always has its file, and a file without line is one that was never taken.

Passwords stand in these files as they stand in the settings: only their owner may read them.
"""

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from curtilage.config.replace import replace_file
from curtilage.errors import InputError

FOLDER: Final = "settings"
INDEX: Final = "index.jsonl"
LOCK: Final = ".lock"

EDITED: Final = "file edit"
RESTORED: Final = "restore"
FIRST: Final = "first start"


class VersionsError(InputError):
    """A version that is not there, or that cannot be read or kept."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the settings."""

    number: int
    time_ns: int  # UTC, when it was taken
    sha256: str
    by: str  # EDITED, RESTORED, FIRST, or who used the API
    file: str  # the settings file, whole path; relative folders in it are beside it
    accepted: bool = True  # False: it was kept when another one replaced it, but it was wrong
    note: str = ""


class Versions:
    """The versions in a site's ``state`` folder. Safe from several processes."""

    def __init__(self, state: Path) -> None:
        self.folder = state / FOLDER

    def all(self) -> list[Version]:
        """Oldest first.

        Raises:
            VersionsError: they cannot be read.

        """
        try:
            lines = (self.folder / INDEX).read_bytes().splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise VersionsError(f"{self.folder}: cannot be read ({error.strerror})") from None
        return [version for line in lines if (version := _version(line)) is not None]

    def latest(self) -> Version | None:
        """The version that was accepted last."""
        return next((one for one in reversed(self.all()) if one.accepted), None)

    def version(self, number: int) -> Version:
        """The version of that number.

        Raises:
            VersionsError: there is none.

        """
        found = self.all()
        for one in found:
            if one.number == number:
                return one
        there = f"there are 1 to {found[-1].number}" if found else "none was kept yet"
        raise VersionsError(f"no version {number} of the settings; {there}")

    def text(self, version: Version) -> str:
        """What the settings file held.

        Raises:
            VersionsError: the file is gone, or is not what was kept.

        """
        path = self.path(version.number)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise VersionsError(f"{path}: cannot be read ({error.strerror})") from None
        if hashlib.sha256(data).hexdigest() != version.sha256:
            raise VersionsError(f"{path}: is not what was kept; its SHA-256 differs")
        return data.decode("utf-8")

    def path(self, number: int) -> Path:
        """Where a version is."""
        return self.folder / f"{number:04}.yaml"

    def keep(
        self, text: str, file: Path, by: str, *, accepted: bool = True, note: str = ""
    ) -> Version:
        """Keep a text; one that is the same as the last is not kept twice.

        Raises:
            VersionsError: it cannot be written.

        """
        data = text.encode("utf-8")
        total = hashlib.sha256(data).hexdigest()
        try:
            with self._locked():
                found = self.all()
                same = found[-1] if found else None
                if same is not None and (same.sha256, same.accepted) == (total, accepted):
                    return same
                number = 1 + max([one.number for one in found] + self._files())
                version = Version(
                    number, time.time_ns(), total, by, str(file.absolute()), accepted, note
                )
                replace_file(self.path(number), data, mode=0o600)
                self._add(version)
                return version
        except OSError as error:
            raise VersionsError(f"{self.folder}: cannot be written ({error.strerror})") from None

    def _add(self, version: Version) -> None:
        """Add a line to the index; what a crash tore there is ended by a line of its own."""
        line = json.dumps(asdict(version)).encode() + b"\n"
        index = os.open(self.folder / INDEX, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(index).st_size
            if size and os.pread(index, 1, size - 1) != b"\n":
                line = b"\n" + line
            if os.write(index, line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(index)
        finally:
            os.close(index)

    def _files(self) -> list[int]:
        return [0, *(int(p.stem) for p in self.folder.glob("*.yaml") if p.stem.isdigit())]

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def _version(line: bytes) -> Version | None:
    try:
        return Version(**json.loads(line))
    except (ValueError, TypeError):
        return None  # torn by a crash
