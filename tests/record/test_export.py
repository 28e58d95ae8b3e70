"""An export holds exactly what was asked for, and says what it could not."""

import hashlib
import json
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curtilage.model import AudioCodec, GapReason, Medium, VideoCodec
from curtilage.record.export import Gap, Source, export
from curtilage.record.mp4 import boxes, scan, tables
from tests.browser.chromium import chromium
from tests.record.exports import at, moved, pictures, raw, record, source
from tests.record.mp4.clips import NS, START_NS, stream

EVERY = [
    (VideoCodec.H264, None, 0),
    (VideoCodec.H264, None, 2),
    (VideoCodec.HEVC, None, 2),
    (VideoCodec.MJPEG, None, 0),
    (VideoCodec.H264, AudioCodec.AAC, 2),
    (VideoCodec.HEVC, AudioCodec.PCM_MULAW, 0),
]


@pytest.mark.parametrize(("codec", "sound", "b_frames"), EVERY)
def test_a_range_over_several_segments(
    tmp_path: Path, codec: VideoCodec, sound: AudioCodec | None, b_frames: int
) -> None:
    info, packets = stream(codec, sound, seconds=10, b_frames=b_frames)
    sources = record(tmp_path, info, packets)
    delay = packets[0].pts_ns - START_NS
    begin, end = at(3.5) + delay, at(9) + delay
    done = export(sources, [], begin, end, tmp_path / "a.mp4")
    assert done.seconds == pytest.approx(5.5, abs=0.001)
    assert done.gaps == []
    assert done.start_ns == pytest.approx(begin, abs=20_000)
    assert done.end_ns == pytest.approx(end, abs=20_000)
    times = pictures(tmp_path / "a.mp4")
    assert len(times) in (82, 83)  # half a picture at the beginning
    assert times[0] == pytest.approx(0, abs=0.07)
    assert times[-1] == pytest.approx(5.43, abs=0.07)
    # The samples are those of the camera, from the keyframe before the range on.
    expected = [p.data for p in packets if p.medium is Medium.VIDEO and p.dts_ns < end]
    copied = raw(tmp_path / "a.mp4")
    assert copied == expected[expected.index(copied[0]) :][: len(copied)]
    assert len(copied) >= len(times)
    if sound is not None:
        heard = raw(tmp_path / "a.mp4", "audio")
        tones = [p for p in packets if p.medium is Medium.AUDIO]
        inside = [p.data for p in tones if begin <= p.dts_ns < end]
        assert set(inside) <= set(heard)
        assert len(heard) <= len(inside) + 2
        with av.open(str(tmp_path / "a.mp4")) as movie:
            assert movie.streams.audio[0].codec_context.name == sound.value


def test_the_sidecar_says_what_is_in_it(tmp_path: Path) -> None:
    info, packets = stream(seconds=10)
    sources = record(tmp_path, info, packets)
    done = export(sources, [], at(3.5), at(9), tmp_path / "a.mp4")
    assert done.sidecar == tmp_path / "a.json"
    told = json.loads(done.sidecar.read_bytes())
    assert (told["camera"], told["stream"]) == ("gate", "main")
    assert told["asked"]["from"] == "2026-09-21T14:13:23.623Z"
    assert told["asked"]["seconds"] == 5.5
    assert told["shown"]["from"] == "2026-09-21T14:13:23.623Z"
    whole = (tmp_path / "a.mp4").read_bytes()
    assert told["files"][0]["sha256"] == hashlib.sha256(whole).hexdigest()
    assert told["files"][0]["bytes"] == len(whole) == done.bytes
    # The hash of a segment is that of the bytes copied from it.
    assert [row["number"] for row in told["segments"]] == [0, 1, 2]
    middle = [p.data for p in packets if at(4) <= p.dts_ns < at(8)]
    assert told["segments"][1]["copied_sha256"] == hashlib.sha256(b"".join(middle)).hexdigest()
    assert told["segments"][1]["copied_bytes"] == sum(len(data) for data in middle)
    assert told["segments"][1]["path"].startswith("gate/main/2026/09/21/")
    assert str(tmp_path) not in done.sidecar.read_text()


