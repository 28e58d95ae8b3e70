"""Recording as an owner meets it: settings, commands, exit codes, files on the disk."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import av
import pytest

from curtilage.cli import main
from curtilage.store.index.database import Database
from curtilage.store.notices import Notice, NoticeKind
from curtilage.store.notices import add as add_notice
from tests.cameras import Account, CameraServer

WAIT_S = 30.0
HOUR_NS = 3_600_000_000_000


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


def curtilage(*arguments: str | Path) -> Done:
    out, err, before = io.StringIO(), io.StringIO(), sys.argv
    sys.argv = ["curtilage", *map(str, arguments)]
    try:
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as leave:
            main()
    finally:
        sys.argv = before
    return Done(int(leave.value.code or 0), out.getvalue(), err.getvalue())


def settings(folder: Path, cameras: str) -> Path:
    file = folder / "site.yaml"
    file.write_text(f"state: state\nvolumes: [{{path: video, reserve: 1MB}}]\ncameras:\n{cameras}")
    return file


class Running:
    """``curtilage record`` in a process of its own."""

    def __init__(self, config: Path) -> None:
        self.log = config.with_suffix(".log")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "curtilage", "record", "--config", str(config)],
            stderr=self.log.open("ab"),
        )

    def wait_for(self, text: str) -> None:
        end = time.monotonic() + WAIT_S
        while text not in self.log.read_text():
            assert self._process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, f"no {text!r} in:\n{self.log.read_text()}"
            time.sleep(0.05)

    def send(self, number: int) -> None:
        os.kill(self._process.pid, number)

    def stop(self, number: int = signal.SIGTERM) -> int:
        if self._process.poll() is None:
            os.kill(self._process.pid, number)
        return self.wait(WAIT_S)

    def wait(self, seconds: float) -> int:
        return self._process.wait(seconds)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Settings of a site that was recorded for some seconds: one camera works, three do not."""
    folder = tmp_path_factory.mktemp("site")
    account = Account("admin", "secretword")
    with CameraServer("tiny", audio="aac", account=account) as server:
        url = server.url("front")
        config = settings(
            folder,
            f"  - {{name: front, url: '{url}'}}\n"
            f"  - {{name: wrong, url: '{url.replace('secretword', 'otherword')}'}}\n"
            "  - {name: closed, url: 'rtsp://127.0.0.1:9/x'}\n"
            "  - {name: off, url: 'rtsp://127.0.0.1:9/x', enabled: false}\n",
        )
        running = Running(config)
        running.wait_for("front/main: recording")
        time.sleep(4.0)
        begun = time.monotonic()
        assert running.stop() == 0
        assert time.monotonic() - begun < 5.0
        assert server.setups("audio") == 0
    return config


def ledger(config: Path, *arguments: str) -> list[dict[str, Any]]:
    done = curtilage("gaps", "--config", config, "--json", *arguments)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_every_second_is_recorded_or_explained(site: Path) -> None:
    by_camera = {one["camera"]: one for one in ledger(site)}
    assert set(by_camera) == {"front", "wrong", "closed", "off"}
    for one in by_camera.values():
        for before, after in zip(one["intervals"], one["intervals"][1:], strict=False):
            assert before["to"] == after["from"]
        assert "unexplained" not in one["totals_s"]
    assert by_camera["front"]["totals_s"]["recorded"] > 3.0
    assert "camera refused us" in by_camera["wrong"]["totals_s"]
    assert "camera unreachable" in by_camera["closed"]["totals_s"]
    assert "disabled by owner" in by_camera["off"]["totals_s"]


def test_nothing_that_was_written_holds_a_password(site: Path) -> None:
    for path in site.parent.rglob("*"):
        if path.is_file() and path != site:
            content = path.read_bytes()
            assert b"secretword" not in content, path
            assert b"otherword" not in content, path


