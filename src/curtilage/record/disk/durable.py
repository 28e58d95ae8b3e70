"""Writes files so that they survive a power cut: the only place of the recorder that calls fsync.

The one idea: a name, a length and bytes are three things to a disk, and each is only kept once it
was asked for. Bytes and length are kept by ``fdatasync`` of the file, its name by ``fsync`` of its
folder, the folder's name by ``fsync`` of the folder above. A failed sync is never repeated on the
same file: the kernel may have thrown the bytes away and answer the second one with success ("Can
Applications Recover from fsync Failures?", USENIX ATC 2020). System calls, all relative to the
volume's held descriptor: ``openat``, ``mkdirat``, ``pwritev``, ``ftruncate``, ``fsync``,
``fdatasync``, ``unlinkat``, ``renameat``.
"""

import contextlib
import errno
import os
import stat
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from curtilage.errors import InputError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
OURS = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOTDIR, errno.EISDIR})
"""Refusals that say nothing against the disk."""
PARTIAL = ".partial"
ATTEMPTS = 3  # at a folder that somebody else removes just when a file is made in it


class DiskError(InputError):
    """Something could not be written; the volume may be used on."""


class DiskFullError(DiskError):
    """No space is left. ``again``: once there is, the same file may be written on."""

    def __init__(self, sentence: str, *, again: bool) -> None:
        super().__init__(sentence)
        self.again = again


class VolumeFailedError(DiskError):
    """The disk broke a promise or is gone: nothing on this volume can be trusted any more."""


