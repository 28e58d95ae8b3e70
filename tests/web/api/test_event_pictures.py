"""Pictures and clips of events by the API: of their moment, with their box, playable everywhere."""

import io
from typing import Any

import av
import cv2
import numpy as np
import pytest
from starlette.testclient import TestClient

from curtilage.model import AudioCodec, VideoCodec
from curtilage.store.found.events import StoredEvent
from tests.record.mp4.clips import NS, START_NS, stream, video
from tests.web.api.found import seen
from tests.web.house import House
from tests.web.playback.taped import Tape, ns


@pytest.fixture
def tape(house: House) -> Tape:
    return Tape.of(house)


def event(house: House, second: float) -> StoredEvent:
    """A crossing; noticed 0.2 s later."""
    return seen(house.database, "front", START_NS + round(second * NS))


def ask(browser: TestClient, house: House, one: StoredEvent, what: str, **more: Any) -> Any:
    headers = {**house.as_session("vera"), **more.pop("headers", {})}
    return browser.get(f"/api/events/{one.id}/{what}", params=more, headers=headers)


def amber(answer: Any) -> int:
    """How many pixels are of the box's colour."""
    assert answer.status_code == 200, answer.text
    image = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    near = np.abs(image.astype(int) - (40, 176, 255)).max(axis=2) < 60
    return int(near.sum())


def test_the_picture_is_of_the_moment_and_has_the_box(
    browser: TestClient, house: House, tape: Tape
) -> None:
    tape.add(*video(seconds=4, width=320))
    one = event(house, 1.05)
    boxed = ask(browser, house, one, "picture")
    assert ns(boxed.headers["x-time"]) == pytest.approx(START_NS + 1.2 * NS, abs=2_000_000)
    assert amber(boxed) > 50
    assert amber(ask(browser, house, one, "picture", plain=True)) == 0
    assert amber(ask(browser, house, one, "picture", width=160)) > 10
    assert boxed.headers["cache-control"] == "private, max-age=300"


def test_without_a_recording_there_is_a_reason(
    browser: TestClient, house: House, tape: Tape
) -> None:
    tape.add(*video(seconds=4))
    one = event(house, 30.0)
    for what in ("picture", "clip"):
        answer = ask(browser, house, one, what)
        assert answer.status_code == 404
        assert answer.headers["x-reason"]


@pytest.mark.parametrize("codec", [VideoCodec.H264, VideoCodec.HEVC])
def test_the_clip_is_a_movie_around_the_event(
    browser: TestClient, house: House, tape: Tape, codec: VideoCodec
) -> None:
    info, packets = video(codec, seconds=4)
    for number in range(6):
        tape.add(info, packets, 4.0 * number)
    answer = ask(browser, house, event(house, 9.5), "clip")
    assert answer.status_code == 200
    assert answer.headers["content-length"] == str(len(answer.content))
    begin, end = (ns(answer.headers[name]) for name in ("x-start", "x-end"))
    assert begin == pytest.approx(START_NS + 5.5 * NS, abs=2_000_000)
    assert end == pytest.approx(START_NS + 15.7 * NS, abs=2_000_000)
    with av.open(io.BytesIO(answer.content), "r") as file:
        assert not file.streams.audio
        seconds = [f.time for f in file.decode(video=0) if f.time is not None and f.time >= 0]
    assert len(seconds) == pytest.approx(10.2 * 15, abs=2)


def test_a_clip_has_no_sound_and_stays_within_its_piece(
    browser: TestClient, house: House, tape: Tape
) -> None:
    info, packets = stream(sound=AudioCodec.PCM_ALAW)
    tape.add_stream(info, packets)
    tape.add_stream(info, packets, 20.0, serial="f" * 32)
    answer = ask(browser, house, event(house, 2.0), "clip")
    with av.open(io.BytesIO(answer.content), "r") as file:
        assert [one.type for one in file.streams] == ["video"]
    assert ns(answer.headers["x-end"]) == pytest.approx(START_NS + 4 * NS, abs=2_000_000)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=100-", 100, -1),
        ("bytes=-50", -50, -1),
        ("bytes=7-999999999", 7, -1),
    ],
)
def test_any_bytes_of_a_clip(
    browser: TestClient, house: House, tape: Tape, asked: str, first: int, last: int
) -> None:
    tape.add(*video(seconds=4))
    one = event(house, 2.0)
    whole = ask(browser, house, one, "clip").content
    size = len(whole)
    first, last = first % size, last % size
    part = ask(browser, house, one, "clip", headers={"range": asked})
    assert part.status_code == 206
    assert part.headers["content-range"] == f"bytes {first}-{last}/{size}"
    assert part.content == whole[first : last + 1]


@pytest.mark.parametrize(
    "asked", ["bytes=999999999-", "bytes=5-4", "bytes=-", "bytes=0-1,3-4", "x"]
)
def test_bytes_that_are_not_there(
    browser: TestClient, house: House, tape: Tape, asked: str
) -> None:
    tape.add(*video(seconds=4))
    told = ask(browser, house, event(house, 2.0), "clip", headers={"range": asked})
    assert told.status_code == 416
    assert told.headers["content-range"].startswith("bytes */")


def test_mjpeg_has_a_picture_but_no_clip(browser: TestClient, house: House, tape: Tape) -> None:
    tape.add(*video(VideoCodec.MJPEG, seconds=4, width=320))
    one = event(house, 2.0)
    assert amber(ask(browser, house, one, "picture")) > 50
    told = ask(browser, house, one, "clip")
    assert told.status_code == 404
    assert told.headers["x-reason"] == "mjpeg"


def test_the_event_of_a_camera_that_is_not_seen(
    browser: TestClient, house: House, tape: Tape
) -> None:
    tape.add(*video(seconds=4))
    hidden = seen(house.database, "nursery", START_NS + NS)
    assert ask(browser, house, hidden, "picture").status_code == 404
    assert ask(browser, house, hidden, "clip").status_code == 404
    only = house.as_token("ada", [])
    mine = event(house, 1.0)
    assert browser.get(f"/api/events/{mine.id}/clip", headers=only).status_code == 403
