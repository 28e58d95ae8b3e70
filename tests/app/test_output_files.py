import os
from pathlib import Path

import pytest

from curtilage.app.outputs.files import OutputError, make_folder, replacing, replacing_text
from curtilage.app.outputs.lock import locked


def test_a_file_is_there_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail() -> None:
        with replacing(path) as file:
            file.write(b"half of the n")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_text() == "old"
    with replacing_text(path) as text:
        text.write("new\r\nlines\n")
        text.flush()
        assert path.read_text() == "old"
    assert path.read_bytes() == b"new\r\nlines\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_a_sentence(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("needs /dev/full")
    (tmp_path / "a.txt.partial").symlink_to(full)
    with pytest.raises(OutputError) as caught, replacing(tmp_path / "a.txt") as file:
        file.write(b"x" * 100_000)
    assert str(caught.value) == (
        f"{tmp_path}: no space is left for a.txt; free some and run the same command again, it "
        "goes on where it stopped"
    )
    assert not (tmp_path / "a.txt").exists()


def test_the_folder_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "report").write_text("mine")
    for path in (tmp_path / "report", tmp_path / "report" / "deeper"):
        with pytest.raises(OutputError) as caught:
            make_folder(path)
        assert str(caught.value) == (
            f"{tmp_path / 'report'}: is a file, but the results need a folder of that name"
        )


def test_the_folder_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere
    with pytest.raises(OutputError, match="is a folder that you may not write into"):
        make_folder(tmp_path)


def test_one_at_a_time(tmp_path: Path) -> None:
    with (
        locked(tmp_path),
        pytest.raises(OutputError, match="another analysis is writing into it"),
        locked(tmp_path),
    ):
        pass
    with locked(tmp_path):
        pass
