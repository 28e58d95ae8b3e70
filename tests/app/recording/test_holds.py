"""Legal holds, and their copies on the disks."""

import json
import threading
from pathlib import Path

import pytest

from curtilage.app.recording import holds
from curtilage.config.site import SiteSettings
from curtilage.record.disk import hold_copies
from curtilage.record.disk.volumes import Volumes, present
from curtilage.store.index.database import Database
from curtilage.store.recorded import holds as rows

T0 = 1_795_000_000_000_000_000


@pytest.fixture
def site(tmp_path: Path) -> SiteSettings:
    """A site with two disks that a recorder has used, and no recorder."""
    return SiteSettings.model_validate(
        {
            "state": tmp_path / "state",
            "volumes": [{"path": tmp_path / name, "reserve": 0} for name in ("one", "two")],
            "cameras": [{"name": "cam", "url": "rtsp://192.0.2.7/1"}],
        }
    )


def copies(site: SiteSettings) -> list[list[str]]:
    """The reasons of the holds on each disk."""
    return [
        [one["reason"] for one in json.loads((volume.path / hold_copies.NAME).read_bytes())]
        for volume in site.volumes
    ]


def record_nothing(site: SiteSettings) -> None:
    with Database.open(site.state) as database:
        volumes = Volumes(site.volumes, database)
        volumes.refresh(T0)
        volumes.admit()
        volumes.close()


def test_a_hold_set_while_no_recorder_runs_outlives_the_index(site: SiteSettings) -> None:
    record_nothing(site)
    held = holds.add(site, None, T0, T0 + 1, "police")
    assert copies(site) == [["police"], ["police"]]
    (site.state / "curtilage.db").unlink()
    with Database.open(site.state) as database:
        volumes = Volumes(site.volumes, database)
        assert hold_copies.restore(database, volumes.refresh(T0)) == 1
        with database.read() as connection:
            assert [hold.created_ns for hold in rows.current(connection)] == [held.created_ns]
        volumes.close()


def test_a_hold_that_is_released_is_released_on_the_disks(site: SiteSettings) -> None:
    record_nothing(site)
    held = holds.add(site, None, T0, T0 + 1, "police")
    holds.release(site, held.id)
    assert copies(site) == [[], []]


def test_a_hold_is_copied_beside_a_running_recorder_and_at_its_end(site: SiteSettings) -> None:
    with Database.open(site.state) as database:
        volumes = Volumes(site.volumes, database)
        volumes.refresh(T0)
        volumes.admit()
        holds.add(site, None, T0, T0 + 1, "police")
        assert copies(site) == [["police"], ["police"]]
        database.now(
            lambda c: rows.add(
                c, camera=None, from_ns=T0, to_ns=T0 + 1, reason="late", by="x", at_ns=T0
            )
        )
        volumes.close()
    assert copies(site) == [["police", "late"], ["police", "late"]]


def test_a_disk_that_is_missing_costs_the_others_no_copy(site: SiteSettings) -> None:
    record_nothing(site)
    site.volumes[0].path.rename(site.volumes[0].path.with_name("away"))
    holds.add(site, None, T0, T0 + 1, "police")
    assert json.loads((site.volumes[1].path / hold_copies.NAME).read_bytes())


def test_holds_set_at_the_same_time_are_all_in_the_copies(site: SiteSettings) -> None:
    record_nothing(site)
    reasons = [f"number {n}" for n in range(6)]
    threads = [
        threading.Thread(target=holds.add, args=(site, None, T0, T0 + 1, reason))
        for reason in reasons
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with Database.open(site.state) as database:
        assert len(present(database)) == 2
    for found in copies(site):
        assert sorted(found) == reasons
