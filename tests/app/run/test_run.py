"""``curtilage run`` itself: real processes that are killed, edited, stopped; nothing is lost."""

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from curtilage.app.run.lock import locked
from curtilage.config import load_site
from curtilage.record.recorder import Recorder
from curtilage.store.notices import NoticeKind
from tests.app.run.running import PARTS, Running
from tests.app.run.sites import free_port, make_site, site_text
from tests.app.run.toys import eventually, is_alive
from tests.cameras import clip
from tests.record.disks import small_disk

PORT = re.compile(r"port: (\d+)")
RULES = "rules: [{id: gate, type: line_crossing, points: [[0.5, 0.1], [0.5, 0.9]]}]"


def camera(name: str, more: str = "") -> str:
    more = ", ".join(["analysis: {enabled: false}", *([more] if more else [])])
    return f"{{name: {name}, url: '{clip('tiny')}', {more}}}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One site for all tests that leave it running."""
    file = make_site(tmp_path_factory.mktemp("site"), camera("film"), port=free_port())
    with Running(file) as running:
        running.all_run()
        yield running


def write(site: Running, *cameras: str, extra: str = "") -> None:
    """Edit the settings, as most editors do."""
    port = PORT.search(site.file.read_text())
    assert port is not None
    beside = site.file.with_suffix(".new")
    beside.write_text(site_text(*cameras, port=int(port[1]), extra=extra))
    beside.rename(site.file)


@pytest.mark.parametrize(
    "part",
    [
        "recorder",
        "web",
        pytest.param("analyser-0", marks=pytest.mark.slow),  # it may have to compile its kernels
    ],
)
def test_a_part_that_is_killed_runs_again(site: Running, part: str) -> None:
    eventually(lambda: part in site.pids(), 180.0)
    before = site.all_run()
    os.kill(before[part], signal.SIGKILL)
    site.says(f"supervisor WARNING {part} killed (SIGKILL")
    site.says(f"supervisor INFO {part} runs again")
    eventually(lambda: site.pids().get(part, before[part]) != before[part])
    after = site.all_run()
    assert {name for name in PARTS if after[name] != before[name]} == {part} - {"analyser-0"}
    eventually(
        lambda: any(
            one.sentence.startswith(f"{part} killed (SIGKILL")
            for one in site.notices()
            if one.kind is NoticeKind.PART
        )
    )
    facts = site.facts()["parts"][part]
    assert facts["restarts"] == 1
    assert facts["last_end"]["reason"].startswith("killed (SIGKILL")


def test_an_edit_is_taken_without_touching_what_it_does_not_concern(site: Running) -> None:
    write(site, camera("film"))
    eventually(lambda: site.recordings("film"))
    before = site.all_run()
    write(site, camera("film"), camera("second"))
    eventually(lambda: site.recordings("second"))
    write(site, camera("film", RULES), camera("second"))
    version = site.facts()["settings"]["version"]
    eventually(lambda: site.facts()["settings"]["version"] > version)
    assert {name: site.all_run()[name] for name in PARTS} == {name: before[name] for name in PARTS}


def test_a_recorder_that_dies_after_edits_that_did_not_concern_it_runs_again(site: Running) -> None:
    for number in range(4):
        version = site.facts()["settings"]["version"]
        write(site, camera("film", RULES.replace("0.9", f"0.8{number}")))
        eventually(partial(has_newer, site, version))
    before = site.all_run()["recorder"]
    os.kill(before, signal.SIGKILL)
    eventually(lambda: site.pids().get("recorder", before) != before, 60.0)
    write(site, camera("film"))


def test_a_wrong_edit_changes_nothing_and_is_told(site: Running) -> None:
    write(site, camera("film"))
    before = site.all_run()
    write(site, camera("film"), extra="mood: away\n")
    line = site.says("'mood' is no key here")
    assert f"{site.file}, line 6: mood: 'mood' is no key here; did you mean 'mode'?" in line
    assert re.search(r"Version \d+ of the settings runs on", line)
    eventually(lambda: site.facts()["settings"]["problem"])
    assert "line 6: mood" in site.facts()["problems"][0]
    eventually(
        lambda: any(
            "line 6: mood" in one.sentence
            for one in site.notices()
            if one.kind is NoticeKind.SETTINGS
        )
    )
    assert {name: site.all_run()[name] for name in PARTS} == {name: before[name] for name in PARTS}
    write(site, camera("film"))
    eventually(lambda: site.facts()["settings"]["problem"] is None)


@pytest.mark.slow
def test_a_version_is_brought_back_while_it_runs(site: Running) -> None:
    write(site, camera("film"), extra="mode: away\n")
    eventually(lambda: "mode: away" in command("config", "diff", "1", config=site.file))
    answer = command("config", "restore", "1", config=site.file)
    assert "holds version 1 again" in answer
    eventually(lambda: site.facts()["settings"]["by"] == "restore")
    assert command("config", "diff", "1", config=site.file).strip() == "they are the same"
    assert "restore of version 1" in command("config", "history", config=site.file)


