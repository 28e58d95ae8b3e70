"""Fragments of the live view, read by FFmpeg, and their times."""

import io
from dataclasses import replace

import av
import pytest

from curtilage.model import Packet, VideoCodec
from curtilage.web.live.fragments import REST_NS, Fragments
from tests.record.mp4.clips import START_NS, video

CODECS = [VideoCodec.H264, VideoCodec.HEVC]


def shifted(packet: Packet, by_ns: int) -> Packet:
    return replace(packet, dts_ns=packet.dts_ns + by_ns, pts_ns=packet.pts_ns + by_ns)


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("b_frames", [0, 2])
def test_ffmpeg_shows_every_picture_when_it_was_taken(codec: VideoCodec, b_frames: int) -> None:
    info, packets = video(codec, seconds=2, b_frames=b_frames)
    fragments = Fragments()
    data = fragments.head(info, packets[0].dts_ns)
    data += b"".join(fragments.picture(packet) for packet in packets)
    with av.open(io.BytesIO(data), "r") as file:
        stream = file.streams.video[0]
        assert (stream.width, stream.height) == (info.width, info.height)
        frames = list(file.decode(stream))
    assert len(frames) == len(packets)
    zero = fragments.zero_ns
    assert zero is not None
    shown = [zero + round(frame.time * 1e9) for frame in frames if frame.time is not None]
    taken = sorted(packet.pts_ns for packet in packets)
    assert all(abs(a - b) < 20_000 for a, b in zip(shown, taken, strict=True))


def test_each_fragment_stands_alone_after_the_head() -> None:
    info, packets = video(seconds=4, gop=15)
    fragments = Fragments()
    head = fragments.head(info, packets[0].dts_ns)
    data = [fragments.picture(packet) for packet in packets]
    begin = next(i for i, packet in enumerate(packets) if packet.key and i)
    with av.open(io.BytesIO(head + b"".join(data[begin:])), "r") as file:
        assert len(list(file.decode(video=0))) == len(packets) - begin


def test_a_lost_picture_is_a_hole_in_time_and_nothing_else() -> None:
    info, packets = video(seconds=1)
    fragments = Fragments()
    fragments.head(info, packets[0].dts_ns)
    sizes = [len(fragments.picture(packet)) for packet in (packets[0], *packets[5:])]
    assert sizes[0] == 112 + len(packets[0].data)


def test_media_time_runs_on_when_the_camera_was_away() -> None:
    info, packets = video(seconds=1)
    fragments = Fragments()
    fragments.head(info, packets[0].dts_ns)
    fragments.picture(packets[0])
    away_ns = 3600 * 1_000_000_000
    fragments.head(info, packets[0].dts_ns + away_ns)
    assert fragments.zero_ns == packets[0].dts_ns
    assert fragments.media_s(packets[0].dts_ns + away_ns) == pytest.approx(3600.0)


def test_media_time_never_goes_back_when_the_clock_does() -> None:
    info, packets = video(seconds=2)
    fragments = Fragments()
    fragments.head(info, packets[0].dts_ns)
    for packet in packets:
        fragments.picture(packet)
    end_s = fragments.media_s(packets[-1].dts_ns)
    back = shifted(packets[0], -7200 * 1_000_000_000)
    fragments.head(info, back.dts_ns)
    fragments.picture(back)
    assert fragments.media_s(back.dts_ns) == pytest.approx(end_s + REST_NS / 1e9)


def test_a_picture_without_a_head_is_refused() -> None:
    _, packets = video(seconds=1)
    with pytest.raises(ValueError, match="before the head"):
        Fragments().picture(packets[0])


def test_a_picture_from_before_the_head_is_refused() -> None:
    info, packets = video(seconds=1)
    fragments = Fragments()
    fragments.head(info, START_NS)
    with pytest.raises(ValueError, match="before the head"):
        fragments.picture(shifted(packets[0], -1))
