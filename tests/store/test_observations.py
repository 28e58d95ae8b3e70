import subprocess
import sys
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from curtilage.model import LABELS
from curtilage.store import StoreError
from curtilage.store.found import buckets
from curtilage.store.found.buckets import Step
from curtilage.store.found.observations import files
from curtilage.store.found.observations.compact import compact
from curtilage.store.found.observations.files import expire
from curtilage.store.found.observations.log import ObservationLog
from curtilage.store.found.observations.query import Observations
from tests.store.support import S

DAY = 86_400 * S
MIDNIGHT = 20_000 * DAY  # 2024-10-04


def see(log: ObservationLog, camera: str, time_ns: int, tracks: int = 3) -> None:
    box = np.tile(np.array([0.25, 0.5, 0.75, 1.0], np.float32), (tracks, 1))
    log.append(
        camera,
        time_ns,
        np.arange(tracks, dtype=np.int64),
        np.zeros(tracks, np.int16),
        np.full(tracks, 0.5, np.float32),
        box,
    )


def filled(folder: Path, begin_ns: int = MIDNIGHT, *, every: int = 5, frames: int = 20) -> None:
    """Twenty frames of two cameras, a file for each five of them."""
    log = ObservationLog(folder, "analyser-0")
    for frame in range(frames):
        see(log, "gate", begin_ns + frame * S)
        see(log, "yard", begin_ns + frame * S, tracks=1)
        if frame % every == every - 1:
            log.flush(begin_ns + frame * S)
    log.close(begin_ns + 60 * S)


def rows(folder: Path, from_ns: int = 0, to_ns: int = MIDNIGHT * 2) -> int:
    return len(Observations(folder).between(["gate", "yard"], from_ns, to_ns))


def test_sightings_come_back_as_they_were(tmp_path: Path) -> None:
    filled(tmp_path)
    found = Observations(tmp_path).between(["gate"], MIDNIGHT + 2 * S, MIDNIGHT + 4 * S)
    assert found.time_ns.tolist() == [MIDNIGHT + 2 * S] * 3 + [MIDNIGHT + 3 * S] * 3
    assert found.track.tolist() == [0, 1, 2, 0, 1, 2]
    assert set(found.camera) == {"gate"}
    assert set(found.label) == {LABELS[0]}
    assert found.box.tolist() == [[0.25, 0.5, 0.75, 1.0]] * 6
    assert found.score.tolist() == [0.5] * 6


def test_nothing_is_there_before_the_first_file(tmp_path: Path) -> None:
    looking = Observations(tmp_path / "observations")
    assert len(looking.between(["gate"], 0, MIDNIGHT)) == 0
    edges = buckets.edges(MIDNIGHT, MIDNIGHT + DAY, Step.HOUR, ZoneInfo("UTC"))
    assert looking.per_bucket(["gate"], edges).sightings.sum() == 0
    assert compact(tmp_path / "observations", MIDNIGHT) == []


def test_a_flush_splits_at_midnight(tmp_path: Path) -> None:
    log = ObservationLog(tmp_path, "analyser-0")
    see(log, "gate", MIDNIGHT - 1)
    see(log, "gate", MIDNIGHT)
    made = log.flush(MIDNIGHT + S)
    assert [path.parent.name for path in made] == ["2024-10-03", "2024-10-04"]
    assert rows(tmp_path, MIDNIGHT, MIDNIGHT + S) == 3


def test_it_is_time_to_write_after_a_minute_or_many_rows(tmp_path: Path) -> None:
    log = ObservationLog(tmp_path, "analyser-0")
    assert not log.due(MIDNIGHT)
    see(log, "gate", MIDNIGHT)
    assert not log.due(MIDNIGHT)
    assert not log.due(MIDNIGHT + 59 * S)
    assert log.due(MIDNIGHT + 60 * S)
    log.flush(MIDNIGHT + 60 * S)
    assert not log.due(MIDNIGHT + 300 * S)
    see(log, "gate", MIDNIGHT, tracks=20_000)
    assert log.due(MIDNIGHT + 300 * S)


def test_what_cannot_be_written_waits_for_the_next_time(tmp_path: Path) -> None:
    folder = tmp_path / "observations"
    folder.write_text("in the way")
    log = ObservationLog(folder, "analyser-0")
    see(log, "gate", MIDNIGHT)
    with pytest.raises(StoreError, match="cannot be written"):
        log.flush(MIDNIGHT)
    folder.unlink()
    log.close(MIDNIGHT)
    assert rows(folder) == 3
    assert log.dropped == 0


