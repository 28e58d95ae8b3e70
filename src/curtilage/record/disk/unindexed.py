"""Remembers, over kills, which volumes hold recordings that the index has not heard of yet.

An empty file for each in the state folder, from when a volume is first met whose recordings the
index does not know (it was lost, or the disk comes from elsewhere) until all of them are in it. A
recorder whose index cannot be written says of itself that it is *late*: that counts at the start
after it, if it ended before the index had heard of all.
"""

from pathlib import Path

from curtilage.record.disk.durable import Tree

_PREFIX = "unindexed-"
_LATE = "late-"


def mark(state: Path, identity: str) -> None:
    """Its recordings are not in the index."""
    Tree(state).replace(_PREFIX + identity, b"")


def done(state: Path, identity: str) -> None:
    """They are."""
    if (state / (_PREFIX + identity)).exists():
        Tree(state).remove([_PREFIX + identity])


def marked(state: Path) -> set[str]:
    """Identities of the volumes of which some recordings may be missing in the index."""
    return {
        path.name.removeprefix(_PREFIX)
        for path in state.glob(_PREFIX + "*")
        if len(path.name) == len(_PREFIX) + 32
    }


def mark_late(state: Path, identity: str) -> None:
    """The recorder has made files there that the index has not heard of yet."""
    Tree(state).replace(_LATE + identity, b"")


def came_in(state: Path, identity: str) -> None:
    """It has now."""
    Tree(state).remove([_LATE + identity])


def count_late(state: Path, identity: str) -> None:
    """A run begins: what an earlier one left late is not in the index."""
    if (state / (_LATE + identity)).exists():
        mark(state, identity)
        came_in(state, identity)
