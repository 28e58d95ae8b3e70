"""One analysis at a time may write into an output folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from curtilage.app.outputs.files import OutputError, told

NAME = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder for the block. The system lets go of it when the process dies.

    Raises:
        OutputError: another process holds it.

    """
    path = folder / NAME
    with told(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OutputError(
                f"{folder}: another analysis is writing into it; wait for it or give another --out"
            ) from None
        yield
    finally:
        os.close(descriptor)
