"""``analyze`` from one end to the other, with a detector that is quick and exact."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from curtilage.app.analyze import (
    AnalysisError,
    AnalyzeOptions,
    Silence,
    analyze,
    side_by_side,
    source,
)
from curtilage.errors import InputError
from tests.ingest.clips import write_clip

REPORT = source._report

pytestmark = pytest.mark.usefixtures("square")


class Heard(Silence):
    """A ``Progress`` that remembers."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.calls: list[tuple[str, str, Any]] = []

    def begin(self, source: str, total_s: float | None, done_s: float) -> None:
        self.calls.append(("begin", source, (total_s, done_s)))

    def advance(self, source: str, done_s: float, frames: int) -> None:
        self.calls.append(("advance", source, (done_s, frames)))

    def note(self, source: str, sentence: str) -> None:
        self.calls.append(("note", source, sentence))
        self.notes.append(sentence)

    def end(self, source: str, error: str | None) -> None:
        self.calls.append(("end", source, error))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def events(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "events.jsonl").read_text().splitlines()]


def content(out: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name not in ("summary.json", ".lock")
    }


def test_everything_is_written(clip: Path, rules: Path, tmp_path: Path) -> None:
    out, heard = tmp_path / "out", Heard()
    [done] = analyze([str(clip)], AnalyzeOptions(out=out, rules=rules, fps=0), heard)
    assert done.error is None
    assert done.losses == []
    assert heard.notes == []
    assert heard.calls[0] == ("begin", str(clip), (pytest.approx(5.2), 0.0))
    assert heard.calls[-2] == ("advance", str(clip), (pytest.approx(5.16), 130))
    assert heard.calls[-1] == ("end", str(clip), None)

    summary = json.loads((out / "summary.json").read_text())
    assert summary["source"] == "yard.mp4"
    assert summary["camera"] == "yard"
    assert summary["size"] == [160, 120]
    assert summary["duration"] == pytest.approx(5.2)
    assert (summary["from"], summary["to"]) == (0.0, pytest.approx(5.2))
    assert (summary["frames_decoded"], summary["frames_analysed"]) == (130, 130)
    assert summary["analysis_fps"] == pytest.approx(25)
    assert summary["detector"] == {
        "name": "square",
        "backend": "numpy",
        "precision": "f32",
        "input": "160x120",
    }
    assert set(summary["timings"]) == {"decode_s", "detect_s", "track_s", "rules_s", "wall_s"}
    assert summary["complete"] is True
    assert summary["rules_made"] is False
    assert summary["warnings"] == []

    crossed = [e for e in events(out) if e["rule"] == "gate"]
    assert [e["direction"] for e in crossed] == ["b_to_a", "b_to_a"]
    # the foot is in the middle of a square that starts at 20 px and makes 2 px a frame
    assert [e["time"] for e in crossed] == pytest.approx([30 / 25, 95 / 25], abs=0.05)
    assert all((out / "thumbnails" / e["thumbnail"]).stat().st_size for e in events(out))
    assert len({e["id"] for e in events(out)}) == len(events(out))

    assert rows(out / "counts.csv") == [
        dict(zip(heads, values, strict=True))
        for heads in [("time", "rule", "type", "a_to_b", "b_to_a", "in", "out", "inside")]
        for values in [
            ("0.0", "gate", "line_crossing", "0", "2", "", "", ""),
            ("0.0", "door", "counter", "", "", "2", "0", "2"),
        ]
    ]
    occupancy = rows(out / "occupancy.csv")
    assert (occupancy[0]["time"], occupancy[0]["rule"]) == ("0.0", "floor")
    # when the square jumps back to the left, nobody can know that the one on the right is gone
    assert max(int(row["count"]) for row in occupancy) == 2
    assert {row["rule"] for row in rows(out / "dwell.csv")} == {"stays"}
    assert ("left", "right") in [(r["from"], r["to"]) for r in rows(out / "paths.csv")]
    with np.load(out / "heatmap.npz") as maps:
        assert set(maps.files) == {"presence", "presence_visits"}
        assert maps["presence"].shape == (54, 96)
        assert maps["presence"].dtype == np.float32
        assert maps["presence"].sum() == pytest.approx(5.2, abs=0.3)
    assert (out / "rules.yaml").read_bytes() == rules.read_bytes()
    assert (out / "still.jpg").stat().st_size > 0
    assert not (out / ".unfinished").exists()

    tracks = pq.read_table(out / "tracks.parquet")
    assert tracks.column_names == [
        *("frame", "time", "track", "class", "score", "x0", "y0", "x1", "y1", "hits", "seen")
    ]
    assert set(tracks["class"].to_pylist()) == {"person"}
    assert tracks.schema.metadata[b"size"] == b"[160, 120]"
    assert float(tracks.schema.metadata[b"frame_interval"]) == pytest.approx(0.04)
    assert pq.read_table(out / "frames.parquet")["frame"].to_pylist() == list(range(130))


