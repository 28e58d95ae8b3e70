"""One supervisor at a time runs a site. A lock of the system: a dead process cannot keep it."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from curtilage.errors import InputError

NAME = "supervisor.lock"


class RunningError(InputError):
    """The site is run already, or its state folder cannot be written."""


@contextmanager
def locked(state: Path) -> Iterator[None]:
    """Hold a state folder for the block.

    Raises:
        RunningError: another process holds it, or it cannot be written.

    """
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o750)
        descriptor = os.open(state / NAME, os.O_RDWR | os.O_CREAT, 0o640)
    except OSError as error:
        raise RunningError(f"{state}: cannot be written ({error.strerror})") from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            who = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
            raise RunningError(
                f"{state}: `curtilage run` is running on this folder already"
                + (f" (process {who})" if who.isdigit() else "")
                + "; stop it first"
            ) from None
        with contextlib.suppress(OSError):  # the number is a courtesy; a full disk has no room
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
        yield
    finally:
        os.close(descriptor)


def is_held(state: Path) -> bool:
    """Whether a supervisor runs on this folder."""
    try:
        descriptor = os.open(state / NAME, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
