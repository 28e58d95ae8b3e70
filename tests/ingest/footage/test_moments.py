from pathlib import Path

import pytest

from curtilage.ingest.footage.moments import frames_at, frames_at_from_the_start
from curtilage.ingest.footage.reader import Reading
from tests.ingest.clips import square, write_clip


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("moments") / "a.mp4"
    return write_clip(path, 1500, options={"g": "50"})


def test_the_frame_on_show(clip: Path) -> None:
    wanted = [0.0, 0.4, 0.4, 0.41, 12.0, 40.0, 59.96]
    frames = list(frames_at(clip, wanted))
    assert [f.time for f in frames] == pytest.approx([0.0, 0.4, 0.4, 0.44, 12.0, 40.0, 59.96])
    slowly = list(frames_at_from_the_start(clip, wanted))
    for one, other in zip(frames, slowly, strict=True):
        assert (one.time, one.index) == (other.time, other.index)
        assert square(one.image) == square(other.image)


def test_behind_the_end_there_is_none(clip: Path) -> None:
    assert [f.time for f in frames_at(clip, [59.0, 100.0])] == [59.0]


def test_only_what_is_asked_for_is_decoded(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from curtilage.ingest.footage.reader import FootageReader

    decoded = []
    close = FootageReader.close

    def counting(reader: FootageReader) -> None:
        decoded.append(reader.decoded)
        close(reader)

    monkeypatch.setattr(FootageReader, "close", counting)
    assert len(list(frames_at(clip, [5.0, 30.0, 55.0]))) == 3
    assert sum(decoded) < 600


def test_the_true_rate_counts(clip: Path) -> None:
    frames = list(frames_at(clip, [100.0], Reading(source_fps=10)))
    assert [(f.index, f.time) for f in frames] == [(1000, 100.0)]


def test_no_moment_needs_no_file() -> None:
    assert list(frames_at(Path("nothing.mp4"), [])) == []
