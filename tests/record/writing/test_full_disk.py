"""A disk that is always full, as every recorder's is after its first weeks."""

import os
from pathlib import Path

from curtilage.config.site import SiteSettings
from curtilage.ingest.clock import SYSTEM
from curtilage.record.disk.volumes import Volumes
from curtilage.record.upkeep import fsck
from curtilage.record.upkeep.retention import Retention
from curtilage.record.writing.store_index import StoreIndex
from curtilage.record.writing.writers import Writers
from curtilage.store.index.database import Database
from curtilage.store.recorded import holds, ledger
from tests.record.cameras import NS, T0, segment
from tests.record.disks import small_disk
from tests.record.streams import Heard

RESERVE = 6_000_000


class Watched(Heard):
    """Notes how little was ever free."""

    disk: Path
    least = 1 << 60

    def durable(self, camera: str, stream: str, start_ns: int, end_ns: int) -> None:
        super().durable(camera, stream, start_ns, end_ns)
        space = os.statvfs(self.disk)
        self.least = min(self.least, space.f_bavail * space.f_frsize)


def site_on(disk: Path, state: Path) -> SiteSettings:
    return SiteSettings.model_validate(
        {
            "state": state,
            "volumes": [{"path": disk, "reserve": RESERVE}],
            "cameras": [{"name": "cam", "url": "rtsp://192.0.2.7/1", "retention": {"days": None}}],
        }
    )


def record(site: SiteSettings, database: Database, heard: Watched, segments: int) -> None:
    volumes = Volumes(site.volumes, database)
    volumes.refresh(SYSTEM.utc_ns())
    volumes.admit()
    retention = Retention(site, database, volumes, SYSTEM)
    writers = Writers(
        volumes.usable, StoreIndex(database, lambda _: None), heard, retention.make_room
    )
    heard.disk = site.volumes[0].path
    for number in range(segments):
        draft, fragments = segment(4, T0 + number * 4 * NS, number=number, size=60_000)
        writers.begin(draft, fragments[0])
        for fragment in fragments[1:]:
            writers.append("cam", "main", fragment)
        heard.wait_until_durable_or_stopped((number + 1) * 4)
    assert writers.stop(20)
    database.now(lambda _connection: None)


def test_it_records_on_for_ever_and_never_uses_the_reserve(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "16m") as disk:
        site = site_on(disk, tmp_path / "state")
        with Database.open(site.state) as database:
            heard = Watched()
            record(site, database, heard, 40)  # 48 MB on 10
            assert heard.stops == []
            assert heard.least >= RESERVE
            with database.read() as connection:
                end = T0 + 160 * NS
                known = ledger.intervals(connection, "cam", "main", T0, end, end)
            kept = ledger.totals(known)[None] / NS
            assert len(known) == 2
            assert 20 <= kept <= 36
        assert fsck.compare(site, fsck.by_content).sound


def test_with_all_on_hold_it_stops_at_the_reserve(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "16m") as disk:
        site = site_on(disk, tmp_path / "state")
        with Database.open(site.state) as database:
            database.now(
                lambda c: holds.add(
                    c, camera="cam", from_ns=T0, to_ns=2 * T0, reason="x", by="y", at_ns=T0
                )
            )
            heard = Watched()
            record(site, database, heard, 12)
            assert [reason.value for _, reason, _ in heard.stops][:1] == ["disk full"]
            assert heard.least >= RESERVE
            with database.read() as connection:
                end = heard.stops[0][0]
                known = ledger.intervals(connection, "cam", "main", T0, end, end)
            assert [one.reason for one in known] == [None]
        assert fsck.compare(site, fsck.by_content).sound
