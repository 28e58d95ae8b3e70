import os
from pathlib import Path

import pytest

from curtilage.config.site import SiteSettings
from curtilage.errors import InputError
from curtilage.model import GapReason
from curtilage.record.disk import hold_copies, unindexed
from curtilage.record.disk.volume import Volume
from curtilage.record.disk.volumes import Volumes
from curtilage.record.lock import LockError, locked
from curtilage.record.mp4 import scan
from curtilage.record.upkeep import fsck, walk
from curtilage.record.upkeep.mending import Kind
from curtilage.store.index.database import Database
from curtilage.store.recorded import holds, ledger, segments
from curtilage.store.recorded.segments import SegmentRow, State
from tests.record.cameras import NS, T0, content, files, segment
from tests.record.rows import of, put, row, with_file


@pytest.fixture
def site(tmp_path: Path) -> SiteSettings:
    return SiteSettings.model_validate(
        {"state": tmp_path / "state", "volumes": [{"path": tmp_path / "disk", "reserve": 0}]}
    )


def volume_of(site: SiteSettings, database: Database) -> Volume:
    volumes = Volumes(site.volumes, database)
    (volume,) = volumes.refresh(T0)
    return volume


def rows(site: SiteSettings) -> dict[str, SegmentRow]:
    with Database.open(site.state) as database, database.read() as connection:
        return {
            one.path: one
            for one in segments.between(connection, "cam", "main", 0, 2 * T0)
            if one.state is State.CLOSED
        }


def reasons(site: SiteSettings, seconds: int) -> list[tuple[object, float]]:
    with Database.open(site.state) as database, database.read() as connection:
        end = T0 + seconds * NS
        known = ledger.intervals(connection, "cam", "main", T0, end, end)
    return [(one.reason, (one.end_ns - one.start_ns) / NS) for one in known]


def sound(site: SiteSettings) -> bool:
    return fsck.compare(site, fsck.by_content).sound


def test_nothing_is_wrong_with_what_is_in_order(site: SiteSettings, tmp_path: Path) -> None:
    with Database.open(site.state) as database:
        with_file(database, volume_of(site, database))
    report = fsck.compare(site, fsck.by_content)
    assert report.sound
    assert report.files == 1
    assert "1 files" in report.sentences[-1]
    assert not (tmp_path / "disk/damaged").exists()


def test_a_missing_file_is_told_and_its_time_is_damaged(site: SiteSettings) -> None:
    with Database.open(site.state) as database:
        volume = volume_of(site, database)
        kept, gone = with_file(database, volume, 0), row(database, volume, 10)
    report = fsck.compare(site)
    assert report.kinds == {Kind.MISSING: 1}
    assert any(gone.path in sentence for sentence in report.sentences)
    assert set(rows(site)) == {kept.path, gone.path}
    del volume
    fsck.repair(site)
    assert set(rows(site)) == {kept.path}
    assert reasons(site, 20) == [(None, 10), (GapReason.DAMAGED, 10)]
    assert sound(site)


def test_a_file_without_row_comes_back_by_its_label(site: SiteSettings) -> None:
    with Database.open(site.state) as database:
        volume = volume_of(site, database)
        strange = "cam/main/2026/11/18/somewhere-else.mp4"
        put(volume, strange, content(7, number=3))
        del volume
    assert fsck.compare(site).kinds == {Kind.STRAY: 1}
    fsck.repair(site)
    one = rows(site)[strange]
    assert (one.camera, one.stream, one.start_ns, one.number) == ("cam", "main", T0, 3)
    assert one.end_ns == T0 + 7 * NS
    assert (one.codec, one.width, one.height) == ("h264", 320, 240)
    assert sound(site)


def test_a_torn_file_is_cut_and_what_is_missing_is_damaged(site: SiteSettings) -> None:
    with Database.open(site.state) as database:
        volume = volume_of(site, database)
        one = with_file(database, volume, seconds=10)
        draft, fragments = segment(10)
        good = draft.head + b"".join(f.data for f in fragments[:6])
        file = put(volume, one.path, good + fragments[6].data[:500])
        del volume
    assert fsck.compare(site).kinds == {Kind.TORN: 1}
    fsck.repair(site)
    assert file.read_bytes() == good
    assert reasons(site, 10) == [(None, 6), (GapReason.DAMAGED, 4)]
    assert sound(site)


