"""Recordings by the API: what there is, a picture of it, an export, a hold. A real recording."""

import io
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from starlette.testclient import TestClient

from curtilage.config.site import SiteSettings
from curtilage.record.recorder import Recorder
from curtilage.store.accounts import users as accounts
from curtilage.store.index.database import Database
from curtilage.web.guard.rights import Role
from tests.cameras import CameraServer
from tests.web.house import House

NS = 1_000_000_000
WAIT_S = 15.0


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> SiteSettings:
    """A site whose camera ``front`` was recorded for some seconds; ``nursery`` never was."""
    folder: Path = tmp_path_factory.mktemp("site")
    with CameraServer("tiny") as server:
        site = SiteSettings.model_validate(
            {
                "state": folder / "state",
                "volumes": [{"path": folder / "video", "reserve": 1_000_000}],
                "cameras": [
                    {"name": "front", "url": server.url("front")},
                    {"name": "nursery", "enabled": False, "url": "rtsp://192.0.2.8/one"},
                ],
            }
        )
        with Recorder(site) as recorder:
            end = time.monotonic() + WAIT_S
            while recorder.health().streams[0].end_ns - recorder.health().streams[0].since_ns < (
                3 * NS
            ):
                assert time.monotonic() < end, "nothing was recorded"
                time.sleep(0.1)
    return site


@pytest.fixture
def house(recorded: SiteSettings) -> Iterator[House]:
    with Database.of(recorded) as database:
        made = House(recorded, database, time.time_ns())
        with database.read() as connection:
            known = {user.name for user in accounts.every(connection)}
        for name, role, cameras in (
            ("ada", Role.ADMINISTRATOR, None),
            ("otto", Role.OPERATOR, ["nursery"]),
            ("olga", Role.OPERATOR, ["front"]),
            ("vera", Role.VIEWER, ["front"]),
        ):
            if name not in known:
                made.add(name, role, cameras)
        yield made
        made.context.stop()


@pytest.fixture
def span(house: House) -> dict[str, str]:
    now_ns = house.clock.ns
    return {"from": rfc(now_ns - 600 * NS), "to": rfc(now_ns)}


def rfc(ns: int) -> str:
    return datetime.fromtimestamp(ns / NS, UTC).isoformat()


def ns(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000) * 1_000_000


def recorded_span(browser: TestClient, house: House, span: dict[str, str]) -> tuple[int, int]:
    told = browser.get(
        "/api/cameras/front/recordings", params=span, headers=house.as_session("ada")
    )
    [stream] = told.json()
    [one] = [each for each in stream["intervals"] if each["recorded"]]
    return ns(one["from"]), ns(one["to"])


def test_what_is_recorded_and_why_the_rest_is_not(
    browser: TestClient, house: House, span: dict[str, str]
) -> None:
    path = "/api/cameras/front/recordings"
    [stream] = browser.get(path, params=span, headers=house.as_session("vera")).json()
    intervals = stream["intervals"]
    for before, after in pairwise(intervals):
        assert before["to"] == after["from"]
    assert sum(one["recorded"] for one in intervals) == 1
    assert all(one["reason"] for one in intervals if not one["recorded"])