class Tree:
    """A folder held open, with durable operations on what is beneath it.

    Paths are relative and posix. Since the folder is held by its descriptor, whatever is mounted
    or unmounted at its path later, no operation ever touches another disk. The descriptor is
    closed when nobody refers to the tree any more.

    Raises:
        OSError: the folder cannot be opened (only here; later refusals are ``DiskError``).

    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.root = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        self._kept: set[str] = set()  # folders whose names are known to be on the disk
        self._lock = threading.Lock()  # no folder goes while a file is being made in it
        weakref.finalize(self, os.close, self.root)

    def create(self, path: str, data: bytes) -> int:
        """Make a new file and return its descriptor, open for writing.

        After it returned, a power cut leaves the file with its name, all of ``data``, and every
        folder above it. After it raised, or was killed, there is no file or a part of one.

        Raises:
            FileExistsError: there is a file of that name; it was not touched.
            DiskFullError: there is no room; nothing is left of the file.
            DiskError: something of ours is in the way, or used up; nothing is left of the file.
            VolumeFailedError: a sync failed or the disk did; something may be left of the file.

        """
        with self._told(path):
            descriptor = self._open_new(path)
        try:
            with self._told(path):
                _write_all(descriptor, [data], 0)
            self._sync(descriptor, path)
            self._sync_folder(_parent(path))
        except BaseException as error:
            with contextlib.suppress(OSError):
                os.close(descriptor)
            if isinstance(error, DiskError) and not isinstance(error, VolumeFailedError):
                with contextlib.suppress(DiskError):
                    self.remove([path])
            raise
        return descriptor

    def append(self, descriptor: int, path: str, size: int, data: Sequence[bytes]) -> int:
        """Write ``data`` behind the first ``size`` bytes and return the new size.

        After it returned, a power cut leaves all of it. After it raised, the file was cut back to
        ``size`` as far as the disk still does anything. Killed in it: a part of ``data`` is there.

        Raises:
            DiskFullError: no room; nothing of ``data`` is there.
            VolumeFailedError: the sync failed or the disk did; the file must not be written again.

        """
        try:
            with self._told(path):
                written = _write_all(descriptor, data, size)
            self._sync_data(descriptor, path)
        except DiskError:
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, size)
            raise
        return size + written

    def cut(self, path: str, size: int) -> None:
        """Shorten a file to ``size`` bytes. After it returned, a power cut leaves it short."""
        with self._told(path):
            descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW, dir_fd=self.root)
        try:
            with self._told(path):
                os.ftruncate(descriptor, size)
            self._sync(descriptor, path)
        finally:
            os.close(descriptor)

    def settle(self, path: str, size: int) -> None:
        """Have a file that somebody else wrote on the disk: its first ``size`` bytes, its name.

        After it returned, a power cut leaves exactly that, and every folder above it.

        Raises:
            FileNotFoundError: there is no such file.

        """
        length = self.size(path)
        if length is not None and length > size:
            self.cut(path, size)
        self.keep(path)

    def keep(self, path: str) -> None:
        """The same for a file that stays as long as it is.

        Raises:
            FileNotFoundError: there is no such file.

        """
        with self._told(path):
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=self.root)
        try:
            self._sync(descriptor, path)
        finally:
            os.close(descriptor)
        with self._told(path), self._lock:
            self._make_folders(_parent(path))
        self._sync_folder(_parent(path))

    def remove(self, paths: Iterable[str]) -> None:
        """Remove files, and the folders that become empty by it. Missing ones are no error.

        After it returned, a power cut brings none of them back. One sync per folder, however many
        files of it are removed.
        """
        folders: dict[str, None] = {}
        for path in paths:
            with self._told(path), contextlib.suppress(FileNotFoundError, NotADirectoryError):
                os.unlink(path, dir_fd=self.root)
            folders[_parent(path)] = None
        for folder in folders:
            kept = self._remove_if_empty(folder)
            self._sync_folder(kept)

    def rename(self, old: str, new: str) -> None:
        """Give a file another name beneath this folder; folders on the way are made.

        After it returned, a power cut leaves the new name only. Cut off in it: the old, the new,
        or (between the two syncs, on file systems that do not order them) both.

        Raises:
            FileExistsError: the new name is taken.

        """
        with self._told(new), self._lock:
            self._make_folders(_parent(new))
            if self.exists(new):
                raise FileExistsError(errno.EEXIST, "is taken", new)
            os.rename(old, new, src_dir_fd=self.root, dst_dir_fd=self.root)
        self._sync_folder(_parent(new))
        self._sync_folder(self._remove_if_empty(_parent(old)))

    def replace(self, path: str, data: bytes) -> None:
        """Make a small file, or put it in the place of the one there, in a single step.

        After it returned, a power cut leaves the new one; before, the old one or none.
        """
        partial = path + PARTIAL
        with self._told(path), contextlib.suppress(FileNotFoundError):
            os.unlink(partial, dir_fd=self.root)
        os.close(self.create(partial, data))
        with self._told(path):
            os.rename(partial, path, src_dir_fd=self.root, dst_dir_fd=self.root)
        self._sync_folder(_parent(path))

    def sync(self) -> None:
        """Have the names in the folder itself on the disk."""
        self._sync_folder("")

    def exists(self, path: str) -> bool:
        """Whether there is anything of that name.

        Raises:
            VolumeFailedError: the disk does not answer.

        """
        return self._status(path) is not None

    def size(self, path: str) -> int | None:
        """Bytes of a file, or None when there is no such file; a folder is none.

        Raises:
            VolumeFailedError: the disk does not answer.

        """
        status = self._status(path)
        if status is None or not (stat.S_ISREG(status.st_mode) or stat.S_ISLNK(status.st_mode)):
            return None
        return status.st_size

    def read(self, path: str, limit: int) -> bytes:
        """At most the first ``limit`` bytes of a file.

        Raises:
            OSError: it cannot be read.

        """
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=self.root)
        with os.fdopen(descriptor, "rb") as file:
            return file.read(limit)

    def _status(self, path: str) -> os.stat_result | None:
        with self._told(path):
            try:
                return os.stat(path, dir_fd=self.root, follow_symlinks=False)
            except (FileNotFoundError, NotADirectoryError):
                return None

    def _open_new(self, path: str) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        for _ in range(ATTEMPTS):
            try:
                with self._lock:
                    self._make_folders(_parent(path))
                    return os.open(path, flags, 0o640, dir_fd=self.root)
            except FileNotFoundError:
                self._kept.difference_update(_folders_down_to(_parent(path)))
        raise VolumeFailedError(f"{self.path}: the folder was removed")

    def _make_folders(self, folder: str) -> None:
        """Make ``folder`` and those above it, each one's name synced before anything is in it.

        One that was there already is synced too, once: a process that was killed may have made it
        and not come to the sync.
        """
        for name in _folders_down_to(folder):
            if name in self._kept:
                continue
            with contextlib.suppress(FileExistsError):
                os.mkdir(name, 0o750, dir_fd=self.root)
            self._sync_folder(_parent(name))
            self._kept.add(name)

    def _remove_if_empty(self, folder: str) -> str:
        """Remove ``folder`` and those above it that are empty; the first that is left."""
        while folder:
            try:
                with self._told(folder), contextlib.suppress(FileNotFoundError), self._lock:
                    self._kept.discard(folder)
                    os.rmdir(folder, dir_fd=self.root)
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
                return folder
            folder = _parent(folder)
        return folder

    def _sync(self, descriptor: int, path: str) -> None:
        with self._told_of_sync(path):
            os.fsync(descriptor)

    def _sync_data(self, descriptor: int, path: str) -> None:
        with self._told_of_sync(path):
            os.fdatasync(descriptor)

    def _sync_folder(self, folder: str) -> None:
        try:
            with self._told(folder):
                descriptor = os.open(folder or ".", os.O_RDONLY | os.O_DIRECTORY, dir_fd=self.root)
        except FileNotFoundError:  # another thread has removed it: its files are gone with it
            return
        try:
            with self._told_of_sync(folder):
                os.fsync(descriptor)
        finally:
            os.close(descriptor)

    @contextmanager
    def _told(self, path: str) -> Iterator[None]:
        """Turns refusals of the disk into ours; names that are (not) there stay as they are."""
        try:
            yield
        except OSError as error:
            if error.errno in FULL:
                raise DiskFullError(f"{self.path}: the disk is full", again=True) from error
            if error.errno in (errno.EEXIST, errno.ENOENT, errno.ENOTEMPTY):
                raise
            sentence = f"{self.path / path}: cannot be written ({error.strerror})"
            if error.errno in OURS:
                raise DiskError(sentence) from error
            raise VolumeFailedError(sentence) from error

    @contextmanager
    def _told_of_sync(self, path: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in FULL:
                raise DiskFullError(f"{self.path}: the disk is full", again=False) from error
            raise VolumeFailedError(
                f"{self.path / path}: the disk did not keep what was written ({error.strerror})"
            ) from error


def _write_all(descriptor: int, data: Sequence[bytes], offset: int) -> int:
    """Write every buffer from ``offset`` on; a short write goes on where it stopped."""
    waiting = [memoryview(piece) for piece in data if piece]
    total = 0
    while waiting:
        written = os.pwritev(descriptor, waiting[:512], offset + total)
        if written == 0:
            raise OSError(errno.EIO, "nothing was written")
        total += written
        while waiting and written >= len(waiting[0]):
            written -= len(waiting.pop(0))
        if written:
            waiting[0] = waiting[0][written:]
    return total


def _parent(path: str) -> str:
    """Folder of a path; empty for the tree itself."""
    return path.rpartition("/")[0]


def _folders_down_to(folder: str) -> list[str]:
    parts = PurePosixPath(folder).parts
    return ["/".join(parts[: n + 1]) for n in range(len(parts))]
