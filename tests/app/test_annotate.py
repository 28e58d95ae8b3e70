"""The annotated video: every frame is there, at its time, with what was seen drawn where it was."""

import re
import shutil
from importlib.resources import files
from pathlib import Path

import av
import numpy as np
import pytest

from curtilage.app import replay as replay_module
from curtilage.app.annotate import annotate
from curtilage.app.annotate.counters import Board
from curtilage.app.annotate.lettering import put, tag
from curtilage.app.annotate.moments import Moments
from curtilage.app.annotate.painter import COLOURS
from curtilage.app.outputs.tracks_file import LOOK, ROW, Rows
from curtilage.app.replay import replay
from curtilage.app.report.folder import read_folder
from curtilage.app.report.walks import track_colour
from curtilage.errors import InputError
from tests.app.report_folder import change_summary, read_events, write_folder
from tests.app.square import no_report
from tests.ingest.clips import STEP, picture, write_clip

RULES = """\
rules:
  - {id: gate, type: line_crossing, points: [[0.5, 0.1], [0.5, 0.95]]}
  - {id: door, type: counter, lines: [{line: gate, in: b_to_a}]}
  - {id: yard, type: occupancy, polygon: [[0.6, 0.3], [0.9, 0.3], [0.9, 0.95], [0.6, 0.95]]}
  - {id: all, type: occupancy, polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]}
"""
COUNT, RATE = 50, 25


def square_folder(
    folder: Path, size: tuple[int, int] = (160, 120), every: int = 1
) -> tuple[Path, Path]:
    """A clip of the running square, and the results of following it in each ``every``th frame."""
    clip = write_clip(folder / "yard.mp4", COUNT, rate=RATE, size=size)
    lines = [f"{n + 1},3,{10 + STEP * n},30,20,20,1,-1,-1,-1\n" for n in range(0, COUNT, every)]
    tracks, rules, out = folder / "tracks.txt", folder / "rules.yaml", folder / "out"
    tracks.write_text("".join(lines))
    rules.write_text(RULES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replay_module, "_report", no_report)
        replay(tracks, rules, out, RATE, size)
    return clip, out


def frames(path: Path) -> list[tuple[float, np.ndarray]]:
    with av.open(str(path)) as file:
        return [(f.time or 0.0, f.to_ndarray(format="bgr24")) for f in file.decode(video=0)]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, list[float]]:
    clip, out = square_folder(tmp_path_factory.mktemp("clip"), (320, 240))
    told: list[float] = []
    annotate(clip, out, told.append)
    return clip, out, told


def test_every_frame_at_its_time(done: tuple[Path, Path, list[float]]) -> None:
    clip, out, told = done
    made = frames(out / "annotated.mp4")
    assert [time for time, _ in made] == pytest.approx([n / RATE for n in range(COUNT)], abs=1e-3)
    assert told == pytest.approx([time for time, _ in frames(clip)], abs=1e-3)
    assert not list(out.glob("*.partial"))


def test_browsers_can_play_it(done: tuple[Path, Path, list[float]]) -> None:
    _, out, _ = done
    with av.open(str(out / "annotated.mp4")) as file:
        stream = file.streams.video[0]
        assert stream.codec_context.name in {"vp9", "libvpx-vp9"}
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert not file.streams.audio
    content = (out / "annotated.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")  # the index comes first


def test_the_box_is_where_the_square_is(done: tuple[Path, Path, list[float]]) -> None:
    _, out, _ = done
    colour = np.array(track_colour(3)[::-1], np.int32)
    for number in (5, 20, 45):
        image = frames(out / "annotated.mp4")[number][1].astype(np.int32)
        bottom = image[50, 12 + STEP * number : 28 + STEP * number]  # edge of the box
        assert np.abs(np.median(bottom, axis=0) - colour).max() < 70
        changed = np.abs(image - picture(number, (320, 240))).sum(axis=2) > 120
        assert changed.any()
        assert not changed[150:170, 10:100].any()  # nothing is drawn where nothing is


def test_odd_sizes_and_sparse_looks(tmp_path: Path) -> None:
    clip, out = square_folder(tmp_path, (160, 120), every=5)
    clip.unlink()
    write_clip(clip, COUNT, rate=RATE, size=(161, 121), codec="mjpeg", container="avi")
    made = frames(annotate(clip, out))
    assert len(made) >= COUNT - 4  # up to the last frame that was looked at
    assert made[0][1].shape == (120, 160, 3)


def test_only_what_was_analysed(tmp_path: Path) -> None:
    clip, out = square_folder(tmp_path)
    change_summary(out, **{"from": 0.4, "to": 1.2})
    made = frames(annotate(clip, out))
    assert len(made) == 20
    assert made[0][0] == pytest.approx(0.0, abs=1e-3)


def test_stopping_leaves_nothing_behind(tmp_path: Path) -> None:
    clip, out = square_folder(tmp_path)

    def stop(time: float) -> None:
        if time > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        annotate(clip, out, stop)
    assert not list(out.glob("annotated*"))


@pytest.mark.parametrize("missing", ["clip", "tracks.parquet", "rules.yaml", "events.jsonl"])
def test_what_is_missing_is_named(tmp_path: Path, missing: str) -> None:
    clip, out = square_folder(tmp_path)
    (clip if missing == "clip" else out / missing).unlink()
    with pytest.raises(InputError, match="yard.mp4" if missing == "clip" else re.escape(missing)):
        annotate(clip, out)


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    clip, out = square_folder(tmp_path)
    (out / "annotated.mp4.partial").mkdir()
    with pytest.raises(InputError, match=r"annotated\.mp4"):
        annotate(clip, out)


