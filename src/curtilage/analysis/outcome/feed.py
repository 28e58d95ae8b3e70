"""What the analysers tell at once: events, tracks and states, to any process of this machine.

A ZeroMQ publisher for each analyser at ``ipc://{state}/feed-{shard}.ipc``; nobody is waited for,
and a reader that is too slow loses messages (events are in the store; their ``seq`` shows a hole).
A message has two frames: its topic (``event/yard/``, ``tracks/yard/``, ``state/yard/``) and JSON.

- ``event``: a stored event, with its ``seq``, after it was committed.
- ``tracks``: ``time_ns``, and of each confirmed track ``ids``, ``labels``, ``boxes``, ``seen``;
  for each picture that was looked at, while somebody listens.
- ``state``: why the camera is looked at or not, when that changes, and every few seconds.
"""

import contextlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import numpy as np
import zmq

from curtilage.ingest.bus.endpoint import make_ready, path_of
from curtilage.ingest.bus.errors import BusError

ARRIVED: Final = int(zmq.POLLIN)
HELD: Final = 1_000  # messages for a reader that does not read
SEARCH_S: Final = 1.0  # a reader looks so often whether another analyser has come
TOPICS: Final = ("event", "tracks", "state")


@dataclass(frozen=True, slots=True)
class FeedMessage:
    """One message of the feed."""

    topic: str  # event, tracks or state
    camera: str
    content: dict[str, Any]


class Feed:
    """The sending end, for one thread.

    Raises:
        BusError: the socket cannot be made; the sentence says why.

    """

    def __init__(self, folder: Path, shard: int) -> None:
        endpoint = f"ipc://{folder / f'feed-{shard}.ipc'}"
        self._path = path_of(endpoint)
        make_ready(self._path, "the feed of events", "analyser")
        self._listeners: set[bytes] = set()
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.XPUB)
        self._socket.setsockopt(zmq.SNDHWM, HELD)
        self._socket.setsockopt(zmq.LINGER, 0)
        try:
            self._socket.bind(endpoint)
            self._path.chmod(0o600)
        except (zmq.ZMQError, OSError) as error:
            self._socket.close()
            self._context.term()
            raise BusError(f"{self._path}: the feed cannot be opened: {error}") from None

    def welcome(self) -> None:
        """Look who has come or gone; to be called every now and then, a quarter second at most."""
        if not int(self._socket.get(zmq.EVENTS)) & ARRIVED:
            return
        with contextlib.suppress(zmq.Again):
            while True:
                word = self._socket.recv(zmq.NOBLOCK)
                if word[:1] == b"\1":
                    self._listeners.add(word[1:])
                else:
                    self._listeners.discard(word[1:])

    def wanted(self, topic: str, camera: str) -> bool:
        """Whether anybody listens to that, as of the last ``welcome``."""
        if not self._listeners:
            return False
        name = _name(topic, camera)
        return any(name.startswith(beginning) for beginning in self._listeners)

    def say(self, topic: str, camera: str, content: Mapping[str, Any]) -> None:
        """Tell everybody who listens; never waits."""
        if self.wanted(topic, camera):
            text = json.dumps(content, separators=(",", ":"), default=_plain, ensure_ascii=False)
            with contextlib.suppress(zmq.Again):
                self._socket.send_multipart([_name(topic, camera), text.encode()], zmq.NOBLOCK)

    def close(self) -> None:
        """End the feed and remove its socket file."""
        if not self._socket.closed:
            self._socket.close()
            self._context.term()
            self._path.unlink(missing_ok=True)


class FeedReader:
    """The receiving end: all analysers of a site, alive or yet to come. For one thread at a time.

    Args:
        folder: the site's ``state``.
        topics: ``"event"`` or ``"tracks/yard"`` each; none: everything.

    """

    def __init__(self, folder: Path, topics: Sequence[str] = ()) -> None:
        self._folder = folder
        self._found: set[Path] = set()
        self._searched_s = -SEARCH_S
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.SUB)
        self._socket.setsockopt(zmq.RCVHWM, HELD)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.RECONNECT_IVL, 50)
        self._socket.setsockopt(zmq.RECONNECT_IVL_MAX, 500)
        for topic in topics:
            self._socket.subscribe(topic.encode() + b"/")
        if not topics:
            self._socket.subscribe(b"")

    @property
    def descriptor(self) -> int:
        """For an event loop: readable when ``receive(0)`` should be called until it gives None.

        It tells of changes only, and not of analysers that come: ask once a second as well.
        """
        return int(self._socket.fileno())

    def listen(self, topic: str) -> None:
        """Hear this topic as well."""
        self._socket.subscribe(topic.encode() + b"/")

    def ignore(self, topic: str) -> None:
        """Hear this topic, as it was given, no more."""
        self._socket.unsubscribe(topic.encode() + b"/")

    def receive(self, timeout_s: float) -> FeedMessage | None:
        """The next message; None when none came in ``timeout_s``."""
        until = time.monotonic() + timeout_s
        while True:
            self._search()
            left_s = until - time.monotonic()
            wait_s = max(0.0, min(left_s, SEARCH_S))
            if self._socket.poll(round(wait_s * 1e3)):
                name, text = self._socket.recv_multipart(zmq.NOBLOCK)
                topic, camera, _ = name.decode().split("/")
                return FeedMessage(topic, camera, json.loads(text))
            if left_s <= wait_s:
                return None

    def close(self) -> None:
        """End the subscription."""
        if not self._socket.closed:
            self._socket.close()
            self._context.term()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _search(self) -> None:
        """Connects to the analysers that have come; libzmq itself waits for those that return."""
        now_s = time.monotonic()
        if now_s - self._searched_s < SEARCH_S:
            return
        self._searched_s = now_s
        for path in self._folder.glob("feed-*.ipc"):
            if path not in self._found:
                self._found.add(path)
                self._socket.connect(f"ipc://{path}")


def _name(topic: str, camera: str) -> bytes:
    return f"{topic}/{camera}/".encode()


def _plain(value: Any) -> Any:
    """Numbers and arrays of NumPy as JSON knows them."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
