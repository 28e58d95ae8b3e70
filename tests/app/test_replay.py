import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from curtilage.app import replay as replay_module
from curtilage.app.analyze import AnalyzeOptions, analyze
from curtilage.app.replay import replay
from curtilage.errors import InputError
from tests.app.square import no_report
from tests.footage import need

GATE = "rules: [{id: gate, type: line_crossing, points: [[0.5, 0], [0.5, 1]]}]"


@pytest.fixture(autouse=True)
def _no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay_module, "_report", no_report)


def events(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "events.jsonl").read_text().splitlines()]


def walk(folder: Path, *, frames: range = range(1, 41), extra: str = "") -> Path:
    """Somebody walks from left to right in a picture of 200x100 pixels."""
    path = folder / "tracks.txt"
    path.write_text(
        "".join(f"{frame},7,{5 * frame - 10},40,20,50,1,-1,-1,-1\n" for frame in frames) + extra
    )
    return path


def rules_file(folder: Path, text: str = GATE) -> Path:
    path = folder / "given.yaml"
    path.write_text(text)
    return path


def test_text_in_pixels(tmp_path: Path) -> None:
    out = tmp_path / "out"
    summary = replay(walk(tmp_path), rules_file(tmp_path), out, 10, (200, 100))
    [event] = events(out)
    assert (event["rule"], event["direction"], event["track"]) == ("gate", "b_to_a", 7)
    assert event["class"] == "person"
    # the foot is at x = 5 * frame, the line at 100 px: frame 20, which is 1.9 s from the first
    assert event["time"] == pytest.approx(1.9)
    assert summary.complete
    assert summary.frames_analysed == 40
    assert summary.duration == pytest.approx(4.0)
    assert (out / "rules.yaml").read_text() == GATE
    for name in ("counts.csv", "occupancy.csv", "heatmap.npz", "summary.json", "tracks.parquet"):
        assert (out / name).exists()


def test_frames_without_rows_are_looks_too(tmp_path: Path) -> None:
    path = walk(tmp_path, frames=range(11, 31), extra="61,9,10,40,20,50,1,-1,-1,-1\n")
    replay(path, rules_file(tmp_path), tmp_path / "out", 10, (200, 100))
    frames = pq.read_table(tmp_path / "out" / "frames.parquet")
    assert frames["frame"].to_pylist() == list(range(61))
    assert frames["time"].to_pylist() == pytest.approx([i / 10 for i in range(61)])


def test_sightings_are_counted_per_track_not_per_frame(tmp_path: Path) -> None:
    path = walk(tmp_path, frames=range(1, 41, 3))
    replay(path, rules_file(tmp_path), tmp_path / "out", 10, (200, 100))
    tracks = pq.read_table(tmp_path / "out" / "tracks.parquet")
    assert tracks["hits"].to_pylist() == list(range(1, 15))
    assert all(tracks["seen"].to_pylist())


def test_rate_and_size_from_seqinfo(tmp_path: Path) -> None:
    (tmp_path / "seqinfo.ini").write_text(
        "[Sequence]\nframeRate=10\nimWidth=200\nimHeight=100\nseqLength=40\n"
    )
    replay(walk(tmp_path), rules_file(tmp_path), tmp_path / "out")
    assert [e["time"] for e in events(tmp_path / "out")] == [pytest.approx(1.9)]


def test_rate_from_the_rules_file(tmp_path: Path) -> None:
    rules = rules_file(tmp_path, f"camera: {{source_fps: 5}}\n{GATE}")
    replay(walk(tmp_path), rules, tmp_path / "out", None, (200, 100))
    assert [e["time"] for e in events(tmp_path / "out")] == [pytest.approx(3.8)]


