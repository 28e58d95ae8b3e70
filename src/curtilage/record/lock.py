"""One process at a time writes a site's recordings and their index.

A lock of the system on ``recorder.lock`` in the state folder: a dead process cannot keep it.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from curtilage.errors import InputError

NAME = "recorder.lock"


class LockError(InputError):
    """Another process holds the state folder, or it cannot be written."""


@contextmanager
def locked(state: Path) -> Iterator[None]:
    """Hold a state folder for the block.

    Raises:
        LockError: another process holds it; its number is in the sentence where it is known.

    """
    try:
        state.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(state / NAME, os.O_RDWR | os.O_CREAT, 0o640)
    except OSError as error:
        raise LockError(f"{state}: cannot be written ({error.strerror})") from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            who = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
            raise LockError(
                f"{state}: a recorder or fsck is running on this folder"
                + (f" (process {who})" if who.isdigit() else "")
                + "; stop it first"
            ) from None
        with contextlib.suppress(OSError):  # the number is a courtesy; a full disk has no room
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
        yield
    finally:
        os.close(descriptor)
