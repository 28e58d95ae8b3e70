from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from curtilage.config.site import SiteSettings
from curtilage.model import GapReason
from curtilage.record.disk.volume import Volume
from curtilage.record.disk.volumes import Volumes
from curtilage.record.upkeep import age_file
from curtilage.record.upkeep.recovery import recover
from curtilage.record.upkeep.retention import Retention
from curtilage.store.index.database import Database
from curtilage.store.recorded import holds, ledger
from tests.record.cameras import NS, T0, files
from tests.record.disks import read_only, small_disk, writable
from tests.record.rows import of, put, row

DAY = 86_400


class At:
    """A clock that stands."""

    def __init__(self, second: float) -> None:
        self.second = second

    def utc_ns(self) -> int:
        return T0 + int(self.second * NS)

    def monotonic_ns(self) -> int:
        return int(self.second * NS)


def site(state: Path, disk: Path, *, reserve: int = 0, **kept: object) -> SiteSettings:
    return SiteSettings.model_validate(
        {
            "state": state,
            "volumes": [{"path": disk, "reserve": reserve}],
            "cameras": [
                {"name": name, "url": "rtsp://192.0.2.7/1", "retention": {"days": None, **kept}}
                for name in ("cam", "yard")
            ],
        }
    )


def opened(settings: SiteSettings, database: Database) -> tuple[Volumes, Volume]:
    volumes = Volumes(settings.volumes, database)
    (volume,) = volumes.refresh(T0)
    volumes.admit()
    return volumes, volume


def deleting(
    settings: SiteSettings,
    database: Database,
    volumes: Volumes,
    clock: At,
    tell: Callable[[str], None] = print,
) -> Retention:
    """Retention of a recorder that ran a moment ago by the same clock."""
    age_file.remember(settings.state, clock.utc_ns())
    return Retention(settings, database, volumes, clock, tell)


def make(database: Database, volume: Volume, second: int, size: int, camera: str = "cam") -> str:
    made = row(database, volume, second, camera=camera, size=size)
    put(volume, made.path, b"x" * size)
    return made.path


def test_old_recordings_go_by_the_day(tmp_path: Path, database: Database) -> None:
    settings = site(tmp_path / "state", tmp_path / "disk", days=2)
    volumes, volume = opened(settings, database)
    for second in (0, 10, DAY):
        make(database, volume, second, 100)
    retention = deleting(settings, database, volumes, At(2 * DAY + 19.9))
    done = retention.run()
    assert (done.recordings, done.bytes) == (1, 100)
    assert set(of(database, volume)) == set(files(volume.path))
    assert len(files(volume.path)) == 2
    assert retention.run().recordings == 0
    later = deleting(settings, database, volumes, At(2 * DAY + 20))
    assert later.run().recordings == 1
    assert not (volume.path / "cam/main/2026/11/18").exists()
    with database.read() as connection:
        known = ledger.intervals(connection, "cam", "main", T0, T0 + 20 * NS, T0 + 2 * DAY * NS)
    assert [(one.reason, one.end_ns - one.start_ns) for one in known] == [
        (GapReason.EXPIRED, 20 * NS)
    ]


def test_a_camera_keeps_within_its_bytes_and_costs_no_other(
    tmp_path: Path, database: Database
) -> None:
    settings = site(tmp_path / "state", tmp_path / "disk", size=1000)
    volumes, volume = opened(settings, database)
    for second in range(0, 50, 10):
        make(database, volume, second, 300)
    other = make(database, volume, 0, 900, "yard")
    assert deleting(settings, database, volumes, At(60)).run().recordings == 2
    assert files(volume.path) == [
        "cam/main/2026/11/18/110700.mp4",
        "cam/main/2026/11/18/110710.mp4",
        "cam/main/2026/11/18/110720.mp4",
        other,
    ]


