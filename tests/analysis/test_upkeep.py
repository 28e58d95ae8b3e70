"""What is older than the owner keeps it goes by itself."""

import time
from dataclasses import dataclass
from pathlib import Path

from curtilage.analysis.upkeep import Upkeep
from curtilage.config import SiteSettings
from curtilage.ingest.clock import SYSTEM
from curtilage.record.upkeep import age_file
from curtilage.store.found import events
from curtilage.store.found.events import EventFilter
from curtilage.store.index.database import Database
from tests.web.api.found import seen

DAY_NS = 86_400 * 1_000_000_000
WAIT_S = 15.0


def left(database: Database) -> list[str]:
    with database.read() as connection:
        return [one.id for one in events.page(connection, EventFilter(cameras=["yard"]))]


def test_old_events_go_and_new_ones_stay(tmp_path: Path) -> None:
    site = SiteSettings.model_validate(
        {"state": tmp_path, "volumes": [{"path": tmp_path}], "keep": {"events": 3}}
    )
    now_ns = SYSTEM.utc_ns()
    with Database.of(site) as database:
        old = seen(database, "yard", now_ns - 4 * DAY_NS)
        new = seen(database, "yard", now_ns - 2 * DAY_NS)
        assert left(database) == [new.id, old.id]
        age_file.remember(tmp_path, now_ns)  # as the recorder does, each minute
        upkeep = Upkeep(database, lambda: site, SYSTEM, first_s=0.0)
        upkeep.start()
        try:
            end = time.monotonic() + WAIT_S
            while left(database) != [new.id]:
                assert time.monotonic() < end, "nothing was deleted"
                time.sleep(0.05)
        finally:
            upkeep.stop()


@dataclass(frozen=True)
class Ahead:
    """A machine's clock that is set wrong by some years, as one without a battery may be."""

    def utc_ns(self) -> int:
        return SYSTEM.utc_ns() + 10 * 365 * DAY_NS

    def monotonic_ns(self) -> int:
        return SYSTEM.monotonic_ns()


def test_a_clock_that_is_ahead_deletes_nothing(tmp_path: Path) -> None:
    site = SiteSettings.model_validate(
        {"state": tmp_path, "volumes": [{"path": tmp_path}], "keep": {"events": 3}}
    )
    now_ns = SYSTEM.utc_ns()
    with Database.of(site) as database:
        old = seen(database, "yard", now_ns - 4 * DAY_NS)
        new = seen(database, "yard", now_ns - 2 * DAY_NS)
        age_file.remember(tmp_path, now_ns)
        upkeep = Upkeep(database, lambda: site, Ahead(), first_s=0.0)
        upkeep.start()
        try:
            end = time.monotonic() + WAIT_S
            while old.id in left(database):
                assert time.monotonic() < end, "nothing was deleted"
                time.sleep(0.05)
        finally:
            upkeep.stop()
        assert left(database) == [new.id]
