from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from curtilage.store.accounts import users as accounts
from curtilage.store.accounts.users import AccountError
from curtilage.web.accounts import passwords
from curtilage.web.accounts.setup import new_token
from curtilage.web.accounts.sign_in import ACCOUNT_FREE, ADDRESS_FREE
from curtilage.web.guard.rights import Role
from tests.web.house import OURS, PASSWORD, House, house_in


def sign_in(browser: TestClient, name: str, password: str = PASSWORD) -> int:
    given = {"name": name, "password": password}
    status: int = browser.post("/api/login", json=given, headers=OURS).status_code
    return status


def set_up(browser: TestClient, token: str, name: str = "ada", password: str = PASSWORD) -> int:
    given = {"token": token, "name": name, "password": password}
    status: int = browser.post("/api/setup", json=given, headers=OURS).status_code
    return status


def test_the_first_administrator_is_made_with_the_token_and_is_signed_in(empty: House) -> None:
    browser = empty.client()
    assert browser.get("/api/setup").json() == {"needed": True, "signed_in": False}
    token = new_token(empty.database, empty.clock.ns)
    assert set_up(browser, f" {token.upper().replace('-', ' ')}", "Ada") == 201
    me = browser.get("/api/me").json()
    assert (me["name"], me["role"], me["cameras"]) == ("ada", "administrator", None)
    assert browser.get("/api/setup").json() == {"needed": False, "signed_in": True}
    assert empty.client().get("/api/setup").json() == {"needed": False, "signed_in": False}


def test_the_set_up_token_works_once_for_a_day_and_only_the_last_one(empty: House) -> None:
    browser = empty.client()
    first = new_token(empty.database, empty.clock.ns)
    second = new_token(empty.database, empty.clock.ns)
    assert set_up(browser, first) == 403
    empty.clock.go_on(24 * 3600)
    assert set_up(browser, second) == 403
    third = new_token(empty.database, empty.clock.ns)
    assert set_up(browser, third, password="short") == 422  # noqa: S106 - it is refused
    assert set_up(browser, third) == 201
    assert set_up(browser, third, "eve") == 403
    with pytest.raises(AccountError, match="administrator already"):
        new_token(empty.database, empty.clock.ns)


def test_of_many_who_use_the_token_at_once_one_becomes_administrator(empty: House) -> None:
    token = new_token(empty.database, empty.clock.ns)
    with ThreadPoolExecutor(4) as together:
        got = list(together.map(lambda n: set_up(empty.client(), token, f"ada{n}"), range(4)))
    assert sorted(got) == [201, 403, 403, 403]
    with empty.database.read() as connection:
        assert len(accounts.every(connection)) == 1


def test_the_token_cannot_be_guessed_at_speed(empty: House) -> None:
    browser = empty.client()
    got = [set_up(browser, "abcd-efgh-jkmn-pqrs-tuvw") for _ in range(ADDRESS_FREE + 1)]
    assert got == [403] * ADDRESS_FREE + [429]


@pytest.mark.usefixtures("house")
def test_signing_in_and_out(browser: TestClient) -> None:
    assert browser.get("/api/me").status_code == 401
    assert sign_in(browser, " Vera ") == 200
    assert browser.get("/api/me").json()["cameras"] == ["front"]
    kept = dict(browser.cookies)
    assert browser.post("/api/logout", headers=OURS).status_code == 204
    browser.cookies.update(kept)
    assert browser.get("/api/me").status_code == 401


def test_signing_in_gives_a_new_session_and_ends_the_one_before(house: House) -> None:
    """Session fixation: what somebody planted in the browser is worth nothing afterwards."""
    browser = house.client()
    planted = house.session("vera")
    browser.cookies.set(house.cookie, planted, domain="127.0.0.1", path="/")
    assert sign_in(browser, "ada") == 200
    assert browser.cookies[house.cookie] != planted
    assert (
        house.client().get("/api/me", headers={"cookie": f"{house.cookie}={planted}"}).status_code
        == 401
    )


def test_of_two_different_session_cookies_none_counts(house: House) -> None:
    mine, planted = house.session("ada"), house.session("vera")
    for first, second in ((mine, planted), (planted, mine)):
        cookie = f"{house.cookie}={first}; {house.cookie}={second}"
        assert house.client().get("/api/me", headers={"cookie": cookie}).status_code == 401