@pytest.mark.parametrize(
    ("text", "fps", "size", "sentence"),
    [
        ("1,1,0,0,5,5\n", None, (9, 9), "frames there are per second is not known"),
        ("1,1,0,0,5,5\n", 5.0, None, "how large the picture is is not known"),
        ("1,-1,0,0,5,5\n", 5.0, (9, 9), "has boxes without an id (frame 1), so these are"),
        ("1,1,0,0,5,5\n1,1,2,0,5,5\n", 5.0, (9, 9), "track 1 is twice in frame 0"),
        ("1,1,0,0,5,5\n", -5.0, (9, 9), "--fps -5: must be a number above 0"),
        ("1,1,0,0,5,5\n", 5.0, (0, 9), "--size 0x9: width and height must be above 0"),
        ("", 5.0, (9, 9), "holds no boxes"),
    ],
)
def test_what_cannot_be_replayed_is_one_sentence(
    tmp_path: Path, text: str, fps: float | None, size: tuple[int, int] | None, sentence: str
) -> None:
    path = tmp_path / "tracks.txt"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        replay(path, rules_file(tmp_path), tmp_path / "out", fps, size)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_of_tracks(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no.txt: cannot be read \(No such file"):
        replay(tmp_path / "no.txt", rules_file(tmp_path), tmp_path / "out", 5, (9, 9))


@pytest.mark.usefixtures("square")
def test_our_own_tracks_give_the_events_of_the_analysis(
    clip: Path, rules: Path, tmp_path: Path
) -> None:
    analyzed, replayed = tmp_path / "analyzed", tmp_path / "replayed"
    analyze([str(clip)], AnalyzeOptions(out=analyzed, rules=rules))
    replay(analyzed / "tracks.parquet", rules, replayed)
    theirs = [{**event, "thumbnail": None} for event in events(analyzed)]
    assert events(replayed) == theirs
    for name in ("counts.csv", "occupancy.csv", "dwell.csv", "paths.csv", "frames.parquet"):
        if name.endswith(".csv"):
            assert (replayed / name).read_bytes() == (analyzed / name).read_bytes()
    with np.load(analyzed / "heatmap.npz") as one, np.load(replayed / "heatmap.npz") as two:
        assert all(np.array_equal(one[name], two[name]) for name in one.files)
    assert (replayed / "still.jpg").read_bytes() == (analyzed / "still.jpg").read_bytes()
    summary = json.loads((replayed / "summary.json").read_text())
    assert summary["frames_decoded"] == 130
    assert summary["source"] == "yard.mp4"


@pytest.mark.usefixtures("square")
def test_our_own_tracks_at_another_rate(clip: Path, rules: Path, tmp_path: Path) -> None:
    analyzed, replayed = tmp_path / "analyzed", tmp_path / "replayed"
    analyze([str(clip)], AnalyzeOptions(out=analyzed, rules=rules, fps=0))
    before = [e["time"] for e in events(analyzed) if e["rule"] == "gate"]
    replay(analyzed / "tracks.parquet", rules, replayed, fps=12.5)
    after = [e["time"] for e in events(replayed) if e["rule"] == "gate"]
    assert after == pytest.approx([2 * time for time in before], abs=1e-4)


def test_ground_truth_of_pets_by_hand(tmp_path: Path) -> None:
    """Nothing is lost on the way: every change of side of every annotated foot is an event."""
    path = need("pets09-s2l1/gt.txt")
    line = 0.56
    rules = rules_file(
        tmp_path,
        f"rules: [{{id: gate, type: line_crossing, points: [[{line}, -0], [{line}, 1]]}}]",
    )
    replay(path, rules, tmp_path / "out", 7, (768, 576))
    table = np.loadtxt(path, delimiter=",")
    expected = 0
    for track in np.unique(table[:, 1]):
        rows = table[table[:, 1] == track]
        foot = (rows[:, 2] + rows[:, 4] / 2) / 768 - line
        margin = 0.08 * np.median(rows[:, 5]) / 768
        side = np.sign(foot) * (np.abs(foot) > margin)
        sides = side[side != 0]
        expected += int((np.diff(sides) != 0).sum())
    found = len(events(tmp_path / "out"))
    assert abs(found - expected) <= 2
    assert found >= 15
    with (tmp_path / "out" / "counts.csv").open(newline="") as file:
        counted = [int(r["a_to_b"]) + int(r["b_to_a"]) for r in csv.DictReader(file)]
    assert sum(counted) == found
    assert len(counted) == 2