@given(st.floats(0.2, 9.9), st.floats(0.01, 10), st.sampled_from([0, 2]))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_range_shows_its_pictures(
    tmp_path: Path, begin: float, length: float, b_frames: int
) -> None:
    info, packets = stream(seconds=10, b_frames=b_frames)
    folder = tmp_path / f"b{b_frames}"
    sources = record(folder, info, packets)
    target = folder / "a.mp4"
    from_ns, to_ns = at(begin), at(begin + length)
    try:
        export(sources, [], from_ns, to_ns, target)
        shown = len(pictures(target))
    finally:
        target.unlink(missing_ok=True)
        target.with_suffix(".json").unlink(missing_ok=True)
    inside = sum(from_ns <= p.pts_ns < to_ns for p in packets)
    assert abs(shown - inside) <= 1


@pytest.mark.parametrize("codec", [VideoCodec.H264, VideoCodec.HEVC])
def test_a_change_of_size_is_decoded_through(tmp_path: Path, codec: VideoCodec) -> None:
    info, packets = stream(codec, seconds=4)
    small, others = stream(codec, seconds=4, width=64)
    sources = record(tmp_path, info, packets)
    sources += record(tmp_path, small, moved(others, 4 * NS), first=1)
    export(sources, [], at(1), at(7), tmp_path / "a.mp4")
    with av.open(str(tmp_path / "a.mp4")) as movie:
        widths = [frame.width for frame in movie.decode(video=0)]
    assert widths == [160] * 45 + [64] * 45


@pytest.mark.parametrize(("before", "after"), [(0, 2), (2, 0)])
def test_a_change_of_the_delay_is_decoded_through(tmp_path: Path, before: int, after: int) -> None:
    """One edit, always: FFmpeg decodes no change of parameters under two."""
    info, packets = stream(seconds=4, b_frames=before)
    other, others = stream(seconds=4, b_frames=after)
    assert info != other
    sources = record(tmp_path, info, packets)
    sources += record(tmp_path, other, moved(others, 4 * NS), first=1)
    done = export(sources, [], at(1.01), at(7), tmp_path / "a.mp4")
    assert done.gaps == []
    assert (tmp_path / "a.mp4").read_bytes().count(b"elst\0\0\0\0\0\0\0\1") == 1
    times = pictures(tmp_path / "a.mp4")
    assert len(times) == pytest.approx(90, abs=3)
    assert times == sorted(times)


def test_a_change_of_codec_is_a_second_file(tmp_path: Path) -> None:
    info, packets = stream(VideoCodec.H264, seconds=4)
    other, others = stream(VideoCodec.HEVC, seconds=4)
    sources = record(tmp_path, info, packets)
    sources += record(tmp_path, other, moved(others, 4 * NS), first=1)
    done = export(sources, [], at(1), at(7), tmp_path / "a.mp4")
    assert [path.name for path in done.files] == ["a.mp4", "a-2.mp4"]
    assert [len(pictures(path)) for path in done.files] == [45, 45]
    assert done.gaps == []
    assert "a-2.mp4" in done.notes[0]
    assert "hevc" in done.notes[0]
    told = json.loads(done.sidecar.read_bytes())
    assert [file["name"] for file in told["files"]] == ["a.mp4", "a-2.mp4"]


def test_gaps_are_cut_out_and_listed(tmp_path: Path) -> None:
    info, packets = stream(seconds=4)
    sources = record(tmp_path, info, packets)
    sources += record(tmp_path, info, moved(packets, 10 * NS), first=1)
    gap = Gap(at(4), at(9), GapReason.STALLED.value, "gate sent nothing")
    done = export(sources, [gap], at(1), at(16), tmp_path / "a.mp4")
    assert done.seconds == pytest.approx(7, abs=0.001)
    times = pictures(tmp_path / "a.mp4")
    assert times == pytest.approx([i / 15 for i in range(105)], abs=0.001)
    assert [m.gap.reason for m in done.gaps] == ["stalled", "unexplained", "unexplained"]
    spans = [((m.gap.start_ns - START_NS) / NS, (m.gap.end_ns - START_NS) / NS) for m in done.gaps]
    assert np.allclose(spans, [(4, 9), (9, 10), (14, 16)])
    assert [m.at_s for m in done.gaps] == pytest.approx([3, 3, 7], abs=0.001)


def test_gaps_with_b_frames_and_sound_stay_in_time(tmp_path: Path) -> None:
    info, packets = stream(VideoCodec.H264, AudioCodec.PCM_ALAW, seconds=4, b_frames=2)
    sources = record(tmp_path, info, packets)
    sources += record(tmp_path, info, moved(packets, 10 * NS), first=1)
    export(sources, [], at(1), at(16), tmp_path / "a.mov")
    times = pictures(tmp_path / "a.mov")
    steps = [after - before for before, after in pairwise(times)]
    assert max(steps) == pytest.approx(1 / 15, abs=0.001)
    with av.open(str(tmp_path / "a.mov")) as movie:
        heard = [frame.time for frame in movie.decode(audio=0) if frame.time is not None]
    assert heard[0] == pytest.approx(0, abs=0.03)
    assert heard[-1] == pytest.approx(times[-1], abs=0.3)
    assert heard == sorted(heard)