@pytest.mark.parametrize(
    ("web", "base", "name", "secure"),
    [
        ({}, "http://127.0.0.1:8960", "curtilage-8960", False),
        ({"host": "0.0.0.0"}, "https://192.168.1.5:8960", "__Host-curtilage", True),  # noqa: S104
        ({"behind_proxy": True}, "https://127.0.0.1:8960", "__Host-curtilage", True),
    ],
)
def test_the_cookie_is_bound_as_tightly_as_the_connection_lets_it(
    tmp_path: Path, web: dict[str, object], base: str, name: str, secure: bool
) -> None:
    with house_in(tmp_path, **web) as house:
        house.add("ada", Role.ADMINISTRATOR)
        browser = house.client()
        browser.base_url = base
        given = {"name": "ada", "password": PASSWORD}
        got = browser.post("/api/login", json=given, headers={**OURS, "origin": base})
        assert got.status_code == 200, got.text
        cookie = got.headers["set-cookie"]
        parts = {part.strip().lower() for part in cookie.split(";")}
        assert cookie.startswith(f"{name}=")
        assert {"httponly", "samesite=strict", "path=/"} <= parts
        assert ("secure" in parts) == secure
        assert not any(part.startswith("domain") for part in parts)


def test_guessing_a_password_is_slow_and_stays_slow_after_a_restart(house: House) -> None:
    browser = house.client()
    got = [sign_in(browser, "ada", "wrong password!") for _ in range(ACCOUNT_FREE + 1)]
    assert got == [401] * ACCOUNT_FREE + [429]
    assert sign_in(house.client(), "ada") == 429  # another app on the same index: a restart
    house.clock.go_on(1.1)
    assert sign_in(browser, "ada", "wrong password!") == 401
    assert sign_in(browser, "ada") == 429
    house.clock.go_on(2.1)
    assert sign_in(browser, "ada") == 200
    assert sign_in(browser, "ada", "wrong password!") == 401  # it begins anew


def test_the_wait_has_an_end_and_is_told(house: House) -> None:
    browser = house.client()
    for _ in range(12):
        sign_in(browser, "ada", "wrong password!")
        house.clock.go_on(61)
    sign_in(browser, "ada", "wrong password!")
    given = {"name": "ada", "password": PASSWORD}
    refused = browser.post("/api/login", json=given, headers=OURS)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 61
    house.clock.go_on(int(refused.headers["retry-after"]))
    assert sign_in(browser, "ada") == 200


def test_one_address_cannot_try_one_password_on_everybody(house: House) -> None:
    browser = house.client()
    got = [sign_in(browser, f"user{n}", "Summer2026!!") for n in range(ADDRESS_FREE + 1)]
    assert got == [401] * ADDRESS_FREE + [429]


def test_an_account_of_ones_own_does_not_buy_more_guesses(house: House) -> None:
    browser = house.client()
    for _ in range(3):
        for n in range(4):
            sign_in(browser, f"other{n}", "wrong password!")
        assert sign_in(browser, "vera") == 200
    got = [sign_in(browser, f"more{n}", "wrong password!") for n in range(4)]
    assert got[-1] == 429


def test_who_guesses_on_the_network_does_not_keep_out_who_sits_at_the_machine(
    house: House,
) -> None:
    app = house.client().app
    for n in range(20):
        stranger = TestClient(app, base_url="http://127.0.0.1:8960", client=(f"192.0.2.{n}", 1))
        sign_in(stranger, "ada", "wrong password!")
    assert sign_in(stranger, "ada") == 429
    assert sign_in(house.client(), "ada") == 200


def test_a_clock_that_goes_back_does_not_lock_anybody_out(house: House) -> None:
    browser = house.client()
    for _ in range(ACCOUNT_FREE + 1):
        sign_in(browser, "ada", "wrong password!")
    house.clock.go_on(-3600 * 24 * 365)
    house.clock.go_on(1)
    assert sign_in(browser, "ada") in (200, 429)
    house.clock.go_on(61)
    assert sign_in(browser, "ada") == 200