def test_a_second_one_on_the_same_folder_is_refused(site: Running) -> None:
    other = site.file.with_name("other.yaml")
    other.write_text(site.file.read_text())
    refused = subprocess.run(
        [sys.executable, "-m", "curtilage", "run", "--config", str(other)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert refused.returncode == 2
    [line] = refused.stderr.splitlines()
    assert f"`curtilage run` is running on this folder already (process {site.process.pid})" in line


def test_a_part_that_must_begin_anew_does_so_alone(site: Running) -> None:
    before = site.all_run()
    site.file.write_text(site_text(camera("film"), port=free_port()))
    site.says("supervisor INFO web: the web listens elsewhere")
    eventually(lambda: site.pids().get("web", before["web"]) != before["web"])
    assert site.all_run()["recorder"] == before["recorder"]


def test_a_state_folder_that_another_site_uses_is_refused(site: Running, tmp_path: Path) -> None:
    before = site.all_run()
    text = site.file.read_text()
    with locked(tmp_path):
        site.file.write_text(text.replace("state: state", f"state: {tmp_path}"))
        assert "runs on" in site.says(f"{tmp_path}: `curtilage run` is running on this folder")
        site.file.write_text(text)
        eventually(lambda: site.facts()["settings"]["problem"] is None)
    assert {name: site.all_run()[name] for name in PARTS} == {name: before[name] for name in PARTS}


def test_more_analysers_come_and_go(site: Running) -> None:
    before = site.all_run()
    text = site.file.read_text()
    site.file.write_text(text + "analysis: {processes: 2}\n")
    eventually(lambda: "analyser-1" in site.facts()["parts"])
    site.file.write_text(text)
    eventually(lambda: "analyser-1" not in site.facts()["parts"])
    assert {name: site.all_run()[name] for name in PARTS} == {name: before[name] for name in PARTS}


def test_all_parts_begin_anew_with_another_index(site: Running) -> None:
    """The recorder alone did: the web and the analyser went on in the file that was deleted."""
    before = site.all_run()
    for one in site.state.glob("curtilage.db*"):
        one.unlink()
    site.says("all begins anew with it")
    site.forget_index()
    eventually((site.state / "curtilage.db").exists)
    eventually(lambda: not any(is_alive(before[part]) for part in PARTS))
    after = site.all_run()
    assert not {after[part] for part in PARTS} & set(before.values())


def test_another_state_folder_begins_all_anew(site: Running) -> None:
    before = site.all_run()
    other = site.state.with_name("other")
    site.file.write_text(site.file.read_text().replace("state: state", "state: other"))
    site.says("state changed: all parts begin anew")
    eventually(lambda: (other / "supervisor.lock").exists())
    eventually(lambda: not any(is_alive(before[part]) for part in PARTS))
    eventually(lambda: (other / "curtilage.db").exists())
    assert site.process.poll() is None


def test_nothing_is_lost_when_it_is_killed_or_told_to_end(tmp_path: Path) -> None:
    """Between the two it is started with a file that is wrong: what was good runs."""
    file = make_site(tmp_path, camera("film"), port=free_port())
    with Running(file) as running:
        pids = running.all_run()
        eventually(lambda: running.recordings("film"))
        running.end(signal.SIGKILL)
        eventually(lambda: not any(is_alive(pid) for pid in pids.values()))
    assert recovered(file) == []  # its parts ended in order
    before = running.recordings("film")
    good = file.read_text()
    file.write_text(good + "mood: away\n")
    with Running(file, tmp_path / "state") as running:
        line = running.says("line 8: mood")
        assert "Version 1 of the settings, the last good one, runs instead" in line
        pids = running.all_run()
        eventually(lambda: running.recordings("film") > before)
        assert running.end() == 0
    assert not any(is_alive(pid) for pid in pids.values())
    file.write_text(good)
    if not any("recorder did not end" in line for line in running.log):  # on a busy machine
        assert recovered(file) == []


@pytest.mark.slow
def test_an_edit_that_cannot_be_kept_for_want_of_room_is_taken_when_there_is_some(
    tmp_path: Path,
) -> None:
    port = free_port()
    file = make_site(tmp_path, camera("film"), port=port)
    with small_disk(tmp_path / "state", "8m") as state, Running(file) as running:
        before = running.all_run()
        with (state / "fill").open("wb", buffering=0) as fill, contextlib.suppress(OSError):
            while True:
                fill.write(b"x" * 4096)
        file.write_text(site_text(camera("film"), camera("second"), port=port))
        line = running.says("cannot be written (No space left on device)")
        assert "Version 1 of the settings runs on" in line
        (state / "fill").unlink()
        eventually(lambda: running.recordings("second"), 60.0)
        assert running.all_run() | {"analyser-0": 0} == before | {"analyser-0": 0}


def has_newer(site: Running, version: int) -> bool:
    """Whether newer settings than those of that number run."""
    return int(site.facts()["settings"]["version"]) > version


def recovered(file: Path) -> list[str]:
    """What a recorder that starts now must put in order."""
    told: list[str] = []
    with Recorder(load_site(file), tell=lambda notice: told.append(notice.sentence)):
        pass
    return told


def command(*arguments: str, config: Path) -> str:
    """A command's output; it must succeed."""
    return subprocess.run(
        [sys.executable, "-m", "curtilage", *arguments, "--config", str(config)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
