"""A stream watched for some seconds: what it gives is measured, what it does not give is told."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from curtilage.config.address import Address
from curtilage.ingest.errors import CameraError, Cause
from curtilage.ingest.live.trial import Trial, try_stream
from curtilage.model import VideoCodec
from tests.cameras import CameraServer, clip


@pytest.fixture(scope="module")
def server() -> Iterator[CameraServer]:
    with CameraServer("tiny", audio="aac") as cameras:
        yield cameras


def tried(url: str, watch_s: float = 3.0) -> Trial | CameraError:
    return try_stream(Address(url), watch_s, threading.Event(), 2.0, 1.0)


def gave(url: str, watch_s: float = 3.0) -> Trial:
    found = tried(url, watch_s)
    assert isinstance(found, Trial)
    return found


def test_rhythm_and_first_picture(server: CameraServer) -> None:
    found = gave(server.url("a"))
    assert (found.info.codec, found.info.width, found.info.height) == (VideoCodec.H264, 320, 180)
    assert found.key.key
    assert found.fps == pytest.approx(15.0, rel=0.05)
    assert found.gop_s == pytest.approx(1.0, abs=0.1)
    assert found.ahead_s == pytest.approx(0.0, abs=0.5)
    assert found.watched_s < 2.5  # it ends with the second keyframe


def test_a_stream_whose_keyframes_come_seldom_is_watched_no_longer_than_told(
    server: CameraServer,
) -> None:
    found = gave(server.url("b"), 0.5)
    assert found.gop_s is None
    assert found.fps == pytest.approx(15.0, rel=0.1)


def test_the_sound_is_not_set_up(server: CameraServer) -> None:
    gave(server.url("quiet"))
    asked = [one for one in server.transcript.requests(method="SETUP") if "quiet" in one.url]
    assert len(asked) == 1


def test_mjpeg_and_files(server: CameraServer) -> None:
    assert gave(server.mjpeg_url("c"), 1.0).info.codec is VideoCodec.MJPEG
    file = gave(f"file://{Path(clip('brief-hevc')).resolve()}", 2.0)
    assert file.info.codec is VideoCodec.HEVC
    assert file.ahead_s is None


@pytest.mark.parametrize("trouble", ["nokey", "stall"])
def test_a_stream_without_a_picture(server: CameraServer, trouble: str) -> None:
    server.fault(trouble, trouble)
    found = tried(server.url(trouble))
    assert isinstance(found, CameraError)
    assert found.cause is Cause.NO_PICTURE
    assert "tried" not in str(found)


def test_who_is_not_waited_for_is_let_go(server: CameraServer) -> None:
    stop = threading.Event()
    stop.set()
    server.fault("slow", "mute")
    found = try_stream(Address(server.url("slow")), 3.0, stop)
    assert isinstance(found, CameraError)
