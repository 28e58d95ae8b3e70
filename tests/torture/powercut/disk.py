"""A disk after a power cut: operations in, for any moment and seed what may be left of them.

The rules are POSIX's and no more, stricter than any one file system:

- A file's data is certain up to the beginning of its last finished fsync or fdatasync. Of each
  later write, any 512-byte sectors may be there or not; where the file became longer without
  its data there are zeros.
- An entry (made, renamed, removed) is certain when its directory was synced after it. Syncing the
  file does not save its name. Of later entries any may be there or not; a rename is whole or not
  at all; operations on one name keep their order. In one case of two the cut is kinder, like a
  file system with a journal: all entries up to some moment, none after it.
- A directory that has lost its name has lost what is in it.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.torture.powercut.contents import Change, contents
from tests.torture.powercut.journal import Did, Operation, operations


@dataclass(eq=False, slots=True)
class Node:
    """A file or directory, whatever its names."""

    is_dir: bool
    base: bytes = b""  # of a file that was there before
    changes: list[Change] = field(default_factory=list)
    first: dict[str, "Node"] = field(default_factory=dict)  # entries that were there before
    entries: dict[str, "Node"] = field(default_factory=dict)  # as running programs see them
    syncs: list[tuple[int, int]] = field(default_factory=list)  # moments: begun, ended

    def safe_before(self, cut: int) -> int:
        """The moment before which all is certain, if the power fails at ``cut``."""
        return max((begun for begun, ended in self.syncs if ended < cut), default=-1)


Slot = tuple[Node, str]  # a name in a directory


@dataclass(frozen=True, slots=True)
class Naming:
    """One operation on names: what each slot holds after it; whole or not at all."""

    moment: int
    slots: tuple[tuple[Node, str, Node | None], ...]


class Disk:
    """Everything that was done below ``roots`` since this object was made."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self._nodes: dict[tuple[int, int], Node] = {}
        self._dirs: list[Node] = []
        self._roots = {root.resolve(): self._there(root) for root in roots}
        self._namings: list[Naming] = []
        self.operations: list[Operation] = []

    def play(self, journal: Path) -> None:
        """Takes in the operations of a journal; a second one goes on where the first ended."""
        begun: dict[int, tuple[Node, int]] = {}
        for operation in operations(journal):
            self._do(len(self.operations), operation, begun)
            self.operations.append(operation)

    def marks(self, cut: int) -> list[str]:
        """What programs had written to ``powercut.marks`` before ``cut``, line by line."""
        told = b"".join(one.data for one in self.operations[:cut] if one.did is Did.MARK)
        return told.decode().splitlines()

    def cut(self, moment: int, seed: int) -> None:
        """Makes the folders what they may be after a power cut before operation ``moment``."""
        chance = random.Random(f"{moment} {seed}")  # noqa: S311 (no secret)
        trees = self._trees(moment, chance)
        for path, root in self._roots.items():
            clear(path)
            self._write(path, root, trees, moment, chance)

    def _there(self, path: Path) -> Node:
        """What lies at ``path`` now, as certain."""
        status = path.stat()
        if path.is_dir():
            entries = {one.name: self._there(one) for one in path.iterdir()}
            node = Node(is_dir=True, first=dict(entries), entries=entries)
            self._dirs.append(node)
        else:
            node = Node(is_dir=False, base=path.read_bytes())
        self._nodes[status.st_dev & 0xFFFFFFFF, status.st_ino] = node
        return node

    def _do(self, moment: int, op: Operation, begun: dict[int, tuple[Node, int]]) -> None:
        match op.did:
            case Did.CREATE | Did.MKDIR:
                node = self._nodes[op.inode] = Node(is_dir=op.did is Did.MKDIR)
                if node.is_dir:
                    self._dirs.append(node)
                self._name(moment, [(op.path, node)])
            case Did.WRITE:
                self._nodes[op.inode].changes.append(Change(moment, op.number, op.data))
            case Did.SIZE:
                self._nodes[op.inode].changes.append(Change(moment, op.number, None))
            case Did.SYNC:
                begun[op.number] = (self._nodes[op.inode], moment)
            case Did.SYNCED:
                node, since = begun.pop(op.number)
                node.syncs.append((since, moment))
            case Did.RENAME:
                node = self._find(op.path)
                self._name(moment, [(op.path, None), (op.data.decode(), node)])
            case Did.LINK:
                self._name(moment, [(op.data.decode(), self._find(op.path))])
            case Did.UNLINK | Did.RMDIR:
                self._name(moment, [(op.path, None)])
            case Did.UNKNOWN:
                raise NotImplementedError(f"the model of the disk knows no {op.path}")

    def _name(self, moment: int, named: Iterable[tuple[str, Node | None]]) -> None:
        slots = []
        for path, node in named:
            parent, name = self._slot(path)
            slots.append((parent, name, node))
            if node is None:
                parent.entries.pop(name, None)  # None: a socket, whose making we do not see
            else:
                parent.entries[name] = node
        self._namings.append(Naming(moment, tuple(slots)))

    def _slot(self, path: str) -> Slot:
        parent, _, name = path.rpartition("/")
        return self._find(parent), name

    def _find(self, path: str) -> Node:
        for root, node in self._roots.items():
            if Path(path).is_relative_to(root):
                for name in Path(path).relative_to(root).parts:
                    node = node.entries[name]
                return node
        raise KeyError(path)

    def _trees(self, cut: int, chance: random.Random) -> dict[Node, dict[str, Node]]:
        """The entries of every directory after the cut."""
        namings = [naming for naming in self._namings if naming.moment < cut]
        safe = {node: node.safe_before(cut) for n in namings for node, _, _ in n.slots}
        certain = [any(n.moment < safe[node] for node, _, _ in n.slots) for n in namings]
        group = groups(namings)
        last_certain: dict[int, int] = {}
        for number, naming in enumerate(namings):
            if certain[number]:
                last_certain[group[number]] = naming.moment
        until: dict[int, int] = {}
        if chance.random() < 0.5:
            until = dict.fromkeys(group, chance.randint(0, cut))
        else:
            for number in set(group):
                moments = [n.moment for n, g in zip(namings, group, strict=True) if g == number]
                until[number] = chance.choice([-1, *moments])
        trees = {node: dict(node.first) for node in self._dirs}
        for naming, number in zip(namings, group, strict=True):
            if naming.moment <= max(until[number], last_certain.get(number, -1)):
                for parent, name, node in naming.slots:
                    if node is None:
                        trees[parent].pop(name, None)
                    else:
                        trees[parent][name] = node
        return trees

    def _write(
        self,
        path: Path,
        parent: Node,
        trees: dict[Node, dict[str, Node]],
        cut: int,
        chance: random.Random,
    ) -> None:
        for name, node in trees.get(parent, {}).items():
            if node.is_dir:
                (path / name).mkdir()
                self._write(path / name, node, trees, cut, chance)
            else:
                done = [change for change in node.changes if change.moment < cut]
                left = contents(node.base, done, node.safe_before(cut), chance)
                (path / name).write_bytes(left)


def groups(namings: Sequence[Naming]) -> list[int]:
    """A number for each naming; those that share a name, also through others, share it."""
    leader: dict[Slot, Slot] = {}

    def lead(slot: Slot) -> Slot:
        while leader.setdefault(slot, slot) != slot:
            leader[slot] = leader[leader[slot]]
            slot = leader[slot]
        return slot

    for naming in namings:
        first = lead(naming.slots[0][:2])
        for parent, name, _ in naming.slots[1:]:
            leader[lead((parent, name))] = first
    numbers: dict[Slot, int] = {}
    return [numbers.setdefault(lead(n.slots[0][:2]), len(numbers)) for n in namings]


def clear(folder: Path) -> None:
    """Removes what is in ``folder``, not the folder: it may be a mount."""
    for one in folder.iterdir():
        if one.is_dir() and not one.is_symlink():
            clear(one)
            one.rmdir()
        else:
            one.unlink()
