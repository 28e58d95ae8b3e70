"""kill -9 at random moments: while recording and deleting, in recovery, repair and rebuilding."""

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from curtilage.config.site import SiteSettings
from curtilage.model import GapReason
from curtilage.record.mp4 import scan
from curtilage.record.upkeep import fsck
from curtilage.store.index.database import Database
from curtilage.store.recorded import ledger, segments
from curtilage.store.recorded.segments import State
from tests.record import victim
from tests.record.cameras import NS, T0, segment
from tests.record.victim import CAMERAS, run_and_kill

ROUND = 10_000  # seconds of the cameras' time between two rounds


@pytest.fixture
def site(tmp_path: Path) -> SiteSettings:
    return SiteSettings.model_validate(
        {
            "state": tmp_path / "state",
            "volumes": [{"path": tmp_path / "disk", "reserve": 0}],
            "cameras": [
                {
                    "name": name,
                    "url": "rtsp://192.0.2.7/1",
                    "retention": {"days": None, "size": 100_000},
                }
                for name in CAMERAS
            ],
        }
    )


def must_be_sound(site: SiteSettings, promised: list[tuple[str, int, int]]) -> None:
    """Every file has a row and plays to its end, every row has its file, and nothing is lost."""
    report = fsck.compare(site, fsck.by_content)
    assert report.kinds == {}, report.sentences
    with Database.open(site.state) as database, database.read() as connection:
        assert segments.unfinished(connection) == []
        rows = [
            row
            for camera in CAMERAS
            for row in segments.between(connection, camera, None, 0, 2 * T0)
        ]
        disk = site.volumes[0].path
        assert sorted(disk / row.path for row in rows) == victim.all_files(site)
        for camera in CAMERAS:
            own = [(start, end) for name, start, end in promised if name == camera]
            if not own:
                continue
            begin, end = min(start for start, _ in own), max(end for _, end in own)
            known = ledger.intervals(connection, camera, "main", begin, end, end)
            assert {one.reason for one in known} <= {None, GapReason.EXPIRED}, known


@pytest.mark.parametrize("rounds", [8, pytest.param(100, marks=pytest.mark.slow)])
def test_killed_while_recording_and_deleting(site: SiteSettings, rounds: int) -> None:
    chance = random.Random(rounds)  # noqa: S311 - moments to kill at, not secrets
    seconds = least = 0
    for n in range(rounds):
        fragments = chance.randrange(100) if n % 4 else 0  # each fourth: while it starts
        promised = run_and_kill(
            partial(victim.record, site, n * ROUND), chance.uniform(0.0, 0.05), fragments
        )
        for _ in range(chance.randrange(3)):
            run_and_kill(partial(victim.start_and_recover, site), chance.uniform(0.0, 0.06))
        run_and_kill(partial(victim.start_and_recover, site), 30)
        must_be_sound(site, promised)
        seconds += len(promised)
        least += fragments
    assert seconds >= least > 10 * rounds


@pytest.mark.parametrize("rounds", [6, pytest.param(60, marks=pytest.mark.slow)])
@pytest.mark.parametrize("work", [victim.repair, victim.rebuild])
def test_killed_while_repairing_or_rebuilding(
    site: SiteSettings, rounds: int, work: Callable[[SiteSettings, int], None]
) -> None:
    chance = random.Random(rounds)  # noqa: S311 - moments to kill at, not secrets
    for n in range(rounds):
        damage(site, chance, n)
        for _ in range(3):
            run_and_kill(partial(work, site), chance.uniform(0.0, 0.15))
        run_and_kill(partial(victim.repair, site), 60)
        must_be_sound_but_damaged(site)
    whole = playable(site)
    assert len(whole) > 5 * rounds
    assert np.all(np.diff(whole[whole[:, 0] == 0][:, 1]) >= 0)


def damage(site: SiteSettings, chance: random.Random, n: int) -> None:
    """Files without row, with torn ends, with damage inside, of nothing; rows without files."""
    run_and_kill(partial(victim.start_and_recover, site), 60)
    disk = site.volumes[0].path
    disk.mkdir(exist_ok=True)
    for number in range(6):
        start = T0 + (n * ROUND + number * 10) * NS
        draft, fragments = segment(6, start, CAMERAS[number % 3], number=number)
        data = bytearray(draft.head + b"".join(one.data for one in fragments))
        kind = chance.randrange(5)
        if kind == 1:
            del data[chance.randrange(len(data)) :]
        elif kind == 2:
            at = chance.randrange(len(data))
            data[at : at + 60] = chance.randbytes(60)
        elif kind == 3:
            data = bytearray(chance.randrange(500))
        path = (
            disk
            / CAMERAS[number % 3]
            / f"main/2026/11/{1 + n // 24:02}"
            / f"{n % 24:02}{number:04}.mp4"
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    known = [path for path in victim.all_files(site) if "damaged" not in path.parts]
    if n % 2 and known:
        chance.choice(known).unlink()


def must_be_sound_but_damaged(site: SiteSettings) -> None:
    report = fsck.compare(site, fsck.by_content)
    assert report.kinds == {}, report.sentences
    aside = [path for path in victim.all_files(site) if "damaged" in path.parts]
    videos = {path for path in aside if path.suffix == ".mp4"}
    assert all(path.with_name(path.name + ".reason.txt") in aside for path in videos)
    with Database.open(site.state) as database, database.read() as connection:
        assert all(
            row.state is State.CLOSED
            for camera in CAMERAS
            for row in segments.between(connection, camera, None, 0, 2 * T0)
        )


def playable(site: SiteSettings) -> "np.ndarray[tuple[int, int], np.dtype[np.int64]]":
    """Camera and start of every fragment on the disk."""
    found = []
    for path in victim.all_files(site):
        if "damaged" in path.parts:
            continue
        one = scan(path)
        assert one.problem is None
        assert one.label is not None
        found += [(CAMERAS.index(one.label.camera), int(s)) for s in one.fragments.start_ns]
    return np.array(sorted(found), np.int64)