def test_a_torn_segment_gives_what_can_be_read(tmp_path: Path) -> None:
    info, packets = stream(seconds=10)
    sources = record(tmp_path, info, packets)
    cut = int(scan(sources[1].path).fragments.offset[2]) + 99
    with sources[1].path.open("r+b") as file:
        file.truncate(cut)
    done = export(sources, [], at(1), at(10), tmp_path / "a.mp4")
    assert len(pictures(tmp_path / "a.mp4")) == 15 * 7
    (lost,) = done.gaps
    assert lost.gap.reason == GapReason.DAMAGED.value
    assert "cut off" in lost.gap.sentence
    assert (lost.gap.start_ns - START_NS) / NS == pytest.approx(6)
    assert (lost.gap.end_ns - START_NS) / NS == pytest.approx(8)
    assert lost.at_s == pytest.approx(5, abs=0.001)
    assert any("cut off" in note for note in done.notes)


def test_segments_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    info, packets = stream(seconds=10)
    sources = record(tmp_path, info, packets)
    sources[0].path.unlink()
    sources[1].path.write_bytes(bytes(9000))
    done = export(sources, [], at(1), at(10), tmp_path / "a.mp4")
    assert len(pictures(tmp_path / "a.mp4")) == 30
    assert [m.gap.reason for m in done.gaps] == ["file damaged", "file damaged"]
    told = json.loads(done.sidecar.read_bytes())["unreadable"]
    assert "No such file" in told[0]["problem"]
    assert "zeros" in told[1]["problem"]


def test_what_was_recorded_twice_is_there_twice_in_its_order(tmp_path: Path) -> None:
    """The clock was set back by four seconds: 6..8 s exist twice."""
    info, packets = stream(seconds=8)
    sources = record(tmp_path, info, packets, every_s=8)
    later = moved([p for p in packets if p.dts_ns < at(6)], 6 * NS)
    sources += [source(tmp_path, info, later, 1)]
    done = export(sources, [], at(5), at(10), tmp_path / "a.mp4")
    assert done.seconds == pytest.approx(3 + 4, abs=0.001)
    assert len(pictures(tmp_path / "a.mp4")) == 15 * 7
    assert done.gaps == []
    assert any("twice" in note for note in done.notes)


def test_both_sides_of_a_step_are_cut_to_the_range(tmp_path: Path) -> None:
    info, packets = stream(seconds=8)
    sources = [source(tmp_path, info, packets, 0), source(tmp_path, info, packets, 1)]
    done = export(sources, [], at(3), at(5), tmp_path / "a.mp4")
    assert done.seconds == pytest.approx(4, abs=0.001)
    assert [len(pictures(path)) for path in done.files] == pytest.approx([30, 30], abs=1)
    assert done.notes == [
        "a-2.mp4: a file of its own, since the clock was set back",
        "some moments were recorded twice (a clock was set back); both are there, in the order of "
        "recording",
    ]


def test_a_segment_without_a_keyframe_needs_the_one_before(tmp_path: Path) -> None:
    info, packets = stream(seconds=8, gop=1000)
    middle = next(i for i, p in enumerate(packets) if p.dts_ns >= at(4))
    sources = [
        source(tmp_path, info, packets[:middle], 0),
        source(tmp_path, info, packets[middle:], 1),
    ]
    export(sources, [], at(5), at(7), tmp_path / "a.mp4")
    assert len(pictures(tmp_path / "a.mp4")) == 30
    assert len(raw(tmp_path / "a.mp4")) == 105


def test_a_segment_that_begins_without_a_keyframe_is_shown_from_its_first_one(
    tmp_path: Path,
) -> None:
    info, packets = stream(seconds=8)
    late = [p for p in packets if p.dts_ns >= at(1)]
    done = export([source(tmp_path, info, late)], [], at(0), at(8), tmp_path / "a.mp4")
    assert len(pictures(tmp_path / "a.mp4")) == 90
    before, damaged = done.gaps
    assert (before.gap.reason, damaged.gap.reason) == ("unexplained", "file damaged")
    assert "does not begin with a keyframe" in damaged.gap.sentence
    assert (damaged.gap.start_ns - START_NS) / NS == pytest.approx(1, abs=0.001)
    assert (damaged.gap.end_ns - START_NS) / NS == pytest.approx(2, abs=0.001)


