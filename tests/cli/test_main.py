"""The command line as a user meets it: exit codes, one sentence each, no traceback."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest

from curtilage import __version__
from curtilage.cli import main

RULES = "rules: [{id: gate, type: line_crossing, points: [[0.5, 0.1], [0.5, 0.9]]}]\n"
WALK = "".join(f"{frame},1,{40 * frame},200,40,100,1,-1,-1,-1\n" for frame in range(1, 15))


@dataclass(frozen=True, slots=True)
class Result:
    """What a run left behind."""

    code: int
    out: str
    err: str


Run: TypeAlias = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str | Path) -> Result:
        monkeypatch.setattr(sys, "argv", ["curtilage", *map(str, arguments)])
        with pytest.raises(SystemExit) as leave:
            main()
        captured = capsys.readouterr()
        return Result(int(leave.value.code or 0), captured.out, captured.err)

    return command


@pytest.fixture
def walk(tmp_path: Path) -> Path:
    """A person who walks from left to right in 14 frames of 640x480."""
    path = tmp_path / "walk.txt"
    path.write_text(WALK)
    return path


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text(RULES)
    return path


def test_version(run: Run) -> None:
    result = run("--version")
    assert (result.code, result.out.strip()) == (0, f"curtilage {__version__}")


def test_the_schema_is_json(run: Run) -> None:
    result = run("config", "schema")
    assert result.code == 0
    assert json.loads(result.out)["title"] == "Curtilage rules file"


def test_check_says_what_a_file_holds(run: Run, rules: Path) -> None:
    result = run("config", "check", rules)
    assert result.code == 0
    assert "gate: line_crossing" in result.out


def test_replay_counts_a_walk(run: Run, walk: Path, rules: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run("replay", walk, "--rules", rules, "--out", out, "--fps", "10", "--size", "640x480")
    assert result.code == 0, result.err
    events = [json.loads(line) for line in (out / "events.jsonl").read_text().splitlines()]
    assert [(event["rule"], event["direction"]) for event in events] == [("gate", "b_to_a")]


def test_track_writes_motchallenge(run: Run, walk: Path, tmp_path: Path) -> None:
    out = tmp_path / "tracks.txt"
    result = run("track", walk, "--out", out, "--fps", "10", "--size", "640x480")
    assert result.code == 0, result.err
    rows = [line.split(",") for line in out.read_text().splitlines()]
    assert len(rows) == 14
    assert len({row[1] for row in rows}) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["replay", "{walk}", "--rules", "{rules}", "--size", "640"], "--size '640' is no size"),
        (["replay", "{walk}", "--rules", "missing.yaml"], "missing.yaml: cannot be read"),
        (["replay", "missing.txt", "--rules", "{rules}", "--fps", "7"], "missing.txt"),
        (["track", "missing.txt", "--out", "x.txt", "--fps", "7"], "missing.txt"),
        (["config", "check", "missing.yaml"], "missing.yaml: cannot be read"),
        (["analyze", "missing.mp4"], "missing.mp4"),
        (["analyze", "x.mp4", "--from", "1:99"], "'1:99' is no time"),
        (["analyze", "x.mp4", "--fps", "-1"], "--fps -1"),
        (["analyze", "x.mp4", "--model", "x.onnx"], "`model` needs `sha256`"),
        (["analyze", "x.mp4", "--sha256", "abc"], "--sha256"),
        (["models", "tune", "missing.mp4"], "missing.mp4"),
    ],
)
def test_bad_input_gets_one_sentence(
    run: Run,
    walk: Path,
    rules: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*(part.format(walk=walk, rules=rules) for part in arguments))
    assert result.code == 2, result.err
    lines = [line for line in result.err.strip().split("\n") if line]
    assert len(lines) == 1, "one sentence"
    assert lines[0].startswith("curtilage: ")
    assert words in lines[0]
    assert "Traceback" not in result.err


def test_a_wrong_option_is_bad_input_too(run: Run) -> None:
    result = run("analyze", "x.mp4", "--rulez", "y.yaml")
    assert result.code == 2
    assert "--rules" in result.err
