"""The web as it runs: a real socket, a real index, real hashes."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from curtilage.store.index.database import Database
from curtilage.web.server import WebServer
from tests.web.house import House, site_at


def free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])


class Served:
    """A running server, and a house on the same index to make people in."""

    def __init__(self, server: WebServer, house: House) -> None:
        self.server = server
        self.house = house
        self.address = server.address


@contextmanager
def serving(folder: Path, **web: object) -> Iterator[Served]:
    site = site_at(folder, port=free_port(), **web)
    server = WebServer(site)
    server.start()
    try:
        with Database.of(site) as database:
            yield Served(server, House(site, database, time.time_ns()))
    finally:
        server.stop()