def test_a_segment_that_went_on_in_another_file(tmp_path: Path) -> None:
    info, packets = stream(seconds=4)
    (one,) = record(tmp_path, info, packets)
    found, data = scan(one.path), one.path.read_bytes()
    head, second = int(found.fragments.offset[0]), int(found.fragments.offset[2])
    other = tmp_path / "other.mp4"
    one.path.write_bytes(data[:second])
    other.write_bytes(data[:head] + data[second:])
    middle = int(found.fragments.start_ns[2])
    sources = [
        Source(other, middle, one.end_ns, one.serial, one.number),
        Source(one.path, one.start_ns, middle, one.serial, one.number),
    ]
    done = export(sources, [], at(0.5), at(3.5), tmp_path / "a.mp4")
    assert len(pictures(tmp_path / "a.mp4")) == pytest.approx(45, abs=1)
    assert done.gaps == []


def test_sound_that_begins_later_is_heard_at_its_time(tmp_path: Path) -> None:
    silent, packets = stream(seconds=4)
    loud, others = stream(VideoCodec.H264, AudioCodec.AAC, seconds=4)
    sources = record(tmp_path, silent, packets)
    sources += record(tmp_path, loud, moved(others, 4 * NS), first=1)
    export(sources, [], at(1), at(7), tmp_path / "a.mp4")
    with av.open(str(tmp_path / "a.mp4")) as movie:
        assert sum(1 for _ in movie.decode(video=0)) == 90
    with av.open(str(tmp_path / "a.mp4")) as movie:
        heard = [frame.time for frame in movie.decode(audio=0)]
    assert heard[0] == pytest.approx(3, abs=0.07)
    assert heard[-1] == pytest.approx(6, abs=0.1)


def test_more_than_four_gigabytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Offsets of 64 bits, shown by moving the limit, since nobody waits for such a file."""
    info, packets = stream(VideoCodec.H264, AudioCodec.AAC, seconds=10)
    sources = record(tmp_path, info, packets)
    monkeypatch.setattr("curtilage.record.export.movie.LARGE", 4096)
    monkeypatch.setattr(tables, "LARGE", 4096)
    assert boxes.LARGE == 1 << 32
    export(sources, [], at(1), at(9), tmp_path / "a.mp4")
    data = (tmp_path / "a.mp4").read_bytes()
    assert b"co64" in data
    assert b"stco" not in data
    assert b"\0\0\0\1mdat\0\0\0\0" in data
    assert len(pictures(tmp_path / "a.mp4")) == 120


def test_progress_goes_to_the_end(tmp_path: Path) -> None:
    info, packets = stream(seconds=10)
    told: list[tuple[int, int]] = []
    done = export(
        record(tmp_path, info, packets),
        [],
        at(1),
        at(9),
        tmp_path / "a.mp4",
        lambda bytes_done, total: told.append((bytes_done, total)),
    )
    assert told == sorted(told)
    assert told[-1] == (done.bytes, done.bytes)
    assert done.bytes == (tmp_path / "a.mp4").stat().st_size


ASK = """const done = arguments[0], video = document.getElementById("v");
const tell = () => done({duration: video.duration, width: video.videoWidth,
  state: video.readyState, error: video.error && video.error.message});
video.addEventListener("seeked", tell); video.addEventListener("error", tell);
const look = () => video.readyState >= 1 ? video.currentTime = 4 : setTimeout(look, 50);
look(); setTimeout(tell, 15000);"""


def test_a_browser_plays_an_export(tmp_path: Path) -> None:
    info, packets = stream(VideoCodec.H264, AudioCodec.AAC, seconds=10, b_frames=2)
    export(record(tmp_path, info, packets), [], at(3.5), at(9), tmp_path / "a.mp4")
    page = tmp_path / "page.html"
    page.write_text('<!doctype html><video id="v" muted src="a.mp4"></video>')
    with chromium(tmp_path / "profile") as browser:
        browser.get(page.as_uri())
        found = browser.execute_async_script(ASK)
    assert found["error"] is None
    assert found["state"] >= 2
    assert found["width"] == 160
    assert found["duration"] == pytest.approx(5.5, abs=0.1)
