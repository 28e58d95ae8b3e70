"""MOTChallenge text in all its dialects, and what is said of a row that is wrong."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.app.outputs.files import OutputError
from curtilage.app.track_files import (
    BoxRows,
    Sequence,
    TrackFileError,
    frame_rate,
    picture_size,
    read_boxes,
    read_sequence,
    write_boxes,
)


def written(folder: Path, text: str) -> Path:
    path = folder / "det.txt"
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize(
    "text",
    [
        "1,-1,10,20,30,40,0.5\n2,-1,11,21,30,40,0.6\n",
        "2,-1,11,21,30,40,0.6\n1,-1,10,20,30,40,0.5\n",
        "1, -1, 10, 20, 30, 40, 0.5, -1, -1, -1\n2,-1,11,21,30,40,0.6,-1,-1,-1\n",
        "1 -1 10 20 30 40 0.5\n2\t-1\t11\t21\t30\t40\t0.6",
        "1.0,-1.0,1e1,20.0,30,40,.5\r\n2.0,-1,11,21,30,40,0.6,7\r\n",
        "\ufeff# by hand\nframe,id,x,y,w,h,score\n\n1;-1;10;20;30;40;.5\n 2,-1,11,21,30,40,.6,\n",
    ],
)  # fmt: skip
def test_dialects(tmp_path: Path, text: str) -> None:
    rows = read_boxes(written(tmp_path, text))
    assert rows.frame.tolist() == [1, 2]
    assert rows.id.tolist() == [-1, -1]
    assert rows.box.tolist() == [[10, 20, 30, 40], [11, 21, 30, 40]]
    assert rows.score.tolist() == [0.5, 0.6]


@pytest.mark.parametrize("text", ["1,3,10,20,30,40\n", "1,3,10,20,30,40,-1,-1,-1,-1\n"])
def test_a_score_that_is_not_there_is_one(tmp_path: Path, text: str) -> None:
    assert read_boxes(written(tmp_path, text)).score.tolist() == [1.0]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1,-1,10,20,30", "line 2: has 5 values"),
        ("1,-1,ten,20,30,40", "line 2: x is 'ten', not a number"),
        ("1,-1,nan,20,30,40", "line 2: x is 'nan', not a number"),
        ("1,-1,10,20,inf,40", "line 2: w is 'inf', not a number"),
        ("0,-1,10,20,30,40", "line 2: frame is 0; frames are whole numbers, the first is 1"),
        ("1.5,-1,10,20,30,40", "line 2: frame is 1.5; frames are whole numbers"),
        ("1e99,-1,10,20,30,40", "line 2: frame is 1e99"),
        ("1,0.5,10,20,30,40", "line 2: id is 0.5; ids are whole numbers"),
        ("1,-1,10,20,-30,40", "line 2: the box is -30 wide and 40 high"),
        ("1,-1,10,20,30,40,64.3", "line 2: score is 64.3; scores lie between 0 and 1"),
        ("1,-1,10,20,30,40,-0.5", "line 2: score is -0.5"),
        ("1,-1,10,20,30,40,high", "line 2: score is 'high'"),
    ],
)
def test_a_wrong_row_is_told_with_its_line(tmp_path: Path, row: str, said: str) -> None:
    path = written(tmp_path, f"1,-1,10,20,30,40\n{row}\n")
    with pytest.raises(TrackFileError) as caught:
        read_boxes(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"frame,id,x,y,w,h\n", b"# nothing\n"])
def test_a_file_without_boxes_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "det.txt"
    path.write_bytes(content)
    with pytest.raises(TrackFileError, match="holds no boxes"):
        read_boxes(path)


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(TrackFileError, match="there is no such file"):
        read_boxes(tmp_path / "missing.txt")
    with pytest.raises(TrackFileError, match="is a folder"):
        read_boxes(tmp_path)
    (tmp_path / "clip.avi").write_bytes(b"RIFF\xff\xfe\x00\x80")
    with pytest.raises(TrackFileError, match="is not text"):
        read_boxes(tmp_path / "clip.avi")


ROW = st.tuples(
    st.integers(1, 10_000),
    st.integers(-1, 10_000),
    *[st.integers(-4000, 4000).map(lambda n: n / 8)] * 2,
    *[st.integers(0, 4000).map(lambda n: n / 8)] * 2,
    st.integers(0, 100).map(lambda n: n / 100),
)


@settings(max_examples=50, deadline=None)
@given(rows=st.lists(ROW, min_size=1, max_size=20, unique_by=lambda r: r[:2]))
def test_what_is_written_reads_the_same(
    rows: list[tuple[float, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    table = np.array(sorted(rows))
    given_rows = BoxRows(
        table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2:6], table[:, 6]
    )
    path = tmp_path_factory.mktemp("rows") / "out.txt"
    write_boxes(path, given_rows)
    back = read_boxes(path)
    for name in ("frame", "id", "box", "score"):
        assert np.array_equal(getattr(back, name), getattr(given_rows, name)), name


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    rows = BoxRows(np.ones(1, np.int64), np.ones(1, np.int64), np.ones((1, 4)), np.ones(1))
    with pytest.raises(OutputError, match="cannot be written"):
        write_boxes(tmp_path / "nowhere" / "out.txt", rows)


INI = "[Sequence]\nname=X\nframeRate=14\nimWidth=640\nimHeight=480\n"


@pytest.mark.parametrize("place", [".", ".."])
def test_seqinfo_beside_or_one_higher(tmp_path: Path, place: str) -> None:
    (tmp_path / "det").mkdir()
    (tmp_path / "det" / place / "seqinfo.ini").write_text(INI)
    assert read_sequence(tmp_path / "det" / "det.txt") == Sequence(14.0, (640, 480))


def test_seqinfo_may_be_missing_or_say_less(tmp_path: Path) -> None:
    assert read_sequence(tmp_path / "det.txt") == Sequence()
    (tmp_path / "seqinfo.ini").write_text("[Sequence]\nimWidth=640\nframeRate=7\n")
    assert read_sequence(tmp_path / "det.txt") == Sequence(7.0, None)


@pytest.mark.parametrize("text", ["frameRate=14", "[Sequence]\nframeRate=often\n"])
def test_a_broken_seqinfo_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "seqinfo.ini").write_text(text)
    with pytest.raises(TrackFileError, match=r"seqinfo\.ini: cannot be understood"):
        read_sequence(tmp_path / "det.txt")


def test_the_frame_rate_given_wins_and_none_is_told() -> None:
    path = Path("det.txt")
    assert frame_rate(path, 10.0, Sequence(25.0)) == 10.0
    assert frame_rate(path, None, Sequence(25.0)) == 25.0
    with pytest.raises(TrackFileError, match="--fps"):
        frame_rate(path, None, Sequence())
    for bad in (0.0, -1.0, float("nan")):
        with pytest.raises(TrackFileError, match="above 0"):
            frame_rate(path, bad, Sequence())


def test_the_size_is_given_told_or_guessed() -> None:
    rows = BoxRows(
        np.ones(1, np.int64), np.ones(1, np.int64), np.array([[10.0, 20, 30.5, 40]]), np.ones(1)
    )
    assert picture_size(rows, (1, 2), Sequence(None, (3, 4))) == (1, 2)
    assert picture_size(rows, None, Sequence(None, (3, 4))) == (3, 4)
    assert picture_size(rows, None, Sequence()) == (41, 60)