def test_damage_inside_moves_the_file_aside_and_restores_what_plays(
    site: SiteSettings, tmp_path: Path
) -> None:
    with Database.open(site.state) as database:
        volume = volume_of(site, database)
        one = with_file(database, volume, seconds=10)
        data = bytearray((volume.path / one.path).read_bytes())
        at = scan(volume.path / one.path).fragments.offset
        data[at[4] + 10 : at[4] + 90] = bytes(80)
        put(volume, one.path, bytes(data))
        del volume
    assert fsck.compare(site).sound  # the length is as it was
    assert fsck.compare(site, fsck.by_content).kinds == {Kind.DAMAGED: 1}
    report = fsck.repair(site, fsck.by_content)
    assert report.kinds == {Kind.DAMAGED: 1}
    disk = tmp_path / "disk"
    (aside,) = (disk / "damaged").glob("*.mp4")
    assert aside.read_bytes() == bytes(data)
    reason = aside.with_name(aside.name + ".reason.txt").read_text()
    assert reason.startswith(one.path)
    played = [path for path in files(disk) if not path.startswith("damaged/")]
    assert set(rows(site)) == set(played)
    assert reasons(site, 10) == [(None, 4), (GapReason.DAMAGED, 1), (None, 5)]
    assert sound(site)
    assert fsck.repair(site, fsck.by_content).sound


@pytest.mark.parametrize("data", [b"", b"\0" * 4000, b"garbage" * 100, content(1)[:300]])
def test_a_file_that_cannot_be_played_goes_aside(
    site: SiteSettings, tmp_path: Path, data: bytes
) -> None:
    with Database.open(site.state) as database:
        volume = volume_of(site, database)
        with_row = row(database, volume, 0)
        put(volume, with_row.path, data)
        put(volume, "cam/main/2026/11/18/110650.mp4", data)
        del volume
    assert fsck.compare(site).kinds == {Kind.DAMAGED: 2}
    fsck.repair(site)
    assert rows(site) == {}
    assert len(list((tmp_path / "disk/damaged").glob("*.reason.txt"))) == 2
    assert sound(site)


def test_what_is_not_ours_is_left_alone(site: SiteSettings, tmp_path: Path) -> None:
    with Database.open(site.state) as database:
        volume = volume_of(site, database)
        notes = put(volume, "cam/notes.txt", b"please keep")
        odd = put(volume, "odd-\udcff", b"please keep too")
        del volume
    report = fsck.repair(site)
    assert report.kinds == {Kind.FOREIGN: 2}
    assert report.sound
    assert notes.exists()
    assert odd.exists()
    assert not (tmp_path / "disk/damaged").exists()


def test_unfinished_recordings_are_finished_first(site: SiteSettings) -> None:
    with Database.open(site.state) as database:
        volume = volume_of(site, database)
        one = row(database, volume, state=State.OPEN, size=1)
        put(volume, one.path, content(3) + b"torn")
        two = row(database, volume, 20, state=State.DELETING)
        put(volume, two.path, content(3))
        del volume
    assert fsck.compare(site).sound
    fsck.repair(site)
    assert set(rows(site)) == {one.path}
    assert sound(site)


def test_a_folder_in_the_place_of_a_file_is_no_recording(site: SiteSettings) -> None:
    with Database.open(site.state) as database:
        volume = volume_of(site, database)
        swapped, open_one = with_file(database, volume), row(database, volume, 20, state=State.OPEN)
        (volume.path / swapped.path).unlink()
        (volume.path / swapped.path).mkdir()
        (volume.path / open_one.path).mkdir()
        fifo = row(database, volume, 40)
        os.mkfifo(volume.path / fifo.path)
        del volume
    report = fsck.compare(site)
    assert report.kinds == {Kind.MISSING: 2}
    fsck.repair(site, fsck.by_content)
    assert rows(site) == {}
    assert reasons(site, 10) == [(GapReason.DAMAGED, 10)]
    assert sound(site)


def test_what_neither_row_nor_file_speaks_of_is_explained_by_a_repair(site: SiteSettings) -> None:
    with Database.open(site.state) as database:
        volume = volume_of(site, database)
        _, lost, _ = (with_file(database, volume, second) for second in (0, 10, 20))
        (volume.path / lost.path).unlink()
        database.now(lambda c: segments.drop(c, [lost.id]))
        del volume
    assert reasons(site, 30)[1] == ("unexplained", 10)
    fsck.repair(site)
    assert reasons(site, 30) == [(None, 10), (GapReason.INDEX_LOST, 10), (None, 10)]
    fsck.repair(site)
    assert reasons(site, 30) == [(None, 10), (GapReason.INDEX_LOST, 10), (None, 10)]


def test_a_state_folder_that_is_not_there_is_not_made(site: SiteSettings, tmp_path: Path) -> None:
    other = site.model_copy(update={"state": tmp_path / "typo"})
    for check in (fsck.compare, fsck.repair, fsck.rebuild_site):
        with pytest.raises(InputError, match="typo: holds no index"):
            check(other)
    assert not (tmp_path / "typo").exists()


def test_a_missing_volume_is_told_and_its_rows_stay(site: SiteSettings, tmp_path: Path) -> None:
    with Database.open(site.state) as database:
        one = with_file(database, volume_of(site, database))
    (tmp_path / "disk").rename(tmp_path / "unplugged")
    for report in (fsck.compare(site), fsck.repair(site)):
        assert report.missing_volumes == 1
        assert any("left as they are" in sentence for sentence in report.sentences)
    assert set(rows(site)) == {one.path}
    assert not (tmp_path / "disk").exists()


