"""Recorded film by the API: joined, a hole where nothing was recorded, on the clock of the wall."""

import io
from typing import Any

import av
import pytest
from starlette.testclient import TestClient

from curtilage.model import AudioCodec, VideoCodec
from curtilage.store.recorded.segments import State
from tests.record.mp4.clips import NS, START_NS, stream, video
from tests.web.house import House
from tests.web.playback.taped import Tape, at, ns

PATH = "/api/cameras/front/recordings/media"


@pytest.fixture
def tape(house: House) -> Tape:
    return Tape.of(house)


def film(browser: TestClient, house: House, begin: float, end: float, **more: str) -> Any:
    asked = {"from": at(begin), "to": at(end), **more}
    return browser.get(PATH, params=asked, headers=house.as_session("vera"))


def shown(answer: Any) -> list[float]:
    """Seconds from the beginning of the stream at which each picture is shown, in order."""
    assert answer.status_code == 200, answer.text
    zero_ns = ns(answer.headers["x-start"])
    with av.open(io.BytesIO(answer.content), "r") as file:
        frames = list(file.decode(file.streams.video[0]))
    times = [frame.time for frame in frames if frame.time is not None]
    return [(zero_ns - START_NS) / NS + time for time in times]


@pytest.mark.parametrize("codec", [VideoCodec.H264, VideoCodec.HEVC])
@pytest.mark.parametrize("b_frames", [0, 2])
def test_segments_are_joined_and_media_time_is_the_time_of_the_wall(
    browser: TestClient, house: House, tape: Tape, codec: VideoCodec, b_frames: int
) -> None:
    info, packets = video(codec, seconds=4, b_frames=b_frames)
    tape.add(info, packets)
    tape.add(info, packets, 4.0)
    answer = film(browser, house, 2.5, 6.1)
    seen = shown(answer)
    taken = sorted(
        (p.pts_ns - START_NS) / NS + by
        for by in (0.0, 4.0)
        for p in packets
        if (p.dts_ns - START_NS) / NS + by >= 2 - 0.001 and (p.pts_ns - START_NS) / NS + by < 6.1
    )
    assert len(seen) == len(taken)
    assert max(abs(a - b) for a, b in zip(seen, taken, strict=True)) < 0.0001
    assert ns(answer.headers["x-end"]) == pytest.approx(START_NS + 6.1 * NS, abs=2_000_000)
    assert "x-next" not in answer.headers
    name = "avc1.42" if codec is VideoCodec.H264 and not b_frames else ("avc1.", "hvc1.1")
    assert answer.headers["x-codec"].startswith(name)
    kind = f'video/mp4; codecs="{answer.headers["x-codec"]}"'
    assert answer.headers["content-type"] == kind


def test_a_gap_is_a_hole_in_media_time(browser: TestClient, house: House, tape: Tape) -> None:
    info, packets = video(seconds=4)
    tape.add(info, packets)
    tape.add(info, packets, 10.0, serial="f" * 32)
    seen = shown(film(browser, house, 1.0, 12.0))
    assert min(seen) == pytest.approx(0.0, abs=0.001)
    assert max(seen) == pytest.approx(12.0 - 1 / 15, abs=0.07)
    assert not [s for s in seen if 4.0 <= s < 10.0 - 0.001]
    # asked for from within the gap: what comes after it
    late = film(browser, house, 6.0, 11.0)
    assert ns(late.headers["x-start"]) == pytest.approx(START_NS + 10 * NS, abs=1_000_000)


def test_nothing_but_a_gap_says_why(browser: TestClient, house: House, tape: Tape) -> None:
    info, packets = video(seconds=4)
    tape.add(info, packets)
    tape.add(info, packets, 10.0, serial="f" * 32)
    answer = film(browser, house, 6.0, 9.0)
    assert answer.status_code == 404
    assert answer.json()["detail"]
    assert answer.headers["x-reason"]
    assert film(browser, house, 1.0, 2.0, stream="other").status_code == 404


