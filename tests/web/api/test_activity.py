"""Where something moved, by the API: of hours from the index, of minutes from the files."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.record.mp4.clips import NS, START_NS, video
from tests.web.house import House
from tests.web.playback.taped import Tape, at

PATH = "/api/cameras/front/activity"


@pytest.fixture
def tape(house: House) -> Tape:
    made = Tape.of(house)
    info, packets = video(seconds=4)
    busy = [
        packet
        if packet.key or not 2 <= (packet.dts_ns - START_NS) / NS < 3
        else type(packet)(
            packet.medium, packet.dts_ns, packet.pts_ns, 0, False, packet.data + bytes(5_000)
        )
        for packet in packets
    ]
    for number in range(8):
        made.add(info, busy if number == 4 else packets, 4.0 * number)
    return made


def ask(browser: TestClient, house: House, begin: float, end: float, **more: Any) -> Any:
    asked = {"from": at(begin), "to": at(end), **more}
    return browser.get(PATH, params=asked, headers=house.as_session("vera"))


@pytest.mark.usefixtures("tape")
def test_seconds_are_told_by_the_pictures(browser: TestClient, house: House) -> None:
    told = ask(browser, house, 0.0, 36.0, step=1).json()
    assert told["source"] == "pictures"
    assert told["step"] == 1
    density = told["density"]
    assert len(density) == 36
    assert max(range(32), key=lambda n: density[n] or 0) == 18
    assert density[18] > 0.5
    assert all(one < 0.2 for n, one in enumerate(density[:32]) if n != 18)
    assert density[33:] == [None] * 3


@pytest.mark.usefixtures("tape")
def test_minutes_are_told_by_the_files(browser: TestClient, house: House) -> None:
    told = ask(browser, house, 0.0, 32.0, step=60).json()
    assert told["source"] == "files"
    assert told["telling"] is True
    assert len(told["density"]) == 1
    assert 0 < told["density"][0] < 1


def test_nothing_recorded_is_null(browser: TestClient, house: House) -> None:
    for step in (1, 60):
        told = ask(browser, house, 0.0, 30.0, step=step).json()
        assert set(told["density"]) == {None}
        assert told["telling"] is False


def test_too_much_is_refused(browser: TestClient, house: House) -> None:
    headers = house.as_session("vera")
    day = {"from": "2026-09-21T00:00:00Z", "to": "2026-09-22T00:00:00Z"}
    for step, words in ((45, "one hour"), (1, "2,000")):
        told = browser.get(PATH, params={**day, "step": step}, headers=headers)
        assert told.status_code == 422
        assert words in told.json()["detail"]
    assert browser.get(PATH, params={**day, "step": 60}, headers=headers).status_code == 200
    years = {"from": "2021-11-23T00:00:00Z", "to": "2026-11-22T00:00:00Z"}
    told = browser.get(PATH, params={**years, "step": 86_400}, headers=headers)
    assert told.status_code == 422
    assert "100 days" in told.json()["detail"]