def rows(*places: tuple[int, int, float, bool]) -> Rows:
    """Rows of boxes 0.1 wide: frame, track, left edge, seen."""
    made = np.zeros(len(places), ROW)
    for row, (frame, track, left, seen) in zip(made, places, strict=True):
        row["frame"], row["time"], row["track"], row["seen"] = frame, frame / 10, track, seen
        row["x0"], row["x1"], row["y0"], row["y1"], row["hits"] = left, left + 0.1, 0.2, 0.6, 9
    return made


def looks(*numbers: int) -> Rows:
    made = np.zeros(len(numbers), LOOK)
    made["frame"] = numbers
    made["time"] = made["frame"] / 10
    return made


def test_boxes_move_between_looks() -> None:
    moments = Moments(rows((0, 1, 0.1, True), (5, 1, 0.6, True)), looks(0, 5), 0.5)
    for time, left in ((0.0, 0.1), (0.2, 0.3), (0.45, 0.55), (0.5, 0.6), (0.9, 0.6)):
        assert moments.at(time).box[0, 0] == pytest.approx(left, abs=1e-5)


def test_who_has_gone_is_gone() -> None:
    moments = Moments(
        rows((0, 1, 0.1, True), (0, 2, 0.5, True), (1, 2, 0.5, False)), looks(0, 1, 2, 3), 0.1
    )
    assert moments.at(0.05).track.tolist() == [1, 2]
    assert moments.at(0.15).track.tolist() == [2]
    assert moments.at(0.15).seen.tolist() == [False]
    assert moments.at(0.25).track.tolist() == []
    assert moments.at(-1.0).track.tolist() == []
    assert moments.at(9.0).track.tolist() == []


def test_nothing_is_held_over_a_gap() -> None:
    moments = Moments(rows((0, 1, 0.1, True), (90, 1, 0.2, True)), looks(0, 90), 0.1)
    assert moments.at(0.1).track.tolist() == [1]
    assert moments.at(4.0).track.tolist() == []


def test_one_sighting_is_nobody() -> None:
    one = rows((0, 1, 0.1, True))
    one["hits"] = 1
    assert Moments(one, looks(0), 0.1).at(0.0).track.tolist() == []


def test_a_trail_is_of_the_last_seconds() -> None:
    way = rows(*((n, 1, n / 1000, True) for n in range(100)))
    trail = Moments(way, looks(*range(100)), 0.1).trail(1, 5.0)
    assert len(trail) == 31
    assert trail[-1] == pytest.approx((0.1, 0.6), abs=1e-6)


def test_counters_count_up(tmp_path: Path) -> None:
    board = Board(read_folder(write_folder(tmp_path / "out")))
    assert board.value("gate", 0.0) == "A→B 0  B→A 0"
    assert board.value("door", 0.0) == "in 0  out 0"
    assert board.value("gate", 99.0) in {"A→B 1  B→A 2", "A→B 2  B→A 1"}
    assert board.value("door", 99.0) in {"in 1  out 2", "in 2  out 1"}
    assert board.value("crowd", 0.0) == "0 inside"
    assert board.value("floor", 0.0) is None


def test_events_are_told_and_then_forgotten(tmp_path: Path) -> None:
    out = write_folder(tmp_path / "out")
    board = Board(read_folder(out))
    crossing = next(event for event in read_events(out) if event["rule"] == "gate")
    time = crossing["time"]
    assert crossing in board.fresh(time + 0.1)
    assert crossing not in board.fresh(time + 1.0)
    assert ("gate", f"person 1  crossed the line  gate {way(crossing)}") in board.sentences(time, 3)
    assert board.sentences(90.0, 3) == []


def way(event: dict[str, object]) -> str:
    return "A → B" if event["direction"] == "a_to_b" else "B → A"


def test_signs_stay_inside_and_can_be_read() -> None:
    sign = tag("person 12", (255, 176, 32), 18)
    assert sign.shape[0] == 18
    assert np.ptp(sign.astype(int)) > 150
    assert tag("person 12", (20, 20, 30), 18).max() == 255  # light letters on dark
    frame = np.zeros((40, 60, 3), np.uint8)
    for left, top in ((-20, -20), (50, 35), (10, 10)):
        put(frame, sign, left, top)
    assert frame.shape == (40, 60, 3)
    assert frame[:18, :60].any()
    assert frame[-18:, -60:].any()


def test_colours_are_those_of_the_report() -> None:
    style = files("curtilage.app.report").joinpath("templates", "style.css").read_text()
    for name, (red, green, blue) in COLOURS.items():
        assert f"--{name}: #{red:02x}{green:02x}{blue:02x};" in style


def test_it_is_linked_from_the_report(done: tuple[Path, Path, list[float]], tmp_path: Path) -> None:
    from curtilage.app.report import write_report

    out = Path(shutil.copytree(done[1], tmp_path / "out"))
    assert 'href="annotated.mp4"' in write_report(out).read_text()
    (out / "annotated.mp4").unlink()
    assert 'href="annotated.mp4"' not in write_report(out).read_text()
