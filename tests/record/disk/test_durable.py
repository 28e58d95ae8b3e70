import errno
import os
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from curtilage.record.disk.durable import DiskError, DiskFullError, Tree, VolumeFailedError
from tests.record.disks import read_only, small_disk


class Trace:
    """The calls that decide what survives a power cut, in order, with paths beneath the tree."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, top: Path) -> None:
        self.calls: list[str] = []
        self._top = top
        for name in ("fsync", "fdatasync"):
            self._watch(monkeypatch, name, lambda fd, *_: self._where(fd))
        for name in ("mkdir", "rmdir", "unlink", "rename"):
            self._watch(monkeypatch, name, lambda path, *_: str(path))
        self._watch(monkeypatch, "pwritev", lambda fd, *_: self._where(fd))

    def _where(self, descriptor: int) -> str:
        return os.path.relpath(Path(f"/proc/self/fd/{descriptor}").readlink(), self._top)

    def _watch(self, patch: pytest.MonkeyPatch, name: str, say: Callable[..., str]) -> None:
        real = getattr(os, name)

        def called(*args: Any, **named: Any) -> Any:
            self.calls.append(f"{name} {say(*args)}")
            return real(*args, **named)

        patch.setattr(os, name, called)


def test_a_new_file_has_its_bytes_then_its_name_then_each_folder_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = Tree(tmp_path)
    trace = Trace(monkeypatch, tmp_path)
    os.close(tree.create("cam/main/1.mp4", b"head"))
    assert trace.calls == [
        "mkdir cam",
        "fsync .",
        "mkdir cam/main",
        "fsync cam",
        "pwritev cam/main/1.mp4",
        "fsync cam/main/1.mp4",
        "fsync cam/main",
    ]
    trace.calls.clear()
    os.close(tree.create("cam/main/2.mp4", b"head"))
    assert trace.calls == ["pwritev cam/main/2.mp4", "fsync cam/main/2.mp4", "fsync cam/main"]


def test_a_folder_that_a_killed_process_made_is_kept_before_anything_is_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cam").mkdir()
    tree = Tree(tmp_path)
    trace = Trace(monkeypatch, tmp_path)
    os.close(tree.create("cam/1.mp4", b"head"))
    assert trace.calls.index("fsync .") < trace.calls.index("pwritev cam/1.mp4")


def test_append_keeps_bytes_before_it_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = Tree(tmp_path)
    file = tree.create("1.mp4", b"head")
    trace = Trace(monkeypatch, tmp_path)
    assert tree.append(file, "1.mp4", 4, [b"one", b"", b"two"]) == 10
    assert trace.calls == ["pwritev 1.mp4", "fdatasync 1.mp4"]
    assert (tmp_path / "1.mp4").read_bytes() == b"headonetwo"


def test_removal_syncs_each_folder_once_and_takes_empty_folders_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = Tree(tmp_path)
    for name in ("cam/01/1", "cam/01/2", "cam/02/1", "cam/02/2"):
        os.close(tree.create(name, b"x"))
    trace = Trace(monkeypatch, tmp_path)
    tree.remove(["cam/01/1", "cam/01/2", "cam/02/1", "cam/02/none"])
    assert trace.calls.count("fsync cam") == 1
    assert trace.calls.count("fsync cam/02") == 1
    assert not (tmp_path / "cam/01").exists()
    assert (tmp_path / "cam/02/2").exists()
    tree.remove(["cam/02/2"])
    assert list(tmp_path.iterdir()) == []
    os.close(tree.create("cam/01/1", b"again"))
    assert (tmp_path / "cam/01/1").read_bytes() == b"again"


def test_files_are_made_while_their_empty_folder_is_being_removed(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    made = 300

    def remove() -> None:
        for n in range(made):
            tree.remove([f"cam/day/none-{n}"])

    thread = Thread(target=remove)
    thread.start()
    for n in range(made):
        os.close(tree.create(f"cam/day/{n}", b"x"))
        tree.remove([f"cam/day/{n}"])
    thread.join(30)
    assert not thread.is_alive()


def test_a_file_that_is_there_is_not_touched(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    (tmp_path / "1.mp4").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        tree.create("1.mp4", b"other")
    assert (tmp_path / "1.mp4").read_bytes() == b"mine"


def test_a_file_in_the_place_of_a_folder_is_told_and_does_not_fail_the_volume(
    tmp_path: Path,
) -> None:
    (tmp_path / "cam").write_bytes(b"")
    with pytest.raises(DiskError, match="Not a directory") as caught:
        Tree(tmp_path).create("cam/main/1.mp4", b"x")
    assert not isinstance(caught.value, VolumeFailedError)


def test_too_many_open_files_leave_no_file_and_do_not_fail_the_volume(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree, real = Tree(tmp_path), os.open
    os.close(tree.create("cam/0", b""))

    def run_out(path: str, flags: int, *args: int, **named: int) -> int:
        if flags & os.O_DIRECTORY:
            raise OSError(errno.EMFILE, "Too many open files")
        return real(path, flags, *args, **named)

    monkeypatch.setattr(os, "open", run_out)
    with pytest.raises(DiskError, match="Too many open files") as caught:
        tree.create("cam/1", b"x")
    assert not isinstance(caught.value, VolumeFailedError)
    assert not (tmp_path / "cam/1").exists()


def test_short_writes_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.pwritev
    monkeypatch.setattr(os, "pwritev", lambda fd, data, at: real(fd, [data[0][:3]], at))
    tree = Tree(tmp_path)
    file = tree.create("1", b"abcdefgh")
    tree.append(file, "1", 8, [b"ijklm", b"nopq", b"r"])
    assert (tmp_path / "1").read_bytes() == b"abcdefghijklmnopqr"


def test_a_failed_sync_fails_the_volume_and_is_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = Tree(tmp_path)
    file = tree.create("1", b"head")
    calls = 0

    def fail(_descriptor: int) -> None:
        nonlocal calls
        calls += 1
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fdatasync", fail)
    with pytest.raises(VolumeFailedError, match="did not keep"):
        tree.append(file, "1", 4, [b"lost"])
    assert calls == 1
    assert (tmp_path / "1").read_bytes() == b"head"


def test_a_full_disk_leaves_the_file_at_its_last_whole_fragment(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "1m") as disk:
        tree = Tree(disk)
        file = tree.create("cam/1.mp4", b"h" * 1000)
        size = tree.append(file, "cam/1.mp4", 1000, [b"x" * 300_000])
        with pytest.raises(DiskFullError) as caught:
            tree.append(file, "cam/1.mp4", size, [b"y" * 900_000])
        assert caught.value.again
        assert (disk / "cam/1.mp4").stat().st_size == size == 301_000
        with pytest.raises(DiskFullError):
            tree.create("cam/2.mp4", b"z" * 900_000)
        assert not (disk / "cam/2.mp4").exists()
        assert tree.append(file, "cam/1.mp4", size, [b"y" * 1000]) == 302_000


def test_a_disk_that_became_read_only_fails_the_volume(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "1m") as disk:
        tree = Tree(disk)
        read_only(disk)
        with pytest.raises(VolumeFailedError, match="Read-only"):
            tree.create("cam/1.mp4", b"x")


def test_replace_is_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = Tree(tmp_path)
    tree.replace("name", b"old")
    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", lambda *_a, **_n: (_ for _ in ()).throw(OSError(5, "io")))
        with pytest.raises(VolumeFailedError):
            tree.replace("name", b"new")
    assert (tmp_path / "name").read_bytes() == b"old"
    tree.replace("name", b"new")
    assert (tmp_path / "name").read_bytes() == b"new"


def test_rename_makes_folders_and_takes_no_other_name(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    os.close(tree.create("cam/day/1", b"1"))
    os.close(tree.create("damaged/2", b"2"))
    with pytest.raises(FileExistsError):
        tree.rename("cam/day/1", "damaged/2")
    tree.rename("cam/day/1", "damaged/1")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["damaged"]


def test_the_descriptor_is_let_go_with_the_tree(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    root = tree.root
    os.fstat(root)
    del tree
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(root)
