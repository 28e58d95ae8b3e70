"""One case per way in which footage can be bad, with the sentence that the user sees."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from curtilage.ingest.errors import FootageError
from curtilage.ingest.footage.reader import FootageReader, Reading, Sample
from tests.ingest.clips import square, write_clip, write_sound

SLOW_CODEC = {"g": "10", "bf": "0"}


def cut(path: Path, share: float) -> Path:
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return path


def unfinished_mp4(folder: Path) -> Path:
    return cut(write_clip(folder / "a.mp4", 100), 0.5)


def empty(folder: Path) -> Path:
    (folder / "a.mp4").touch()
    return folder / "a.mp4"


def text(folder: Path) -> Path:
    (folder / "a.txt").write_text("the gate was open\n" * 500)
    return folder / "a.txt"


def noise(folder: Path) -> Path:
    (folder / "a.mp4").write_bytes(np.random.default_rng(1).bytes(100_000))
    return folder / "a.mp4"


def sound(folder: Path) -> Path:
    return write_sound(folder / "a.m4a")


def playlist(folder: Path) -> Path:
    path = folder / "a.m3u8"
    path.write_text(
        "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n"
    )
    return path


def missing(folder: Path) -> Path:
    return folder / "a.mp4"


def raw_without_rate(folder: Path) -> Path:
    return write_clip(folder / "a.mjpeg", 10, codec="mjpeg", container="mjpeg")


def head_only(folder: Path) -> Path:
    path = write_clip(folder / "a.mkv", 30)
    path.write_bytes(path.read_bytes()[:600])
    return path


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (empty, "is empty (0 bytes)"),
        (
            unfinished_mp4,
            "its index (moov) is missing, so nothing of it can be read; the recording was cut "
            "off before it was finished",
        ),
        (text, "is not a video but a file of type tty"),
        (noise, "is not a video that FFmpeg can read"),
        (sound, "holds only sound; analyze needs video"),
        (playlist, "is not a video that FFmpeg can read"),
        (missing, "cannot be read (No such file or directory)"),
        (
            raw_without_rate,
            "has no timestamps and no frame rate; say the true rate as `source_fps` under "
            "`camera` in a rules file",
        ),
        (head_only, "no picture of it could be decoded (h264); the file is damaged"),
    ],
)
def test_nothing_can_be_read(tmp_path: Path, make: Callable[[Path], Path], sentence: str) -> None:
    path = make(tmp_path)
    with pytest.raises(FootageError) as caught:
        FootageReader(path)
    assert str(caught.value) == f"{path}: {sentence}"


def read(path: Path, reading: Reading) -> tuple[list[Sample], list[str], list[str]]:
    with FootageReader(path, reading) as reader:
        return list(reader.samples()), reader.losses, reader.repairs


EVERY = Reading(rate=0)


def test_cut_off_transport_stream_with_known_end(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.avi", 200, codec="mpeg4", options=SLOW_CODEC)
    cut(path, 0.5)
    samples, losses, repairs = read(path, EVERY)
    assert 60 < len(samples) < 140
    end = samples[-1].frame.time
    assert losses[0] == (
        f"ends at {end:.1f} s, although its header promises 8.0 s; it was cut off, or is damaged"
    )
    assert repairs == []


def test_cut_off_mp4_with_index_in_front(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", 300, options={**SLOW_CODEC, "movflags": "faststart"})
    faststart(path)
    cut(path, 0.5)
    samples, losses, _ = read(path, EVERY)
    assert 60 < len(samples) < 240
    assert losses[0].startswith("ends at ")
    assert "although its header promises 12.0 s" in losses[0]


def faststart(path: Path) -> None:
    """Write the same MP4 again with its index in front."""
    import av

    moved = path.with_name("moved.mp4")
    with (
        av.open(str(path)) as source,
        av.open(str(moved), "w", options={"movflags": "faststart"}) as target,
    ):
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    moved.replace(path)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("a.ts", r"has no picture between \d\.\d s and \d\.\d s"),
        ("a.mkv", r"1 stretch could not be decoded, the first at \d\.\d s; the rest was analysed"),
        ("a.mp4", r"1 stretch could not be decoded, the first at \d\.\d s; the rest was analysed"),
    ],
)
def test_damaged_bytes_are_named_and_the_rest_is_read(
    tmp_path: Path, name: str, sentence: str
) -> None:
    path = write_clip(tmp_path / name, 300, options=SLOW_CODEC)
    content = bytearray(path.read_bytes())
    middle = slice(len(content) // 3, len(content) // 2)
    content[middle] = np.random.default_rng(2).bytes(middle.stop - middle.start)
    path.write_bytes(content)
    samples, losses, repairs = read(path, EVERY)
    assert 200 <= len(samples) < 300
    assert samples[-1].frame.time == pytest.approx(299 / 25, abs=0.1)
    assert any(re.fullmatch(sentence, said) for said in losses + repairs)


def test_raw_stream_is_spaced_by_the_rate_in_its_header(tmp_path: Path) -> None:
    samples, losses, repairs = read(write_clip(tmp_path / "a.h264", 30, rate=15), EVERY)
    assert [s.frame.time for s in samples] == pytest.approx([i / 15 for i in range(30)])
    assert losses == []
    assert repairs == []


def test_raw_stream_with_a_rate_from_the_settings(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mjpeg", 10, codec="mjpeg", container="mjpeg")
    samples, losses, _ = read(path, Reading(rate=0, source_fps=5))
    assert [s.frame.time for s in samples] == pytest.approx([i / 5 for i in range(10)])
    assert losses == []


def test_resolution_changes_mid_file(tmp_path: Path) -> None:
    first = write_clip(tmp_path / "1.ts", 30, size=(160, 120))
    second = write_clip(tmp_path / "2.ts", 30, size=(320, 240), first=30)
    path = tmp_path / "a.ts"
    path.write_bytes(first.read_bytes() + second.read_bytes())
    samples, losses, repairs = read(path, EVERY)
    assert len(samples) >= 58
    assert {s.frame.image.shape for s in samples} == {(120, 160, 3)}
    assert square(samples[-1].frame.image)[1] == pytest.approx(40 / 240, abs=0.01)
    assert losses == []
    assert repairs[0] == (
        "the picture changes from 160x120 to 320x240 at 1.2 s; lines and zones go on as "
        "fractions of the picture"
    )


def test_spliced_recordings_go_on(tmp_path: Path) -> None:
    one = write_clip(tmp_path / "1.ts", 100)
    path = tmp_path / "a.ts"
    path.write_bytes(one.read_bytes() * 2)
    samples, losses, repairs = read(path, EVERY)
    times = [s.frame.time for s in samples]
    assert len(times) >= 198
    assert np.diff(times).min() > 0
    assert np.diff(times).max() < 0.1
    assert losses == []
    assert len(repairs) == 1
    assert repairs[0].startswith("the timestamps jump back 1 time, the first at 4.0 s")


def test_sizes_that_turn_with_the_phone(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", 5, rotation=90)
    samples, losses, repairs = read(path, EVERY)
    assert samples[0].frame.image.shape == (160, 120, 3)
    assert losses == []
    assert repairs == []
