"""Events, counts and heat maps by the API: what is told, and that only what is seen is told."""

from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from curtilage.store.found import series
from curtilage.store.recorded import streams
from tests.web.api.found import NS, seen, walked
from tests.web.house import WHEN_NS, House

DAY = 86_400 * NS
SERIES = ("counts", "occupancy", "dwell", "paths")


def rfc(ns: int) -> str:
    return datetime.fromtimestamp(ns / NS, UTC).isoformat()


SPAN = {"from": rfc(WHEN_NS - DAY), "to": rfc(WHEN_NS + DAY)}


@pytest.fixture
def ada(house: House) -> dict[str, str]:
    return house.as_session("ada")


@pytest.fixture
def vera(house: House) -> dict[str, str]:
    """Sees the front, not the nursery."""
    return house.as_session("vera")


def got(browser: TestClient, path: str, who: dict[str, str], **asked: Any) -> Any:
    browser.cookies.clear()
    answer = browser.get(path, params=asked, headers=who)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_an_event_is_told_as_it_was(house: House, browser: TestClient, ada: dict[str, str]) -> None:
    kept = seen(house.database, "front", WHEN_NS)
    [event] = got(browser, "/api/events", ada)["events"]
    assert event["id"] == kept.id
    assert event["time"] == "2026-11-18T11:06:40.000Z"
    assert (event["rule"], event["class"], event["direction"]) == ("gate", "person", "a_to_b")
    assert event["box"] == [0.1, 0.2, 0.3, 0.4]
    assert got(browser, f"/api/events/{kept.id}", ada) == event


def test_pages_follow_each_other_without_hole_or_double(
    house: House, browser: TestClient, ada: dict[str, str]
) -> None:
    made = [seen(house.database, "front", WHEN_NS + n * NS).id for n in range(7)]
    told: list[str] = []
    before: int | None = None
    while True:
        asked = {"most": 3} if before is None else {"most": 3, "before": before}
        page = got(browser, "/api/events", ada, **asked)
        told += [event["id"] for event in page["events"]]
        before = page["before"]
        if before is None:
            break
    assert told == made[::-1]


def test_events_are_chosen_by_time_and_direction(
    house: House, browser: TestClient, ada: dict[str, str]
) -> None:
    made = [seen(house.database, "front", WHEN_NS + n * NS).id for n in range(3)]
    asked = {"from": rfc(WHEN_NS + NS), "to": rfc(WHEN_NS + 2 * NS)}
    assert [one["id"] for one in got(browser, "/api/events", ada, **asked)["events"]] == [made[1]]
    assert got(browser, "/api/events", ada, direction="b_to_a")["events"] == []
    assert got(browser, "/api/events", ada, **{"class": "car"})["events"] == []


def test_who_sees_one_camera_hears_of_no_other(
    house: House, browser: TestClient, vera: dict[str, str]
) -> None:
    front = seen(house.database, "front", WHEN_NS)
    nursery = seen(house.database, "nursery", WHEN_NS)
    assert [one["id"] for one in got(browser, "/api/events", vera)["events"]] == [front.id]
    assert browser.get(f"/api/events/{nursery.id}", headers=vera).status_code == 404
    for name in SERIES:
        told = got(browser, f"/api/{name}", vera, **SPAN)
        rows = told if isinstance(told, list) else told[name]
        assert {row["camera"] for row in rows} == {"front"}
    for path in ("/api/events", "/api/events/stream", *(f"/api/{name}" for name in SERIES)):
        asked = {"camera": "nursery", **SPAN}
        unseen = browser.get(path, params=asked, headers=vera)
        nowhere = browser.get(path, params={**asked, "camera": "nowhere"}, headers=vera)
        assert (unseen.status_code, unseen.text) == (404, nowhere.text), path


