from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.app.outputs import tracks_file
from curtilage.app.outputs.tracks_file import (
    LOOK,
    ROW,
    Footage,
    Rows,
    TracksError,
    read_facts,
    read_tracks,
    write_tracks,
)

FOOTAGE = Footage("yard.mp4", "abc", (768, 576), 0.1)


def some_rows(count: int) -> Rows:
    rng = np.random.default_rng(count)
    rows = np.zeros(count, ROW)
    rows["frame"] = np.sort(rng.integers(0, max(1, count // 2), count))
    rows["time"] = rows["frame"] * 0.1
    rows["track"] = np.arange(count)
    rows["class"] = rng.integers(0, 16, count)
    for name in ("score", "x0", "y0", "x1", "y1"):
        rows[name] = rng.random(count)
    rows["hits"], rows["seen"] = rng.integers(1, 9, count), rng.integers(0, 2, count) == 1
    return rows


def looks_of(rows: Rows) -> Rows:
    frames = np.arange(rows["frame"].max(initial=0) + 1)
    looks = np.zeros(len(frames), LOOK)
    looks["frame"], looks["time"] = frames, frames * 0.1
    return looks


def test_what_is_written_is_read(tmp_path: Path) -> None:
    rows = some_rows(100)
    write_tracks(tmp_path, FOOTAGE, {"a": [1, 2]}, looks_of(rows), [rows])
    footage, again, looks = read_tracks(tmp_path / "tracks.parquet")
    assert footage == FOOTAGE
    assert np.array_equal(again, rows)
    assert looks is not None
    assert np.array_equal(looks, looks_of(rows))
    assert read_facts(tmp_path / "tracks.parquet") == {"a": [1, 2]}


@settings(max_examples=20, deadline=None)
@given(cuts=st.lists(st.integers(0, 250), max_size=6))
def test_the_file_does_not_depend_on_how_rows_came(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("cuts")
    rows = some_rows(250)
    edges = [0, *sorted(cuts), 250]
    pieces = [rows[a:b] for a, b in pairwise(edges)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tracks_file, "ROWS_PER_GROUP", 64)
        write_tracks(folder, FOOTAGE, {}, looks_of(rows), pieces)
        one = (folder / "tracks.parquet").read_bytes()
        write_tracks(folder, FOOTAGE, {}, looks_of(rows), [rows])
    assert one == (folder / "tracks.parquet").read_bytes()
    assert pq.ParquetFile(folder / "tracks.parquet").num_row_groups == 4


def test_no_row_at_all(tmp_path: Path) -> None:
    rows = some_rows(0)
    write_tracks(tmp_path, FOOTAGE, {}, looks_of(rows), [])
    _, again, looks = read_tracks(tmp_path / "tracks.parquet")
    assert len(again) == 0
    assert looks is not None
    assert len(looks) == 1


def test_facts_of_other_files_are_empty(tmp_path: Path) -> None:
    assert read_facts(tmp_path / "nothing.parquet") == {}
    (tmp_path / "noise.parquet").write_bytes(b"PAR1 noise PAR1")
    assert read_facts(tmp_path / "noise.parquet") == {}


def table(**changes: pa.Array | None) -> pa.Table:
    columns = {
        "frame": pa.array([0], pa.int32()),
        "time": pa.array([0.0]),
        "track": pa.array([1], pa.int64()),
        "class": pa.array(["person"]),
        **{name: pa.array([0.5], pa.float32()) for name in ("score", "x0", "y0", "x1", "y1")},
        "hits": pa.array([1], pa.int32()),
        "seen": pa.array([True]),
        **changes,
    }
    made = pa.table({name: column for name, column in columns.items() if column is not None})
    return made.replace_schema_metadata({"size": "[4, 3]", "frame_interval": "0.1"})


def test_a_file_of_somebody_else_with_plain_text_classes(tmp_path: Path) -> None:
    pq.write_table(table(), tmp_path / "t.parquet")
    footage, rows, looks = read_tracks(tmp_path / "t.parquet")
    assert footage == Footage("t.parquet", "", (4, 3), 0.1)
    assert rows["class"].tolist() == [0]
    assert looks is None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"hits": None}, "has no column `hits`"),
        ({"class": pa.array(["unicorn"])}, "'unicorn' is no class; known are person, bicycle"),
        ({"x0": pa.array([None], pa.float32())}, "column `x0` has empty cells"),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path, change: dict[str, pa.Array | None], sentence: str
) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(table(**change), path)
    with pytest.raises(TracksError) as caught:
        read_tracks(path)
    assert str(caught.value).startswith(f"{path}: {sentence}")


def test_no_metadata_and_no_parquet(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(table().replace_schema_metadata(None), path)
    with pytest.raises(TracksError, match="does not say the size of the picture"):
        read_tracks(path)
    path.write_bytes(b"PAR1" + bytes(40))
    with pytest.raises(TracksError, match="is not a file of tracks"):
        read_tracks(path)
    with pytest.raises(TracksError, match="does not exist"):
        read_tracks(tmp_path / "none.parquet")
