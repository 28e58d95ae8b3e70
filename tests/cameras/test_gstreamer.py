"""GStreamer, which is not ours, as a camera of our live source and as a client of our cameras."""

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from curtilage.config.address import Address
from curtilage.ingest.live import LiveSource, Lost, Opened
from curtilage.model import AudioCodec, Medium, Packet, VideoCodec
from tests.cameras import CameraServer
from tests.cameras.gstreamer import GStreamerCameras
from tests.cameras.gstreamer import play as play_in_gstreamer

PICTURE_NS = 1_000_000_000 / 15


def play(url: str, count: int, *, audio: bool = False) -> list[Opened | Packet | Lost]:
    """Items until so many pictures have come."""
    stop, found, pictures = threading.Event(), [], 0
    watchdog = threading.Timer(30, stop.set)
    watchdog.start()
    for item in LiveSource("yard", "main", Address(url), audio=audio).items(stop):
        found.append(item)
        pictures += isinstance(item, Packet) and item.medium is Medium.VIDEO
        if pictures >= count:
            stop.set()
    watchdog.cancel()
    return found


@pytest.mark.parametrize(
    ("clip", "codec"), [("brief", VideoCodec.H264), ("brief-hevc", VideoCodec.HEVC)]
)
def test_every_picture_comes_once(clip: str, codec: VideoCodec) -> None:
    with GStreamerCameras(clip) as cameras:
        opened, *packets = play(cameras.url(), 40)  # more than a round of 30
    assert isinstance(opened, Opened)
    assert (opened.info.video.codec, opened.info.video.width) == (codec, 320)
    assert opened.info.audio is None
    assert all(isinstance(p, Packet) for p in packets)
    times = [p.dts_ns for p in packets if isinstance(p, Packet)]
    keys = [p.key for p in packets if isinstance(p, Packet)]
    assert keys[0]
    assert [n for n, key in enumerate(keys) if key] == list(range(0, len(keys), 15))
    for before, after in pairwise(times):
        assert abs(after - before - PICTURE_NS) < 1_000_000


@pytest.mark.parametrize(
    ("offered", "codec"),
    [("aac", AudioCodec.AAC), ("pcma", AudioCodec.PCM_ALAW)],
)
def test_sound_comes_when_asked_for(offered: str, codec: AudioCodec) -> None:
    with GStreamerCameras("tiny", audio=offered) as cameras:
        items = play(cameras.url(), 30, audio=True)
    opened = items[0]
    assert isinstance(opened, Opened)
    assert opened.info.audio is not None
    assert opened.info.audio.codec is codec
    assert sum(isinstance(i, Packet) and i.medium is Medium.AUDIO for i in items) > 10


def test_no_sound_comes_when_not_asked_for() -> None:
    with GStreamerCameras("tiny", audio="aac") as cameras:
        items = play(cameras.url(), 20)
    assert all(i.medium is Medium.VIDEO for i in items if isinstance(i, Packet))
    assert isinstance(items[0], Opened)
    assert items[0].info.audio is None


def test_our_cameras_play_evenly_in_gstreamer() -> None:
    clips = ("brief", "brief-hevc")
    with CameraServer(audio="aac") as server, ThreadPoolExecutor() as pool:
        for clip in clips:
            server.add(clip, clip, audio="aac")
        seen = list(pool.map(lambda clip: play_in_gstreamer(server.url(clip), 3.5), clips))
    for one in seen:
        assert one["problems"] == []
        assert one["pictures"] > 32
        assert set(one["steps"]) <= {66, 67}


@pytest.mark.slow
@pytest.mark.parametrize("clip", ["hd", "hevc"])
def test_our_cameras_play_25_s_over_a_clip_of_10_s_in_gstreamer(clip: str) -> None:
    with CameraServer(clip) as server:
        seen = play_in_gstreamer(server.url(), 25.0)
    assert seen["problems"] == []
    assert seen["pictures"] > 11 * 15  # more than a round; a busy machine decodes late
    assert set(seen["steps"]) <= {66, 67}
