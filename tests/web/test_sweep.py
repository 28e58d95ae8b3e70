"""Every route x every role x no sign-in x tokens x other cameras: exactly as declared.

The routes come from the OpenAPI document of the app as it is; their insides are replaced by one
that answers 204, so a 204 says that the guard let the call through, and nothing else does.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.responses import Response
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from curtilage.store.accounts import users as accounts
from curtilage.web.app import create_app
from curtilage.web.guard.checked import Checked
from curtilage.web.guard.declaration import Declaration
from curtilage.web.guard.rights import TOKEN_RIGHTS, Right, Role
from curtilage.web.openapi import describe
from tests.web.calls import SOCKET, Call, calls_of
from tests.web.house import HOME, House, house_in

LET_THROUGH = 204
SEEN, UNSEEN, NOWHERE = "front", "nursery", "nowhere"


class Sweep:
    """The app without insides, and what it says of itself."""

    def __init__(self, house: House, calls: list[Call]) -> None:
        self.house = house
        self.calls = calls
        app = create_app(house.context)
        self.found = SEEN  # the camera of whatever a route looks up
        self._before: list[tuple[Checked, ASGIApp, Declaration]] = []
        for route in app.router.routes:
            if isinstance(route, APIRoute | APIWebSocketRoute):
                assert isinstance(route.app, Checked)
                inside, route.app.inner = route.app.inner, _nothing
                declared = route.app.declaration
                self._before.append((route.app, inside, declared))
                if callable(declared.camera):
                    route.app.declaration = replace(declared, camera=lambda *_: self.found)
        self.client = TestClient(app, base_url=HOME)

    def put_back(self) -> None:
        """The routes are those of every app of this process."""
        for checked, inner, declaration in self._before:
            checked.inner, checked.declaration = inner, declaration

    def status(self, call: Call, headers: dict[str, str], camera: str = SEEN) -> int:
        return self.answer(call, headers, camera)[0]

    def answer(
        self, call: Call, headers: dict[str, str], camera: str = SEEN
    ) -> tuple[int, str, list[str]]:
        """Status, body and names of headers."""
        self.found = camera
        self.client.cookies.clear()
        if call.method == SOCKET:
            url = HOME.replace("http", "ws") + call.url(camera)
            try:
                with self.client.websocket_connect(url, headers=headers):
                    return LET_THROUGH, "", []
            except WebSocketDenialResponse as denied:
                return denied.status_code, denied.text, sorted(denied.headers)
        told = self.client.request(
            call.method, call.url(camera), headers=headers, json=call.json(camera)
        )
        return told.status_code, told.text, sorted(told.headers)


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close", "code": 1000})
        return
    await Response(status_code=LET_THROUGH)(scope, receive, send)


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> list[Call]:
    """All of them; to describe them takes longer than most of these tests."""
    with house_in(tmp_path_factory.mktemp("described")) as house:
        return calls_of(describe(create_app(house.context).router.routes))


@pytest.fixture
def sweep(house: House, calls: list[Call]) -> Iterator[Sweep]:
    swept = Sweep(house, calls)
    try:
        with swept.client:
            yield swept
    finally:
        swept.put_back()


def wrong(sweep: Sweep, expected: dict[str, int], got: dict[str, int]) -> dict[str, str]:
    assert len(expected) == len(sweep.calls)
    return {
        key: f"{got[key]}, declared {expected[key]}"
        for key in expected
        if got[key] != expected[key]
    }


def test_it_sweeps_something(sweep: Sweep) -> None:
    methods = {call.method for call in sweep.calls}
    assert {"GET", "POST", "PATCH", "PUT", "DELETE", SOCKET} <= methods
    assert {str(call) for call in sweep.calls if call.is_open} == {
        "GET /api/health",
        "GET /api/setup",
        "POST /api/setup",
        "POST /api/login",
    }
    assert sum(call.camera is not None for call in sweep.calls) >= 2


def test_without_a_sign_in_nothing_is_answered_but_what_is_open(sweep: Sweep) -> None:
    house = sweep.house
    house.add("dora", Role.ADMINISTRATOR)
    disabled = house.as_session("dora")
    disabled_token = house.as_token("dora", list(TOKEN_RIGHTS))
    house.database.now(lambda c: accounts.disable(c, "dora", house.clock.ns))
    ours = house.as_session("ada")
    old_token = house.as_token("ada", list(TOKEN_RIGHTS))
    for headers in (
        {"origin": HOME, "x-curtilage": "test"},
        {**ours, "cookie": f"{house.cookie}={'A' * 43}"},
        {**ours, "cookie": f"{house.cookie}="},
        {**ours, "authorization": "Basic YWRhOmNvcnJlY3QgaG9yc2U="},  # a cookie does not mend it
        {**ours, "authorization": f"Bearer curt_{'A' * 43}"},
        {**ours, "authorization": ours["cookie"].partition("=")[2]},
        disabled,
        {**ours, **disabled_token, "cookie": ""},
    ):
        expected = {str(call): LET_THROUGH if call.is_open else 401 for call in sweep.calls}
        got = {
            str(call): sweep.status(call, {**headers, "x-curtilage": "1"}) for call in sweep.calls
        }
        assert wrong(sweep, expected, got) == {}, headers
    house.clock.go_on(25 * 3600)  # the session was idle, the token was for a day
    for call in sweep.calls:
        if not call.is_open:
            assert sweep.status(call, ours) == 401
            assert sweep.status(call, old_token) == 401


@pytest.mark.parametrize("role", Role)
def test_each_role_may_what_is_declared(sweep: Sweep, role: Role) -> None:
    sweep.house.add("somebody", role)
    headers = sweep.house.as_session("somebody")
    expected = {
        str(call): LET_THROUGH if call.is_open or role in call.roles else 403
        for call in sweep.calls
    }
    got = {str(call): sweep.status(call, headers) for call in sweep.calls}
    assert wrong(sweep, expected, got) == {}


@pytest.mark.parametrize("right", sorted(Right))
def test_each_scope_of_a_token_may_what_is_declared(sweep: Sweep, right: Right) -> None:
    headers = sweep.house.as_token("ada", [right])  # the API would refuse some of these scopes
    allowed = {Right.SIGNED_IN.value} | ({right.value} if right in TOKEN_RIGHTS else set())
    expected = {}
    for call in sweep.calls:
        if call.is_open:
            expected[str(call)] = 403 if call.changes else LET_THROUGH  # lacks our page's header
        else:
            assert call.by_token == (call.right in TOKEN_RIGHTS | {Right.SIGNED_IN})
            expected[str(call)] = LET_THROUGH if call.right in allowed else 403
    got = {str(call): sweep.status(call, headers) for call in sweep.calls}
    assert wrong(sweep, expected, got) == {}


def test_a_token_may_never_more_than_its_owner_may_now(sweep: Sweep) -> None:
    headers = sweep.house.as_token("vera", list(Right), None)
    expected = {
        str(call): (403 if call.changes else LET_THROUGH)
        if call.is_open
        else (LET_THROUGH if call.by_token and Role.VIEWER in call.roles else 403)
        for call in sweep.calls
    }
    got = {str(call): sweep.status(call, headers) for call in sweep.calls}
    assert wrong(sweep, expected, got) == {}
    for call in sweep.calls:
        if call.camera and Role.VIEWER in call.roles:
            assert sweep.status(call, headers, UNSEEN) == 404


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_a_camera_that_is_not_granted_is_as_one_that_does_not_exist(
    sweep: Sweep, role: Role
) -> None:
    house = sweep.house
    house.add("somebody", role, [SEEN])
    house.add("all-seeing", role)
    for headers in (
        house.as_session("somebody"),
        house.as_token("somebody", list(TOKEN_RIGHTS)),
        house.as_token("all-seeing", list(TOKEN_RIGHTS), [SEEN]),
        house.as_token("ada", list(TOKEN_RIGHTS), [SEEN]),
    ):
        for call in (one for one in sweep.calls if one.camera and role in one.roles):
            if "authorization" in headers and not call.by_token:
                continue
            assert sweep.status(call, headers, SEEN) == LET_THROUGH, call
            unseen, nowhere = (sweep.answer(call, headers, name) for name in (UNSEEN, NOWHERE))
            assert unseen[0] == 404, call
            assert unseen == nowhere, call


def test_a_camera_that_does_not_exist_does_not_exist_for_anybody(sweep: Sweep) -> None:
    headers = sweep.house.as_session("ada")
    for call in (one for one in sweep.calls if one.camera):
        assert sweep.status(call, headers, UNSEEN) == LET_THROUGH, call
        assert sweep.status(call, headers, NOWHERE) == 404, call


def test_what_changes_something_must_come_from_our_own_page(sweep: Sweep) -> None:
    ours = sweep.house.as_session("ada")
    bare = {"cookie": ours["cookie"]}
    strangers = [
        bare,
        {**ours, "origin": "http://evil.example"},
        {**ours, "origin": "http://127.0.0.1:8961"},  # another program of this machine
        {**ours, "origin": "null"},
        {**ours, "sec-fetch-site": "cross-site"},
        {**ours, "sec-fetch-site": "same-site"},
    ]
    for call in sweep.calls:
        if call.changes or call.method == SOCKET:
            for headers in strangers:
                assert sweep.status(call, headers) == 403, (call, headers)


def test_another_site_cannot_even_read_through_a_browser(sweep: Sweep) -> None:
    headers = {**sweep.house.as_session("ada"), "sec-fetch-site": "same-site"}
    for call in sweep.calls:
        if not call.is_open:
            assert sweep.status(call, headers) == 403, call


def test_a_call_by_another_name_is_not_answered(sweep: Sweep) -> None:
    ours = sweep.house.as_session("ada")
    for call in sweep.calls:
        for name in ("evil.example", "127.0.0.1.evil.example", "8.8.8.8", ""):
            assert sweep.status(call, {**ours, "host": name}) == 421, (call, name)
