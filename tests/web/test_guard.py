"""The guard by itself: what cannot be declared, what is bounded, what is never said."""

import json
import re
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI, WebSocket
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient

from curtilage.errors import InputError
from curtilage.web.app import create_app, must_be_guarded
from curtilage.web.guard import Guarded, Right, Role, Who
from curtilage.web.guard.body import DEEPEST
from curtilage.web.guard.declaration import BODY_BYTES
from curtilage.web.guard.door import HEADERS
from curtilage.web.guard.rights import RIGHTS
from curtilage.web.guard.routes import DeclarationError
from curtilage.web.page_files import page_files
from tests.web.house import HOME, OURS, PASSWORD, House

ACCESS_PAGE = Path(__file__).parents[2] / "docs" / "design" / "access.md"


async def _nothing() -> None:
    """A route that nobody declared."""


async def _socket(socket: WebSocket) -> None:
    await socket.accept()


def _bare(kind: str) -> BaseRoute:
    if kind == "plain":
        return Route("/api/x", _nothing)
    if kind == "fastapi":
        return APIRoute("/api/x", _nothing)
    if kind == "mount":
        return Mount("/files", StaticFiles(directory=Path(__file__).parent))
    router = APIRouter()
    router.add_api_websocket_route("/api/x", _socket)
    return router.routes[0]


@pytest.mark.parametrize("kind", ["plain", "fastapi", "mount", "websocket"])
def test_a_route_that_nobody_declared_is_refused(kind: str) -> None:
    with pytest.raises(DeclarationError, match="past Guarded"):
        must_be_guarded(_bare(kind))


def test_only_the_listed_routes_may_be_open() -> None:
    router = Guarded("/api/cameras", tags=[])
    with pytest.raises(DeclarationError, match="may not be open"):
        router.open("GET", "")
    with pytest.raises(DeclarationError, match="may not be open"):
        Guarded("/api", tags=[]).open("DELETE", "/login")


def test_a_camera_in_the_path_must_be_declared() -> None:
    router = Guarded("/api/cameras", tags=[])
    with pytest.raises(DeclarationError, match="declare camera"):
        router.get("/{camera}/x", needs=Right.VIDEO)
    with pytest.raises(DeclarationError, match="names no 'camera'"):
        router.websocket("/x", needs=Right.VIDEO, camera="camera")


def test_the_page_about_access_has_the_table_that_counts() -> None:
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", ACCESS_PAGE.read_text("utf-8"), re.MULTILINE)
    written = {
        right: {role for role, mark in zip(Role, marks.split("|"), strict=False) if mark.strip()}
        for right, marks in rows
        if right in set(Right)
    }
    assert written == {
        right.value: {role for role in Role if right in RIGHTS[role]} for right in Right
    }


def test_an_auditor_sees_no_picture_and_changes_nothing_but_the_own_account() -> None:
    assert {Right.VIDEO, Right.FINDINGS, Right.EXPORT}.isdisjoint(RIGHTS[Role.AUDITOR])
    assert {right for right in RIGHTS[Role.AUDITOR] if right.endswith("_write")} == set()


class Sent(BaseModel):
    """What the routes of these tests are sent."""

    number: int
    secret: str = ""


def extended(house: House) -> TestClient:
    """The app, with routes that do what these tests need."""
    router = Guarded("/api/test", tags=[])

    @router.post("/echo", needs=Right.SIGNED_IN)
    def echo(given: Sent, who: Who) -> str:
        return f"{who.name} {given.number}"

    @router.get("/sentence", needs=Right.SIGNED_IN)
    def sentence() -> None:
        raise InputError("cameras.3: needs a name")

    @router.get("/fault", needs=Right.SIGNED_IN)
    def fault() -> None:
        raise RuntimeError(f"the database says {PASSWORD}")

    @router.get("/things/{thing}", needs=Right.VIDEO, camera=lambda _, path: path["thing"][:-1])
    def thing(thing: str) -> str:
        return thing

    app = create_app(house.context, [router])
    return TestClient(app, base_url=HOME, raise_server_exceptions=False)


def test_a_thing_belongs_to_its_camera(house: House) -> None:
    client, vera = extended(house), house.as_session("vera")
    assert client.get("/api/test/things/front1", headers=vera).json() == "front1"
    hidden = client.get("/api/test/things/nursery1", headers=vera)
    none = client.get("/api/test/things/attic1", headers=vera)
    assert (hidden.status_code, hidden.text) == (404, none.text)