def test_a_second_run_gives_the_same_files(clip: Path, rules: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        analyze([str(clip)], AnalyzeOptions(out=tmp_path / name, rules=rules))
    assert content(tmp_path / "a") == content(tmp_path / "b")


def test_a_changed_rules_file_uses_the_tracks_again(
    clip: Path, rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = AnalyzeOptions(out=tmp_path / "out", rules=rules, fps=0)
    analyze([str(clip)], options)
    decoded = json.loads((options.out / "summary.json").read_text())["timings"]["decode_s"]
    monkeypatch.setattr(source, "look", None)  # to look again would fail
    rules.write_text("rules: [{id: other, type: line_crossing, points: [[0.3, 0], [0.3, 1]]}]")
    heard = Heard()
    analyze([str(clip)], options, heard)
    assert heard.notes == []
    assert {event["rule"] for event in events(options.out)} == {"other"}
    assert not (options.out / "dwell.csv").exists()
    summary = json.loads((options.out / "summary.json").read_text())
    assert summary["timings"]["decode_s"] == decoded
    assert summary["frames_analysed"] == 130


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"fps": 5.0}, "is analysed anew, because what is read of the footage changed (rate)"),
        ({"start": 1.0}, "is analysed anew, because what is read of the footage changed (start)"),
        ({"rules": "camera"}, "is analysed anew, because what is read of the footage changed "),
        ({"footage": True}, "is analysed anew, because the footage is another"),
    ],
)
def test_what_decides_the_tracks_makes_them_anew(
    rules: Path, tmp_path: Path, change: dict[str, Any], sentence: str
) -> None:
    path = write_clip(tmp_path / "a.mp4", 40)
    options: dict[str, Any] = {"out": tmp_path / "out", "rules": rules, "fps": 0.0}
    analyze([str(path)], AnalyzeOptions(**options))
    if change.pop("footage", False):
        write_clip(path, 50)
    if change.pop("rules", None):
        rules.write_text(rules.read_text().replace("{name: yard}", "{source_fps: 7}"))
    heard = Heard()
    analyze([str(path)], AnalyzeOptions(**{**options, **change}), heard)
    assert len(heard.notes) == 1
    assert heard.notes[0].startswith(sentence)


