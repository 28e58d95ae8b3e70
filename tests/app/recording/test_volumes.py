"""Disks that will not come back."""

import shutil
from pathlib import Path

import pytest

from curtilage.app.recording import volumes
from curtilage.config.site import SiteSettings
from curtilage.errors import InputError
from curtilage.model import GapReason
from curtilage.record.disk.volumes import Volumes
from curtilage.record.lock import locked
from curtilage.store.index.database import Database
from curtilage.store.recorded import ledger
from curtilage.store.recorded.segments import State
from tests.app.recording.test_commands import curtilage
from tests.record.cameras import NS, T0
from tests.record.rows import row


@pytest.fixture
def site(tmp_path: Path) -> SiteSettings:
    """Two disks; the first holds some recordings, and is lost."""
    settings = SiteSettings.model_validate(
        {
            "state": tmp_path / "state",
            "volumes": [{"path": tmp_path / name, "reserve": 0} for name in ("one", "two")],
            "cameras": [{"name": "cam", "url": "rtsp://192.0.2.7/1"}],
        }
    )
    with Database.open(settings.state) as database:
        opened = Volumes(settings.volumes, database)
        one, two = opened.refresh(T0)
        for second in range(0, 50, 10):
            row(database, one, second)
        row(database, one, 50, state=State.INTENDED)
        row(database, one, 60, state=State.DELETING)
        row(database, two, 70)
        opened.close()
    shutil.rmtree(tmp_path / "one")
    (tmp_path / "one").mkdir()
    return settings


def open_all(site: SiteSettings) -> dict[int, str]:
    """What keeps each volume from being used."""
    with Database.open(site.state) as database:
        opened = Volumes(site.volumes, database)
        opened.refresh(T0)
        opened.close()
        return opened.problems


def test_a_lost_disk_is_replaced_and_its_time_is_explained(
    site: SiteSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curtilage.record.upkeep.loss.BATCH", 3)
    path = site.volumes[0].path
    assert f"curtilage volume forget {path}" in open_all(site)[0]
    assert [one.present for one in volumes.known(site)] == [False, True]
    lost = volumes.forget(site, str(path))
    assert lost.recordings == 6
    assert open_all(site) == {}
    with Database.open(site.state) as database, database.read() as connection:
        found = ledger.intervals(connection, "cam", "main", T0, T0 + 50 * NS, T0 + 80 * NS)
    assert [(one.reason, one.sentence) for one in found] == [
        (GapReason.DAMAGED, "its disk was declared lost")
    ]
    assert [(one.present, one.recordings) for one in volumes.known(site)] == [(True, 1), (True, 0)]


def test_a_volume_that_is_there_is_not_lost(site: SiteSettings) -> None:
    with pytest.raises(InputError, match="is there"):
        volumes.forget(site, str(site.volumes[1].path))
    site.volumes[1].path.rename(site.volumes[0].path)  # at another path of the settings
    with pytest.raises(InputError, match="is there"):
        volumes.forget(site, str(site.volumes[1].path))
    assert [one.recordings for one in volumes.known(site)] == [6, 1]


def test_a_volume_is_named_by_the_beginning_of_its_identity(site: SiteSettings) -> None:
    lost = volumes.known(site)[0]
    with pytest.raises(InputError, match="no volume is called so; there are: "):
        volumes.forget(site, "elsewhere")
    with pytest.raises(InputError, match="no volume"):
        volumes.forget(site, lost.identity[:3])
    assert volumes.forget(site, lost.identity[:8]).identity == lost.identity


def test_nothing_is_forgotten_while_a_recorder_runs(site: SiteSettings) -> None:
    with locked(site.state), pytest.raises(InputError, match="stop it first"):
        volumes.forget(site, str(site.volumes[0].path))


def test_the_command_says_what_it_did(site: SiteSettings, tmp_path: Path) -> None:
    config = tmp_path / "site.yaml"
    config.write_text(
        "state: state\nvolumes: [{path: one}, {path: two}]\n"
        "cameras: [{name: cam, url: 'rtsp://192.0.2.7/1'}]\n"
    )
    done = curtilage("volume", "list", "--config", config)
    assert done.returncode == 0
    assert done.stdout.count("present") == done.stdout.count("missing") == 1
    done = curtilage("volume", "forget", site.volumes[0].path, "--config", config)
    assert "6 recordings" in done.stdout
    assert curtilage("volume", "forget", "one", "--config", config).returncode == 2


@pytest.mark.parametrize("how", [(), ("--repair",), ("--rebuild",)])
def test_fsck_does_not_succeed_while_a_disk_is_missing(
    site: SiteSettings, tmp_path: Path, how: tuple[str, ...]
) -> None:
    config = tmp_path / "site.yaml"
    config.write_text(
        "state: state\nvolumes: [{path: one, reserve: 1MB}, {path: two, reserve: 1MB}]\n"
        "cameras: [{name: cam, url: 'rtsp://192.0.2.7/1'}]\n"
    )
    assert curtilage("fsck", *how, "--config", config).returncode == 1
    shutil.rmtree(site.volumes[1].path)
    assert curtilage("fsck", *how, "--config", config).returncode == 1