def test_more_than_a_batch_goes_in_one_run(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curtilage.record.upkeep.retention.BATCH", 3)
    settings = site(tmp_path / "state", tmp_path / "disk", days=1)
    volumes, volume = opened(settings, database)
    for second in range(0, 100, 10):
        make(database, volume, second, 10)
    assert deleting(settings, database, volumes, At(2 * DAY)).run().recordings == 10
    assert files(volume.path) == []


def test_what_is_on_hold_stays_whatever_is_asked(tmp_path: Path, database: Database) -> None:
    settings = site(tmp_path / "state", tmp_path / "disk", days=1, size=1)
    volumes, volume = opened(settings, database)
    kept = [make(database, volume, second, 100) for second in (0, 10)]
    make(database, volume, 20, 100)
    database.now(
        lambda c: holds.add(
            c, camera="cam", from_ns=T0 + 9 * NS, to_ns=T0 + 11 * NS, reason="x", by="y", at_ns=T0
        )
    )
    assert deleting(settings, database, volumes, At(9 * DAY)).run().recordings == 1
    assert files(volume.path) == kept


def test_the_reserve_is_kept_with_the_oldest_of_all_cameras(
    tmp_path: Path, database: Database
) -> None:
    with small_disk(tmp_path / "disk", "10m") as disk:
        settings = site(tmp_path / "state", disk, reserve=4_500_000)
        volumes, volume = opened(settings, database)
        oldest = make(database, volume, 0, 2_000_000, "yard")
        second = make(database, volume, 10, 2_000_000)
        third = make(database, volume, 20, 2_000_000)
        retention = deleting(settings, database, volumes, At(60))
        retention.run()
        assert files(disk) == [second, third]
        assert not retention.run().recordings
        assert volume.room() >= 0
        assert retention.make_room(volume, 2_500_000)
        assert files(disk) == [third]
        assert oldest not in of(database, volume)
        assert retention.make_room(volume, 100_000)
        assert files(disk) == [third]


@pytest.mark.parametrize("server", [False, True])
def test_room_is_kept_for_when_the_index_server_is_away(
    tmp_path: Path, database: Database, server: bool
) -> None:
    """Nothing can be deleted meanwhile: a disk that had just the reserve left stopped recording."""
    with small_disk(tmp_path / "disk", "40m") as disk:
        settings = site(tmp_path, disk, reserve=4 << 20)
        if server:
            given = SiteSettings.model_validate(
                settings.model_dump() | {"database": "postgresql://somebody@192.0.2.1/index"}
            )
            settings = settings.model_copy(update={"database": given.database})
        volumes, volume = opened(settings, database)
        for number in range(34):
            make(database, volume, number * 60, 1 << 20)
        told: list[str] = []
        Retention(settings, database, volumes, At(3_000), told.append).run()
        assert (volume.room() >= (40 << 20) // 20) is server
        assert volume.room() < 5 << 20
        assert told == []


def test_when_all_is_on_hold_it_is_told_and_the_reserve_stays(
    tmp_path: Path, database: Database
) -> None:
    with small_disk(tmp_path / "disk", "4m") as disk:
        settings = site(tmp_path / "state", disk, reserve=2_000_000)
        volumes, volume = opened(settings, database)
        make(database, volume, 0, 2_100_000)
        database.now(
            lambda c: holds.add(
                c, camera=None, from_ns=T0, to_ns=T0 + NS, reason="x", by="y", at_ns=T0
            )
        )
        told: list[str] = []
        retention = deleting(settings, database, volumes, At(60), told.append)
        assert not retention.make_room(volume, 100_000)
        retention.run()
        assert len(told) == 1
        assert "on hold" in told[0]
        assert len(files(disk)) == 1


def test_a_missing_volume_keeps_its_recordings_and_holds_up_no_other(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curtilage.record.upkeep.retention.BATCH", 2)
    away = site(tmp_path / "state", tmp_path / "away", days=1)
    _, missing = opened(away, database)
    for second in range(0, 50, 10):
        make(database, missing, second, 10)
    settings = site(tmp_path / "state", tmp_path / "disk", days=1)
    volumes, volume = opened(settings, database)
    make(database, volume, 60, 10)
    assert deleting(settings, database, volumes, At(9 * DAY)).run().recordings == 1
    assert len(of(database, missing)) == len(files(missing.path)) == 5


def test_a_camera_that_left_the_settings_is_kept_while_there_is_room(
    tmp_path: Path, database: Database
) -> None:
    settings = site(tmp_path / "state", tmp_path / "disk", days=1)
    volumes, volume = opened(settings, database)
    make(database, volume, 0, 10, "gone")
    assert deleting(settings, database, volumes, At(9 * DAY)).run().recordings == 0


def test_a_deletion_that_the_disk_refuses_is_finished_by_recovery(
    tmp_path: Path, database: Database
) -> None:
    with small_disk(tmp_path / "disk", "4m") as disk:
        settings = site(tmp_path / "state", disk, days=1)
        volumes, volume = opened(settings, database)
        make(database, volume, 0, 10)
        read_only(disk)
        assert deleting(settings, database, volumes, At(9 * DAY)).run().recordings == 0
        assert not volume.usable
        assert len(of(database, volume)) == 1
        writable(disk)
        again, reopened = opened(settings, database)
        assert recover(database, again.usable()).deleted == 1
        assert files(reopened.path) == []


def test_several_threads_delete_no_more_than_one_would(tmp_path: Path, database: Database) -> None:
    with small_disk(tmp_path / "disk", "10m") as disk:
        settings = site(tmp_path / "state", disk)
        volumes, volume = opened(settings, database)
        for second in range(0, 90, 10):
            make(database, volume, second, 1_000_000)
        retention = deleting(settings, database, volumes, At(60))
        threads = [Thread(target=retention.make_room, args=(volume, 2_000_000)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert len(files(disk)) == 8


def test_a_clock_that_is_ahead_at_the_start_deletes_nothing(
    tmp_path: Path, database: Database
) -> None:
    settings = site(tmp_path / "state", tmp_path / "disk", days=2)
    volumes, volume = opened(settings, database)
    for second in (0, 10):
        make(database, volume, second, 100)
    ahead = At(400 * DAY)
    for _ in range(2):  # started twice: what the first run saw is not believed by the second
        retention = Retention(settings, database, volumes, ahead)
        assert retention.run().recordings == 0
        ahead.second += 3500
        assert retention.run().recordings == 0
    retention = Retention(settings, database, volumes, ahead)
    assert retention.run().recordings == 0
    ahead.second += 3601
    assert retention.run().recordings == 2


def test_a_disk_that_comes_with_a_lost_index_has_nothing_old_for_an_hour(
    tmp_path: Path, database: Database
) -> None:
    settings = site(tmp_path / "state", tmp_path / "disk", days=2)
    volumes, volume = opened(settings, database)
    clock = At(400 * DAY)
    retention = Retention(settings, database, volumes, clock)
    make(database, volume, 0, 100)
    assert retention.run().recordings == 0
    clock.second += 3601
    assert retention.run().recordings == 1
