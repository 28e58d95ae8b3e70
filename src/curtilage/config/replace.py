"""Replace a file as a whole: after a crash it is the old one or the new one."""

import contextlib
import errno
import os
import secrets
from pathlib import Path

IN_PLACE = (errno.EBUSY, errno.EXDEV, errno.EACCES, errno.EPERM, errno.EROFS)
"""A single file mounted into a container, or in a folder of somebody else's, has no other way."""


def replace_file(path: Path, data: bytes, mode: int | None = None) -> None:
    """Let ``path`` hold ``data``, on the disk when this returns; a link to a file stays one.

    Args:
        path: The file; made if missing.
        data: Its new content.
        mode: Its permissions; by default those it has, or 0600 (settings hold passwords).

    Raises:
        OSError: it cannot be written; it is as it was.

    """
    path = Path(os.path.realpath(path))
    with contextlib.suppress(FileNotFoundError):
        mode = path.stat().st_mode & 0o777 if mode is None else mode
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        _write(beside, data, 0o600 if mode is None else mode)
        try:
            beside.rename(path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise
        _sync(path.parent)
    except OSError as error:
        if error.errno not in IN_PLACE or not path.exists():
            raise
        _write_in_place(path, data)


def _write(path: Path, data: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.fchmod(descriptor, mode)
        _all(descriptor, data)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)


def _write_in_place(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_TRUNC)
    try:
        _all(descriptor, data)
    finally:
        os.close(descriptor)


def _all(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]
    os.fsync(descriptor)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