def test_another_format_ends_the_film_and_says_where_to_go_on(
    browser: TestClient, house: House, tape: Tape
) -> None:
    small, packets = video(seconds=4)
    large, others = video(seconds=4, width=320)
    tape.add(small, packets)
    tape.add(large, others, 4.0)
    first = film(browser, house, 0.0, 8.0)
    assert max(shown(first)) < 4.0
    assert ns(first.headers["x-end"]) == pytest.approx(START_NS + 4 * NS, abs=2_000_000)
    begins = ns(first.headers["x-next"])
    assert begins == pytest.approx(START_NS + 4 * NS, abs=2_000_000)
    rest = film(browser, house, (begins - START_NS) / NS, 8.0)
    with av.open(io.BytesIO(rest.content), "r") as file:
        assert file.streams.video[0].width == 320
    assert "x-next" not in rest.headers
    path = PATH.removesuffix("/media")
    span = {"from": at(1.0), "to": at(8.0)}
    [told] = browser.get(path, params=span, headers=house.as_session("vera")).json()
    assert [(one["codec"], one["width"]) for one in told["formats"]] == [
        ("h264", 160),
        ("h264", 320),
    ]
    assert ns(told["formats"][1]["from"]) == pytest.approx(START_NS + 4 * NS, abs=2_000_000)


def test_what_is_recorded_twice_is_shown_as_it_was_first(
    browser: TestClient, house: House, tape: Tape
) -> None:
    info, packets = video(seconds=4)
    tape.add(info, packets)
    tape.add(info, packets, 3.0, serial="f" * 32)  # the clock was set back
    seen = shown(film(browser, house, 0.0, 8.0))
    assert seen == sorted(seen)
    assert len([s for s in seen if 2.99 <= s < 3.99]) == 15
    assert max(seen) > 6.9
    assert not [s for s in seen if 4.01 < s < 4.99]  # its next keyframe is two seconds in


def test_a_file_that_is_being_written_gives_what_is_there(
    browser: TestClient, house: House, tape: Tape
) -> None:
    info, packets = video(seconds=4)
    house.clock.ns = START_NS + 5 * NS
    path = tape.add(info, packets, state=State.OPEN, said_s=1.0)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) - 100])
    seen = shown(film(browser, house, 2.0, 30.0))
    assert seen
    assert max(seen) < 4.0
    path.write_bytes(data)
    assert max(shown(film(browser, house, 2.0, 30.0))) > max(seen)


def test_a_file_that_is_gone_or_damaged_is_a_hole(
    browser: TestClient, house: House, tape: Tape
) -> None:
    info, packets = video(seconds=4)
    tape.add(info, packets)
    gone = tape.add(info, packets, 4.0)
    torn = tape.add(info, packets, 8.0)
    tape.add(info, packets, 12.0)
    gone.unlink()
    data = torn.read_bytes()
    torn.write_bytes(data[: len(data) // 2] + bytes(len(data) - len(data) // 2))
    seen = shown(film(browser, house, 0.0, 16.0))
    assert not [s for s in seen if 4.0 <= s < 8.0 - 0.001]
    assert [s for s in seen if 8.0 <= s < 12.0]
    assert len([s for s in seen if s >= 12.0 - 0.001]) == 60


def test_sound_is_never_given(browser: TestClient, house: House, tape: Tape) -> None:
    info, packets = stream(sound=AudioCodec.AAC)
    tape.add_stream(info, packets)
    answer = film(browser, house, 0.0, 4.0)
    with av.open(io.BytesIO(answer.content), "r") as file:
        assert not file.streams.audio
        assert len(list(file.decode(video=0))) == 60


def test_mjpeg_is_no_film(browser: TestClient, house: House, tape: Tape) -> None:
    tape.add(*video(VideoCodec.MJPEG, seconds=2))
    answer = film(browser, house, 0.0, 2.0)
    assert answer.status_code == 404
    assert "MJPEG" in answer.json()["detail"]
    assert answer.headers["x-reason"] == "mjpeg"


def test_a_film_is_bounded_and_a_camera_that_is_not_seen_has_none(
    browser: TestClient, house: House, tape: Tape
) -> None:
    tape.add(*video(seconds=4))
    asked = {"from": "2026-09-21T10:00:00Z", "to": "2026-09-21T10:10:01Z"}
    long = browser.get(PATH, params=asked, headers=house.as_session("vera"))
    assert long.status_code == 422
    assert "10 minutes" in long.json()["detail"]
    span = {"from": at(0), "to": at(4)}
    for user, path in (("vera", PATH.replace("front", "nursery")), ("audrey", PATH)):
        answer = browser.get(path, params=span, headers=house.as_session(user))
        assert answer.status_code in (403, 404)