def test_bad_input_is_a_sentence_and_a_fault_is_a_number(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    client, headers = extended(house), house.as_session("ada")
    told = client.get("/api/test/sentence", headers=headers)
    assert (told.status_code, told.json()) == (422, {"detail": "cameras.3: needs a name"})
    fault = client.get("/api/test/fault", headers=headers)
    assert fault.status_code == 500
    assert PASSWORD not in fault.text
    assert "Traceback" not in fault.text
    number = fault.json()["detail"].split()[-1].rstrip(".")
    assert number in caplog.text
    assert "RuntimeError" in caplog.text
    assert fault.headers["content-security-policy"]


def test_what_was_sent_is_not_sent_back(house: House) -> None:
    client, headers = extended(house), house.as_session("ada")
    wrong = client.post("/api/test/echo", json={"number": PASSWORD, "secret": 7}, headers=headers)
    assert wrong.status_code == 422
    assert PASSWORD not in wrong.text
    assert {one["where"] for one in wrong.json()["problems"]} == {"body.number", "body.secret"}


def test_a_body_is_bounded_in_size_and_depth(house: House) -> None:
    client, headers = extended(house), house.as_session("ada")
    headers["content-type"] = "application/json"
    big = b'{"number": 1, "secret": "' + b"x" * BODY_BYTES + b'"}'
    assert client.post("/api/test/echo", content=big, headers=headers).status_code == 413
    pieces = client.post("/api/test/echo", content=iter([big[:1000], big[1000:]]), headers=headers)
    assert pieces.status_code == 413
    for opened in (b"[", b'{"a":', b'["]",', b"[" * 10_000):
        deep = opened * (DEEPEST + 1)
        got = client.post("/api/test/echo", content=deep, headers=headers)
        assert (got.status_code, got.json()["detail"][:17]) == (422, "The body is neste")
    endless = b'"' + b'\\"' * (BODY_BYTES // 2 - 2)
    assert client.post("/api/test/echo", content=endless, headers=headers).status_code == 422
    brackets = json.dumps({"number": 1, "secret": "[" * 1000 + '"\\'})
    assert client.post("/api/test/echo", content=brackets, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe",
        b'{"name": "\\ud800", "password": "\\ud800"}',
        b'{"name": "a\\u0000", "password": "b\\u0000"}',
        b'{"name": 1e999, "password": NaN}',
        b'{"name": ' + b"9" * 5000 + b', "password": "x"}',
        b'{"name": "a", "password": "' + b"x" * 600 + b'"}',
    ],
)
def test_rubbish_at_the_open_door_is_the_callers_fault(house: House, body: bytes) -> None:
    client = extended(house)
    for path in ("/api/login", "/api/setup"):
        for kind in ("application/json", "text/plain", "multipart/form-data; boundary=x"):
            got = client.post(path, content=body, headers={**OURS, "content-type": kind})
            assert 400 <= got.status_code < 500, got.text


def test_who_is_not_signed_in_is_not_read(house: House) -> None:
    """401 before the body is looked at: nobody's body of a megabyte is parsed."""
    got = extended(house).post("/api/test/echo", content=b"{" * (2 * BODY_BYTES), headers=OURS)
    assert got.status_code == 401


def test_every_answer_carries_the_headers_that_bind_a_browser(house: House) -> None:
    client, ada = extended(house), house.as_session("ada")
    for path, headers in (
        ("/api/health", {}),
        ("/api/me", {}),
        ("/api/me", ada),
        ("/nowhere", {}),
        ("/", {}),
        ("/api/health", {"host": "evil.example"}),
    ):
        got = client.get(path, headers=headers)
        assert HEADERS.items() <= dict(got.headers).items(), path
        if path.startswith("/api/"):
            assert got.headers["cache-control"] == "no-store"
    policy = HEADERS["content-security-policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy


def test_no_other_origin_is_ever_let_in_by_cors(house: House) -> None:
    client, ada = extended(house), house.as_session("ada")
    asked = client.options(
        "/api/me", headers={"origin": "http://evil.example", "access-control-request-method": "GET"}
    )
    got = client.get("/api/me", headers={**ada, "origin": "http://evil.example"})
    for answer in (asked, got):
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_there_is_no_page_that_loads_scripts_from_elsewhere(house: House) -> None:
    client = extended(house)
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert client.get(path, headers=house.as_session("ada")).status_code == 404
    assert client.get("/api/openapi.json").status_code == 401


def test_the_files_of_the_pages_are_exact_routes(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    (folder / "js").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html>")
    (folder / "js" / "app.js").write_text("'use strict'")
    (folder / "notes.log").write_text("not for browsers")
    (tmp_path / "secret.html").write_text("secret")
    app = FastAPI(openapi_url=None)
    app.router.routes[:] = list(page_files(folder))
    client = TestClient(app)
    assert client.get("/").headers["content-type"].startswith("text/html")
    tag = client.get("/js/app.js").headers["etag"]
    assert client.get("/js/app.js", headers={"if-none-match": tag}).status_code == 304
    for path in ("/notes.log", "/../secret.html", "/js/../../secret.html", "/%2e%2e/secret.html"):
        assert client.get(path).status_code == 404
