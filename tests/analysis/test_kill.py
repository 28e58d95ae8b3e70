"""kill -9 of the analyser in the middle of counting: nothing lost, nothing twice, all recorded."""

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from curtilage.analysis.resume.joining import missed
from curtilage.analysis.tracks.camera_scene import CameraScene
from curtilage.config.site import SiteSettings
from curtilage.ingest.live import Opened
from curtilage.model import Packet
from curtilage.store.index.database import Database
from curtilage.store.recorded import volumes
from tests.analysis.frames import Camera, frame_of, packet
from tests.analysis.scenes import ASPECT, NS, T0, found, keep, pets, site_of, tables
from tests.footage import REPOSITORY, need

LAST = 794
SPEED = 12.0  # times as fast as it happened


class Victim:
    """The analyser as a process; ``frame`` is the last one that it has counted."""

    def __init__(self, settings: Path, gt: Path) -> None:
        command = [sys.executable, "-m", "tests.analysis.victim", str(settings), str(gt), str(LAST)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)
        self.frame = -1
        self.frames: list[int] = []
        self.last_word = ""
        self.ready = threading.Event()
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def wait_for(self, frame: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.frame >= frame, 120), self.frame

    def kill(self) -> None:
        self.process.kill()
        self.end()

    def wait_until_ready(self) -> None:
        assert self.ready.wait(120), self.last_word

    def end(self) -> int:
        code = self.process.wait(120)
        self._reader.join()
        return code

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.last_word = line.strip()
            if self.last_word == "ready":
                self.ready.set()
            elif self.last_word.isdigit():
                with self._changed:
                    self.frame = int(self.last_word)
                    self.frames.append(self.frame)
                    self._changed.notify_all()
        self.ready.set()  # or it has ended


def test_killed_in_the_middle_of_counting(tmp_path: Path) -> None:
    gt = need("pets09-s2l1/gt.txt")
    site, plain = site_of(tmp_path / "killed"), site_of(tmp_path / "plain")
    expected = _unbroken(plain, gt)  # first: it also compiles the kernels
    settings = tmp_path / "site.json"
    settings.write_text(site.model_dump_json(exclude_unset=True, by_alias=True))
    with Camera(site) as camera:
        victims = [Victim(settings, gt)]
        victims[0].wait_until_ready()
        time.sleep(0.5)
        camera.open()
        showing = threading.Thread(target=_show, args=(camera,))
        showing.start()
        for frame in (120, 430):
            victims[-1].wait_for(frame)
            victims[-1].kill()
            victims.append(Victim(settings, gt))
        assert victims[-1].end() == 0
        showing.join()
    assert victims[-1].last_word == "done None"
    seen = [frame for victim in victims for frame in victim.frames]
    assert sorted(set(seen)) == list(range(LAST + 1))
    assert len(seen) > LAST + 1  # some were looked at twice, and counted once
    for victim in victims:
        assert victim.frames == list(range(victim.frames[0], victim.frames[-1] + 1))
    with Database.of(site) as database:
        counted = tables(database)
        with database.read() as connection:
            folders = {row.identity: Path(row.path) for row in volumes.known(connection)}
        recorded = list(missed(database, folders, "yard", "main", T0, T0 + 200 * NS))
    for name, rows in expected.items():
        assert len(counted[name]) == len(rows), name
        assert len(rows) > 0, name
    for name in ("counts", "dwell", "paths"):
        assert counted[name] == expected[name]
    # recordings keep times in 90,000ths of a second
    for mine, other in zip(counted["occupancy"], expected["occupancy"], strict=True):
        assert mine[:3] == other[:3]
        assert all(abs(a - b) < 0.02 for a, b in zip(mine[3:], other[3:], strict=True))
    assert [row[1:6] for row in counted["events"]] == [row[1:6] for row in expected["events"]]
    assert [type(item) for item in recorded] == [Opened] + [Packet] * (LAST + 1)
    assert [frame_of(p) for p in recorded if isinstance(p, Packet)] == list(range(LAST + 1))


def _show(camera: Camera) -> None:
    begin = time.monotonic()
    for frame in range(LAST + 1):
        camera.show(frame, frame + 1)
        time.sleep(max(0.0, begin + (frame + 1) / 7 / SPEED - time.monotonic()))


def _unbroken(site: SiteSettings, gt: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What is counted by one that sees everything and is never killed."""
    boxes = pets(gt)
    with Database.of(site) as database:
        scene = CameraScene(site, site.cameras[0], ASPECT)
        for frame in range(LAST + 1):
            scene.update(packet(frame).pts_ns, found(boxes[frame]))
        scene.hold((scene.seen_ns or 0) + 60 * NS)
        keep(database, scene.results(0))
        return tables(database)