def test_a_volume_that_left_the_settings_is_looked_at_too(
    site: SiteSettings, tmp_path: Path
) -> None:
    with Database.open(site.state) as database:
        row(database, volume_of(site, database))
    other = site.model_copy(
        update={"volumes": (site.volumes[0].model_copy(update={"path": tmp_path / "new"}),)}
    )
    assert fsck.repair(other).kinds == {Kind.MISSING: 1}


def test_the_index_is_made_from_the_disks_alone(site: SiteSettings, tmp_path: Path) -> None:
    with Database.open(site.state) as database:
        volume = volume_of(site, database)
        for second in (0, 10, 30):
            with_file(database, volume, second)
        torn = put(volume, "cam/main/2026/11/18/110720.mp4", content(4, T0 + 40 * NS) + b"torn")
        hold_of(database)
        hold_copies.keep(database, [volume])
        del volume
    before = rows(site)
    for path in (tmp_path / "state").iterdir():
        path.unlink()
    report = fsck.rebuild_site(site)
    after = rows(site)
    torn_path = torn.relative_to(tmp_path / "disk").as_posix()
    assert set(after) == {*before, torn_path}
    for name, one in before.items():
        again = after[name]
        assert (again.start_ns, again.bytes, again.serial) == (one.start_ns, one.bytes, one.serial)
    assert reasons(site, 44) == [(None, 20), (GapReason.INDEX_LOST, 10), (None, 14)]
    assert any("1 legal holds" in sentence for sentence in report.sentences)
    with Database.open(site.state) as database, database.read() as connection:
        (hold,) = holds.current(connection)
    assert (hold.camera, hold.reason) == ("cam", "court")
    assert sound(site)
    assert rows(site) == after
    fsck.rebuild_site(site)
    assert {path: one.end_ns for path, one in rows(site).items()} == {
        path: one.end_ns for path, one in after.items()
    }


def hold_of(database: Database) -> None:
    database.now(
        lambda c: holds.add(
            c, camera="cam", from_ns=T0, to_ns=T0 + NS, reason="court", by="me", at_ns=T0
        )
    )


def test_a_lost_index_is_noticed_until_it_is_whole_again(
    site: SiteSettings, tmp_path: Path
) -> None:
    with Database.open(site.state) as database:
        volumes = Volumes(site.volumes, database)
        (volume,) = volumes.refresh(T0)
        assert volumes.unindexed() == []
        with_file(database, volume)
        del volume, volumes
    for path in (tmp_path / "state").iterdir():
        path.unlink()
    for _killed in range(2):
        with Database.open(site.state) as database:
            volumes = Volumes(site.volumes, database)
            (volume,) = volumes.refresh(T0)
            assert volumes.unindexed() == [volume]
            del volume, volumes
    with Database.open(site.state) as database:
        volumes = Volumes(site.volumes, database)
        volumes.refresh(T0)
        fsck.rebuild(database, volumes.unindexed())
        assert volumes.unindexed() == []
        assert unindexed.marked(site.state) == set()
    assert len(rows(site)) == 1


def test_all_volumes_are_taken_back_by_a_new_index(tmp_path: Path) -> None:
    site = SiteSettings.model_validate(
        {
            "state": tmp_path / "state",
            "volumes": [{"path": tmp_path / name, "reserve": 0} for name in ("one", "two")],
        }
    )
    for _ in range(2):
        with Database.open(site.state) as database:
            volumes = Volumes(site.volumes, database)
            assert len(volumes.refresh(T0)) == 2
            assert volumes.problems == {}
            del volumes
        for path in (tmp_path / "state").iterdir():
            path.unlink()


def test_files_being_written_are_left_to_their_writers(
    site: SiteSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Database.open(site.state) as database:
        volume = volume_of(site, database)
        real = walk.files

        def files_while_recording(root: Path) -> object:
            put(volume, "cam/main/2026/11/18/110640.mp4", content(1) + b"more to come")
            return real(root)

        monkeypatch.setattr("curtilage.record.upkeep.fsck.files", files_while_recording)
        fsck.rebuild(database, [volume])
        assert of(database, volume) == {}
        assert (volume.path / "cam/main/2026/11/18/110640.mp4").read_bytes().endswith(b"come")


def test_while_a_recorder_runs_it_only_looks(site: SiteSettings) -> None:
    with Database.open(site.state) as database:
        volume = volume_of(site, database)
        row(database, volume)
        with locked(site.state):
            assert fsck.compare(site).kinds == {Kind.MISSING: 1}
            for work in (fsck.repair, fsck.rebuild_site):
                with pytest.raises(LockError, match="a recorder or fsck is running"):
                    work(site)
        assert len(of(database, volume)) == 1


def test_progress_is_told(site: SiteSettings) -> None:
    with Database.open(site.state) as database:
        with_file(database, volume_of(site, database))
    seen: list[tuple[int, int]] = []
    fsck.compare(site, progress=lambda done, of: seen.append((done, of)))
    assert seen[-1] == (1, 1)
