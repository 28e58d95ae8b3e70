"""``curtilage track``: whole files in, whole files out."""

from pathlib import Path

import numpy as np
import pytest

from curtilage.app.track import fill_gaps, follow, track_detections
from curtilage.app.track_files import BoxRows, TrackFileError, read_boxes
from tests.footage import need


def walk(path: Path, frames: list[int], step: float = 4.0) -> Path:
    """Detections of one person who walks right, in those frames."""
    path.write_text("".join(f"{f},-1,{100 + step * f},200,40,100,0.9\n" for f in frames))
    return path


def test_one_walk_with_a_gap_is_one_track_without(tmp_path: Path) -> None:
    source = walk(tmp_path / "det.txt", [*range(1, 21), *range(27, 41)])
    out = tmp_path / "out.txt"
    summary = track_detections(source, out, 10.0, (640, 480))
    rows = read_boxes(out)
    assert rows.frame.tolist() == list(range(1, 41)), "the first sightings are replayed"
    assert set(rows.id.tolist()) == {1}
    assert np.abs(rows.box[:, 0] - (100 + 4 * rows.frame)).max() < 3
    assert (summary.frames, summary.tracks, summary.rows, summary.filled) == (40, 1, 40, 6)


@pytest.mark.parametrize(("last", "tracks"), [(44, 1), (55, 2)])
def test_who_comes_out_from_behind_a_post_keeps_the_number(
    tmp_path: Path, last: int, tracks: int
) -> None:
    """Hidden for 2.4 s, longer than a track lives, and for 3.5 s, longer than lines remember."""
    source = walk(tmp_path / "det.txt", [*range(1, 21), *range(last, last + 20)])
    out = tmp_path / "out.txt"
    track_detections(source, out, 10.0, (640, 480))
    rows = read_boxes(out)
    assert len(np.unique(rows.id)) == tracks
    assert rows.frame.tolist() == [*range(1, 21), *range(last, last + 20)], "too long to be filled"


def test_who_comes_back_after_all_keeps_two_numbers() -> None:
    """Never two boxes of one number in one frame."""
    rows = follow(read_boxes(need("pets09-s2l1/det.txt")), 7.0, (768, 576))
    assert len(np.unique(np.column_stack([rows.frame, rows.id]), axis=0)) == len(rows)


def test_what_was_seen_twice_is_not_written(tmp_path: Path) -> None:
    source = walk(tmp_path / "det.txt", [1, 2])
    assert track_detections(source, tmp_path / "out.txt", 10.0, None).tracks == 0
    assert (tmp_path / "out.txt").read_text() == ""


def test_a_frame_number_far_off_takes_no_time(tmp_path: Path) -> None:
    source = walk(tmp_path / "det.txt", [1, 2, 3, 4, 2_000_000_001, 2_000_000_002, 2_000_000_003],
                  step=0.0)  # fmt: skip
    assert track_detections(source, tmp_path / "out.txt", 25.0, None).tracks == 2


def test_without_a_frame_rate_one_is_asked_for(tmp_path: Path) -> None:
    source = walk(tmp_path / "det.txt", [1, 2, 3])
    with pytest.raises(TrackFileError, match="--fps 25"):
        track_detections(source, tmp_path / "out.txt", None, None)
    assert not (tmp_path / "out.txt").exists()
    (tmp_path / "seqinfo.ini").write_text("[Sequence]\nframeRate=14\n")
    assert track_detections(source, tmp_path / "out.txt", None, None).fps == 14.0


def test_gaps_longer_than_allowed_stay_and_rows_stay_in_order() -> None:
    rows = BoxRows(
        frame=np.array([1, 1, 2, 4, 9]),
        id=np.array([1, 2, 2, 1, 2]),
        box=np.array(
            [[0, 0, 10, 10], [50, 0, 5, 5], [50, 0, 5, 5], [6, 3, 10, 16], [0, 0, 1, 1]], float
        ),
        score=np.array([0.9, 0.8, 0.8, 0.5, 0.9]),
    )  # fmt: skip
    filled = fill_gaps(rows, fps=10.0, longest=0.5)
    assert list(zip(filled.frame.tolist(), filled.id.tolist(), strict=True)) == [
        (1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (4, 1), (9, 2)
    ]  # fmt: skip
    assert filled.box[2].tolist() == [2, 1, 10, 12]
    assert filled.score[2] == 0.5


def test_the_size_of_the_picture_hardly_matters() -> None:
    rows = read_boxes(need("pets09-s2l1/det.txt"))
    one = follow(rows, 7.0, (768, 576))
    other = follow(rows, 7.0, (1024, 600))
    assert len(one) == pytest.approx(len(other), rel=0.002)
    both = set(zip(one.frame.tolist(), one.id.tolist(), strict=True)) & set(
        zip(other.frame.tolist(), other.id.tolist(), strict=True)
    )
    assert len(both) > 0.98 * len(one)
