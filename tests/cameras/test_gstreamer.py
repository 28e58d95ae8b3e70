"""The live source against a camera that is not ours: GStreamer's RTSP server."""

import threading
from itertools import pairwise

import pytest

from curtilage.config.address import Address
from curtilage.ingest.live import LiveSource, Lost, Opened
from curtilage.model import AudioCodec, Medium, Packet, VideoCodec
from tests.cameras.gstreamer import GStreamerCameras
from tests.cameras.watching import watch

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
    ("clip", "codec"), [("tiny", VideoCodec.H264), ("tiny-hevc", VideoCodec.HEVC)]
)
def test_every_picture_comes_once(clip: str, codec: VideoCodec) -> None:
    with GStreamerCameras(clip) as cameras:
        opened, *packets = play(cameras.url(), 75)  # more than a round of 60
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
    [
        ("aac", AudioCodec.AAC),
        ("pcma", AudioCodec.PCM_ALAW),
        ("pcmu", AudioCodec.PCM_MULAW),
    ],
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


def test_our_cameras_and_this_one_look_alike_to_ffmpeg() -> None:
    """The peer checks the client; this checks the peer."""
    with GStreamerCameras("tiny") as cameras:
        seen = watch(cameras.url(), 2.0)
    assert {round(step, -1) for step in seen.steps} == {6000}
    assert seen.broken == 0
