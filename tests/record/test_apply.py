"""Other settings while the recorder runs: who is not concerned is not touched, all is explained."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from curtilage.config import SiteSettings, parse_site
from curtilage.model import GapReason
from curtilage.record.mp4 import scan
from curtilage.record.recorder import Recorder
from curtilage.store.index.database import Database
from curtilage.store.recorded.cover import Interval
from curtilage.store.recorded.ledger import Ledger
from tests.cameras import CameraServer

WAIT_S = 15.0


@pytest.fixture(scope="module")
def server() -> Iterator[CameraServer]:
    with CameraServer("tiny") as running:
        yield running


def site_of(folder: Path, cameras: str) -> SiteSettings:
    return parse_site(
        f"state: {folder / 'state'}\nvolumes: [{{path: {folder / 'video'}, reserve: 1MB}}]\n"
        f"cameras: [{cameras}]\n"
    )


def until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < end, f"{what} did not come"
        time.sleep(0.02)


def records(recorder: Recorder, *cameras: str) -> bool:
    states = {one.camera: one.reason for one in recorder.health().streams}
    return all(camera in states and states[camera] is None for camera in cameras)


def files_of(site: SiteSettings) -> list[Path]:
    return sorted(site.volumes[0].path.rglob("*.mp4"))


def ledger(site: SiteSettings, camera: str) -> list[Interval]:
    with Database.of(site) as database:
        first_ns = min(known.from_ns for known in Ledger(database).known())
        now_ns = time.time_ns()
        found = Ledger(database).intervals(camera, "main", first_ns, now_ns, now_ns)
    assert "unexplained" not in {one.reason for one in found}
    return found


def test_the_cameras_that_stay_are_not_touched(server: CameraServer, tmp_path: Path) -> None:
    stays, goes = (
        f"{{name: a, url: '{server.url('a1')}'}}",
        f"{{name: b, url: '{server.url('b1')}'}}",
    )
    comes = f"{{name: c, url: '{server.url('c1')}'}}"
    with Recorder(site_of(tmp_path, f"{stays}, {goes}")) as recorder:
        until(lambda: records(recorder, "a", "b"), "two recordings")
        assert recorder.apply(site_of(tmp_path, f"{stays}, {comes}")) is None
        until(lambda: records(recorder, "a", "c"), "the new camera's recording")
        assert server.viewers("b1") == 0
        assert "b" not in {one.camera for one in recorder.health().streams}
    plays = [one for one in server.transcript.requests("a1") if one.method == "PLAY"]
    assert len(plays) == 1
    site = site_of(tmp_path, stays)
    recorded = [one for one in ledger(site, "a") if one.recorded]
    assert len(recorded) == 1  # in one piece
    assert any(one.recorded for one in ledger(site, "b"))
    assert any(one.recorded for one in ledger(site, "c"))


def test_another_address_is_explained_and_recorded(server: CameraServer, tmp_path: Path) -> None:
    with Recorder(site_of(tmp_path, f"{{name: a, url: '{server.url('a2')}'}}")) as recorder:
        until(lambda: records(recorder, "a"), "a recording")
        site = site_of(tmp_path, f"{{name: a, url: '{server.url('a3')}'}}")
        assert recorder.apply(site) is None
        until(lambda: server.viewers("a3") == 1 and records(recorder, "a"), "the new address")
        assert server.viewers("a2") == 0
        time.sleep(1.2)  # a fragment of it
    found = ledger(site, "a")  # here a new connection takes less than what counts as a gap
    assert sum(one.recorded for one in found) in (1, 2)
    assert {one.reason for one in found} == {None, GapReason.RESTARTING}
    serials = {one.label.serial for one in map(scan, files_of(site)) if one.label is not None}
    assert len(serials) == 2


def test_switched_off_and_on_again(server: CameraServer, tmp_path: Path) -> None:
    on = site_of(tmp_path, f"{{name: a, url: '{server.url('a4')}'}}")
    off = site_of(tmp_path, f"{{name: a, enabled: false, url: '{server.url('a4')}'}}")
    with Recorder(on) as recorder:
        until(lambda: records(recorder, "a"), "a recording")
        assert recorder.apply(off) is None
        until(lambda: server.viewers("a4") == 0, "the end of asking")
        time.sleep(0.3)
        assert recorder.apply(on) is None
        until(lambda: server.viewers("a4") == 1 and records(recorder, "a"), "it again")
    reasons = [one.reason for one in ledger(on, "a")]
    first = reasons.index(None)
    assert reasons[first : first + 2] == [None, GapReason.DISABLED]
    assert None in reasons[first + 2 :]


def test_how_long_is_kept_changes_without_a_new_connection(
    server: CameraServer, tmp_path: Path
) -> None:
    camera = f"{{name: a, url: '{server.url('a5')}'"
    with Recorder(site_of(tmp_path, camera + "}")) as recorder:
        until(lambda: records(recorder, "a"), "a recording")
        assert recorder.apply(site_of(tmp_path, camera + ", retention: {days: 2}}")) is None
        assert recorder.site.cameras[0].retention.days == 2
        time.sleep(0.2)
        assert server.viewers("a5") == 1
    assert len([r for r in server.transcript.requests("a5") if r.method == "PLAY"]) == 1


def test_other_disks_need_a_new_start(tmp_path: Path) -> None:
    with Recorder(site_of(tmp_path, "")) as recorder:
        other = recorder.site.model_copy(update={"state": tmp_path / "elsewhere"})
        sentence = recorder.apply(other)
        assert sentence is not None
        assert "state" in sentence
        assert recorder.site.state == tmp_path / "state"