def test_counts_come_in_buckets_with_the_empty_ones(
    house: House, browser: TestClient, ada: dict[str, str]
) -> None:
    seen(house.database, "front", WHEN_NS)
    seen(house.database, "front", WHEN_NS + 3600 * NS)
    asked = {"from": "2026-11-18T10:00:00Z", "to": "2026-11-18T14:00:00Z", "step": "hour"}
    told = got(browser, "/api/counts", ada, **asked)
    [row] = [one for one in told["counts"] if one["rule"] == "gate"]
    assert row["in"] == [0, 1, 1, 0]
    assert told["buckets"][0] == "2026-11-18T10:00:00.000Z"
    assert len(told["buckets"]) == 5


def test_occupancy_dwell_and_paths(house: House, browser: TestClient, ada: dict[str, str]) -> None:
    seen(house.database, "front", WHEN_NS)
    [inside] = got(browser, "/api/occupancy", ada, step="day", **SPAN)["occupancy"]
    known = [n for n, value in enumerate(inside["mean"]) if value is not None]
    assert [inside["mean"][n] for n in known] == [1.5]
    assert [inside["most"][n] for n in known] == [2]
    [stay] = got(browser, "/api/dwell", ada, **SPAN)
    assert (stay["lower"], stay["upper"], stay["presences"]) == ([0.0], [5.0], [6])  # not the two
    [ways] = got(browser, "/api/paths", ada, **SPAN)
    assert ways["zones"] == ["desk", "door"]
    assert ways["legs"] == [[0, 0], [3, 0]]


def test_a_heat_map_is_told_in_seconds(
    house: House, browser: TestClient, ada: dict[str, str]
) -> None:
    seen(house.database, "front", WHEN_NS)
    assert got(browser, "/api/cameras/front/heatmaps", ada) == ["presence"]
    told = got(browser, "/api/cameras/front/heatmaps/presence", ada, **SPAN)
    assert told["seconds"] == [[0.0, 2.5, 0.0], [0.0, 0.0, 4.0]]
    assert told["total"] == 6.5
    empty = {"from": rfc(WHEN_NS - 9 * DAY), "to": rfc(WHEN_NS - 8 * DAY)}
    nobody = got(browser, "/api/cameras/front/heatmaps/presence", ada, **empty)
    assert (nobody["columns"], nobody["rows"], nobody["total"]) == (96, 54, 0.0)
    answer = browser.get("/api/cameras/front/heatmaps/another", params=empty, headers=ada)
    assert answer.status_code == 404


def test_the_first_who_saw_to_it_stays(
    house: House, browser: TestClient, ada: dict[str, str], vera: dict[str, str]
) -> None:
    kept = seen(house.database, "front", WHEN_NS)
    path = f"/api/events/{kept.id}/acknowledge"
    assert browser.post(path, headers=vera).status_code == 403
    browser.cookies.clear()
    told = browser.post(path, headers=ada, json={"note": "the postman"}).json()
    assert (told["acknowledged_by"], told["note"]) == ("ada", "the postman")
    assert browser.post(path, headers=ada, json={"note": ""}).status_code == 422
    again = browser.post(path, headers=ada, json={"note": "a burglar"}).json()
    assert again["note"] == "the postman"  # the first who said so stays
    browser.cookies.clear()
    assert browser.post(path, headers=house.as_session("otto")).json()["acknowledged_by"] == "ada"
    assert got(browser, "/api/events", ada, acknowledged=False)["events"] == []


@pytest.mark.parametrize(
    "asked",
    [
        {"from": "yesterday", "to": "2026-11-18T14:00:00Z"},
        {"from": "2026-11-18T14:00:00Z", "to": "2026-11-18T14:00:00Z"},
        {"from": "2026-11-18T14:00:00", "to": "2026-11-19T14:00:00"},
        {"from": "1900-01-01T00:00:00Z", "to": "2026-11-18T14:00:00Z", "step": "minute"},
        {"from": "2026-11-18T14:00:00Z", "to": "2026-11-19T14:00:00Z", "step": "fortnight"},
    ],
)
def test_a_wrong_span_is_refused_with_a_sentence(
    browser: TestClient, ada: dict[str, str], asked: dict[str, str]
) -> None:
    browser.cookies.clear()
    answer = browser.get("/api/counts", params=asked, headers=ada)
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_tracks_page_by_page(house: House, browser: TestClient, vera: dict[str, str]) -> None:
    for n in range(5):
        walked(house.database, "front", WHEN_NS + n // 2 * NS, n)  # some end at the same moment
    walked(house.database, "nursery", WHEN_NS, 9)
    told: list[int] = []
    asked: dict[str, Any] = {"most": 2}
    while True:
        page = got(browser, "/api/cameras/front/tracks", vera, **asked)
        told += [one["track"] for one in page["tracks"]]
        if page["before"] is None:
            break
        asked["before"] = page["before"]
    assert told == [4, 3, 2, 1, 0]
    assert got(browser, "/api/cameras/front/tracks", vera, **{"class": "car"})["tracks"] == []
    one = got(browser, "/api/cameras/front/tracks", vera)["tracks"][0]
    assert (one["class"], one["first_foot"]) == ("person", [0.2, 0.4])
    hidden = browser.get("/api/cameras/nursery/tracks", headers=vera)
    assert hidden.status_code == 404
    for wrong in ("x", "1", "1-2-3", f"{'9' * 19}-1", "1-" + "9" * 30):
        path = "/api/cameras/front/tracks"
        assert browser.get(path, params={"before": wrong}, headers=vera).status_code == 422


@pytest.mark.parametrize("path", [f"/api/{name}" for name in SERIES])
def test_times_that_no_recording_is_of_are_refused(
    browser: TestClient, ada: dict[str, str], path: str
) -> None:
    for begin, end in (
        ("0001-01-01T00:00:00Z", "2026-11-23T00:00:00Z"),
        ("2026-11-23T00:00:00Z", "9999-12-31T23:59:59-14:00"),
    ):
        answer = browser.get(path, params={"from": begin, "to": end}, headers=ada)
        assert answer.status_code == 422
        assert "1970" in answer.text


def test_more_numbers_than_there_is_memory_for_are_refused(
    house: House, browser: TestClient, ada: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """138 days of minutes of one rule are answered; of 250 rules they were gigabytes."""
    seen(house.database, "front", WHEN_NS)
    seen(house.database, "nursery", WHEN_NS)
    monkeypatch.setattr(series, "MOST", 100)
    for path in ("/api/counts", "/api/occupancy"):
        two_hours = {**SPAN, "to": rfc(WHEN_NS - DAY + 90 * 60 * NS), "step": "minute"}
        assert browser.get(path, params=two_hours, headers=ada).status_code == 422
        one = browser.get(path, params={**two_hours, "camera": "front"}, headers=ada)
        assert one.status_code == 200


def test_numbers_beyond_64_bits_are_refused(browser: TestClient, ada: dict[str, str]) -> None:
    for path in ("/api/events?before=", "/api/events?after=", "/api/events/stream?after="):
        for number in (2**63, 10**30, -1):
            assert browser.get(f"{path}{number}", headers=ada).status_code == 422


def test_a_camera_that_a_repair_of_the_index_finds_is_known_within_a_minute(
    house: House, browser: TestClient, ada: dict[str, str]
) -> None:
    path, asked = "/api/cameras/attic/recordings", {**SPAN}
    assert browser.get(path, params=asked, headers=ada).status_code == 404
    house.database.now(lambda c: streams.known_stream(c, "attic", "main", WHEN_NS))
    house.clock.go_on(61)
    assert browser.get(path, params=asked, headers=ada).status_code == 200
    vera = house.as_session("vera")
    assert browser.get(path, params=asked, headers=vera).status_code == 404
