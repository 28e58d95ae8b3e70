"""A volume: a disk, or a folder of one, that recordings go to, known by a file that names it.

The identity file is what keeps a missing mount from filling the boot disk: a path that the index
knows is only written to when that file is there. It is written to through a descriptor held since
then (``durable.Tree``), so what is mounted or unmounted at the path later cannot lead a write to
another disk; that it happened is noticed within ``CHECK_S`` and the volume is given up.
"""

import contextlib
import fcntl
import json
import os
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

from curtilage.errors import InputError
from curtilage.record.disk.durable import OURS, DiskError, DiskFullError, Tree, VolumeFailedError

IDENTITY = ".curtilage-volume.json"
DAMAGED = "damaged"
"""Folder of files moved aside. A camera may be called so too: its folder holds only folders."""
CHECK_S = 5.0
ROUNDING = 8192  # bytes of a disk's blocks that a write may take beyond its length
MARGIN = 256 << 20  # bytes of room that deletion aims at, so that it is not called at each write
IGNORED = frozenset({"lost+found", "System Volume Information"})


class VolumeError(InputError):
    """A folder that is not fit to be written to; the sentence says which and what would help."""


class VolumeGoneError(VolumeFailedError):
    """The disk is not where it was: unmounted, or another one mounted over it. It may come back."""


