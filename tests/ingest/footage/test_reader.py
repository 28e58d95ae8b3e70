import json
import math
import zlib
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter

from curtilage.ingest.footage.reader import (
    ChangedFootageError,
    FootageReader,
    Mark,
    Reading,
    Sample,
    checksum,
)
from tests.footage import need
from tests.ingest.clips import SIZE, square, write_clip

EVERY = Reading(rate=0)


def read(path: Path, reading: Reading = EVERY) -> list[Sample]:
    with FootageReader(path, reading) as reader:
        return list(reader.samples())


def times(samples: list[Sample]) -> list[float]:
    return [sample.frame.time for sample in samples]


def test_every_frame_with_its_time_and_number(tmp_path: Path) -> None:
    samples = read(write_clip(tmp_path / "a.mp4", 30))
    assert times(samples) == pytest.approx([i / 25 for i in range(30)])
    assert [s.frame.index for s in samples] == list(range(30))
    image = samples[0].frame.image
    assert image.shape == (120, 160, 3)
    assert image.dtype == np.uint8
    assert image.flags.c_contiguous
    assert square(image) == pytest.approx((20 / 160, 40 / 120), abs=0.01)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts", "a.mov"])
def test_pictures_come_in_the_order_shown(tmp_path: Path, name: str) -> None:
    path = write_clip(tmp_path / name, 40, options={"bf": "3", "g": "12"})
    places = [square(s.frame.image)[0] for s in read(path)]
    assert len(places) == 40
    assert places == sorted(places)


def test_an_avi_that_has_only_times_of_decoding(tmp_path: Path) -> None:
    samples = read(write_clip(tmp_path / "a.avi", 40, options={"bf": "3", "g": "12"}))
    places = [square(s.frame.image)[0] for s in samples]
    assert len(places) >= 38  # until the order shows which kind of timestamp is right
    assert places == sorted(places)
    assert np.diff(times(samples)).min() > 0


def test_ten_a_second_of_twenty_five(tmp_path: Path) -> None:
    samples = read(write_clip(tmp_path / "a.mp4", 50), Reading())
    assert len(samples) == 20
    steps = np.diff(times(samples))
    assert steps.min() >= 0.079
    assert steps.max() <= 0.121


