"""Thumbnails by the API: the keyframe at or before a moment, or what was to be seen just then."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from starlette.testclient import TestClient

from curtilage.model import VideoCodec
from curtilage.store.recorded.segments import State
from tests.record.mp4.clips import NS, START_NS, video
from tests.web.house import House
from tests.web.playback.taped import Tape, at, ns

PATH = "/api/cameras/front/recordings/keyframe"


@pytest.fixture
def tape(house: House) -> Tape:
    return Tape.of(house)


def ask(browser: TestClient, house: House, second: float, **more: str | int | bool) -> Any:
    asked = {"time": at(second), **more}
    return browser.get(PATH, params=asked, headers=house.as_session("vera"))


def second(answer: Any) -> float:
    assert answer.status_code == 200, answer.text
    return (ns(answer.headers["x-time"]) - START_NS) / NS


def pixels(answer: Any) -> npt.NDArray[np.uint8]:
    made = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR)
    assert made is not None
    return np.asarray(made, np.uint8)


def index(answer: Any) -> int:
    """Which of the first 20 pictures it is: the place of the bright square tells."""
    row = pixels(answer)[12:20].min(axis=(0, 2))
    return int(np.flatnonzero(row > 180)[0] + 3) // 8


@pytest.mark.parametrize("codec", [VideoCodec.H264, VideoCodec.HEVC])
@pytest.mark.parametrize("b_frames", [0, 2])
def test_the_keyframe_before_and_the_exact_picture(
    browser: TestClient, house: House, tape: Tape, codec: VideoCodec, b_frames: int
) -> None:
    info, packets = video(codec, seconds=4, b_frames=b_frames)
    tape.add(info, packets)
    late = b_frames and (packets[0].pts_ns - packets[0].dts_ns) / NS
    assert second(ask(browser, house, 1.9)) == pytest.approx(late, abs=0.001)
    assert second(ask(browser, house, 2.5)) == pytest.approx(2.0 + late, abs=0.001)
    exact = ask(browser, house, 1.04 + late, exact=True)
    assert second(exact) == pytest.approx(1.0 + late, abs=0.001)
    assert index(exact) == 15
    assert index(ask(browser, house, 0.1 + late, exact=True)) == 1


def test_each_picture_of_mjpeg_is_a_keyframe(browser: TestClient, house: House, tape: Tape) -> None:
    tape.add(*video(VideoCodec.MJPEG, seconds=2))
    answer = ask(browser, house, 0.35)
    assert second(answer) == pytest.approx(5 / 15, abs=0.001)
    assert index(answer) == 5


def test_it_is_as_wide_as_wanted_and_black_under_a_mask(
    browser: TestClient, house: House, tape: Tape
) -> None:
    tape.add(*video(seconds=2))
    answer = ask(browser, house, 0.1, width=80)
    assert pixels(answer).shape == (60, 80, 3)
    before = pixels(ask(browser, house, 0.1))
    camera = house.context.site.cameras[0]
    masked = camera.model_copy(
        update={"masks": ([(0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)],)}
    )
    rest = house.context.site.cameras[1:]
    house.context.apply(house.context.site.model_copy(update={"cameras": [masked, *rest]}))
    after = pixels(ask(browser, house, 0.1))
    assert after[:, :72].max() < 30
    assert before[:, :72].max() > 100
    assert np.abs(after[:, 100:].astype(int) - before[:, 100:]).max() < 60


def test_a_gap_has_no_picture_but_a_reason(browser: TestClient, house: House, tape: Tape) -> None:
    info, packets = video(seconds=4)
    tape.add(info, packets)
    tape.add(info, packets, 10.0, serial="f" * 32)
    answer = ask(browser, house, 7.0)
    assert answer.status_code == 404
    assert answer.headers["x-reason"]
    assert "no-store" in answer.headers["cache-control"]
    assert ask(browser, house, 11.0).status_code == 200
    assert ask(browser, house, 1.0, stream="other").status_code == 404


def test_a_file_cut_without_a_keyframe_is_decoded_from_the_one_before(
    browser: TestClient, house: House, tape: Tape
) -> None:
    info, packets = video(seconds=4, gop=60)
    tape.add(info, packets[:30])
    tape.add(info, packets[30:])
    assert second(ask(browser, house, 3.0)) == pytest.approx(0.0, abs=0.001)
    assert second(ask(browser, house, 3.01, exact=True)) == pytest.approx(3.0, abs=0.001)


def test_what_is_not_on_the_disk_yet_and_what_cannot_be_read(
    browser: TestClient, house: House, tape: Tape
) -> None:
    info, packets = video(seconds=4)
    house.clock.ns = START_NS + 6 * NS
    path = tape.add(info, packets, state=State.OPEN, said_s=1.0)
    told = ask(browser, house, 3.0)
    assert second(told) == pytest.approx(2.0, abs=0.001)
    assert "private" in told.headers["cache-control"]
    path.unlink()
    house.clock.ns = START_NS + 60 * NS
    gone = ask(browser, house, 0.5)
    assert gone.status_code == 404
    assert gone.headers["x-reason"] == "cannot be read"


def test_pictures_are_kept_by_the_browser_of_who_may_see_them(
    browser: TestClient, house: House, tape: Tape
) -> None:
    tape.add(*video(seconds=4))
    answer = ask(browser, house, 1.0)
    assert answer.headers["cache-control"] == "private, max-age=300"
    assert "cookie" in answer.headers["vary"].lower()
    nursery = PATH.replace("front", "nursery")
    told = browser.get(nursery, params={"time": at(1)}, headers=house.as_session("vera"))
    assert told.status_code == 404
