"""What may be in a file after a power cut: its changes in, bytes out."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

SECTOR = 512


@dataclass(frozen=True, slots=True)
class Change:
    """A write of ``data`` at ``number``, or without data a new size of ``number`` bytes."""

    moment: int
    number: int
    data: bytes | None


def contents(
    base: bytes, changes: Sequence[Change], safe_before: int, chance: random.Random
) -> bytes:
    """What may be left of a file: all changes before ``safe_before``, any of the others."""
    file = bytearray(base)
    open_ones: list[Change] = []
    for change in changes:
        if change.moment < safe_before:
            apply(file, change)
        else:
            open_ones.append(change)
    chance.choice(FATES)(file, open_ones, chance)
    return bytes(file)


def apply(file: bytearray, change: Change) -> None:
    """Does a change whole."""
    data = change.data
    end = change.number + len(data or b"")
    if len(file) < end:
        file.extend(bytes(end - len(file)))
    if data is None:
        del file[change.number :]
    else:
        file[change.number : end] = data


def _nothing(_file: bytearray, _changes: Sequence[Change], _chance: random.Random) -> None:
    pass


def _everything(file: bytearray, changes: Sequence[Change], _: random.Random) -> None:
    for change in changes:
        apply(file, change)


def _beginning(file: bytearray, changes: Sequence[Change], chance: random.Random) -> None:
    """The first changes, and a part of the next one."""
    count = chance.randint(0, len(changes))
    for change in changes[:count]:
        apply(file, change)
    if count < len(changes):
        change = changes[count]
        if change.data:
            size = chance.randrange(0, len(change.data) + 1, SECTOR)
            apply(file, Change(change.moment, change.number, change.data[:size]))


def _sectors(file: bytearray, changes: Sequence[Change], chance: random.Random) -> None:
    """Any sectors; the file is as long as it would be, with zeros for what did not arrive."""
    for change in changes:
        if change.data is None:
            if chance.random() < 0.5:
                apply(file, change)
            continue
        end = change.number + len(change.data)
        if len(file) < end and chance.random() < 0.7:
            file.extend(bytes(end - len(file)))
        for at in range(0, len(change.data), SECTOR):
            if chance.random() < 0.5:
                piece = change.data[at : at + SECTOR]
                apply(file, Change(change.moment, change.number + at, piece))


def _only_longer(file: bytearray, changes: Sequence[Change], _: random.Random) -> None:
    """The new length without any of the data: all zeros."""
    for change in changes:
        size = change.number + len(change.data or b"")
        if change.data is not None and size > len(file):
            file.extend(bytes(size - len(file)))


FATES: tuple[Callable[[bytearray, Sequence[Change], random.Random], None], ...] = (
    _nothing,
    _everything,
    _beginning,
    _sectors,
    _only_longer,
)
