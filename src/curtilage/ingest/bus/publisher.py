"""The sending end of the packet bus: any thread publishes, nobody is ever waited for.

One ZeroMQ XPUB socket that belongs to a thread of ours. To publish only puts a message into a
list; the thread sends what has gathered every 30 ms (100 while nobody is in a hurry), since waking
libzmq for each packet cost more than all the rest. libzmq keeps up to ``held`` messages for each
reader, shared between readers, and throws newer ones away for a reader that is full; the reader
sees the hole in the sequence numbers.
The thread also looks who has come, and repeats the current GOP for them alone. Without readers
nothing is sent at all. What readers want of each stream is told to whoever asks the cameras
(``demand``).
"""

import os
import select
import threading
import time
from types import TracebackType
from typing import Self

import zmq

from curtilage.ingest.bus.endpoint import make_ready, path_of
from curtilage.ingest.bus.errors import BusError
from curtilage.ingest.bus.replay import Frames, Line, new_run
from curtilage.ingest.bus.wire import KEY_BYTES
from curtilage.ingest.bus.wishes import Demand, Wishes
from curtilage.ingest.live.items import Lost, Opened
from curtilage.model import Packet

HELD = 2_000  # messages; 34 MB of 720p at 2 Mbit/s, shared between all readers that sleep
LOOK_S = 0.03  # while a reader is in a hurry: what gathers is sent, others are welcomed
CALM_S = 0.1  # while there are only others
KEEP_S = 30.0  # for which a stream counts as wanted after the last reader left
ALONE_S = 5.0  # most that the thread sleeps while there are none; the first wakes it
NOW = int(zmq.NOBLOCK)  # the flag's own type is slow
ARRIVED = int(zmq.POLLIN)
RESTATE_S = 1.0