def test_segments_play_and_have_no_sound(site: Path) -> None:
    files = sorted((site.parent / "video" / "front" / "main").rglob("*.mp4"))
    assert files
    pictures = 0
    for file in files:
        with av.open(str(file)) as container:
            assert not container.streams.audio
            pictures += sum(1 for _ in container.decode(video=0))
    assert pictures >= 3 * 15


def test_export(site: Path, tmp_path: Path) -> None:
    target = tmp_path / "film.mp4"
    done = curtilage("export", "front", "--from", "-1h", "--out", target, "--config", site)
    assert done.returncode == 0, done.stderr
    with av.open(str(target)) as container:
        assert sum(1 for _ in container.decode(video=0)) >= 3 * 15
        assert container.duration is not None
        seconds = float(done.stdout.splitlines()[1].split(" s to be seen")[0])
        assert seconds == pytest.approx(container.duration / av.time_base, abs=0.2)
    beside = json.loads(target.with_suffix(".json").read_text())
    assert beside["camera"] == "front"
    reasons = {gap["reason"] for gap in beside["gaps"]}
    assert "unexplained" not in reasons
    assert "not in the ledger" in reasons
    again = curtilage("export", "front", "--from", "-1h", "--out", target, "--config", site)
    assert again.returncode == 2
    assert str(target) in again.stderr


def test_holds(site: Path) -> None:
    span = ("--from", "-1h", "--to", "now", "--config", site)
    added = curtilage("hold", "add", "--camera", "front", "--reason", "a theft", *span)
    assert added.returncode == 0, added.stderr
    assert "front" in added.stdout
    number = added.stdout.split()[1].rstrip(":")
    assert "a theft" in curtilage("hold", "list", "--config", site).stdout
    assert curtilage("hold", "release", number, "--config", site).returncode == 0
    assert "no holds" in curtilage("hold", "list", "--config", site).stdout
    assert curtilage("hold", "release", number, "--config", site).returncode == 2


def test_notices_are_what_the_owner_was_told(site: Path) -> None:
    now_ns = time.time_ns()
    told = [
        Notice(now_ns - 2 * HOUR_NS, "wrong", "main", NoticeKind.NOT_RECORDING, "is refused"),
        Notice(now_ns - 1 * HOUR_NS, None, None, NoticeKind.DISK_FULL, "the disk is full"),
        Notice(now_ns - 200 * HOUR_NS, "front", "main", NoticeKind.RECORDING_AGAIN, "is back"),
    ]
    with Database.open(site.parent / "state") as database:
        for notice in told:
            database.now(partial(add_notice, notice=notice))
    done = curtilage("notices", "--config", site)
    assert done.returncode == 0, done.stderr
    rows = [" ".join(line.split()[2:]) for line in done.stdout.splitlines()]
    assert "wrong/main not recording is refused" in rows
    assert "all disk full the disk is full" in rows
    assert "is back" not in done.stdout
    older = curtilage("notices", "--config", site, "--from", "-10d", "--to", "-8d").stdout
    assert "is back" in older
    assert "is refused" not in older
    of_one = json.loads(
        curtilage("notices", "--config", site, "--camera", "wrong", "--from=-30d", "--json").stdout
    )
    kinds = {(one["camera"], one["kind"]) for one in of_one}
    assert {("wrong", "not recording"), (None, "disk full")} <= kinds
    assert not any(camera == "front" for camera, _ in kinds)
    before = ("--from", "-3d", "--to", "-2d")
    assert "there are no notices" in curtilage("notices", "--config", site, *before).stdout
    assert curtilage("notices", "--config", site, "--camera", "nobody").returncode == 2


