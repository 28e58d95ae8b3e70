import pytest
from starlette.testclient import TestClient

from curtilage.store import notices
from curtilage.store.accounts import users as accounts
from curtilage.web.guard.rights import Right, Role
from tests.web.house import PASSWORD, House

NEW = "another good passphrase"


def person(name: str, role: str = "viewer", cameras: list[str] | None = None) -> dict[str, object]:
    return {"name": name, "role": role, "password": PASSWORD, "cameras": cameras}


def test_the_last_administrator_cannot_be_lost_in_any_way(house: House) -> None:
    browser, ada = house.client(), house.as_session("ada")
    for method, path, body in (
        ("PATCH", "/api/users/ada", {"role": "viewer"}),
        ("PATCH", "/api/users/ada", {"enabled": False}),
        ("DELETE", "/api/users/ada", None),
    ):
        refused = browser.request(method, path, json=body, headers=ada)
        assert refused.status_code == 422
        assert "last administrator" in refused.json()["detail"]
    assert browser.get("/api/me", headers=ada).json()["role"] == "administrator"
    made = browser.post("/api/users", json=person("bea", "administrator"), headers=ada)
    assert made.status_code == 201
    disabled = browser.patch("/api/users/bea", json={"enabled": False}, headers=ada)
    assert disabled.json()["enabled"] is False
    assert browser.delete("/api/users/ada", headers=ada).status_code == 422  # bea does not count
    browser.patch("/api/users/bea", json={"enabled": True}, headers=ada)
    assert browser.delete("/api/users/ada", headers=ada).status_code == 204
    assert browser.get("/api/me", headers=ada).status_code == 401


def test_who_loses_a_role_with_all_cameras_sees_none(house: House) -> None:
    browser, ada = house.client(), house.as_session("ada")
    changed = browser.patch("/api/users/audrey", json={"role": "viewer"}, headers=ada)
    assert changed.json()["cameras"] == []
    me = browser.get("/api/me", headers=house.as_session("audrey")).json()
    assert (me["role"], me["cameras"]) == ("viewer", [])


def test_an_operator_who_becomes_viewer_keeps_the_cameras(house: House) -> None:
    browser, ada = house.client(), house.as_session("ada")
    browser.put("/api/users/otto/cameras", json={"cameras": ["front"]}, headers=ada)
    changed = browser.patch("/api/users/otto", json={"role": "viewer"}, headers=ada)
    assert changed.json()["cameras"] == ["front"]


def test_a_role_that_is_taken_away_is_gone_for_the_next_request(house: House) -> None:
    browser = house.client()
    otto, token = house.as_session("otto"), house.as_token("otto", [Right.HEALTH, Right.VIDEO])
    browser.patch("/api/users/otto", json={"role": "viewer"}, headers=house.as_session("ada"))
    for headers in (otto, token):
        assert "health" not in browser.get("/api/me", headers=headers).json()["rights"]
    browser.patch("/api/users/otto", json={"enabled": False}, headers=house.as_session("ada"))
    for headers in (otto, token):
        assert browser.get("/api/me", headers=headers).status_code == 401


def test_only_cameras_that_exist_are_granted(house: House) -> None:
    browser, ada = house.client(), house.as_session("ada")
    wrong = browser.put("/api/users/vera/cameras", json={"cameras": ["frond"]}, headers=ada)
    assert wrong.status_code == 422
    assert "'frond'" in wrong.json()["detail"]
    assert browser.get("/api/users/vera", headers=ada).json()["cameras"] == ["front"]


@pytest.mark.parametrize("name", ["Ada", "a b", "", "../x", "a\n", "x" * 49, "é"])
def test_what_is_no_name_is_no_account(house: House, name: str) -> None:
    made = house.client().post("/api/users", json=person(name), headers=house.as_session("ada"))
    assert made.status_code == 422


def test_names_are_taken_once(house: House) -> None:
    made = house.client().post("/api/users", json=person("vera"), headers=house.as_session("ada"))
    assert (made.status_code, made.json()["detail"]) == (422, "There is an account 'vera' already.")


def test_changing_the_password_ends_every_other_session_and_renews_this_one(
    house: House, browser: TestClient
) -> None:
    here, elsewhere = house.as_session("vera"), house.as_session("vera")
    token = house.as_token("vera", [Right.VIDEO])
    wrong = browser.post(
        "/api/me/password", json={"current": "no, this is it", "new": NEW}, headers=here
    )
    assert wrong.status_code == 403
    weak = browser.post(
        "/api/me/password", json={"current": PASSWORD, "new": "short"}, headers=here
    )
    assert weak.status_code == 422
    assert browser.get("/api/me", headers=elsewhere).status_code == 200
    done = browser.post("/api/me/password", json={"current": PASSWORD, "new": NEW}, headers=here)
    assert done.status_code == 200
    renewed = {"cookie": f"{house.cookie}={done.cookies[house.cookie]}", **house.ours}
    browser.cookies.clear()
    assert browser.get("/api/me", headers=here).status_code == 401
    assert browser.get("/api/me", headers=elsewhere).status_code == 401
    assert browser.get("/api/me", headers=renewed).status_code == 200
    assert browser.get("/api/me", headers=token).status_code == 200
    browser.post(
        "/api/me/password",
        json={"current": NEW, "new": PASSWORD, "end_tokens": True},
        headers=renewed,
    )
    browser.cookies.clear()
    assert browser.get("/api/me", headers=token).status_code == 401


