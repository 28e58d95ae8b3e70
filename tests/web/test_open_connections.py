"""What is open closes when its right goes: a live view, a stream of events, a download."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

import pytest
from fastapi import WebSocket
from sqlalchemy import Connection
from starlette.responses import StreamingResponse
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from curtilage.store.accounts import credentials
from curtilage.store.accounts import users as accounts
from curtilage.store.index.database import Database
from curtilage.web.app import create_app
from curtilage.web.guard import Guarded, Right, checked
from curtilage.web.guard.checked import REVOKED
from tests.web.house import HOME, House

Change = Callable[[Database], object]


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked again ten times as often as in earnest, which is every two seconds."""
    assert checked.AGAIN_S <= 2.0
    monkeypatch.setattr(checked, "AGAIN_S", 0.2)
    monkeypatch.setattr(checked, "_TICK_S", 0.05)


@pytest.fixture
def client(house: House) -> Iterator[TestClient]:
    router = Guarded("/api/open", tags=[])

    @router.websocket("/live/{camera}", needs=Right.VIDEO, camera="camera")
    async def live(socket: WebSocket, camera: str) -> None:
        await socket.accept()
        await socket.send_text(camera)
        await socket.send_text(await socket.receive_text())
        await socket.close()

    @router.get("/events", needs=Right.FINDINGS)
    async def events() -> StreamingResponse:
        return StreamingResponse(_forever(b"data: x\n\n"), media_type="text/event-stream")

    @router.get("/film", needs=Right.VIDEO)
    async def film() -> StreamingResponse:
        return StreamingResponse(_forever(b"moof"), media_type="video/mp4")

    app = create_app(house.context, [router])
    with TestClient(app, base_url=HOME) as opened:
        yield opened


async def _forever(piece: bytes) -> AsyncIterator[bytes]:
    yield piece
    await asyncio.Event().wait()


def _signed_out(database: Database) -> None:
    database.now(lambda c: accounts.end_sessions(c, accounts.find(c, "otto").id))


def _disabled(database: Database) -> None:
    database.now(lambda c: accounts.disable(c, "otto", 1))


def _another_role(database: Database) -> None:
    database.now(lambda c: accounts.set_role(c, "otto", "auditor"))


def _fewer_cameras(database: Database) -> None:
    database.now(lambda c: accounts.set_cameras(c, "otto", ["nursery"]))


def _token_ended(database: Database) -> None:
    def end(connection: Connection) -> None:
        number = accounts.find(connection, "otto").id
        for token in credentials.tokens_of(connection, number):
            credentials.end_token(connection, number, token.id)

    database.now(end)


@contextmanager
def soon(house: House, change: Change) -> Iterator[None]:
    """Makes the change while the block waits for what it does."""
    timer = threading.Timer(0.2, change, [house.database])
    timer.start()
    yield
    timer.join()


@pytest.mark.parametrize("change", [_signed_out, _disabled, _another_role, _fewer_cameras])
def test_a_live_view_closes_when_its_right_goes(
    house: House, client: TestClient, change: Change
) -> None:
    url = HOME.replace("http", "ws") + "/api/open/live/front"
    with client.websocket_connect(url, headers=house.as_session("otto")) as socket:
        assert socket.receive_text() == "front"
        with soon(house, change), pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
    assert closed.value.code == REVOKED


def test_a_live_view_of_a_token_closes_with_the_token(house: House, client: TestClient) -> None:
    url = HOME.replace("http", "ws") + "/api/open/live/front"
    with client.websocket_connect(url, headers=house.as_token("otto", [Right.VIDEO])) as socket:
        assert socket.receive_text() == "front"
        with soon(house, _token_ended), pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
    assert closed.value.code == REVOKED


def test_a_stream_of_events_ends_in_order(house: House, client: TestClient) -> None:
    with soon(house, _signed_out):
        got = client.get("/api/open/events", headers=house.as_session("otto"))
    assert got.text == "data: x\n\n"


def test_what_nobody_took_away_stays_open(house: House, client: TestClient) -> None:
    url = HOME.replace("http", "ws") + "/api/open/live/front"
    with client.websocket_connect(url, headers=house.as_session("otto")) as socket:
        socket.receive_text()
        house.database.now(lambda c: accounts.set_cameras(c, "vera", []))  # somebody else's
        time.sleep(checked.AGAIN_S * 3)
        socket.send_text("still here")
        assert socket.receive_text() == "still here"
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
    assert closed.value.code == 1000


def test_when_the_server_stops_everything_open_is_told(house: House, client: TestClient) -> None:
    url = HOME.replace("http", "ws") + "/api/open/live/front"
    with client.websocket_connect(url, headers=house.as_session("otto")) as socket:
        socket.receive_text()
        house.context.stopping.set()
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
    assert closed.value.code == 1012
