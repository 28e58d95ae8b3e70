"""The journal of the shim: bytes in, operations out."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from struct import Struct

RECORD = Struct("<IIIIQQQ")


class Did(IntEnum):
    """What was done; the numbers of ``shim.c``."""

    CREATE = 1
    MKDIR = 2
    WRITE = 3
    SIZE = 4
    SYNC = 5
    SYNCED = 6
    RENAME = 7
    UNLINK = 8
    RMDIR = 9
    LINK = 10
    MARK = 11
    UNKNOWN = 12


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, in the order in which they happened."""

    did: Did
    time_ns: int  # UTC
    inode: tuple[int, int]  # device, inode
    number: int  # offset of a write, new size, or number of a sync
    path: str
    data: bytes  # written, or the second path


def operations(journal: Path) -> Iterator[Operation]:
    """The operations in ``journal``; a last one that was cut off by a kill is left out."""
    read, at = journal.read_bytes(), 0
    while at + RECORD.size <= len(read):
        did, path_size, data_size, device, time_ns, inode, number = RECORD.unpack_from(read, at)
        at += RECORD.size
        if at + path_size + data_size > len(read):
            return
        path = read[at : at + path_size].decode()
        data = read[at + path_size : at + path_size + data_size]
        at += path_size + data_size
        yield Operation(Did(did), time_ns, (device, inode), number, path, data)
