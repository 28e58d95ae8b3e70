"""What cannot be exported is said in one sentence, and nothing is left behind."""

import errno
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from curtilage.record.export import ExportError, Gap, Source, export
from curtilage.record.export.writing import check_space, drafts
from tests.record.exports import at, record
from tests.record.mp4.clips import stream


@pytest.fixture
def sources(tmp_path: Path) -> list[Source]:
    info, packets = stream(seconds=10)
    return record(tmp_path / "volume", info, packets)


def said(sources: list[Source], target: Path, begin: float = 1, end: float = 9) -> str:
    with pytest.raises(ExportError) as caught:
        export(sources, [Gap(at(20), at(30), "stalled", "x")], at(begin), at(end), target)
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_end_before_the_beginning(tmp_path: Path, sources: list[Source]) -> None:
    assert "must be after its beginning" in said(sources, tmp_path / "a.mp4", 9, 9)


def test_nothing_recorded(tmp_path: Path, sources: list[Source]) -> None:
    sentence = said(sources, tmp_path / "a.mp4", 20, 30)
    assert sentence.startswith("nothing is recorded between 2026-09-21T14:13:40.123Z and")
    assert "(stalled)" in sentence
    assert "nothing is recorded" in said([], tmp_path / "a.mp4")
    assert left(tmp_path) == ["volume"]


def test_names_that_exist(tmp_path: Path, sources: list[Source]) -> None:
    (tmp_path / "a.mp4").write_text("precious")
    assert f"{tmp_path / 'a.mp4'}: exists already" in said(sources, tmp_path / "a.mp4")
    assert (tmp_path / "a.mp4").read_text() == "precious"
    (tmp_path / "b.json").write_text("precious")
    assert f"{tmp_path / 'b.json'}: exists already" in said(sources, tmp_path / "b.mp4")


def test_names_that_cannot_be(tmp_path: Path, sources: list[Source]) -> None:
    assert "must end in .mp4" in said(sources, tmp_path / "a.avi")
    assert "no such folder" in said(sources, tmp_path / "none" / "a.mp4")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_to(tmp_path: Path, sources: list[Source]) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    assert "cannot be written to" in said(sources, folder / "a.mp4")


def test_no_room(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"needs 1,152,921,504,606.8 MB, [\d,.]+ MB are free"):
        check_space(tmp_path, 1 << 60)
    with pytest.raises(ExportError, match="the disk is full; nothing was exported"):
        fill_the_disk(tmp_path)
    assert left(tmp_path) == []


def fill_the_disk(folder: Path) -> None:
    with drafts(folder) as made:
        made.path(folder / "a.mp4").write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_write_that_fails_half_way_leaves_nothing(tmp_path: Path, sources: list[Source]) -> None:
    with files_of_at_most(20_000):
        sentence = said(sources, tmp_path / "a.mp4")
    assert "file too large; nothing was exported" in sentence
    assert left(tmp_path) == ["volume"]


def test_a_segment_that_becomes_shorter(tmp_path: Path, sources: list[Source]) -> None:
    def cut(_done: int, _total: int) -> None:
        os.truncate(sources[2].path, 2000)

    with pytest.raises(ExportError, match="became shorter while it was exported"):
        export(sources, [], at(1), at(9), tmp_path / "a.mp4", cut)
    assert left(tmp_path) == ["volume"]


def test_a_segment_that_is_deleted(tmp_path: Path, sources: list[Source]) -> None:
    def delete(_done: int, _total: int) -> None:
        sources[2].path.unlink(missing_ok=True)

    with pytest.raises(ExportError, match="no such file"):
        export(sources, [], at(1), at(9), tmp_path / "a.mp4", delete)
    assert left(tmp_path) == ["volume"]


def test_a_file_that_appears_meanwhile_is_not_replaced(
    tmp_path: Path, sources: list[Source]
) -> None:
    def appear(_done: int, _total: int) -> None:
        (tmp_path / "a.mp4").write_text("precious")

    with pytest.raises(ExportError, match="exists already"):
        export(sources, [], at(1), at(9), tmp_path / "a.mp4", appear)
    assert (tmp_path / "a.mp4").read_text() == "precious"
    assert left(tmp_path) == ["a.mp4", "volume"]


def test_files_have_the_rights_that_the_owner_gives_files(
    tmp_path: Path, sources: list[Source]
) -> None:
    (tmp_path / "plain").write_text("")
    done = export(sources, [], at(1), at(9), tmp_path / "a.mp4")
    expected = (tmp_path / "plain").stat().st_mode
    assert [path.stat().st_mode for path in (*done.files, done.sidecar)] == [expected, expected]
