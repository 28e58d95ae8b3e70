"""A file may end anywhere and hold anything: what can be played is found, the rest is named."""

import os
import random
from dataclasses import replace
from functools import cache
from pathlib import Path

import av
import pytest

from curtilage.model import AudioCodec, VideoCodec
from curtilage.record.mp4 import scan
from tests.record.mp4.clips import START_NS, stream
from tests.record.mp4.segments import packets_of, pieces, segment


@cache
def parts() -> tuple[bytes, ...]:
    """A small segment with sound: head and fragments."""
    info, packets = stream(VideoCodec.H264, AudioCodec.AAC, seconds=3, width=64)
    return tuple(pieces(info, packets))


def ends() -> list[int]:
    """Where the head and each fragment end."""
    return [sum(len(p) for p in parts()[: n + 1]) for n in range(len(parts()))]


def test_a_whole_file_has_no_problem(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"".join(parts()))
    found = scan(path)
    assert found.problem is None
    assert found.good_bytes == found.bytes == path.stat().st_size
    assert found.label is not None
    assert found.label.start_ns == START_NS
    fragments = found.fragments
    assert list(fragments.offset) == ends()[:-1]
    assert list(fragments.offset + fragments.size) == ends()[1:]
    assert list(fragments.start_ns[1:]) == list(fragments.end_ns[:-1])
    assert fragments.start_ns[0] == START_NS
    assert list(fragments.key) == [True, False, True]


def test_a_file_cut_anywhere_is_its_whole_fragments(tmp_path: Path) -> None:
    data, path = b"".join(parts()), tmp_path / "a.mp4"
    path.write_bytes(data)
    whole = scan(path)
    with path.open("r+b") as file:
        for size in range(len(data) - 1, -1, -1):
            file.truncate(size)
            found = scan(path)
            expected = sum(end <= size for end in ends()[1:])
            assert len(found.fragments) == expected, size
            assert found.good_bytes == (ends()[expected] if expected else 0)
            assert (found.problem is None) == (size in ends()[1:]), size
            if size >= ends()[0]:
                assert (found.label, found.info) == (whole.label, whole.info)
            if expected:
                assert found.fragments.end_ns[-1] == whole.fragments.end_ns[expected - 1]


def test_zeros_after_any_byte_are_no_fragment(tmp_path: Path) -> None:
    data, path = b"".join(parts()), tmp_path / "a.mp4"
    for size in range(0, len(data) - 512, 512):  # a disk writes whole sectors
        path.write_bytes(data[:size] + bytes(len(data) - size + 5000))
        found = scan(path)
        expected = sum(end <= size for end in ends()[1:])
        assert len(found.fragments) == expected, size
        assert found.problem is not None


def test_room_for_the_last_fragment_that_was_never_filled(tmp_path: Path) -> None:
    data, path = b"".join(parts()), tmp_path / "a.mp4"
    table = 512 * (ends()[-2] // 512 + 5)  # the table of samples lies before
    for written in range(table, len(data) - 8, 512):
        path.write_bytes(data[:written] + bytes(len(data) - written))
        found = scan(path)
        assert found.problem is not None
        assert "zeros in its pictures" in found.problem
        assert found.good_bytes == ends()[-2]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda _: b"", "empty"),
        (lambda _: bytes(5000), "zeros where the file should begin"),
        (lambda _: b"not a movie at all", "no MP4 file"),
        (lambda data: data[:30], "ends before its first fragment"),
        (lambda data: data[: ends()[0]], "ends before its first fragment"),
        (lambda data: data[: ends()[1] + 100], "cut off"),
        (lambda data: data + bytes(7), "7 bytes of zeros"),
        (lambda data: data + b"rubbish" * 99, "693 bytes from byte"),
        (lambda data: data + data[ends()[0] :], "another recording"),
        (lambda data: data[: ends()[1]] + data[ends()[2] :], "another recording"),
        (lambda data: data.replace(b'"number"', b'"nummer"'), "no label that can be read"),
        (lambda data: data.replace(b"avc1", b"xyz1"), "head of the file is damaged"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, make: object, sentence: str) -> None:
    assert callable(make)
    path = tmp_path / "a.mp4"
    path.write_bytes(make(b"".join(parts())))
    found = scan(path)
    assert found.problem is not None
    assert sentence in found.problem
    assert "\n" not in found.problem


def test_fragments_of_another_recording_are_not_believed(tmp_path: Path) -> None:
    """As when blocks of a deleted file show up behind a torn one."""
    info, packets = stream(VideoCodec.H264, AudioCodec.AAC, seconds=3, width=64)
    later = [p for p in packets if p.dts_ns >= START_NS + 2_000_000_000]
    other = pieces(info, later)
    path = tmp_path / "a.mp4"
    path.write_bytes(parts()[0] + other[1])
    found = scan(path)
    assert len(found.fragments) == 0
    assert found.problem is not None


def test_a_segment_may_go_on_in_another_file(tmp_path: Path) -> None:
    """As when a disk fails: the same head, and the fragments from a later keyframe on."""
    path = tmp_path / "a.mp4"
    path.write_bytes(parts()[0] + parts()[3])
    found = scan(path)
    assert found.problem is None
    assert list(found.fragments.start_ns) == [START_NS + 2_000_000_000]
    with av.open(str(path)) as movie:
        assert sum(1 for _ in movie.decode(video=0)) == 15


def test_random_damage_never_raises_and_is_never_played_past(tmp_path: Path) -> None:
    data, path = b"".join(parts()), tmp_path / "a.mp4"
    chance = random.Random(3)  # noqa: S311 - nothing is kept secret
    for _ in range(800):
        damaged = bytearray(data)
        for _ in range(chance.choice((1, 1, 4))):
            at = chance.randrange(len(data))
            piece = chance.randbytes(chance.choice((1, 2, 8, 300)))
            damaged[at : at + len(piece)] = piece
        path.write_bytes(damaged)
        found = scan(path)
        assert found.good_bytes <= len(damaged)
        if len(found.fragments):
            packets_of(path, found)


def test_a_movie_of_somebody_else_is_none_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as movie:
        out = movie.add_stream("mpeg4", rate=10)
        out.width, out.height, out.pix_fmt = 64, 64, "yuv420p"
        movie.mux(out.encode(av.VideoFrame(64, 64, "yuv420p")))
        movie.mux(out.encode(None))
    found = scan(path)
    assert found.label is None
    assert found.good_bytes == 0
    assert found.problem == "not a recording of ours (no label)"


def test_what_is_left_of_a_torn_file_plays(tmp_path: Path) -> None:
    info, packets = stream(VideoCodec.H264, AudioCodec.AAC)
    path = segment(tmp_path / "a.mp4", info, packets)
    found = scan(path)
    cut = int(found.fragments.offset[3]) + 700
    with path.open("r+b") as file:
        file.truncate(cut)
        file.truncate(scan(path).good_bytes)
    with av.open(str(path)) as movie:
        assert sum(1 for _ in movie.decode(video=0)) == 45


def test_a_camera_that_fills_up_with_zeros_is_believed(tmp_path: Path) -> None:
    info, packets = stream(VideoCodec.H264, seconds=2, width=64)
    last = packets[-1]
    filled = [*packets[:-1], replace(last, data=last.data + bytes(500) + b"\x80")]
    assert scan(segment(tmp_path / "a.mp4", info, filled)).problem is None


def test_a_pipe_does_not_hold_anybody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.mp4")
    assert scan(tmp_path / "a.mp4").problem == "the file is empty"


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        scan(tmp_path / "none.mp4")
