"""``curtilage run`` with its index on a PostgreSQL server that stops and comes back."""

import time
from pathlib import Path

import pytest

from curtilage.config import load_site
from curtilage.record.mp4 import scan
from curtilage.store.found.events import EventFilter, StoredEvent, page
from curtilage.store.index.database import Database
from tests.app.run.running import Running
from tests.app.run.sites import free_port, make_site
from tests.app.run.toys import eventually
from tests.cameras.process import CameraProcess
from tests.footage import need
from tests.postgres import server

FILM = "footage/one-by-one-person-detection.mp4"
RULE = "{id: yard, type: intrusion, polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]}"
AWAY_S = 45.0
"""In each such stretch of the film somebody comes or goes."""


@pytest.mark.slow
def test_recording_goes_on_and_events_are_told_later(tmp_path: Path) -> None:
    film, postgres = need(FILM), server()
    name = postgres.new_database()
    url = postgres.url(name).get_secret_value()
    with CameraProcess("--video", str(film)) as cameras:
        camera = f"name: yard, url: '{cameras.urls[0]}', analysis: {{gate: always}}"
        extra = f"database: '{url}'\n"
        file = make_site(tmp_path, f"{{{camera}, rules: [{RULE}]}}", port=free_port(), extra=extra)
        with Running(file) as running:
            running.says("the control room answers")
            eventually(lambda: noticed(file), 240.0)
            postgres.stop()
            away_ns = time.time_ns()
            time.sleep(AWAY_S)
            postgres.start()
            back_ns = time.time_ns()
            eventually(lambda: any(away_ns < at < back_ns for at in noticed(file)), 90.0)
            eventually(lambda: any(at > back_ns for at in noticed(file)), 90.0)
            assert running.end() == 0
        assert [line for line in running.log if "it is started again" in line] == []
    files = running.recordings("yard")
    assert len({path.stem for path in files}) == len(files) <= 4  # a new one each minute, no other
    assert [scan(path).problem for path in files] == [None] * len(files)
    with Database.of(load_site(file)) as database, database.read() as connection:
        found: list[StoredEvent] = page(connection, EventFilter({"yard"}), most=1000)
    assert len({one.id for one in found}) == len(found)
    postgres.drop(name)


def noticed(file: Path) -> list[int]:
    """When each event of a site that runs was noticed."""
    with Database.of(load_site(file)) as database, database.read() as connection:
        return [one.noticed_ns for one in page(connection, EventFilter({"yard"}), most=1000)]
