"""Moves a damaged file out of the recordings, with a text beside it that says why.

The text comes first: a file in ``damaged/`` is never without its reason, whenever we are killed.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from curtilage.record.disk.durable import Tree
from curtilage.record.disk.names import MOST
from curtilage.record.disk.volume import DAMAGED

REASON = ".reason.txt"


def move_aside(tree: Tree, path: str, reason: str) -> str:
    """Move the file at ``path`` to ``damaged/`` with its reason; the new path.

    After it returned, a power cut brings it not back.

    Raises:
        DiskError: the disk refuses.

    """
    target = next(name for name in _names(path) if not tree.exists(name))
    tree.replace(target + REASON, f"{path}\n{reason}\n".encode())
    tree.rename(path, target)
    return target


def _names(path: str) -> Iterator[str]:
    """Flat, so that no name is that of a camera called "damaged"."""
    whole = PurePosixPath(path)
    stem = f"{DAMAGED}/{'-'.join(whole.with_suffix('').parts)}"
    yield stem + whole.suffix
    for number in range(1, MOST):
        yield f"{stem}-{number}{whole.suffix}"
