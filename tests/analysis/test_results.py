"""One camera's results: counted once, whatever happens between the picture and the index."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.analysis.tracks.blob import pack, unpack
from curtilage.analysis.tracks.camera_scene import CameraScene
from curtilage.config.site import SiteSettings
from curtilage.model import Detections
from curtilage.store.found.buckets import Step
from curtilage.store.found.events import StoredEvent
from curtilage.store.found.results import Results, SavedState, SupersededError
from curtilage.store.found.series import counts, occupancy
from curtilage.store.index.database import Database
from curtilage.vision.tracker import TrackerError
from tests.analysis.scenes import (
    ASPECT,
    NS,
    PLAZA,
    T0,
    events,
    found,
    keep,
    person,
    pets,
    saved,
    site_of,
    stroll,
    tables,
)
from tests.footage import need

ACROSS = [(0.0, 0.3, 0.45), (6.0, 0.8, 0.45)]
LONG = 60.0  # s until everything of occupancy is told


def scene_of(site: SiteSettings, state: SavedState | None = None) -> CameraScene:
    return CameraScene(site, site.cameras[0], ASPECT, state)


def at(second: float) -> int:
    return T0 + round(second * NS)


def give(scene: CameraScene, database: Database, now_ns: int) -> list[StoredEvent]:
    made = keep(database, scene.results(now_ns))
    scene.committed()
    return made


def run_pets(database: Database, site: SiteSettings, gt: Path, every: int, kills: set[int]) -> None:
    """The footage, results every so many frames; after some of them the process is another one."""
    boxes = pets(gt)
    scene, frame = scene_of(site, saved(database)), 0
    while frame < 795:
        scene.update(at(frame / 7), found(boxes[frame]))
        if frame % every == 0:
            give(scene, database, at(frame / 7))
        if frame in kills:  # whatever was not committed is looked at again
            kills = kills - {frame}
            scene = scene_of(site, saved(database))
            frame += 1
            while scene.wants(at((frame - 1) / 7)):
                frame -= 1
        else:
            frame += 1
    scene.hold(at(795 / 7 + LONG))
    give(scene, database, at(1000))


@pytest.mark.slow
def test_restarts_neither_lose_nor_double(tmp_path: Path) -> None:
    """Every table is the same after ten restarts as after none."""
    gt = need("pets09-s2l1/gt.txt")
    one, other = site_of(tmp_path / "one"), site_of(tmp_path / "other")
    with Database.of(one) as whole, Database.of(other) as broken:
        run_pets(whole, one, gt, 10_000, set())
        run_pets(broken, other, gt, 37, {5, 90, 91, 200, 260, 333, 480, 481, 600, 794})
        expected = tables(whole)
        assert tables(broken) == expected
    assert len(expected["events"]) > 100
    assert all(expected[name] for name in expected)


def test_events_are_told_with_ids_that_a_second_look_gives_again(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    with Database.of(site) as database:
        twice = []
        for _ in range(2):
            scene, made = scene_of(site), list[StoredEvent]()
            for time_ns, box in stroll(*ACROSS):
                made += scene.update(time_ns, found([box])).events
            twice.append(made)
        assert twice[0] == twice[1]
        assert len({event.id for event in twice[0]}) == len(twice[0]) > 3
        told = give(scene, database, at(6))
        assert [event.seq for event in told] == list(range(1, len(told) + 1))
        assert {event.id for event in told} == {event.id for event in twice[0]}
        crossed = next(event for event in told if event.rule == "gate")
        assert crossed.id[14] == "7"
        assert abs(int(crossed.id.replace("-", "")[:12], 16) - crossed.time_ns // 1_000_000) <= 1
        assert crossed.score == pytest.approx(0.9)
        assert at(3.1) < crossed.time_ns < at(3.2) < crossed.noticed_ns < at(3.5)


def test_refused_results_come_again_with_the_next(tmp_path: Path) -> None:
    """The disk was full for a while: nothing of it is lost, and nothing twice."""
    site = site_of(tmp_path)
    with Database.of(site) as database:
        scene, tried = scene_of(site), 0
        for n, (time_ns, box) in enumerate(stroll(*ACROSS, (9.0, 0.3, 0.45))):
            scene.update(time_ns, found([box]))
            if n % 5 == 0:
                scene.results(time_ns)
                scene.refused()
                tried += 1
        assert tried > 10
        assert events(database) == []
        give(scene, database, at(10))
        assert sum(row[4] + row[5] for row in tables(database)["counts"] if row[0:2] == ("gate", 60)
                   ) == 2  # fmt: skip
        scene.hold(at(20))
        give(scene, database, at(20))
        assert sum(row[4] + row[5] for row in tables(database)["counts"] if row[0:2] == ("gate", 60)
                   ) == 2  # fmt: skip


def test_what_comes_while_a_commit_is_on_its_way_is_in_the_next(tmp_path: Path) -> None:
    one, other = site_of(tmp_path / "one"), site_of(tmp_path / "other")
    with Database.of(one) as database, Database.of(other) as expected:
        scene, plain, pending = scene_of(one), scene_of(other), list[Results]()
        for n, (time_ns, box) in enumerate(stroll(*ACROSS)):
            scene.update(time_ns, found([box]))
            plain.update(time_ns, found([box]))
            if n % 4 == 0:
                pending.append(scene.results(time_ns))
                assert not scene.due(time_ns + 100 * NS)
                with pytest.raises(ValueError, match="no results can be given now"):
                    scene.results(time_ns)
            elif n % 4 == 2:
                keep(database, pending.pop())
                scene.committed()
        for each, store in ((scene, database), (plain, expected)):
            each.hold(at(LONG))
            give(each, store, at(LONG))
        assert tables(database) == tables(expected)
        assert len(events(database)) > 5


def test_of_two_processes_for_one_camera_only_one_is_heard(tmp_path: Path) -> None:
    """One that was believed dead commits after its successor: refused as a whole."""
    site = site_of(tmp_path)
    with Database.of(site) as database:
        first = scene_of(site)
        walk = list(stroll(*ACROSS))
        for time_ns, box in walk[:10]:
            first.update(time_ns, found([box]))
        give(first, database, walk[9][0])
        second = scene_of(site, saved(database))
        for scene in (first, second):
            for time_ns, box in walk[10:]:
                scene.update(time_ns, found([box]))
        give(second, database, at(7))
        before = tables(database)
        with pytest.raises(SupersededError, match="another process"):
            keep(database, first.results(at(7)))
        assert tables(database) == before


def test_events_are_due_at_once_and_counts_every_five_seconds(tmp_path: Path) -> None:
    site = site_of(tmp_path, [])
    scene = scene_of(site)
    assert not scene.due(at(0))
    scene.update(at(0), found([]))
    assert scene.due(at(0))
    scene.results(at(0))
    scene.committed()
    for second in (1, 2, 3):
        scene.update(at(second), found([]))
    assert not scene.due(at(29))
    assert scene.due(at(31))  # nobody is there
    for n in range(5):
        scene.update(at(40 + n / 7), found([person(0.5, 0.5)]))
    scene.results(at(41))
    scene.committed()
    scene.update(at(41), found([person(0.5, 0.5)]))
    assert not scene.due(at(45.9))
    assert scene.due(at(46.1))
    assert scene.due(at(0))  # the clock was set: better soon than never

    busy = scene_of(site_of(tmp_path))
    for n, (time_ns, box) in enumerate(stroll(*ACROSS)):
        told = busy.update(time_ns, found([box])).events
        if n == 0:
            busy.results(time_ns)
            busy.committed()
        if told:
            assert busy.due(time_ns + NS // 4)
            return
    raise AssertionError("nothing happened")


# --- who stands still --------------------------------------------------------------------------


def stand(scene: CameraScene, begin: float, seconds: float, x: float = 0.56) -> None:
    for k in range(round(seconds * 7)):
        scene.update(at(begin + k / 7), found([person(x, 0.45)]))


@pytest.mark.parametrize("step", [0.5, 7.0, 600.0])
def test_who_stands_still_is_there_however_rarely_that_is_said(tmp_path: Path, step: float) -> None:
    """Ten minutes asleep: one presence, one track, all of the time occupied and warm."""
    site = site_of(tmp_path)
    with Database.of(site) as database:
        scene = scene_of(site)
        stand(scene, 0, 5)
        number = scene.update(at(5), found([person(0.56, 0.45)])).tracks.id.tolist()
        made: list[StoredEvent] = []
        time = 5.0
        while time < 605:
            time += step
            update = scene.hold(at(time))
            assert update.tracks.id.tolist() == number
            assert update.tracks.unseen.tolist() == [0]
            made += update.events
        # it wakes up, and the same one walks away
        for time_ns, box in stroll((time + 0.3, 0.56, 0.45), (time + 5, 0.1, 0.45)):
            update = scene.update(time_ns, found([box]))
            made += update.events
            assert update.tracks.id.tolist() == number
        scene.hold(at(time + LONG))
        give(scene, database, at(time + LONG))
        assert [e.rule for e in made if e.rule in ("plaza", "enter")] == ["plaza"]
        ended = next(e for e in made if e.rule == "plaza")
        assert ended.duration_s == pytest.approx(time + 1.5, abs=1.0)
        with database.read() as connection:
            zone = ZoneInfo(site.timezone)
            found_ = occupancy(connection, ["yard"], T0, at(600), Step.MINUTE, zone)
        assert found_.mean[0, 1:-1] == pytest.approx(1.0, abs=0.02)
        # who came in before that is counted once
        assert [row[0] for row in tables(database)["tracks"]] == number


def test_a_ghost_is_not_held(tmp_path: Path) -> None:
    """A sighting that was no track yet, and one who has just walked out of the picture."""
    scene = scene_of(site_of(tmp_path))
    for time_ns, box in stroll((0, 0.3, 0.8), (4, 0.95, 0.8)):
        scene.update(time_ns, found([box]))
    for n in range(1, 9):
        scene.update(at(4 + n / 7), found([]))  # gone for more than a second
    scene.update(at(5.5), found([person(0.2, 0.5)]))  # seen once
    assert len(scene.hold(at(6.5)).tracks) <= 2
    assert len(scene.hold(at(10)).tracks) == 0


def test_nobody_is_held_in_one_step(tmp_path: Path) -> None:
    """An empty yard costs nothing; the time counts as looked at, to the end."""
    site = site_of(tmp_path)
    with Database.of(site) as database:
        scene = scene_of(site)
        scene.update(at(0), found([]))
        for n in range(1, 25):
            scene.hold(at(n * 3600))
        give(scene, database, at(90_000))
        with database.read() as connection:
            hours = occupancy(
                connection, ["yard"], T0, at(80_000), Step.HOUR, ZoneInfo(site.timezone)
            )
        assert hours.mean[0, 1:-2].tolist() == [0.0] * (hours.mean.shape[1] - 3)


def test_a_camera_that_begins_asleep(tmp_path: Path) -> None:
    scene = scene_of(site_of(tmp_path))
    assert len(scene.hold(at(0)).tracks) == 0
    assert scene.seen_ns == at(0)
    assert scene.hold(at(-1)).events == []
    assert scene.seen_ns == at(0)


def test_held_through_a_restart(tmp_path: Path) -> None:
    """The process is killed while somebody stands: nobody new comes, nobody goes."""
    site = site_of(tmp_path)
    with Database.of(site) as database:
        scene = scene_of(site)
        stand(scene, 0, 5)
        number = scene.hold(at(20)).tracks.id.tolist()
        give(scene, database, at(20))
        after = scene_of(site, saved(database))
        update = after.hold(at(40))
        assert update.tracks.id.tolist() == number
        assert update.events == []


# --- gaps, clocks, changes -----------------------------------------------------------------------


def test_a_gap_of_an_hour_is_not_an_hour_of_nobody(tmp_path: Path) -> None:
    """Who was inside was last seen before the gap; inside of counters is carried on."""
    site = site_of(tmp_path)
    with Database.of(site) as database:
        scene = scene_of(site)
        walk = list(stroll((0.0, 0.65, 0.45), (4.0, 0.50, 0.45)))
        for time_ns, box in walk:
            scene.update(time_ns, found([box]))
        inside = scene.scene.counters["hall"].totals["inside"]
        assert inside == 1
        give(scene, database, at(4))
        after = scene_of(site, saved(database))
        assert after.notes == []
        made = list(after.update(at(3600), found([])).events)
        for n in range(1, 400):
            made += after.update(at(3600 + n / 7), found([])).events
        give(after, database, at(3700))
        assert [(e.rule, e.phase) for e in made if e.rule == "plaza"] == [("plaza", "end")]
        assert next(e for e in made if e.rule == "plaza").time_ns <= at(4)
        assert after.scene.counters["hall"].totals["inside"] == inside
        with database.read() as connection:
            found_ = occupancy(
                connection, ["yard"], T0, at(3660), Step.MINUTE, ZoneInfo(site.timezone)
            )
        assert np.isnan(found_.mean[0, 1:59]).all()
        assert found_.mean[0, 60] == 0.0
        assert 0 < found_.mean[0, 0] < 1.5


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-10-25", 25), ("2026-03-29", 23), ("2026-11-18", 24)]
)
def test_inside_begins_again_at_local_midnight(tmp_path: Path, day: str, hours: int) -> None:
    """Also when nobody was running at midnight; on days of 23 and 25 hours."""
    zone = ZoneInfo("Europe/Berlin")
    midnight = datetime.fromisoformat(f"{day}T00:00:00").replace(tzinfo=zone).timestamp()
    site = site_of(tmp_path)
    with Database.of(site) as database:
        scene = scene_of(site)
        begin = round((midnight + 12 * 3600) * NS) - T0
        for time_ns, box in stroll((0.0, 0.65, 0.45), (4.0, 0.50, 0.45)):
            scene.update(begin + time_ns, found([box]))
        assert scene.scene.counters["hall"].totals["inside"] == 1
        give(scene, database, begin + at(4))
        after = scene_of(site, saved(database))
        made = after.update(begin + at(20 * 3600), found([])).events
        reset = next(e for e in made if e.rule == "hall")
        assert reset.details["change"] == "reset"
        assert reset.time_ns == round((midnight + hours * 3600) * NS)
        assert datetime.fromtimestamp(reset.time_ns / NS, UTC).astimezone(zone).hour == 0
        give(after, database, begin + at(20 * 3600))
        with database.read() as connection:
            days = counts(
                connection, ["yard"], round(midnight * NS), reset.time_ns + 3600 * NS, Step.DAY,
                zone, rules=["hall"],
            )  # fmt: skip
        assert days.edges[1] - days.edges[0] == hours * 3600 * NS
        assert days.ins[0].tolist() == [1, 0]
        assert days.inside[0].tolist() == [1, 0]


def test_the_clock_is_set_back(tmp_path: Path) -> None:
    """Tracks begin anew with new numbers, presences end, counters go on."""
    site = site_of(tmp_path)
    with Database.of(site) as database:
        scene = scene_of(site)
        walk = list(stroll((0.0, 0.65, 0.45), (4.0, 0.50, 0.45)))
        for time_ns, box in walk:
            scene.update(time_ns, found([box]))
        give(scene, database, at(4))
        assert not scene.wants(at(3.5))  # an old picture, not a new clock
        with pytest.raises(TrackerError, match="looked at before"):
            scene.update(at(3.5), found([]))
        hour = 3600 * NS
        assert scene.wants(at(2) - hour)
        for time_ns, box in walk:
            tracks = scene.update(time_ns - hour, found([box])).tracks
        assert tracks.id.tolist() == [2]
        give(scene, database, at(9))
        assert scene.scene.counters["hall"].totals["inside"] == 2
        assert [str(e.phase) for e in events(database) if e.rule == "plaza"].count("end") == 1
        assert "clock was set back" in scene.notes[0]
        assert scene_of(site, saved(database)).seen_ns == walk[-1][0] - hour


def test_other_rules_after_a_restart(tmp_path: Path) -> None:
    """The tracker goes on, so do rules that did not change; which begin anew is said."""
    before, rules = site_of(tmp_path), site_of(tmp_path).cameras[0].rules
    changed = [rule.model_dump(exclude_unset=True, by_alias=True) for rule in rules]
    changed[2]["time_threshold"] = 2.0
    changed.append({"id": "new", "type": "occupancy", "polygon": PLAZA})
    with Database.of(before) as database:
        scene = scene_of(before)
        walk = list(stroll(*ACROSS))
        for time_ns, box in walk[:25]:
            number = scene.update(time_ns, found([box])).tracks.id.tolist()
        give(scene, database, walk[24][0])
        after = scene_of(site_of(tmp_path, changed), saved(database))
        assert after.notes == ["yard: changed or new, so begun anew: plaza, new."]
        for time_ns, box in walk[25:]:
            assert after.update(time_ns, found([box])).tracks.id.tolist() == number
        after.hold(at(LONG))
        give(after, database, at(LONG))
        stored = tables(database)
        assert [row[4:6] for row in stored["counts"] if row[:2] == ("gate", 60)] == [(0, 1)]
        assert {row[0] for row in stored["occupancy"]} == {"floor", "new"}


def test_another_picture_keeps_the_counters(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    with Database.of(site) as database:
        scene = scene_of(site)
        for time_ns, box in stroll((0.0, 0.65, 0.45), (4.0, 0.50, 0.45)):
            scene.update(time_ns, found([box]))
        give(scene, database, at(4))
        after = CameraScene(site, site.cameras[0], 16 / 9, saved(database))
        assert "shape of the picture" in after.notes[0]
        assert after.scene.counters["hall"].totals["inside"] == 1
        assert len(after.update(at(5), found([])).tracks) == 0
        nearly = CameraScene(site, site.cameras[0], ASPECT * 1.001, saved(database))
        assert nearly.notes == []


@pytest.mark.parametrize("blob", [b"", b"CSA1 nothing", b"CSA9", pack({"aspect": np.array(1.0)})])
def test_a_memory_that_cannot_be_read_begins_anew_and_says_so(tmp_path: Path, blob: bytes) -> None:
    site = site_of(tmp_path)
    scene = scene_of(site, SavedState(at(0), blob))
    assert len(scene.notes) == 1
    assert "counting begins anew" in scene.notes[0]
    with Database.of(site) as database:
        keep(database, Results("yard", at(0), ZoneInfo("UTC"), state=blob))
        for time_ns, box in stroll(*ACROSS):
            scene.update(time_ns, found([box]))
        give(scene, database, at(7))  # follows the state that nobody can read


def test_the_gate_is_kept_with_the_rest(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    with Database.of(site) as database:
        scene = scene_of(site)
        scene.update(at(0), Detections.empty())
        keep(database, scene.results(at(0), {"gate_sizes": np.arange(5)}))
        scene.committed()
        after = scene_of(site, saved(database))
        assert after.gate["gate_sizes"].tolist() == [0, 1, 2, 3, 4]


@given(
    st.dictionaries(
        st.text(max_size=8),
        st.sampled_from([
            np.arange(6.0).reshape(2, 3), np.array("text"), np.zeros(0, "i2"), np.array(True),
            np.zeros(3, [("a", "f8"), ("b", "i4", 2)]), np.array(["x", "yes"]), np.array(-np.inf),
        ]),
    )
)  # fmt: skip
@settings(max_examples=50, deadline=None)
def test_arrays_come_back_as_they_were(arrays: dict[str, np.ndarray]) -> None:
    back = unpack(pack(arrays))
    assert back.keys() == arrays.keys()
    for name, array in arrays.items():
        assert back[name].dtype == array.dtype
        assert back[name].shape == array.shape
        assert back[name].tobytes() == array.tobytes()
        back[name][...] = back[name]  # it can be written to


def test_objects_are_not_packed() -> None:
    with pytest.raises(ValueError, match="Python objects"):
        pack({"x": np.array([object()])})