class Volume:
    """An open volume. Safe to use from several threads.

    ``failed`` holds the sentence once the volume broke a promise: it is not used again in the life
    of the process. ``gone``: it was unmounted; opening it again is worth a try.
    """

    def __init__(self, identity: str, tree: Tree, reserve: int) -> None:
        self.identity = identity
        self.tree = tree
        self.reserve = reserve  # bytes of free space that are never used
        self.is_new = False  # its identity was made just now: nothing can be on it
        self.failed: str | None = None
        self.gone = False
        self._lock = threading.Lock()
        self._left = 0  # bytes of room when last asked, less what was claimed since
        self._claimed = 0  # bytes that are being written
        self._checked_s = float("-inf")

    @property
    def path(self) -> Path:
        """Where it is, for people; whoever writes goes through ``tree``."""
        return self.tree.path

    @property
    def usable(self) -> bool:
        """Whether it may be written to."""
        return self.failed is None

    @property
    def margin(self) -> int:
        """Bytes of room that deletion aims at beyond the reserve."""
        return min(MARGIN, self.size // 50)

    @property
    def size(self) -> int:
        """Bytes of the whole file system."""
        space = os.fstatvfs(self.tree.root)
        return space.f_blocks * space.f_frsize

    def free(self) -> int:
        """Bytes that the file system still has for us.

        Raises:
            VolumeFailedError: it does not answer.

        """
        try:
            space = os.fstatvfs(self.tree.root)
        except OSError as error:
            raise VolumeFailedError(f"{self.path}: does not answer ({error.strerror})") from error
        return space.f_bavail * space.f_frsize

    def room(self) -> int:
        """Bytes that may be written before the reserve is reached; negative when it is used."""
        return self.free() - self.reserve

    @contextlib.contextmanager
    def claim(self, size: int) -> Iterator[None]:
        """Ask before ``size`` bytes are written, in the block. The disk is asked every ``CHECK_S``.

        Raises:
            VolumeFailedError: it failed before, or is not mounted any more (``VolumeGoneError``).
            DiskFullError: the reserve would be used.

        """
        if self.failed is not None:
            raise VolumeFailedError(self.failed)
        size += ROUNDING
        if time.monotonic() - self._checked_s >= CHECK_S:
            self.check()
        with self._lock:
            if self._left < size:
                self._left = self.room() - self._claimed
            if self._left < size:
                self._left = 0
                raise DiskFullError(
                    f"{self.path}: only the reserve of {_gigabytes(self.reserve)} is left free",
                    again=True,
                )
            self._left -= size
            self._claimed += size
        try:
            yield
        finally:
            with self._lock:
                self._claimed -= size

    def check(self) -> None:
        """Look whether this disk is still the one at its path.

        Raises:
            VolumeGoneError: it is not, or its identity file was taken away.
            VolumeFailedError: it does not answer.
            DiskError: it could not be asked; that is no fault of it.

        """
        held = os.fstat(self.tree.root)
        try:
            here = self.path.stat()
            found = _read_identity(self.tree)
        except FileNotFoundError:
            raise VolumeGoneError(f"{self.path}: its identity file {IDENTITY} is gone") from None
        except OSError as error:
            sentence = f"{self.path}: does not answer ({error.strerror})"
            if error.errno in OURS:  # we have too many files open, say
                raise DiskError(sentence) from error
            raise VolumeFailedError(sentence) from error
        if (here.st_dev, here.st_ino) != (held.st_dev, held.st_ino):
            raise VolumeGoneError(
                f"{self.path}: the disk of volume {_short(self.identity)} is not mounted there "
                "any more"
            )
        if found != self.identity:
            raise VolumeGoneError(f"{self.path}: its identity file {IDENTITY} was changed")
        with self._lock:
            self._left = self.room() - self._claimed
        self._checked_s = time.monotonic()

    def fail(self, error: VolumeFailedError) -> bool:
        """Give the volume up; whether this was the first to say so."""
        with self._lock:
            if self.failed is not None:
                return False
            self.gone = isinstance(error, VolumeGoneError)
            self.failed = str(error)
            self.release()
            return True

    def release(self) -> None:
        """Let another recorder have it."""
        with contextlib.suppress(OSError):
            fcntl.flock(self.tree.root, fcntl.LOCK_UN)


def open_volume(path: Path, reserve: int, known: Mapping[str, Path]) -> Volume:
    """Open the folder at ``path``; a new or empty one becomes a volume.

    Args:
        path: Of the folder.
        reserve: Bytes of free space that are never used.
        known: The index' volumes: path by identity. Empty: the index is new, or was lost; a volume
            with an identity is then taken as it is.

    Raises:
        VolumeError: the folder is not the volume that the index knows there, or cannot be written.
            Nothing was written.

    """
    expected = next((name for name, where in known.items() if _same(where, path)), None)
    tree = _open(path, expected)
    found = _identity_of(tree)
    if found is None:
        if expected is not None:
            raise VolumeError(_not_mounted(path, expected))
        _hold(tree)
        volume = Volume(_make_identity(tree), tree, reserve)
        volume.is_new = True
        return volume
    if not found:
        raise VolumeError(
            f"{path / IDENTITY}: makes no sense; if this is the right disk, write "
            f'{{"volume": "{expected or "32 hexadecimal digits"}"}} into it'
        )
    if expected is not None and found != expected:
        raise VolumeError(
            f"{path}: holds volume {_short(found)}, but the index knows volume "
            f"{_short(expected)} there; mount the right disk, or give this one a path of its own "
            f"(if the other is lost for good: `curtilage volume forget {_short(expected)}`)"
        )
    if expected is None and known and found not in known:
        raise VolumeError(
            f"{path}: holds volume {_short(found)} of another site or an older index; "
            "`curtilage fsck --rebuild` takes its recordings over, or give an empty folder"
        )
    elsewhere = known.get(found)
    if elsewhere is not None and not _same(elsewhere, path) and holds(elsewhere, found):
        raise VolumeError(f"{path}: is the same volume as {elsewhere}; give each disk once")
    _hold(tree)
    _try_writing(tree)
    return Volume(found, tree, reserve)


def adopt_volume(path: Path, reserve: int) -> Volume:
    """Open a folder as whatever volume it says it is, for building the index from the disk alone.

    Raises:
        VolumeError: it says nothing, or cannot be read.

    """
    if not path.is_dir():
        raise VolumeError(f"{path}: is not there, or is no folder")
    tree = _open(path, None)
    found = _identity_of(tree)
    if not found:
        raise VolumeError(f"{path}: is no volume, it has no (sound) {IDENTITY}")
    return Volume(found, tree, reserve)


def holds(path: Path, identity: str) -> bool:
    """Whether the volume of that identity is mounted at ``path`` now."""
    try:
        return bool(json.loads((path / IDENTITY).read_bytes()[:4096])["volume"] == identity)
    except (OSError, ValueError, TypeError, KeyError):
        return False


def _open(path: Path, expected: str | None) -> Tree:
    if not path.exists():
        if expected is not None:
            raise VolumeError(_not_mounted(path, expected))
        try:
            path.mkdir(parents=True)
        except OSError as error:
            raise VolumeError(f"{path}: cannot be made ({error.strerror})") from None
    if not path.is_dir():
        raise VolumeError(f"{path}: is a file, but recordings need a folder of that name")
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise VolumeError(f"{path}: may not be written to by this user, or is read-only")
    try:
        return Tree(path)
    except OSError as error:
        raise VolumeError(f"{path}: cannot be opened ({error.strerror})") from None


def _identity_of(tree: Tree) -> str | None:
    try:
        return _read_identity(tree)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise VolumeError(f"{tree.path / IDENTITY}: cannot be read ({error.strerror})") from None


def _read_identity(tree: Tree) -> str:
    """The volume's identity; a file that makes no sense gives an empty one, which nobody has."""
    try:
        identity = json.loads(tree.read(IDENTITY, 4096))["volume"]
        return uuid.UUID(identity).hex
    except (ValueError, TypeError, KeyError, AttributeError):
        return ""


def _make_identity(tree: Tree) -> str:
    with contextlib.suppress(FileNotFoundError):
        strange = sorted(
            entry.name
            for entry in os.scandir(tree.root)
            if entry.name not in IGNORED and entry.name[0] != "."
        )
        if strange:
            raise VolumeError(
                f"{tree.path}: is no volume of Curtilage and not empty (it holds {strange[0]}); "
                "give an empty folder"
            )
    identity = uuid.uuid4().hex
    try:
        _sync_way_to(tree.path)
        tree.replace(IDENTITY, json.dumps({"volume": identity, "version": 1}).encode() + b"\n")
    except DiskError as error:
        raise VolumeError(str(error)) from None
    return identity


def _hold(tree: Tree) -> None:
    """One recorder at a time, also when each has a state folder of its own."""
    try:
        fcntl.flock(tree.root, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise VolumeError(f"{tree.path}: another recorder writes to this folder") from None
    except OSError:
        pass  # a file system without locks


def _try_writing(tree: Tree) -> None:
    """A disk that refuses is better known now than at the first recording."""
    try:
        tree.replace(".curtilage-probe", b"")
        tree.remove([".curtilage-probe"])
    except DiskFullError:
        pass  # deletion makes room; that is not for here
    except DiskError as error:
        raise VolumeError(str(error)) from None


def _sync_way_to(path: Path) -> None:
    """Have the names of the folders above a new volume on the disk."""
    for folder in path.absolute().parents:
        with contextlib.suppress(OSError):  # not ours to read: then it was not made by us either
            Tree(folder).sync()


def _same(one: Path, other: Path) -> bool:
    return one == other or one.absolute() == other.absolute() or _real(one) == _real(other)


def _real(path: Path) -> str:
    return os.path.realpath(path)


def _not_mounted(path: Path, identity: str) -> str:
    return (
        f"{path}: the disk of volume {_short(identity)} is not mounted there; nothing is written "
        f"(if it is lost for good: `curtilage volume forget {path}`)"
    )


def _short(identity: str) -> str:
    return identity[:8] or "(unreadable)"


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.3g} GB" if size >= 1e8 else f"{size / 1e6:.3g} MB"
