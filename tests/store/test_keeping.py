from functools import partial
from pathlib import Path

import numpy as np
import pytest

from curtilage.config.site import SiteSettings
from curtilage.store import Database
from curtilage.store.found import events, heat, keeping, results, series, tracks
from curtilage.store.found.buckets import Step
from curtilage.store.found.events import EventFilter
from curtilage.store.found.observations import files
from curtilage.store.found.observations.log import ObservationLog
from curtilage.store.found.observations.query import Observations
from curtilage.store.found.results import CountRow, OccupancyRow, Results
from curtilage.store.found.tracks import TrackSummary
from curtilage.store.recorded import holds
from tests.store.seen import NOON, UTC_ZONE, a_stretch, an_event, commit
from tests.store.support import S

DAY = 86_400 * S


@pytest.fixture
def site(tmp_path: Path) -> SiteSettings:
    return SiteSettings.model_validate(
        {
            "state": tmp_path / "site",
            "volumes": [{"path": tmp_path / "disk"}],
            "keep": {"events": 10, "tracks": 5, "observations": 2, "minutes": 20},
        }
    )


def clear(database: Database, site: SiteSettings, now_ns: int) -> keeping.Kept:
    return keeping.keep(database, site, now_ns, lambda: False)


def hold(database: Database, camera: str | None, from_ns: int, to_ns: int) -> None:
    words = partial(holds.add, camera=camera, reason="a theft", by="ann", at_ns=NOON)
    database.now(partial(words, from_ns=from_ns, to_ns=to_ns))


def a_track(number: int, time_ns: int) -> TrackSummary:
    box, foot = (0.0, 0.0, 0.5, 0.5), (0.25, 0.5)
    return TrackSummary(
        "gate", number, "person", time_ns, time_ns + S, 9, time_ns, 0.5, box, foot, foot
    )


def test_what_is_too_old_goes_and_hours_stay(database: Database, site: SiteSettings) -> None:
    for day in range(30):
        at = NOON + day * DAY
        commit(
            database,
            events=[an_event(day, time_ns=at)],
            counts=[CountRow("door", at, "person", ins=1, inside=day)],
            occupancy=[OccupancyRow("hall", at, 60.0, 60.0, 1)],
            tracks=[a_track(day, at)],
            heat=[a_stretch(day * 86_400, {0: 1.0})],
        )
    done = clear(database, site, NOON + 30 * DAY)
    assert (done.events, done.tracks, done.heat_days) == (20, 25, 30)
    assert done.minutes == 2 * 10
    with database.read() as connection:
        page = events.page(connection, EventFilter(["gate"]))
        assert [one.track for one in page] == list(range(29, 19, -1))
        assert [one.track for one in tracks.page(connection, ["gate"])] == [29, 28, 27, 26, 25]
        span = (NOON, NOON + 30 * DAY)
        found = heat.grid(connection, "gate", "presence", *span)
        assert found is not None
        assert found.seconds.sum() == 20.0
        hours = series.counts(connection, ["gate"], *span, Step.HOUR, UTC_ZONE)
        assert hours.ins.sum() == 30
        minutes = series.counts(connection, ["gate"], *span, Step.MINUTE, UTC_ZONE)
        assert minutes.ins.sum() == 20
    assert clear(database, site, NOON + 30 * DAY) == keeping.Kept()


def test_what_is_on_hold_stays(database: Database, site: SiteSettings) -> None:
    for day in range(4):
        at = NOON + day * DAY
        commit(database, events=[an_event(day, time_ns=at)], tracks=[a_track(day, at)])
        other = an_event(100 + day, time_ns=at, camera="yard")
        commit(database, camera="yard", events=[other])
    hold(database, "gate", NOON + DAY, NOON + 2 * DAY + 1)
    done = clear(database, site, NOON + 60 * DAY)
    assert (done.events, done.tracks) == (6, 2)
    with database.read() as connection:
        page = events.page(connection, EventFilter(["gate", "yard"]))
    assert [one.track for one in page] == [2, 1]


def test_many_rows_go_in_small_steps(
    database: Database, site: SiteSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = []
    real = keeping._some_aged

    def counted(*given: object) -> object:
        steps.append(1)
        return real(*given)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(keeping, "_some_aged", counted)
    monkeypatch.setattr(keeping, "_SOME", 10)
    commit(database, events=[an_event(n) for n in range(35)])
    hold(database, None, NOON + 5 * S, NOON + 20 * S)
    assert clear(database, site, NOON + 60 * DAY).events == 20
    assert len(steps) == 5  # four for events, one for tracks


def test_it_ends_when_it_is_told_to(database: Database, site: SiteSettings) -> None:
    commit(database, events=[an_event(1)])
    assert keeping.keep(database, site, NOON + 60 * DAY, lambda: True).events == 0


def test_days_of_sightings_go_and_what_is_left_is_merged(
    database: Database, site: SiteSettings
) -> None:
    folder = site.state / files.FOLDER
    log = ObservationLog(folder, "analyser-0")
    for day in range(5):
        for n in range(3):
            log.append(
                "gate",
                NOON + day * DAY + n,
                np.arange(1, dtype=np.int64),
                np.zeros(1, np.int16),
                np.ones(1, np.float32),
                np.zeros((1, 4), np.float32),
            )
            log.flush(NOON + day * DAY + n)
    log.close(NOON)
    hold(database, "gate", NOON + DAY, NOON + DAY + 1)
    done = clear(database, site, NOON + 5 * DAY)
    assert (done.observations, done.merged) == (2, 3)
    assert len(Observations(folder).between(["gate"], 0, NOON * 2)) == 9
    assert [len(files.of_day(folder, day)) for day in files.days(folder)] == [1, 1, 1]


def test_a_restart_goes_on_from_the_state_of_its_camera_alone(database: Database) -> None:
    for camera in ("gate", "yard"):
        given = Results(camera, NOON, UTC_ZONE, state=camera.encode())
        database.now(partial(results.commit, new=given))
    with database.read() as connection:
        found = results.load_state(connection, "yard")
    assert found == results.SavedState(NOON, b"yard")