def test_from_and_to(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", 200, options={"g": "10"})
    everything = read(path)
    part = read(path, Reading(rate=0, start=4.0, stop=5.0))
    assert times(part) == pytest.approx([4 + i / 25 for i in range(25)])
    assert [s.frame.index for s in part] == list(range(100, 125))
    for ours, whole in zip(part, everything[100:], strict=False):
        assert np.array_equal(ours.frame.image, whole.frame.image)


def test_from_behind_the_end_gives_nothing(tmp_path: Path) -> None:
    assert read(write_clip(tmp_path / "a.mp4", 25), Reading(start=30.0)) == []


def test_a_variable_frame_rate_keeps_its_times(tmp_path: Path) -> None:
    given = [0.0, 0.04, 0.08, 0.5, 0.9, 0.94, 2.0, 2.04, 3.5]
    assert times(read(write_clip(tmp_path / "a.mkv", 9, times=given))) == pytest.approx(given)


def test_the_true_rate_replaces_the_header(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", 30)
    with FootageReader(path, Reading(rate=0, source_fps=7)) as reader:
        samples = list(reader.samples())
        assert reader.duration == pytest.approx(30 / 7)
        assert reader.rate == 7
    assert times(samples) == pytest.approx([i / 7 for i in range(30)])


@pytest.mark.parametrize("rotation", [0, 90, 180, 270, -90])
def test_a_phone_video_stands_upright(tmp_path: Path, rotation: int) -> None:
    with FootageReader(write_clip(tmp_path / "a.mp4", 3, rotation=rotation), EVERY) as reader:
        image = next(reader.samples()).frame.image
        size = reader.size
    stored = read(write_clip(tmp_path / "b.mp4", 3))[0].frame.image
    expected = np.rot90(stored, rotation // 90)  # the matrix turns counter-clockwise
    assert np.array_equal(image, expected)
    assert size == (image.shape[1], image.shape[0])


def test_pixels_that_are_not_square(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mkv", 3, aspect=Fraction(16, 11))
    with FootageReader(path, EVERY) as reader:
        image = next(reader.samples()).frame.image
        assert reader.size == (round(SIZE[0] * 16 / 11), SIZE[1])
    assert image.shape[:2] == (120, 233)
    assert square(image)[0] == pytest.approx(20 / 160, abs=0.01)


def test_smaller_pictures_on_wish(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", 3, rotation=90)
    reading = Reading(rate=0, picture_size=lambda size: (size[0] // 2, size[1] // 2))
    with FootageReader(path, reading) as reader:
        small = next(reader.samples()).frame.image
        assert reader.size == (120, 160)
    assert small.shape == (80, 60, 3)


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("a.mp4", Reading()),
        ("a.ts", Reading(rate=0)),
        ("a.mkv", Reading(start=1.0)),
        ("a.h264", Reading()),
        ("a.mp4", Reading(source_fps=7.0)),
    ],
)
def test_another_reader_goes_on_exactly(tmp_path: Path, name: str, reading: Reading) -> None:
    path = write_clip(tmp_path / name, 150, options={"g": "20", "bf": "2"})
    whole = read(path, reading)
    kept = TypeAdapter(Mark)  # as it is stored between two runs
    for at in (0, 1, len(whole) // 2, len(whole) - 1):
        with FootageReader(path, reading) as reader:
            mark = kept.validate_python(json.loads(json.dumps(asdict(whole[at].mark))))
            rest = list(reader.samples_after(mark, checksum(whole[at].frame.image)))
            decoded, seekable = reader.decoded, reader.seekable
        assert [repr(s.mark) for s in rest] == [repr(s.mark) for s in whole[at + 1 :]]
        for ours, theirs in zip(rest, whole[at + 1 :], strict=True):
            assert np.array_equal(ours.frame.image, theirs.frame.image)
        assert decoded == 150 if rest else decoded <= 150
        assert seekable == mark.timeline.seekable


def test_going_on_in_another_file_is_refused(tmp_path: Path) -> None:
    whole = read(write_clip(tmp_path / "a.mp4", 60))
    other = write_clip(tmp_path / "b.mp4", 60, first=40)
    with FootageReader(other, EVERY) as reader, pytest.raises(ChangedFootageError):
        list(reader.samples_after(whole[30].mark, checksum(whole[30].frame.image)))


def test_going_on_survives_a_seek_that_leads_astray(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_clip(tmp_path / "a.mp4", 150, options={"g": "20"})
    whole = read(path)
    with FootageReader(path, EVERY) as reader:
        monkeypatch.setattr(reader, "_seek", lambda _: None)  # a file that cannot seek
        rest = list(reader.samples_after(whole[100].mark, checksum(whole[100].frame.image)))
    assert [s.mark for s in rest] == [s.mark for s in whole[101:]]


def test_stop_ends_the_samples(tmp_path: Path) -> None:
    with FootageReader(write_clip(tmp_path / "a.mp4", 100), EVERY) as reader:
        samples = reader.samples()
        next(samples)
        reader.stop()
        assert list(samples) == []


def test_checksum_of_a_picture_that_is_not_contiguous() -> None:
    image = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)
    assert checksum(image[:, ::-1]) == zlib.crc32(image[:, ::-1].tobytes())


def test_real_footage_whole() -> None:
    path = need("pets09-s2l1/vtest.avi")
    with FootageReader(path) as reader:
        found = [(s.frame.index, s.frame.time) for s in reader.samples()]
        assert reader.size == (768, 576)
        assert reader.losses == []
        assert reader.repairs == []
    assert len(found) == 795
    assert found[-1][0] == 794
    assert found[-1][1] == pytest.approx(79.4)


def test_seconds_of_a_mark_are_finite(tmp_path: Path) -> None:
    mark = read(write_clip(tmp_path / "a.mp4", 3))[-1].mark
    assert math.isfinite(mark.timeline.last)
    assert mark.decoded == 3