def test_a_picture_of_a_recorded_moment(
    browser: TestClient, house: House, span: dict[str, str]
) -> None:
    begin, end = recorded_span(browser, house, span)
    asked: dict[str, str | int] = {"time": rfc((begin + end) // 2), "width": 160}
    answer = browser.get(
        "/api/cameras/front/snapshot", params=asked, headers=house.as_session("vera")
    )
    assert answer.status_code == 200, answer.text
    assert abs(ns(answer.headers["x-time"]) - (begin + end) // 2) < NS // 5
    picture = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape[:2] == (90, 160)
    assert picture.std() > 10  # something is on it
    before = {"time": rfc(begin - 3600 * NS)}
    gone = browser.get(
        "/api/cameras/front/snapshot", params=before, headers=house.as_session("vera")
    )
    assert gone.status_code == 404


def test_a_picture_is_black_under_the_camera_s_mask(
    browser: TestClient, house: House, span: dict[str, str]
) -> None:
    begin, end = recorded_span(browser, house, span)
    asked: dict[str, str | int] = {"time": rfc((begin + end) // 2), "width": 160}
    site = house.context.site
    left = [(0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)]
    masked = site.cameras[0].model_copy(update={"masks": (left,)})
    house.context.apply(site.model_copy(update={"cameras": (masked, *site.cameras[1:])}))
    try:
        answer = browser.get(
            "/api/cameras/front/snapshot", params=asked, headers=house.as_session("vera")
        )
    finally:
        house.context.apply(site)
    picture = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture[:, :76].max() <= 8
    assert picture[:, 88:].std() > 10


def waited(browser: TestClient, path: str, headers: dict[str, str]) -> dict[str, Any]:
    end = time.monotonic() + WAIT_S
    while True:
        told: dict[str, Any] = browser.get(path, headers=headers).json()
        if told["state"] in ("done", "failed"):
            return told
        assert time.monotonic() < end
        time.sleep(0.05)


def test_an_export_is_made_and_taken_away(
    browser: TestClient, house: House, span: dict[str, str]
) -> None:
    begin, _ = recorded_span(browser, house, span)
    olga, otto = house.as_session("olga"), house.as_session("otto")
    asked = {"camera": "front", "from": rfc(begin + NS // 2), "to": rfc(begin + 5 * NS // 2)}
    made = browser.post("/api/exports", json=asked, headers=olga)
    assert made.status_code == 202, made.text
    path = f"/api/exports/{made.json()['id']}"
    told = waited(browser, path, olga)
    assert told["state"] == "done", told
    movie, sidecar = told["files"]
    content = browser.get(f"{path}/files/{movie}", headers=olga)
    assert content.status_code == 200
    assert "front-" in content.headers["content-disposition"]
    with av.open(io.BytesIO(content.content), "r") as video:
        assert len(list(video.decode(video=0))) >= 28  # 2 s of 15 a second
    assert browser.get(f"{path}/files/{sidecar}", headers=olga).json()
    # who does not see the camera, and who asks for another file
    for url in (path, f"{path}/files/{movie}"):
        assert browser.get(url, headers=otto).status_code == 404
    assert browser.delete(path, headers=otto).status_code == 404
    assert browser.get("/api/exports", headers=otto).json() == []
    for name in (f"{made.json()['id']}.job.json", "..%2Fcurtilage.db", "../../curtilage.db"):
        assert browser.get(f"{path}/files/{name}", headers=olga).status_code == 404
    assert browser.delete(path, headers=olga).status_code == 204
    assert browser.get(path, headers=olga).status_code == 404
    assert not list((house.context.site.state / "exports").iterdir())


def test_an_export_of_nothing_fails_with_a_sentence(browser: TestClient, house: House) -> None:
    olga = house.as_session("olga")
    asked = {"camera": "front", "from": "2020-01-01T00:00:00Z", "to": "2020-01-01T00:01:00Z"}
    made = browser.post("/api/exports", json=asked, headers=olga).json()
    told = waited(browser, f"/api/exports/{made['id']}", olga)
    assert told["state"] == "failed"
    assert told["sentence"]
    assert str(house.context.site.state) not in told["sentence"]
    assert (
        browser.post("/api/exports", json={**asked, "camera": "nursery"}, headers=olga).status_code
        == 404
    )
    browser.delete(f"/api/exports/{made['id']}", headers=olga)


def test_holds_are_made_listed_and_let_go(
    browser: TestClient, house: House, span: dict[str, str]
) -> None:
    olga, otto = house.as_session("olga"), house.as_session("otto")
    asked = {"camera": "front", **span, "reason": "a window was broken"}
    made = browser.post("/api/holds", json=asked, headers=olga)
    assert made.status_code == 201, made.text
    number = made.json()["id"]
    assert made.json()["by"] == "olga"
    assert number in {one["id"] for one in browser.get("/api/holds", headers=olga).json()}
    assert browser.get("/api/holds", headers=otto).json() == []
    assert browser.post(f"/api/holds/{number}/release", headers=otto).status_code == 404
    assert browser.post("/api/holds", json=asked, headers=otto).status_code == 404
    gone = browser.post(f"/api/holds/{number}/release", headers=olga)
    assert gone.json()["released_by"] == "olga"
    assert browser.get("/api/holds", headers=olga).json() == []