def test_without_rules_they_are_made_and_edits_stay(clip: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    analyze([str(clip)], AnalyzeOptions(out=out))
    made = (out / "rules.yaml").read_text()
    assert json.loads((out / "summary.json").read_text())["rules_made"] is True
    analyze([str(clip)], AnalyzeOptions(out=out))
    assert (out / "rules.yaml").read_text() == made

    mine = "rules: [{id: mine, type: line_crossing, points: [[0.3, 0], [0.3, 1]]}]"
    (out / "rules.yaml").write_text(mine)
    for _ in range(2):
        heard = Heard()
        analyze([str(clip)], AnalyzeOptions(out=out), heard)
        assert heard.notes == [f"runs the rules in {out / 'rules.yaml'}"]
        assert (out / "rules.yaml").read_text() == mine
        assert {event["rule"] for event in events(out)} == {"mine"}
        assert json.loads((out / "summary.json").read_text())["rules_made"] is False


def test_part_of_the_footage(clip: Path, rules: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    analyze([str(clip)], AnalyzeOptions(out=out, rules=rules, fps=0, start=3.0, stop=4.5))
    summary = json.loads((out / "summary.json").read_text())
    assert (summary["from"], summary["to"]) == (pytest.approx(3.0), pytest.approx(4.48 + 0.04))
    assert [e["time"] for e in events(out) if e["rule"] == "gate"] == [
        pytest.approx(95 / 25, abs=0.05)
    ]


def test_true_rate_from_the_rules_file(clip: Path, rules: Path, tmp_path: Path) -> None:
    rules.write_text(rules.read_text().replace("name: yard", "name: yard, source_fps: 5"))
    out = tmp_path / "out"
    analyze([str(clip)], AnalyzeOptions(out=out, rules=rules))
    assert [e["time"] for e in events(out) if e["rule"] == "gate"] == pytest.approx(
        [30 / 5, 95 / 5], abs=0.25
    )
    assert json.loads((out / "summary.json").read_text())["source_fps"] == 5


def test_nobody_at_all(tmp_path: Path, rules: Path) -> None:
    import av

    path = tmp_path / "dark.mp4"
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=10)
        stream.width, stream.height = 64, 48
        for _ in range(20):
            frame = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="bgr24")
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    out = tmp_path / "out"
    analyze([str(path)], AnalyzeOptions(out=out, rules=rules))
    assert events(out) == [] or {e["rule"] for e in events(out)} == {"floor"}
    assert len(rows(out / "counts.csv")) == 2
    assert pq.read_table(out / "tracks.parquet").num_rows == 0
    assert pq.read_table(out / "frames.parquet").num_rows == 20


def test_beginning_behind_the_end(clip: Path, rules: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        analyze([str(clip)], AnalyzeOptions(out=tmp_path / "out", rules=rules, start=60))
    assert str(caught.value) == f"{clip}: has no picture from 60 s on; it ends at 5.2 s"


def test_footage_that_ends_early_is_analysed_and_told(rules: Path, tmp_path: Path) -> None:
    path = write_clip(tmp_path / "cut.avi", 200, codec="mpeg4", options={"g": "10"})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    out = tmp_path / "out"
    for _ in range(2):  # the second time from the stored tracks
        with pytest.raises(AnalysisError) as caught:
            analyze([str(path)], AnalyzeOptions(out=out, rules=rules))
        assert str(caught.value).startswith(f"{path}: ends at ")
        assert "\n" not in str(caught.value)
        [done] = caught.value.summaries
        assert done.error is None
        assert done.summary is not None
        assert done.summary.complete
    summary = (out / "summary.json").read_text()
    assert json.loads(summary)["warnings"][0].startswith("ends at ")
    assert str(tmp_path) not in summary  # a report may be given away; where files lay may not


def test_folders_of_several_files_and_of_one_again(
    clip: Path, rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(side_by_side, "WORKER", "tests.app.square_worker")
    other = write_clip(tmp_path / "door.mp4", 30)
    out, heard = tmp_path / "out", Heard()
    done = analyze([str(clip), str(other)], AnalyzeOptions(out=out, rules=rules), heard)
    assert [summary.out for summary in done] == [out / "yard", out / "door"]
    assert all((folder / "events.jsonl").exists() for folder in (out / "yard", out / "door"))
    assert (out / "index.html").exists()
    assert {call[:2] for call in heard.calls if call[0] != "advance"} == {
        (what, str(path)) for what in ("begin", "end") for path in (clip, other)
    }
    analyze([str(clip)], AnalyzeOptions(out=out, rules=rules))
    assert (out / "events.jsonl").exists()
    assert not (out / "index.html").exists()


def test_report_and_video(
    clip: Path, rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "_report", REPORT)
    out = tmp_path / "out"
    analyze([str(clip)], AnalyzeOptions(out=out, rules=rules, video=True))
    for name in ("report.html", "heatmap.png", "annotated.mp4"):
        assert (out / name).stat().st_size > 1000
    assert "annotated.mp4" in (out / "report.html").read_text()
    rules.write_text(rules.read_text().replace("[0.5, 0.0]", "[0.4, 0.0]"))
    analyze([str(clip)], AnalyzeOptions(out=out, rules=rules))
    assert not (out / "annotated.mp4").exists()  # it showed the line where it was
    assert "annotated.mp4" not in (out / "report.html").read_text()