class Publisher:
    """Publishes the items of all streams at ``endpoint`` (``ipc:///path``, this user only).

    Args:
        endpoint: where readers find it.
        held: how many messages are kept for a reader that does not read. More: it may sleep
            longer without loss; fewer: less memory is taken while it sleeps.

    Raises:
        BusError: the endpoint cannot be used; the sentence says why.

    """

    def __init__(self, endpoint: str, held: int = HELD) -> None:
        self._path = path_of(endpoint)
        make_ready(self._path)
        self._lock = threading.Lock()
        self._lines: dict[tuple[str, str], Line] = {}
        self._wishes = Wishes()
        self._hurried = False  # some stream is wanted as it comes
        self._leaving: dict[Line, float] = {}  # monotonic s: when nobody counts as wanting it
        self._outgoing: list[tuple[bytes, Frames]] = []
        self._most = max(held, 500)  # that gather; newer ones are thrown away, as by libzmq
        self._run = new_run()
        self._stop = threading.Event()
        self._wake, self._woken = os.pipe()
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.XPUB)
        self._socket.setsockopt(zmq.SNDHWM, held)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._bind(endpoint)
        self._news = select.poll()  # not select(): it knows no descriptor beyond 1023
        self._news.register(self._socket.fileno(), select.POLLIN)
        self._news.register(self._wake, select.POLLIN)
        self._thread = threading.Thread(target=self._attend, name="packet bus", daemon=True)
        self._thread.start()

    def publish(self, camera: str, stream: str, item: Opened | Packet | Lost) -> None:
        """Gives ``item`` to whoever listens. Never blocks; after ``close`` does nothing.

        Of one stream only one thread may publish at a time; its order is kept.

        Raises:
            ValueError: a packet comes before the stream's first Opened.

        """
        with self._lock:
            line = self._lines.get((camera, stream)) or self._new_line(camera, stream)
            if isinstance(item, Packet):
                frames = line.packet(item)
            elif isinstance(item, Opened):
                frames = line.opened(item)
            else:
                frames = line.gone(item)
            if line.heard and len(self._outgoing) < self._most:
                self._outgoing.append((line.live_topic, frames))

    def demand(self, camera: str, stream: str) -> Demand:
        """Where it can be seen what is wanted of a stream, published yet or not.

        It is wanted for ``KEEP_S`` after the last reader left. The one that was given for the same
        stream before is not kept up to date any more.
        """
        with self._lock:
            line = self._lines.get((camera, stream)) or self._new_line(camera, stream)
            line.demand = demand = Demand()
            self._judge(line)
        return demand

    def hurries(self, camera: str, stream: str) -> bool:
        """Whether anybody wants the stream as it comes, not some tenths of a second's at a time."""
        line = self._lines.get((camera, stream))
        return line is not None and line.prompt

    def pause(self, camera: str, stream: str) -> None:
        """The camera is not asked for the stream any more: late readers are told nothing of it."""
        with self._lock:
            line = self._lines.get((camera, stream))
            if line is not None:
                line.pause()

    @property
    def readers(self) -> int:
        """How many subscriptions there are."""
        with self._lock:
            return len(self._wishes.readers)

    def close(self) -> None:
        """Ends the publisher and removes its socket file."""
        if not self._stop.is_set():
            self._stop.set()
            os.write(self._woken, b"x")
        self._thread.join(timeout=5.0)
        with self._lock:
            if not self._socket.closed:
                os.close(self._wake)
                os.close(self._woken)
                self._socket.close()
                self._context.term()
                self._path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _bind(self, endpoint: str) -> None:
        # The mask is the process's: a file that another thread makes meanwhile is more private
        # than it meant, never less. A chmod afterwards would leave a moment to connect in.
        before = os.umask(0o177)
        try:
            self._socket.bind(endpoint)
        except zmq.ZMQError as error:
            os.close(self._wake)
            os.close(self._woken)
            self._socket.close()
            self._context.term()
            raise BusError(f"{self._path}: the packet bus cannot be opened: {error}") from None
        finally:
            os.umask(before)

    def _new_line(self, camera: str, stream: str) -> Line:
        line = self._lines[camera, stream] = Line(camera, stream, self._run)
        self._judge(line)
        return line

    def _judge(self, line: Line) -> None:
        """What is wanted of a line now. With the lock held."""
        wishes, name, demand = self._wishes, line.name, line.demand
        line.heard, line.prompt = wishes.hears(name), wishes.hurries(name)
        if demand is None:
            return
        if wishes.wants(name):
            self._leaving.pop(line, None)
            demand.want()
        elif demand.wanted.is_set():
            self._leaving.setdefault(line, time.monotonic() + KEEP_S)

    def _let_go(self) -> None:
        """Of lines that nobody has wanted for a while."""
        now_s = time.monotonic()
        with self._lock:
            for line in [line for line, due_s in self._leaving.items() if due_s <= now_s]:
                del self._leaving[line]
                if line.demand is not None:
                    line.demand.let_go()

    def _send(self, topic: bytes, frames: Frames) -> None:
        """Sends one message; copying is quicker than a frame more, or sharing (measured)."""
        self._socket.send(b"".join((topic, *frames)), NOW)

    def _attend(self) -> None:
        """Welcomes readers, sends, and says again what is lost: that message may be dropped."""
        said_s = time.monotonic()
        while not self._stop.is_set():
            self._wait()
            for subscription in self._arrivals():
                self._repeat(subscription)
            self._flush()
            if self._leaving:
                self._let_go()
            if time.monotonic() - said_s >= RESTATE_S:
                said_s = time.monotonic()
                self._restate()

    def _flush(self) -> None:
        """Sends what has gathered."""
        with self._lock:
            gathered, self._outgoing = self._outgoing, []
        for topic, frames in gathered:
            self._send(topic, frames)

    def _wait(self) -> None:
        """Until there is something to do: libzmq's descriptor tells of readers that come."""
        if self._hurried:
            self._stop.wait(LOOK_S)
        elif self._wishes.readers:
            self._news.poll(CALM_S * 1e3)
        else:
            self._news.poll((RESTATE_S if self._leaving else ALONE_S) * 1e3)

    def _arrivals(self) -> list[bytes]:
        """Private subscriptions that have come since the last look."""
        arrived: list[bytes] = []
        changed = False
        with self._lock:
            # asked first, since an exception that nobody came costs ten times as much
            while int(self._socket.get(zmq.EVENTS)) & ARRIVED:
                changed = True
                subscription = self._wishes.take(self._socket.recv(NOW))
                if subscription is not None:
                    arrived.append(subscription)
            if changed:
                for line in self._lines.values():
                    self._judge(line)
                self._hurried = any(line.prompt for line in self._lines.values())
        return arrived

    def _repeat(self, subscription: bytes) -> None:
        """Sends one reader what it came too late for; the lock is given back after each stream."""
        key = subscription[1 : 1 + KEY_BYTES]
        for line in list(self._lines.values()):
            topic = line.private_topic(key)
            if topic.startswith(subscription):
                with self._lock:
                    so_far = line.so_far()
                for frames in so_far:
                    self._send(topic, frames)

    def _restate(self) -> None:
        with self._lock:
            for line in self._lines.values():
                if line.heard and line.lost is not None:
                    self._outgoing.append((line.live_topic, line.lost))
