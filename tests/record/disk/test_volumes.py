from pathlib import Path

import pytest

from curtilage.config.site import VolumeSettings
from curtilage.record.disk.durable import VolumeFailedError
from curtilage.record.disk.volumes import Volumes
from curtilage.store.index.database import Database
from tests.record.cameras import T0
from tests.record.disks import mount, small_disk, unmount


def settings(*paths: Path) -> list[VolumeSettings]:
    return [VolumeSettings.model_validate({"path": path, "reserve": 0}) for path in paths]


def test_volumes_are_used_in_the_owners_order_once_admitted(
    tmp_path: Path, database: Database
) -> None:
    volumes = Volumes(settings(tmp_path / "one", tmp_path / "two"), database)
    opened = volumes.refresh(T0)
    assert [volume.path.name for volume in opened] == ["one", "two"]
    assert list(volumes.usable()) == []
    volumes.admit()
    assert list(volumes.usable()) == opened
    assert volumes.refresh(T0) == []
    assert volumes.by_identity(opened[1].identity) is opened[1]


def test_one_bad_folder_does_not_keep_the_others(tmp_path: Path, database: Database) -> None:
    (tmp_path / "file").write_bytes(b"")
    volumes = Volumes(settings(tmp_path / "file", tmp_path / "two"), database)
    assert [volume.path.name for volume in volumes.refresh(T0)] == ["two"]
    assert list(volumes.problems) == [0]
    assert "is a file" in volumes.problems[0]
    (tmp_path / "file").unlink()
    assert [volume.path.name for volume in volumes.refresh(T0)] == ["file"]
    assert volumes.problems == {}


def test_a_disk_that_is_not_mounted_at_the_next_start_is_missed(
    tmp_path: Path, database: Database
) -> None:
    with small_disk(tmp_path / "disk", "1m") as disk:
        Volumes(settings(disk), database).refresh(T0)
        unmount(disk)
        volumes = Volumes(settings(disk), database)
        assert volumes.refresh(T0) == []
        assert "not mounted" in volumes.problems[0]
        assert list(disk.iterdir()) == []


def test_a_disk_that_comes_back_is_taken_back(tmp_path: Path, database: Database) -> None:
    real, path = tmp_path / "real", tmp_path / "disk"
    real.mkdir()
    path.symlink_to(real)
    volumes = Volumes(settings(path), database)
    (first,) = volumes.refresh(T0)
    volumes.admit()
    path.unlink()
    (tmp_path / "below").mkdir()
    path.symlink_to(tmp_path / "below")
    assert volumes.refresh(T0) == []
    assert first.gone
    assert list(volumes.usable()) == []
    assert "not mounted" in volumes.problems[0]
    path.unlink()
    path.symlink_to(real)
    (again,) = volumes.refresh(T0)
    volumes.admit()
    assert again is not first
    assert again.identity == first.identity
    assert list(volumes.usable()) == [again]


def test_another_disk_in_its_place_is_refused(tmp_path: Path, database: Database) -> None:
    with small_disk(tmp_path / "disk", "1m") as disk:
        volumes = Volumes(settings(disk), database)
        volumes.refresh(T0)
        unmount(disk)
        mount(disk, "1m")
        assert volumes.refresh(T0) == []
        assert list(disk.iterdir()) == []
        assert "not mounted" in volumes.problems[0]


def test_a_volume_that_broke_a_promise_is_not_used_again(
    tmp_path: Path, database: Database
) -> None:
    volumes = Volumes(settings(tmp_path / "disk"), database)
    (volume,) = volumes.refresh(T0)
    volumes.admit()
    volume.fail(VolumeFailedError("the disk did not keep what was written"))
    assert volumes.refresh(T0) == []
    assert volumes.problems == {0: "the disk did not keep what was written"}
    assert list(volumes.usable()) == []


@pytest.mark.parametrize("second", ["disk", "./disk", "link"])
def test_a_disk_given_twice_is_told(tmp_path: Path, database: Database, second: str) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    volumes = Volumes(settings(tmp_path / "disk", tmp_path / second), database)
    assert len(volumes.refresh(T0)) == 1
    assert list(volumes.problems) == [1]