def test_merging_changes_no_sighting(tmp_path: Path) -> None:
    filled(tmp_path)
    edges = buckets.edges(MIDNIGHT, MIDNIGHT + 60 * S, Step.MINUTE, ZoneInfo("UTC"))
    before = Observations(tmp_path).per_bucket(["gate", "yard"], edges)
    assert before.sightings.tolist() == [[60], [20]]
    assert before.tracks.tolist() == [[3], [1]]
    (made,) = compact(tmp_path, MIDNIGHT + 2 * DAY)
    assert sorted(made.parent.iterdir()) == [made]
    after = Observations(tmp_path).per_bucket(["gate", "yard"], edges)
    assert after.sightings.tolist() == before.sightings.tolist()
    assert compact(tmp_path, MIDNIGHT + 2 * DAY) == []


def test_today_is_merged_when_there_are_many_files(tmp_path: Path) -> None:
    filled(tmp_path, every=1, frames=70)
    now_ns = MIDNIGHT + 3600 * S
    (made,) = compact(tmp_path, now_ns)
    assert rows(tmp_path) == 280
    filled(tmp_path, MIDNIGHT + 3600 * S)
    assert rows(tmp_path) == 360
    assert compact(tmp_path, now_ns) == []
    (again,) = compact(tmp_path, MIDNIGHT + 2 * DAY)
    assert (rows(tmp_path), made.exists(), again.exists()) == (360, False, True)


def test_a_crash_between_merging_and_deleting_counts_nothing_twice(tmp_path: Path) -> None:
    filled(tmp_path)
    home = tmp_path / "2024-10-04"
    old = {path: path.read_bytes() for path in home.iterdir()}
    compact(tmp_path, MIDNIGHT + 2 * DAY)
    for path, data in old.items():
        path.write_bytes(data)
    assert rows(tmp_path) == 80
    compact(tmp_path, MIDNIGHT + 2 * DAY)
    assert not any(path.exists() for path in old)
    assert rows(tmp_path) == 80


def test_a_clock_that_was_set_back_hides_nothing(tmp_path: Path) -> None:
    filled(tmp_path)
    compact(tmp_path, MIDNIGHT + 2 * DAY)
    log = ObservationLog(tmp_path, "analyser-0")
    see(log, "gate", MIDNIGHT + 100 * S)
    log.close(MIDNIGHT - 30 * DAY)
    assert rows(tmp_path) == 83


@pytest.mark.parametrize("cut", [0, 4, 200, -1])
def test_a_torn_file_costs_only_itself(tmp_path: Path, cut: int) -> None:
    filled(tmp_path)
    torn = sorted((tmp_path / "2024-10-04").iterdir())[1]
    torn.write_bytes(torn.read_bytes()[:cut])
    looking = Observations(tmp_path)
    assert len(looking.between(["gate", "yard"], 0, MIDNIGHT * 2)) == 60
    assert looking.damaged == [torn]
    assert compact(tmp_path, MIDNIGHT + 2 * DAY) == []  # it is set aside
    assert torn.with_name(torn.name + ".damaged").exists()
    (made,) = compact(tmp_path, MIDNIGHT + 2 * DAY)
    assert made.exists()
    assert rows(tmp_path) == 60


def test_bytes_that_changed_on_the_disk_cost_only_their_file(tmp_path: Path) -> None:
    filled(tmp_path)
    path = sorted((tmp_path / "2024-10-04").iterdir())[0]
    data = bytearray(path.read_bytes())
    data[4:400] = bytes(396)
    path.write_bytes(data)
    assert rows(tmp_path) == 60


def test_half_written_files_are_no_sightings_and_go(tmp_path: Path) -> None:
    filled(tmp_path)
    part = tmp_path / "2024-10-04" / "00000000000000000001-analyser-0.parquet.part"
    part.write_bytes(b"PAR1")
    assert rows(tmp_path) == 80
    files.clear_unfinished(tmp_path, part.stat().st_mtime_ns + 3600 * S + 1)
    assert not part.exists()


def test_days_expire_but_for_those_on_hold(tmp_path: Path) -> None:
    for day in range(4):
        filled(tmp_path, MIDNIGHT + day * DAY)
    gone = expire(tmp_path, MIDNIGHT + 3 * DAY, held=[date(2024, 10, 5)])
    assert gone == 2
    assert [str(day) for day in files.days(tmp_path)] == ["2024-10-05", "2024-10-07"]


def test_nothing_is_fetched_and_memory_is_bounded(tmp_path: Path) -> None:
    filled(tmp_path)
    code = (
        "import sys; from pathlib import Path\n"
        "from curtilage.store.found.observations.engine import opened\n"
        "c = opened(Path(sys.argv[1]))\n"
        "get = lambda name: c.execute(f\"SELECT current_setting('{name}')\").fetchone()[0]\n"
        "print(get('autoinstall_known_extensions'), get('autoload_known_extensions'),"
        " get('memory_limit'), 'pyarrow' in sys.modules, 'pandas' in sys.modules)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == ["False", "False", "244.1", "MiB", "False", "False"]
