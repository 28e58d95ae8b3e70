"""Real processes, killed and stopped: what they leave is gone on from, and nothing is lost."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from curtilage.app.analyze import AnalyzeOptions, analyze
from tests.app.test_analyze import content, events
from tests.footage import REPOSITORY
from tests.ingest.clips import write_clip

STATE, ROWS = Path(".unfinished/state.npz"), Path(".unfinished/tracks.rows")
PATIENCE_S = 240.0  # kernels may have to be compiled first


def start(
    *arguments: object, limit: int | None = None, **environment: object
) -> subprocess.Popen[str]:
    """Begin an analysis in a process; ``limit`` (bytes) is the largest file that it may write."""

    def confine() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.Popen(
        [sys.executable, "-m", "tests.app.square", *map(str, arguments)],
        cwd=REPOSITORY,
        env={**os.environ, **{key: str(value) for key, value in environment.items()}},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=confine if limit is not None else None,
    )


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not ready():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.01)


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=PATIENCE_S)
    return process.returncode, out, err


def go_on(source: Path, rules: Path, out: Path) -> None:
    """The same command once more; in this process, which is another one too."""
    analyze([str(source)], AnalyzeOptions(out=out, rules=rules, fps=0))


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("long") / "yard.mp4"
    return write_clip(path, 400, options={"g": "25", "bf": "2"})


@pytest.fixture
def whole(long_clip: Path, rules: Path, tmp_path: Path, square: None) -> Mapping[str, bytes]:
    """What one run without interruption writes."""
    del square
    out = tmp_path / "whole"
    analyze([str(long_clip)], AnalyzeOptions(out=out, rules=rules, fps=0))
    return content(out)


def test_killed_again_and_again(
    long_clip: Path, rules: Path, tmp_path: Path, whole: Mapping[str, bytes]
) -> None:
    out = tmp_path / "out"
    slow: dict[str, Any] = {"SQUARE_SLOW_S": 0.02, "SQUARE_KEEP_S": 0.1}
    given = (long_clip, "--rules", rules, "--out", out)

    process = start(*given, **slow)  # before anything is kept
    wait_until((out / ".unfinished").exists, process)
    process.kill()
    finish(process)

    kept = 0
    for _ in range(2):  # between two moments of keeping

        def further(at: int = kept) -> bool:
            return (out / STATE).exists() and (out / ROWS).stat().st_size > at + 3000

        process = start(*given, **slow)
        wait_until(further, process)
        process.kill()
        finish(process)
        kept = (out / ROWS).stat().st_size

    process = start(*given)  # when the tracks are there, and the rest is being made
    wait_until((out / "summary.json").exists, process)
    process.kill()
    finish(process)

    go_on(long_clip, rules, out)
    assert content(out) == whole
    assert json.loads((out / "summary.json").read_text())["frames_decoded"] == 400


@pytest.mark.slow
def test_a_checkpoint_that_is_damaged_is_not_believed(
    long_clip: Path, rules: Path, tmp_path: Path, whole: Mapping[str, bytes]
) -> None:
    out = tmp_path / "out"
    given = (long_clip, "--rules", rules, "--out", out)
    process = start(*given, SQUARE_SLOW_S=0.02, SQUARE_KEEP_S=0.1)
    wait_until((out / STATE).exists, process)
    process.kill()
    finish(process)
    state = bytearray((out / STATE).read_bytes())
    state[len(state) // 2 :] = b"\0" * (len(state) - len(state) // 2)
    (out / STATE).write_bytes(state)
    go_on(long_clip, rules, out)
    assert content(out) == whole


@pytest.mark.parametrize(
    "number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)]
)
def test_stopped_within_two_seconds_and_gone_on(
    long_clip: Path,
    rules: Path,
    tmp_path: Path,
    whole: Mapping[str, bytes],
    number: signal.Signals,
) -> None:
    out = tmp_path / "out"
    given = (long_clip, "--rules", rules, "--out", out)
    process = start(*given, SQUARE_SLOW_S=0.02, SQUARE_KEEP_S=3600)
    wait_until(lambda: (out / ROWS).exists() and (out / ROWS).stat().st_size > 0, process)
    process.send_signal(number)
    code, said, complaint = finish(process)
    assert (code, said, complaint) == (130, "", "")
    assert (out / STATE).exists()  # only stopping has kept anything
    go_on(long_clip, rules, out)
    assert content(out) == whole


@pytest.mark.slow
def test_stopping_several_files(long_clip: Path, rules: Path, tmp_path: Path) -> None:
    other = write_clip(tmp_path / "door.mp4", 400)
    out = tmp_path / "out"
    given = (long_clip, other, "--rules", rules, "--out", out, "--workers", 2)
    process = start(*given, SQUARE_SLOW_S=0.05)
    both = [out / name / ROWS for name in ("yard", "door")]
    wait_until(lambda: all(p.exists() and p.stat().st_size > 0 for p in both), process)
    process.send_signal(signal.SIGINT)
    assert finish(process) == (130, "", "")
    assert all((out / name / STATE).exists() for name in ("yard", "door"))
    assert finish(start(*given)) == (0, "", "")
    assert all(len(events(out / name)) > 0 for name in ("yard", "door"))


def test_no_room_is_one_sentence_and_what_is_done_stays(
    long_clip: Path, rules: Path, tmp_path: Path, whole: Mapping[str, bytes]
) -> None:
    out = tmp_path / "out"
    given = (long_clip, "--rules", rules, "--out", out)
    code, said, complaint = finish(start(*given, limit=9_000, SQUARE_KEEP_S=0.01))
    assert code == 2
    assert complaint == ""
    assert said.count("\n") == 1
    assert "no space is left for" in said
    assert said.endswith("free some and run the same command again, it goes on where it stopped\n")
    assert (out / STATE).exists()
    go_on(long_clip, rules, out)
    assert content(out) == whole


@pytest.mark.slow
def test_no_room_for_the_last_files(
    long_clip: Path, rules: Path, tmp_path: Path, whole: Mapping[str, bytes]
) -> None:
    out = tmp_path / "out"
    given = (long_clip, "--rules", rules, "--out", out)
    assert finish(start(*given, limit=18_500))[0] == 2
    assert (
        not (out / "events.jsonl").exists()
        or not json.loads((out / "summary.json").read_text())["complete"]
    )
    go_on(long_clip, rules, out)
    assert content(out) == whole


@pytest.mark.slow
@pytest.mark.usefixtures("square")
def test_two_at_once_into_one_folder(long_clip: Path, rules: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    given = (long_clip, "--rules", rules, "--out", out)
    first = start(*given, SQUARE_SLOW_S=0.05)
    wait_until((out / ".unfinished").exists, first)
    code, said, _ = finish(start(*given))
    assert code == 2
    assert said == (
        f"{out}: another analysis is writing into it; wait for it or give another --out\n"
    )
    first.kill()
    finish(first)
    go_on(long_clip, rules, out)  # the system lets go of a dead process's lock


def test_a_file_that_fails_costs_only_itself(rules: Path, tmp_path: Path) -> None:
    crashing = write_clip(tmp_path / "crash.mp4", 60, size=(176, 144))
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video at all")
    cut = write_clip(tmp_path / "cut.avi", 200, codec="mpeg4", options={"g": "10"})
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size // 2])
    out = tmp_path / "out"
    given = (crashing, broken, cut, "--rules", rules, "--out", out, "--workers", 2)
    code, said, _ = finish(start(*given, SQUARE_CRASH_WIDTH=176))
    assert code == 2
    sentences = said.splitlines()
    assert sentences[0] == (
        f"{crashing}: its process was ended by SIGSEGV; the same command goes on where it stopped"
    )
    assert sentences[1] == f"{broken}: is not a video that FFmpeg can read"
    assert sentences[2].startswith(f"{cut}: ends at ")
    assert json.loads((out / "cut" / "summary.json").read_text())["complete"]
    assert (out / "index.html").exists()
