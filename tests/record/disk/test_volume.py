import errno
import json
import os
from pathlib import Path

import pytest

from curtilage.record.disk.durable import DiskError, DiskFullError, VolumeFailedError
from curtilage.record.disk.volume import (
    IDENTITY,
    VolumeError,
    VolumeGoneError,
    adopt_volume,
    open_volume,
)
from tests.record.disks import mount, small_disk, unmount


def test_a_new_folder_becomes_a_volume_and_is_known_again(tmp_path: Path) -> None:
    made = open_volume(tmp_path / "new/disk", 0, {})
    identity, path = made.identity, made.path
    assert json.loads((path / IDENTITY).read_text())["volume"] == identity
    del made
    again = open_volume(path, 0, {identity: path})
    assert again.identity == identity
    assert adopt_volume(path, 0).identity == identity


def test_a_known_path_without_identity_is_an_error_and_stays_untouched(tmp_path: Path) -> None:
    mounted = tmp_path / "mnt"
    mounted.mkdir()
    with pytest.raises(VolumeError, match=r"disk of volume abcdefab is not mounted .* nothing is"):
        open_volume(mounted, 0, {"abcdefab" * 4: mounted})
    assert list(mounted.iterdir()) == []
    with pytest.raises(VolumeError, match="not mounted"):
        open_volume(tmp_path / "gone", 0, {"abcdefab" * 4: tmp_path / "gone"})
    assert not (tmp_path / "gone").exists()


def test_another_disk_at_a_known_path_is_an_error(tmp_path: Path) -> None:
    open_volume(tmp_path, 0, {})
    with pytest.raises(VolumeError, match="mount the right disk"):
        open_volume(tmp_path, 0, {"0" * 32: tmp_path})


def test_a_volume_of_somebody_else_is_an_error(tmp_path: Path) -> None:
    open_volume(tmp_path / "theirs", 0, {})
    with pytest.raises(VolumeError, match="of another site"):
        open_volume(tmp_path / "theirs", 0, {"0" * 32: tmp_path / "ours"})


def test_after_the_index_was_lost_volumes_are_taken_as_they_are(tmp_path: Path) -> None:
    identity = open_volume(tmp_path, 0, {}).identity
    assert open_volume(tmp_path, 0, {}).identity == identity


def test_a_volume_that_moved_is_known_by_its_identity(tmp_path: Path) -> None:
    identity = open_volume(tmp_path / "old", 0, {}).identity
    (tmp_path / "old").rename(tmp_path / "new")
    assert open_volume(tmp_path / "new", 0, {identity: tmp_path / "old"}).identity == identity


def test_the_same_disk_at_two_paths_is_an_error(tmp_path: Path) -> None:
    identity = open_volume(tmp_path / "disk", 0, {}).identity
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / IDENTITY).write_bytes((tmp_path / "disk" / IDENTITY).read_bytes())
    with pytest.raises(VolumeError, match="is the same volume as"):
        open_volume(copy, 0, {identity: tmp_path / "disk"})


def test_a_folder_with_other_things_in_it_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"")
    with pytest.raises(VolumeError, match=r"holiday\.jpg"):
        open_volume(tmp_path, 0, {})
    assert not (tmp_path / IDENTITY).exists()


def test_a_fresh_disk_with_lost_and_found_is_empty(tmp_path: Path) -> None:
    (tmp_path / "lost+found").mkdir()
    assert open_volume(tmp_path, 0, {}).usable


@pytest.mark.parametrize("content", [b"", b"\0" * 60, b"[]", b'{"volume": 3}', b'{"volume":"x"}'])
def test_an_identity_that_makes_no_sense_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / IDENTITY).write_bytes(content)
    with pytest.raises(VolumeError, match="makes no sense"):
        open_volume(tmp_path, 0, {"1" * 32: tmp_path})
    assert (tmp_path / IDENTITY).read_bytes() == content


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "disk").write_bytes(b"")
    with pytest.raises(VolumeError, match="is a file"):
        open_volume(tmp_path / "disk", 0, {})
    with pytest.raises(VolumeError, match="cannot be made"):
        open_volume(tmp_path / "disk/deeper", 0, {})


def test_two_recorders_on_one_folder_are_refused(tmp_path: Path) -> None:
    first = open_volume(tmp_path, 0, {})
    with pytest.raises(VolumeError, match="another recorder"):
        open_volume(tmp_path, 0, {})
    assert first.usable


def test_a_read_only_disk_is_told(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "1m") as disk:
        os.system(f"mount -o remount,ro {disk}")  # noqa: S605 - a path of pytest's
        with pytest.raises(VolumeError, match="read-only"):
            open_volume(disk, 0, {})


def test_the_reserve_is_never_used(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "2m") as disk:
        volume = open_volume(disk, 1_000_000, {})
        written: list[int] = []

        def fill() -> None:
            while len(written) < 100:
                with volume.claim(50_000):
                    (disk / str(len(written))).write_bytes(b"x" * 50_000)
                written.append(50_000)

        with pytest.raises(DiskFullError, match="reserve"):
            fill()
        assert volume.free() >= 1_000_000
        assert sum(written) >= 700_000
        (disk / "0").unlink()
        with volume.claim(50_000):
            pass


def test_what_others_are_about_to_write_is_no_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "2m") as disk:
        volume = open_volume(disk, 1_000_000, {})
        with volume.claim(600_000):
            volume.check()
            with pytest.raises(DiskFullError, match="reserve"), volume.claim(600_000):
                pass
        with volume.claim(600_000):
            pass


def test_unmounted_while_in_use_is_noticed_and_nothing_reaches_the_disk_below(
    tmp_path: Path,
) -> None:
    with small_disk(tmp_path / "disk", "1m") as disk:
        volume = open_volume(disk, 0, {})
        volume.check()
        unmount(disk)
        os.close(volume.tree.create("cam/main/1.mp4", b"x"))
        assert list(disk.iterdir()) == []
        with pytest.raises(VolumeGoneError, match="not mounted there any more"):
            volume.check()


def test_another_disk_mounted_over_it_is_noticed_and_not_written_to(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "1m") as disk:
        volume = open_volume(disk, 0, {})
        mount(disk, "1m")
        os.close(volume.tree.create("cam/main/1.mp4", b"x"))
        assert list(disk.iterdir()) == []
        with pytest.raises(VolumeGoneError, match="not mounted there any more"):
            volume.check()


def test_an_identity_file_taken_away_is_noticed(tmp_path: Path) -> None:
    volume = open_volume(tmp_path, 0, {})
    volume.check()
    (tmp_path / IDENTITY).unlink()
    with pytest.raises(VolumeGoneError, match="identity file"):
        volume.check()


def test_a_process_with_too_many_files_does_not_fail_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    volume = open_volume(tmp_path, 0, {})

    def run_out(*_args: object, **_named: object) -> int:
        raise OSError(errno.EMFILE, "Too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", run_out)
        with pytest.raises(DiskError, match="Too many open files") as caught:
            volume.check()
    assert not isinstance(caught.value, VolumeFailedError)
    volume.check()
