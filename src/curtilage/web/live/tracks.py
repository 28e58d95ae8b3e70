"""What the analysers see in the pictures, for browsers that draw it over the live view.

Lives in the web's event loop, as ``hub`` does: one reader of the feed, only while somebody draws,
and only of the cameras that somebody draws.
"""

import asyncio
import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastapi import WebSocket, WebSocketDisconnect

from curtilage.analysis.outcome.feed import FeedMessage, FeedReader
from curtilage.config.site import SiteSettings
from curtilage.web.live import messages

LOOK_S = 1.0  # between two looks whether another analyser has come
WAITING = 8  # messages; newest win
ALIVE_S = 2.0
Listener = asyncio.Queue[str]


class TracksHub:
    """Tracks of the cameras that somebody looks at: a part of the web server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._listeners: dict[str, list[Listener]] = {}
        self._reader: FeedReader | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None

    @contextlib.contextmanager
    def listen(self, camera: str) -> Iterator[Listener]:
        """JSON texts of one camera, for one browser."""
        listener: Listener = asyncio.Queue(WAITING)
        others = self._listeners.setdefault(camera, [])
        others.append(listener)
        if len(others) == 1:
            self._hear(camera)
        try:
            yield listener
        finally:
            others.remove(listener)
            if not others:
                self._forget(camera)

    def apply(self, site: SiteSettings) -> None:
        """Nothing: which cameras are drawn is for those who look to say."""

    def stop(self) -> None:
        """Hear nothing any more; from any thread."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._hang_up)

    def _hear(self, camera: str) -> None:
        topic = f"tracks/{camera}"
        if self._reader is not None:
            self._reader.listen(topic)
            return
        self._loop = asyncio.get_running_loop()
        self._reader = FeedReader(self._folder, (topic,))
        self._loop.add_reader(self._reader.descriptor, self._read)
        self._look()

    def _forget(self, camera: str) -> None:
        self._listeners.pop(camera, None)
        if not self._listeners:
            self._hang_up()
        elif self._reader is not None:
            self._reader.ignore(f"tracks/{camera}")

    def _hang_up(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._reader is not None and self._loop is not None:
            self._loop.remove_reader(self._reader.descriptor)
            self._reader.close()
        self._reader = self._timer = None

    def _look(self) -> None:
        """Once a second: the descriptor tells of changes only, and analysers come and go."""
        self._read()
        if self._loop is not None and self._reader is not None:
            self._timer = self._loop.call_later(LOOK_S, self._look)

    def _read(self) -> None:
        while self._reader is not None and (message := self._reader.receive(0.0)) is not None:
            listeners = self._listeners.get(message.camera, [])
            text = drawn(message) if listeners and message.topic == "tracks" else ""
            for listener in listeners:
                if listener.full():
                    listener.get_nowait()
                listener.put_nowait(text)


async def tell_tracks(socket: WebSocket, hub: TracksHub, camera: str) -> None:
    """Tells a browser until it goes."""
    gone = asyncio.ensure_future(_gone(socket))
    try:
        with hub.listen(camera) as listener:
            while not gone.done():
                try:
                    text = await asyncio.wait_for(listener.get(), ALIVE_S)
                except TimeoutError:
                    text = messages.ALIVE.text
                await socket.send_text(text)
    except (WebSocketDisconnect, RuntimeError, OSError):
        pass  # it went while we spoke
    finally:
        gone.cancel()


def drawn(message: FeedMessage) -> str:
    """The JSON for the browser: times in ms, boxes with four digits."""
    told: dict[str, Any] = message.content
    return json.dumps(
        {
            "is": "tracks",
            "utc_ms": told["time_ns"] / 1e6,
            "ids": told["ids"],
            "labels": told["labels"],
            "boxes": [[round(float(x), 4) for x in box] for box in told["boxes"]],
            "seen": told["seen"],
        },
        separators=(",", ":"),
    )


async def _gone(socket: WebSocket) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass
