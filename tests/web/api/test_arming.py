"""The arming mode by the API: chosen by who may, kept, told."""

from starlette.testclient import TestClient

from curtilage.store import notices
from tests.web.house import WHEN_NS, House


def test_a_site_begins_in_the_mode_of_its_settings(house: House, browser: TestClient) -> None:
    told = browser.get("/api/mode", headers=house.as_session("vera")).json()
    assert told == {"mode": "home", "modes": ["home", "away", "night"], "since": None, "by": None}


def test_a_choice_holds_and_is_told(house: House, browser: TestClient) -> None:
    headers = house.as_session("otto")
    told = browser.put("/api/mode", json={"mode": "away"}, headers=headers).json()
    assert (told["mode"], told["by"]) == ("away", "otto")
    assert told["since"] is not None
    assert house.client().get("/api/mode", headers=headers).json() == told  # as after a restart
    with house.database.read() as connection:
        [notice] = notices.since(connection, WHEN_NS)
    assert notice.sentence == "the site is in mode away now; otto chose it"


def test_the_same_choice_again_changes_nothing(house: House, browser: TestClient) -> None:
    headers = house.as_session("ada")
    first = browser.put("/api/mode", json={"mode": "night"}, headers=headers).json()
    house.clock.go_on(60)
    assert browser.put("/api/mode", json={"mode": "night"}, headers=headers).json() == first
    browser.put("/api/mode", json={"mode": "home"}, headers=headers)
    history = browser.get("/api/mode/history", headers=headers).json()
    assert [one["mode"] for one in history] == ["home", "night"]


def test_who_may_not_and_what_is_no_mode(house: House, browser: TestClient) -> None:
    viewer, operator = house.as_session("vera"), house.as_session("otto")
    assert browser.put("/api/mode", json={"mode": "away"}, headers=viewer).status_code == 403
    refused = browser.put("/api/mode", json={"mode": "party"}, headers=operator)
    assert refused.status_code == 422
    assert refused.json()["detail"] == (
        "There is no mode 'party' here; there are home, away, night."
    )
    assert browser.put("/api/mode", json={"mode": "A B"}, headers=operator).status_code == 422
