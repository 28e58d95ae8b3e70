"""Writes files of an output folder so that a reader never sees half of one.

Content goes to a temporary file beside its place, is flushed to the disk, and takes the name of
the old one in a single step; a full disk or a power cut leaves the old file as it was.
"""

import contextlib
import errno
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TextIO

from curtilage.errors import InputError

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
PARTIAL = ".partial"


class OutputError(InputError):
    """An output folder that cannot be written; the sentence names it and says what would help."""


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A binary file that becomes ``path`` when the block ends well.

    Raises:
        OutputError: it cannot be written.

    """
    partial = path.with_name(path.name + PARTIAL)
    with told(path):
        try:
            with partial.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
            sync_folder(path.parent)
        except BaseException:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
            raise


@contextmanager
def replacing_text(path: Path) -> Iterator[TextIO]:
    """The same for UTF-8 text; line ends are written as they are given."""
    with replacing(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        yield text
        text.flush()
        text.detach()


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turns failures of the disk into a sentence about ``path``."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        raise OutputError(sentence(path, error)) from error


def sentence(path: Path, error: OSError) -> str:
    """What the disk refused, and what would help."""
    if error.errno in NO_ROOM:
        return (
            f"{path.parent}: no space is left for {path.name}; free some and run the same command "
            "again, it goes on where it stopped"
        )
    return f"{path}: cannot be written ({error.strerror})"


def make_folder(path: Path) -> None:
    """Make ``path`` a folder that can be written into.

    Raises:
        OutputError: it is a file, or cannot be made or written.

    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        taken = next((p for p in (path, *path.parents) if p.is_file()), path)
        raise OutputError(
            f"{taken}: is a file, but the results need a folder of that name"
        ) from None
    except OSError as error:
        raise OutputError(f"{path}: cannot be made ({error.strerror})") from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise OutputError(f"{path}: is a folder that you may not write into")


def sync_folder(path: Path) -> None:
    """Have the folder's names on the disk, not only the contents of its files."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
