"""A small site for tests of the live view: test cameras, the recorder, and the web as it is."""

import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from curtilage.config.site import SiteSettings
from curtilage.record.recorder import Recorder
from curtilage.store.index.database import Database
from curtilage.web.accounts.setup import new_token
from curtilage.web.app import create_app
from curtilage.web.context import WebContext

NAME, PASSWORD = "owner", "correct horse battery staple"


@dataclass
class Web:
    """The web of a site that runs."""

    port: int
    context: WebContext
    cookie: str = ""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and JSON of a request by the page of the one who is signed in."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"x-curtilage": "test", "content-type": "application/json"}
        if self.cookie:
            headers["cookie"] = self.cookie
        with contextlib.closing(client):
            client.request(method, path, None if body is None else json.dumps(body), headers)
            answer = client.getresponse()
            text = answer.read()
            given = answer.getheader("set-cookie")
            if given:
                self.cookie = given.partition(";")[0]
        try:
            return answer.status, json.loads(text) if text else None
        except ValueError:
            return answer.status, text

    def set_up(self) -> None:
        """The first administrator, signed in."""
        given = {"token": new_token(self.context.database), "name": NAME, "password": PASSWORD}
        status, told = self.ask("POST", "/api/setup", given)
        assert status == 201, told

    def headers(self) -> dict[str, str]:
        """For a WebSocket of the page."""
        return {"cookie": self.cookie, "origin": self.address}

    def socket(self, path: str) -> str:
        return f"ws://127.0.0.1:{self.port}{path}"


def settings(folder: Path, cameras: list[dict[str, Any]], port: int) -> SiteSettings:
    return SiteSettings.model_validate(
        {
            "state": folder / "state",
            "volumes": [{"path": folder / "disk"}],
            "cameras": cameras,
            "web": {"port": port},
        }
    )


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def web(site: SiteSettings) -> Iterator[Web]:
    """The web alone, in a thread."""
    with Database.open(site.state) as database:
        context = WebContext(site, database)
        app = create_app(context)
        config = uvicorn.Config(
            app,
            host="127.0.0.1",
            port=site.web.port,
            log_level="warning",
            ws="websockets-sansio",
            ws_per_message_deflate=False,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        wait_for(lambda: server.started)
        try:
            yield Web(site.web.port, context)
        finally:
            context.stop()
            server.should_exit = True
            thread.join(10)


@contextlib.contextmanager
def running(folder: Path, cameras: list[dict[str, Any]]) -> Iterator[Web]:
    """Recorder and web, with an administrator who is signed in."""
    site = settings(folder, cameras, free_port())
    with Recorder(site), web(site) as served:
        served.set_up()
        yield served


def wait_for(what: Callable[[], bool], seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)