def test_the_current_password_cannot_be_guessed_with_a_stolen_session(house: House) -> None:
    browser, stolen = house.client(), house.as_session("vera")
    got = [
        browser.post(
            "/api/me/password", json={"current": f"a guess {n}", "new": NEW}, headers=stolen
        ).status_code
        for n in range(6)
    ]
    assert got == [403] * 5 + [429]


def test_a_password_that_somebody_else_sets_ends_sessions_and_tokens(house: House) -> None:
    browser = house.client()
    session, token = house.as_session("vera"), house.as_token("vera", [Right.VIDEO])
    done = browser.post(
        "/api/users/vera/password", json={"password": NEW}, headers=house.as_session("ada")
    )
    assert done.status_code == 204
    for headers in (session, token):
        assert browser.get("/api/me", headers=headers).status_code == 401


def test_sessions_and_tokens_of_others_cannot_be_reached(house: House) -> None:
    """Numbers are guessable; whose they are is part of each question."""
    browser, vera = house.client(), house.as_session("vera")
    ottos, token = house.as_session("otto"), house.as_token("otto", [Right.VIDEO])
    own = {one["id"] for one in browser.get("/api/me/sessions", headers=vera).json()}
    assert len(own) == 1
    for number in range(1, 20):
        if number not in own:
            path = f"/api/me/sessions/{number}"
            assert browser.delete(path, headers=vera).status_code == 404
        assert browser.delete(f"/api/tokens/{number}", headers=vera).status_code == 404
    for headers in (ottos, token):
        assert browser.get("/api/me", headers=headers).status_code == 200
    assert browser.delete(f"/api/me/sessions/{own.pop()}", headers=vera).status_code == 204
    assert browser.get("/api/me", headers=vera).status_code == 401


def test_a_token_is_made_shown_once_and_ended(house: House) -> None:
    browser, otto = house.client(), house.as_session("otto")
    asked = {"name": "wall", "rights": ["video", "findings"], "cameras": ["front"], "days": 7}
    made = browser.post("/api/tokens", json=asked, headers=otto)
    assert made.status_code == 201
    headers = {"authorization": f"Bearer {made.json()['token']}"}
    me = browser.get("/api/me", headers=headers).json()
    assert (me["by"], me["cameras"]) == ("token", ["front"])
    assert me["rights"] == ["findings", "signed_in", "video"]
    listed = browser.get("/api/tokens", headers=otto)
    assert made.json()["token"] not in listed.text
    assert browser.delete(f"/api/tokens/{made.json()['id']}", headers=otto).status_code == 204
    assert browser.get("/api/me", headers=headers).status_code == 401


@pytest.mark.parametrize("right", ["account", "accounts_write", "settings_write", "logs"])
def test_nobody_gives_a_token_what_they_lack_or_what_tokens_never_have(
    house: House, right: str
) -> None:
    asked = {"name": "wall", "rights": [right]}
    made = house.client().post("/api/tokens", json=asked, headers=house.as_session("otto"))
    assert made.status_code == 422
    assert right in made.json()["detail"]


def test_a_token_cannot_name_cameras_that_its_owner_does_not_see(house: House) -> None:
    browser, vera = house.client(), house.as_session("vera")
    answers = set()
    for camera in ("nursery", "nowhere"):
        asked = {"name": "wall", "rights": ["video"], "cameras": [camera]}
        made = browser.post("/api/tokens", json=asked, headers=vera)
        answers.add((made.status_code, made.text.replace(camera, "?")))
    assert answers == {(422, '{"detail":"There is no camera \'?\'."}')}


def test_a_token_of_cameras_follows_what_its_owner_may_see(house: House) -> None:
    browser = house.client()
    token = house.as_token("otto", [Right.VIDEO], ["front", "nursery"])
    browser.put(
        "/api/users/otto/cameras", json={"cameras": ["front"]}, headers=house.as_session("ada")
    )
    assert browser.get("/api/me", headers=token).json()["cameras"] == ["front"]


def test_who_let_whom_in_is_kept(house: House) -> None:
    browser, ada = house.client(), house.as_session("ada")
    browser.post("/api/users", json=person("bea", "operator", ["front"]), headers=ada)
    browser.patch("/api/users/bea", json={"role": "administrator"}, headers=ada)
    browser.put("/api/users/bea/cameras", json={"cameras": []}, headers=ada)
    browser.delete("/api/users/bea", headers=ada)
    with house.database.read() as connection:
        said = [notice.sentence for notice in notices.since(connection, 0)]
    assert said == [
        "ada made bea (operator)",
        "ada gave bea the role administrator",
        "ada lets bea see no camera",
        "ada removed bea",
    ]


def test_an_account_that_is_gone_leaves_nothing(house: House) -> None:
    house.add("bea", Role.OPERATOR, ["front"])
    session, token = house.as_session("bea"), house.as_token("bea", [Right.VIDEO], ["front"])
    browser = house.client()
    assert browser.delete("/api/users/bea", headers=house.as_session("ada")).status_code == 204
    for headers in (session, token):
        assert browser.get("/api/me", headers=headers).status_code == 401
    with house.database.read() as connection, pytest.raises(accounts.NoSuchAccountError):
        accounts.find(connection, "bea")
