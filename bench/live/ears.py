"""Those who wait for events: the API's stream with a token, the feed, and the packet bus beside.

Each notes the machine's UTC when something came; all clocks are the same one.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bench.live.running import Running
from curtilage.analysis.outcome.feed import FeedReader
from curtilage.config import load_site
from curtilage.ingest.bus import Subscriber
from curtilage.model import Packet
from curtilage.store.index.database import Database
from curtilage.web.accounts.setup import new_token

NAME, PASSWORD = "owner", "correct horse battery staple"
TIMEOUT_S = 30.0


@dataclass(slots=True)
class Ears:
    """What was heard, and when (UTC ns)."""

    by_api: dict[str, int] = field(default_factory=dict)  # id of the event
    by_feed: dict[str, int] = field(default_factory=dict)
    packets: dict[tuple[str, int], int] = field(default_factory=dict)  # camera, time of picture
    problems: list[str] = field(default_factory=list)


@contextmanager
def ears(site: Running) -> Iterator[Ears]:
    """Listen to everything until the end."""
    heard, stop = Ears(), threading.Event()
    state = site.folder / "state"
    token = token_of(site)
    threads = [
        threading.Thread(target=_api, args=(site.address, token, heard, stop), daemon=True),
        threading.Thread(target=_feed, args=(state, heard, stop), daemon=True),
        threading.Thread(target=_bus, args=(state, heard, stop), daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield heard
    finally:
        stop.set()
        for thread in threads:
            thread.join(TIMEOUT_S)


def token_of(site: Running) -> str:
    """A token that may read what was found, of the site's first administrator."""
    with Database.of(load_site(site.folder / "curtilage.yaml")) as database:
        allowed = new_token(database)
    with httpx.Client(
        base_url=site.address, headers={"x-curtilage": "bench"}, timeout=TIMEOUT_S
    ) as browser:
        told = {"token": allowed, "name": NAME, "password": PASSWORD}
        browser.post("/api/setup", json=told).raise_for_status()
        asked = {"name": "bench", "rights": ["findings"]}
        made = browser.post("/api/tokens", json=asked).raise_for_status()
    return str(made.json()["token"])


def _api(address: str, token: str, heard: Ears, stop: threading.Event) -> None:
    headers = {"authorization": f"Bearer {token}"}
    try:
        with (
            httpx.Client(base_url=address, headers=headers, timeout=TIMEOUT_S) as client,
            client.stream("GET", "/api/events/stream") as stream,
        ):
            stream.raise_for_status()
            for line in stream.iter_lines():
                if line.startswith("data: "):
                    heard.by_api[json.loads(line[6:])["id"]] = time.time_ns()
                if stop.is_set():
                    return
    except httpx.HTTPError as error:
        heard.problems.append(f"the stream of events broke off: {error}")


def _feed(state: Path, heard: Ears, stop: threading.Event) -> None:
    with FeedReader(state, ["event"]) as reader:
        while not stop.is_set():
            message = reader.receive(0.2)
            if message is not None:
                heard.by_feed[message.content["id"]] = time.time_ns()


def _bus(state: Path, heard: Ears, stop: threading.Event) -> None:
    """Calmly: who hurries makes the recorder read every camera as it comes."""
    names = [camera.name for camera in load_site(state.parent / "curtilage.yaml").cameras]
    with Subscriber(f"ipc://{state / 'packets.ipc'}", ()) as subscriber:
        for name in names:
            subscriber.listen_calmly(f"{name}/main")
        for camera, stream, item in subscriber.items(stop):
            if isinstance(item, Packet) and stream == "main":
                heard.packets.setdefault((camera, item.pts_ns), time.time_ns())