def test_a_hundred_guesses_at_once_are_counted_each(house: House) -> None:
    app = house.client().app

    def guess(n: int) -> int:
        browser = TestClient(app, base_url="http://127.0.0.1:8960", client=(f"192.0.2.{n}", 1))
        return sign_in(browser, "ada", f"wrong password {n}")

    with ThreadPoolExecutor(8) as together:
        got = list(together.map(guess, range(40)))
    assert got.count(401) + got.count(503) <= ACCOUNT_FREE
    assert 429 in got


def test_nobody_learns_which_accounts_exist(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same status, sentence and headers, and the same work: one hash compared."""
    compared: list[str | None] = []
    real = passwords.Passwords.fits

    def noted(self: passwords.Passwords, stored: str | None, password: str) -> bool:
        compared.append(stored)
        return real(self, stored, password)

    monkeypatch.setattr(passwords.Passwords, "fits", noted)
    house.database.now(lambda c: accounts.disable(c, "otto", house.clock.ns))
    got = []
    for name in ("ada", "nobody", "otto", "no name at all!", "x" * 200):
        given = {"name": name, "password": "wrong password!"}
        answer = house.client().post("/api/login", json=given, headers=OURS)
        got.append((answer.status_code, answer.text, sorted(answer.headers)))
    assert len(set(map(str, got))) == 1
    assert got[0][0] == 401
    assert [stored is None for stored in compared] == [False, True, True, True, True]


def test_comparing_with_nobodys_password_is_as_much_work(house: House) -> None:
    """The dummy has the parameters of today's hashes."""
    kept = house.context.passwords
    assert kept.hash(PASSWORD).split("$")[1:4] == kept._nobodys.split("$")[1:4]
    assert not kept.fits(None, "nobody's")


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short", "12 to 256"),
        ("x" * 257, "12 to 256"),
        ("aaaaaaaaaaaaaaaa", "different"),
        ("margarethe123", "name of the account"),
    ],
)
def test_a_weak_password_is_refused_with_a_sentence(password: str, sentence: str) -> None:
    with pytest.raises(passwords.PasswordError, match=sentence):
        passwords.must_be_good(password, "margarethe")


def test_a_password_typed_on_another_keyboard_is_the_same(house: House) -> None:
    stored = house.context.passwords.hash("größe der straße")
    assert house.context.passwords.fits(stored, "gro\u0308ße der straße")


def test_an_older_hash_is_made_anew_when_its_owner_signs_in(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house.database.read() as connection:
        before = accounts.password_of(connection, "ada")
    monkeypatch.setattr(passwords.Passwords, "is_outdated", lambda *_: True)
    assert sign_in(house.client(), "ada") == 200
    with house.database.read() as connection:
        after = accounts.password_of(connection, "ada")
    assert before != after
    monkeypatch.undo()
    assert sign_in(house.client(), "ada") == 200


def test_a_session_ends_when_nobody_uses_it_and_in_any_case_after_a_month(house: House) -> None:
    browser = house.client()
    assert sign_in(browser, "ada") == 200
    days = 0
    while browser.get("/api/me").status_code == 200:
        house.clock.go_on(23 * 3600)
        house.database.now(lambda _: None)  # the note that it was used is on the disk
        days += 1
    assert 30 <= days <= 32
    idle = house.session("ada")
    house.clock.go_on(24 * 3600 + 1)
    headers = {"cookie": f"{house.cookie}={idle}"}
    assert house.client().get("/api/me", headers=headers).status_code == 401


def test_a_session_of_a_clock_that_was_years_ahead_does_not_last_for_years(house: House) -> None:
    house.clock.go_on(10 * 365 * 86_400)
    headers = {"cookie": f"{house.cookie}={house.session('ada')}"}
    house.clock.go_on(-10 * 365 * 86_400)
    assert house.client().get("/api/me", headers=headers).status_code == 401


def test_no_secret_stands_in_the_index(house: House) -> None:
    browser = house.client()
    token = house.token("ada", [])
    sign_in(browser, "ada")
    secrets = [browser.cookies[house.cookie], token.removeprefix("curt_"), PASSWORD]
    house.database.close()
    kept = b"".join(
        path.read_bytes() for path in house.context.site.state.rglob("*") if path.is_file()
    )
    assert b"ada" in kept
    for secret in secrets:
        assert secret.encode() not in kept
