"""Every alarm that began has its end, also where its rule or its camera goes while it is on."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from curtilage.analysis.outcome.unwatched import end_alarms
from curtilage.analysis.tracks.camera_scene import CameraScene
from curtilage.config.site import SiteSettings
from curtilage.model import Phase
from curtilage.store.index.database import Database
from tests.analysis.scenes import (
    ASPECT,
    PLAZA,
    T0,
    events,
    found,
    keep,
    person,
    saved,
    site_of,
)

INTRUSION: dict[str, Any] = {"id": "plaza", "type": "intrusion", "polygon": PLAZA}
LOITERING: dict[str, Any] = {
    "id": "linger",
    "type": "loitering",
    "polygon": PLAZA,
    "time_threshold": 2.0,
}
CROWD: dict[str, Any] = {
    "id": "crowd",
    "type": "gathering",
    "polygon": PLAZA,
    "count": 2,
    "time_threshold": 1.0,
}
ALL = [INTRUSION, LOITERING, CROWD]
STEP_NS = 1_000_000_000 // 7
TWO = [person(0.52, 0.45), person(0.62, 0.45)]


def phases(database: Database) -> list[tuple[str, str]]:
    return sorted((e.rule, str(e.phase)) for e in events(database))


def scene_of(site: SiteSettings, database: Database) -> CameraScene:
    return CameraScene(site, site.cameras[0], ASPECT, saved(database))


def give(scene: CameraScene, database: Database) -> None:
    keep(database, scene.results(0))
    scene.committed()


def stand(scene: CameraScene, first: int, last: int, boxes: Sequence[Any] = TWO) -> None:
    """The same people from one picture to another."""
    for n in range(first, last):
        scene.update(T0 + n * STEP_NS, found(boxes))


@pytest.fixture
def alarmed(tmp_path: Path) -> Iterator[Database]:
    """Two people stand inside for 5 s, and each rule says so."""
    site = site_of(tmp_path, ALL)
    with Database.of(site) as database:
        scene = scene_of(site, database)
        stand(scene, 0, 35)
        give(scene, database)
        starts = [("crowd", "start")] + [("linger", "start")] * 2 + [("plaza", "start")] * 2
        assert phases(database) == starts
        yield database


def test_a_rule_that_is_removed_ends_its_alarm(tmp_path: Path, alarmed: Database) -> None:
    after = scene_of(site_of(tmp_path, [LOITERING]), alarmed)
    give(after, alarmed)
    ends = [e for e in events(alarmed) if e.phase is Phase.END]
    assert sorted(e.rule for e in ends) == ["crowd", "plaza", "plaza"]
    for end in ends:
        assert end.time_ns <= T0 + 34 * STEP_NS + 1000  # to the microsecond
        assert end.duration_s == pytest.approx(34 / 7, abs=1.1)
    assert all(e.details.get("unfinished") for e in ends if e.rule == "plaza")
    stand(after, 35, 40)
    stand(after, 40, 70, [])
    give(after, alarmed)
    assert phases(alarmed).count(("linger", "end")) == 2
    assert phases(alarmed).count(("plaza", "end")) == 2


def test_a_rule_that_is_changed_ends_its_alarm_and_begins_anew(
    tmp_path: Path, alarmed: Database
) -> None:
    other = [{**INTRUSION, "time_threshold": 1.0}, LOITERING, CROWD]
    after = scene_of(site_of(tmp_path, other), alarmed)
    stand(after, 35, 60)
    give(after, alarmed)
    stand(after, 60, 90, [])
    give(after, alarmed)
    told = phases(alarmed)
    assert told.count(("plaza", "start")) == 4
    for rule in ("plaza", "linger", "crowd"):
        assert told.count((rule, "start")) == told.count((rule, "end"))


def test_the_same_rules_end_nothing(tmp_path: Path, alarmed: Database) -> None:
    give(scene_of(site_of(tmp_path, ALL), alarmed), alarmed)
    assert "end" not in {phase for _, phase in phases(alarmed)}


@pytest.mark.parametrize("how", ["disabled", "not analysed", "removed"])
def test_a_camera_that_nobody_looks_at_ends_its_alarms_once(
    tmp_path: Path, alarmed: Database, how: str
) -> None:
    site = site_of(tmp_path, ALL)
    assert end_alarms(alarmed, site) == []  # it is looked at
    (camera,) = site.cameras
    off = {
        "disabled": [camera.model_copy(update={"enabled": False})],
        "not analysed": [
            camera.model_copy(
                update={"analysis": camera.analysis.model_copy(update={"enabled": False})}
            )
        ],
        "removed": [],
    }
    without = site.model_copy(update={"cameras": off[how]})
    told = end_alarms(alarmed, without)
    assert sorted(e.rule for e in told) == ["crowd", "linger", "linger", "plaza", "plaza"]
    assert all(e.phase is Phase.END and e.seq is not None for e in told)
    assert end_alarms(alarmed, without) == []
    again = scene_of(site, alarmed)  # it is looked at again, much later, and they have gone
    stand(again, 700, 730, [])
    give(again, alarmed)
    assert len(phases(alarmed)) == 10


def test_who_is_still_there_when_a_camera_is_looked_at_again_is_alarmed_again(
    tmp_path: Path, alarmed: Database
) -> None:
    site = site_of(tmp_path, ALL)
    end_alarms(alarmed, site.model_copy(update={"cameras": []}))
    again = scene_of(site, alarmed)
    stand(again, 36, 80)
    stand(again, 80, 110, [])
    give(again, alarmed)
    told = phases(alarmed)
    assert told.count(("plaza", "start")) == 4
    for rule in ("plaza", "linger"):
        assert told.count((rule, "start")) == told.count((rule, "end"))