def test_a_hold_may_end_in_the_future_and_says_the_dates(site: Path) -> None:
    camera = ("--camera", "front", "--config", site, "--reason", "police report 4711")
    added = curtilage(
        "hold", "add", "--from", "2026-11-23 13:30+00:00", "--to", "23:59:59", *camera
    )
    assert added.returncode == 0, added.stderr
    assert re.search(
        r"from 2026-11-\d\d \d\d:30:00[+-]\d\d:\d\d to 2026-11-\d\d 23:59:59", added.stdout
    )
    number = added.stdout.split()[1].rstrip(":")
    assert curtilage("hold", "release", number, "--config", site).returncode == 0
    far = curtilage("hold", "add", "--from", "-1h", "--to", "9999-01-01", *camera)
    assert far.returncode == 2
    assert "is too far away" in far.stderr


def test_fsck_finds_and_mends_what_differs(site: Path) -> None:
    assert curtilage("fsck", "--config", site).returncode == 0
    file = next((site.parent / "video" / "front" / "main").rglob("*.mp4"))
    away = file.rename(site.parent / "away.mp4")
    try:
        looked = curtilage("fsck", "--config", site)
        assert looked.returncode == 1
        assert file.name in looked.stdout
    finally:
        away.rename(file)
    (site.parent / "state" / "curtilage.db").unlink()
    rebuilt = curtilage("fsck", "--rebuild", "--config", site)
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert curtilage("fsck", "--thorough", "--config", site).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("gaps", "--camera", "nobody"), "no camera is called so"),
        (("gaps", "--from", "yesterday"), "is no moment"),
        (("gaps", "--from", "now", "--to", "-1h"), "must be before"),
        (("gaps", "--from", "-1000000d"), "is too far away"),
        (("gaps", "--from", "2199-01-01", "--to", "2199-01-02"), "lies in the future"),
        (("export", "nobody", "--from", "-1h"), "no camera of that name"),
        (("export", "front", "--stream", "sub", "--from", "-1h"), "no such stream"),
        (("fsck", "--repair", "--rebuild"), "give one of them"),
    ],
)
def test_bad_arguments_are_one_sentence(
    site: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    done = curtilage(*arguments, "--config", site)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


def test_cameras_says_what_each_gives(tmp_path: Path) -> None:
    with CameraServer("tiny", audio="pcma") as server:
        config = settings(
            tmp_path,
            f"  - {{name: front, url: '{server.url('front')}'}}\n"
            "  - {name: usb, url: /dev/video99}\n",
        )
        done = curtilage("cameras", "--config", config)
        assert server.setups("audio") == 0
    assert done.returncode == 1
    front, usb = done.stdout.splitlines()
    assert front.startswith("front/main: h264 320x180")
    assert "microphone (PCMA), which stays off" in front
    assert "/dev/video99" in usb


def test_an_unwritable_volume_is_one_sentence(tmp_path: Path) -> None:
    config = settings(tmp_path, "  - {name: usb, url: /dev/video99}\n")
    (tmp_path / "video").write_text("a file where a folder should be")
    done = curtilage("record", "--config", config)
    assert done.returncode == 2
    assert "is a file" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("ignored", [False, True])
def test_a_terminal_that_closes_ends_it_in_order_unless_it_runs_under_nohup(
    tmp_path: Path, ignored: bool
) -> None:
    config = settings(tmp_path, "  - {name: usb, url: /dev/video99}\n")
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN if ignored else signal.SIG_DFL)
    try:
        running = Running(config)
    finally:
        signal.signal(signal.SIGHUP, before)
    running.wait_for("recording 1 cameras")
    if ignored:
        running.send(signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            running.wait(1.0)
    assert running.stop(signal.SIGTERM if ignored else signal.SIGHUP) == 0


def test_one_recorder_at_a_time(tmp_path: Path) -> None:
    config = settings(tmp_path, "  - {name: usb, url: /dev/video99}\n")
    running = Running(config)
    try:
        running.wait_for("recording 1 cameras")
        second = curtilage("record", "--config", config)
        assert second.returncode == 2
        assert "is running on this folder" in second.stderr
        assert curtilage("fsck", "--config", config).returncode == 0
        assert curtilage("fsck", "--repair", "--config", config).returncode == 2
    finally:
        assert running.stop(signal.SIGINT) == 0
