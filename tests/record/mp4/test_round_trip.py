"""Whatever packets come, they are read back as they were."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.model import (
    AudioCodec,
    AudioInfo,
    Medium,
    Packet,
    StreamInfo,
    VideoCodec,
    VideoInfo,
)
from curtilage.record.mp4 import Fragmenter, scan
from tests.record.mp4.segments import label, packets_of, pieces

START = 1_790_000_000_123_456_789
NS = 1_000_000_000
TICK = NS // 90_000 + 1
PICTURES = VideoInfo(VideoCodec.H264, 1280, 720, b"\x01\x64\x00\x1f\xff\xe1\x00\x00\x00")
SOUND = AudioInfo(AudioCodec.AAC, 48_000, 2, b"\x11\x90")


def read_back(data: bytes) -> tuple[list[Packet], StreamInfo | None]:
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        path = Path(file.name)
        scanned = scan(path)
        assert scanned.problem is None
        assert scanned.good_bytes == len(data)
        return packets_of(path, scanned), scanned.info


@st.composite
def any_packets(draw: st.DrawFn) -> tuple[StreamInfo, list[Packet]]:
    step = st.one_of(st.integers(1, NS // 5), st.integers(NS, 400 * NS))
    now, pictures = START, []
    for index in range(draw(st.integers(1, 25))):
        shift = draw(st.integers(-NS, NS)) if draw(st.booleans()) else 0
        key = index == 0 or draw(st.booleans())
        size = draw(st.integers(1, 40))
        data = bytes((index % 251 + 1,)) * size
        pictures.append(Packet(Medium.VIDEO, now, now + shift, 0, key, data))
        now += draw(step)
    if draw(st.booleans()):
        return StreamInfo(PICTURES), pictures
    now, sounds = START + draw(st.integers(-NS // 2, 3 * NS)), []
    for index in range(draw(st.integers(0, 25))):
        sounds.append(Packet(Medium.AUDIO, now, now, 0, True, bytes((index % 251 + 1,)) * 9))
        now += draw(st.integers(NS // 1000, NS // 5))
    rest = sorted([*pictures[1:], *sounds], key=lambda packet: packet.dts_ns)
    return StreamInfo(PICTURES, SOUND), [pictures[0], *rest]


@given(any_packets())
@settings(max_examples=150, deadline=None)
def test_any_packets_are_read_back(given_: tuple[StreamInfo, list[Packet]]) -> None:
    info, packets = given_
    found, found_info = read_back(b"".join(pieces(info, packets)))
    assert found_info == info
    for medium, tick in ((Medium.VIDEO, TICK), (Medium.AUDIO, NS // SOUND.rate + 1)):
        expected = [p for p in packets if p.medium is medium]
        got = [p for p in found if p.medium is medium]
        assert [p.data for p in got] == [p.data for p in expected]
        assert [p.key for p in got] == [p.key for p in expected]
        for was, now in zip(expected, got, strict=True):
            assert abs(was.dts_ns - now.dts_ns) <= tick
            assert abs(was.pts_ns - now.pts_ns) <= tick


def test_rounding_does_not_drift_in_an_hour() -> None:
    step = NS * 1001 // 30_000
    packets = [
        Packet(Medium.VIDEO, START + i * step, START + i * step, 0, i % 60 == 0, b"x")
        for i in range(30 * 3600)
    ]
    found, _ = read_back(b"".join(pieces(StreamInfo(PICTURES), packets)))
    worst = max(abs(a.dts_ns - b.dts_ns) for a, b in zip(packets, found, strict=True))
    assert worst <= TICK // 2 + 1


def test_fragments_begin_at_keyframes_and_after_a_second() -> None:
    packets = [
        Packet(Medium.VIDEO, START + i * NS // 10, START + i * NS // 10, 0, i in (0, 15, 18), b"x")
        for i in range(35)
    ]
    fragmenter = Fragmenter(StreamInfo(PICTURES), label(START))
    begun = [i for i, packet in enumerate(packets) if fragmenter.add(packet) is not None]
    assert begun == [10, 15, 18, 28]


def test_cameras_that_send_only_keyframes_have_fragments_of_a_second() -> None:
    packets = [
        Packet(Medium.VIDEO, START + i * NS // 10, START + i * NS // 10, 0, True, b"x")
        for i in range(35)
    ]
    fragmenter = Fragmenter(StreamInfo(PICTURES), label(START))
    begun = [i for i, packet in enumerate(packets) if fragmenter.add(packet) is not None]
    assert begun == [10, 20, 30]


def test_a_standing_clock_does_not_fill_the_memory() -> None:
    fragmenter = Fragmenter(StreamInfo(PICTURES), label(START))
    data = bytes(1 << 20)
    given_out = [
        fragmenter.add(Packet(Medium.VIDEO, START + i, START + i, 0, i == 0, data))
        for i in range(40)
    ]
    assert sum(1 for fragment in given_out if fragment is not None) == 2


def test_where_a_segment_ends() -> None:
    def ends(end_ns: int | None, duration_ns: int) -> int:
        fragmenter = Fragmenter(StreamInfo(PICTURES), label(START))
        for i in range(3):
            at = START + i * NS // 10
            fragmenter.add(Packet(Medium.VIDEO, at, at, duration_ns, i == 0, b"x"))
        assert fragmenter.end_ns == START
        assert fragmenter.finish(end_ns) is not None
        assert fragmenter.finish(end_ns) is None
        return fragmenter.end_ns - START

    assert ends(START + NS // 4, 0) == NS // 4  # where the next one begins
    assert ends(None, 0) == 3 * NS // 10  # as long as the picture before
    assert ends(None, NS // 20) == NS // 4  # as the camera says
    assert ends(START, 0) == 3 * NS // 10  # nonsense is not believed


def test_a_lone_picture_is_a_segment() -> None:
    found, _ = read_back(
        b"".join(
            pieces(StreamInfo(PICTURES), [Packet(Medium.VIDEO, START, START, 0, True, b"one")])
        )
    )
    assert [packet.data for packet in found] == [b"one"]


def test_what_is_held_can_be_saved_when_a_camera_pauses() -> None:
    fragmenter = Fragmenter(StreamInfo(PICTURES), label(START))
    fragmenter.add(Packet(Medium.VIDEO, START, START, 0, True, b"one"))
    head, early = fragmenter.head(), fragmenter.finish()
    at = START + 9 * NS
    fragmenter.add(Packet(Medium.VIDEO, at, at, 0, False, b"two"))
    late = fragmenter.finish()
    assert early is not None
    assert late is not None
    found, _ = read_back(head + early + late)
    assert [packet.data for packet in found] == [b"one", b"two"]
    assert abs(found[1].dts_ns - at) <= TICK


def test_sound_that_nobody_asked_for_is_never_written() -> None:
    packets = [
        Packet(Medium.VIDEO, START, START, 0, True, b"picture"),
        Packet(Medium.AUDIO, START, START, 0, True, b"sound"),
    ]
    data = b"".join(pieces(StreamInfo(PICTURES), packets))
    assert b"sound" not in data
    assert b"soun" not in data


def test_times_that_no_camera_should_send_do_not_stop_the_recording() -> None:
    day = 86_400 * NS
    times = [START, START + day, START + day // 2, START + day // 2 + 1]
    packets = [
        Packet(Medium.VIDEO, at, at - 3 * day, 0, i == 0, b"x") for i, at in enumerate(times)
    ]
    assert len(pieces(StreamInfo(PICTURES), packets)) >= 2


def test_the_head_needs_the_first_picture_and_no_picture_may_be_before_the_start() -> None:
    fragmenter = Fragmenter(StreamInfo(PICTURES), label(START))
    with pytest.raises(ValueError, match="first picture"):
        fragmenter.head()
    with pytest.raises(ValueError, match="before its start"):
        fragmenter.add(Packet(Medium.VIDEO, START - 1, START - 1, 0, True, b"x"))
    assert fragmenter.finish() is None
