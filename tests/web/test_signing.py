from starlette.testclient import TestClient

from curtilage.web.accounts.setup import new_token
from tests.web.house import OURS, PASSWORD, House


def test_the_first_administrator_is_made_with_the_token_and_is_signed_in(empty: House) -> None:
    browser = empty.client()
    assert browser.get("/api/setup").json() == {"needed": True}
    token = new_token(empty.database, empty.clock.ns)
    made = browser.post(
        "/api/setup", json={"token": token, "name": "Ada", "password": PASSWORD}, headers=OURS
    )
    assert made.status_code == 201, made.text
    assert made.json()["role"] == "administrator"
    assert browser.get("/api/me").json()["name"] == "ada"
    assert browser.get("/api/setup").json() == {"needed": False}


def test_signing_in_and_out(house: House, browser: TestClient) -> None:
    assert browser.get("/api/me").status_code == 401
    given = {"name": "vera", "password": PASSWORD}
    assert browser.post("/api/login", json=given, headers=OURS).status_code == 200
    assert browser.get("/api/me").json()["cameras"] == ["front"]
    kept = dict(browser.cookies)
    assert browser.post("/api/logout", headers=OURS).status_code == 204
    browser.cookies.update(kept)
    assert browser.get("/api/me").status_code == 401
