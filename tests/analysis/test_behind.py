"""More to decode than the machine can: what is looked at is fresh, and the owner is told why."""

import time
from pathlib import Path

import pytest

from curtilage.analysis.camera import CameraAnalysis
from curtilage.analysis.health import camera_health
from curtilage.ingest.live.items import Opened
from curtilage.model import Medium, Packet, StreamInfo, VideoCodec, VideoInfo
from curtilage.vision.decode import Lane, Lanes
from tests.analysis.recordings import BEGIN_NS, site_of

SECOND_NS = 1_000_000_000
STEP_NS = SECOND_NS // 15
GOP = 30
INFO = StreamInfo(VideoInfo(VideoCodec.H264, 1280, 720, b""))


def camera(folder: Path, *, hurried: bool) -> CameraAnalysis:
    site = site_of(folder, {"name": "yard", "analysis": {"gate": "always"}})
    made = CameraAnalysis(site, site.cameras[0], None, lambda _w, _h: (640, 384))
    made.watch.is_hurried = lambda: hurried
    made.take("main", Opened(INFO, BEGIN_NS, step=False))
    return made


def packet(number: int) -> Packet:
    at_ns = BEGIN_NS + number * STEP_NS
    return Packet(Medium.VIDEO, at_ns, at_ns, STEP_NS, number % GOP == 0, b"x" * 500)


def lags(made: CameraAnalysis, share: float, seconds: int = 60) -> list[float]:
    """Each picture's lag (s) when it is decoded, if only ``share`` of them can be."""
    found, can = [], 0.0
    for number in range(seconds * 15):
        made.take("main", packet(number))
        can += share
        if can >= 1.0 and (job := made.watch.next_job()) is not None:
            can = min(can - 1.0, 1.0)
            if job.packet is not None and number > 5 * 15:
                found.append((number - (job.packet.dts_ns - BEGIN_NS) // STEP_NS) / 15)
    return found


@pytest.mark.parametrize("share", [0.15, 0.3, 0.5, 0.8])
def test_where_decoding_is_too_slow_what_is_decoded_is_fresh(tmp_path: Path, share: float) -> None:
    made = camera(tmp_path, hurried=True)
    found = lags(made, share)
    assert max(found) < 0.5
    assert len(found) >= 27 * 2, "of each group of pictures its beginning"
    assert made.watch.skipped > 0


def test_who_waits_long_for_a_turn_has_something_to_decode_then(tmp_path: Path) -> None:
    """Turns may come more seldom than keyframes: what waits is the beginning of a group."""
    made = camera(tmp_path, hurried=True)
    turns = 0
    for number in range(900):
        made.take("main", packet(number))
        if number % 41 == 40:  # each 2.7 s
            job = made.watch.next_job()
            assert job is not None
            assert job.packet is not None
            assert job.packet.key
            assert packet(number).dts_ns - job.packet.dts_ns <= 2.1 * SECOND_NS
            turns += 1
            assert made.watch.waiting < 10
    assert turns > 20


def test_a_rush_is_decoded_if_the_machine_can(tmp_path: Path) -> None:
    """A camera on a bad network sends nothing for 0.8 s, then everything."""
    made = camera(tmp_path, hurried=False)
    decoded = 0
    for number in range(450):
        made.take("main", packet(number))
        if number % 12 == 11:
            while made.watch.next_job() is not None:
                decoded += 1
    assert decoded == 450 // 12 * 12
    assert made.watch.skipped == 0


def test_the_owner_is_told_that_decoding_is_too_slow(tmp_path: Path) -> None:
    made = camera(tmp_path, hurried=True)
    lags(made, 0.3)
    (sentence,) = camera_health(made, made.watch.newest_ns, catching_up=False, notes=()).sentences
    assert "of the 5.0 wanted, since it cannot decode all of them" in sentence
    for number in range(60 * 15, 75 * 15):
        made.take("main", packet(number))
        while made.watch.next_job() is not None:
            pass
    assert camera_health(made, made.watch.newest_ns, catching_up=False, notes=()).sentences == []


def test_lanes_know_when_they_cannot_keep_up() -> None:
    lanes, left = Lanes(1, "slow"), [100] * 12

    def work(number: int) -> bool:
        time.sleep(0.02)
        left[number] -= 1
        return left[number] > 0

    def lane(number: int) -> Lane:
        return Lane(lambda: work(number), lambda: True)

    lanes.start()
    try:
        assert not lanes.is_busy
        for number in range(12):
            lanes.wake(lane(number))
        until = time.monotonic() + 10.0
        while not lanes.is_busy and time.monotonic() < until:
            time.sleep(0.02)
        assert lanes.is_busy
        left[:] = [1] * 12  # less to do from now on
        time.sleep(1.0)
        one = Lane(lambda: False, lambda: True)
        for _ in range(60):
            lanes.wake(one)
            time.sleep(0.01)
        assert not lanes.is_busy
    finally:
        lanes.stop()
