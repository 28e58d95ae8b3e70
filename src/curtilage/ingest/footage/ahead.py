"""Reads ahead: a thread of its own makes items while the caller works on those before.

Decoding and inference thereby overlap (both leave Python's interpreter lock while they work).
The queue between them is bounded, so memory is too.
"""

import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

POLL_S = 0.1
"""How long a wait lasts before the other side is looked at again."""

JOIN_S = 5.0
"""How long closing waits for the thread; it is a daemon and dies with the process at the latest."""


class ReadAhead(Generic[T]):
    """Draws from ``make()`` in a thread.

    An exception in the thread comes out of ``items`` at its place. Close it, or use it in a
    ``with`` statement: the thread then ends within the making of one item.
    """

    def __init__(self, make: Callable[[], Generator[T, None, None]], depth: int) -> None:
        """``depth``: how many items may lie ready."""
        self._queue: queue.Queue[T | _End] = queue.Queue(depth)
        self._closed = threading.Event()
        self.busy_s = 0.0  # s that the thread worked, without waiting for the caller
        self._thread = threading.Thread(target=self._run, args=(make,), daemon=True)
        self._thread.start()

    def items(self, check: Callable[[], None] = lambda: None) -> Iterator[T]:
        """What the thread makes, in order. ``check`` is called while there is nothing yet."""
        while True:
            try:
                item = self._queue.get(timeout=POLL_S)
            except queue.Empty:
                check()
                if not self._thread.is_alive() and self._queue.empty():
                    return
                continue
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            yield item

    def __enter__(self) -> "ReadAhead[T]":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the thread; items not yet taken are lost."""
        self._closed.set()
        self._thread.join(JOIN_S)

    def _run(self, make: Callable[[], Generator[T, None, None]]) -> None:
        error: BaseException | None = None
        try:
            began = time.monotonic()
            with closing(make()) as items:
                for item in items:
                    self.busy_s += time.monotonic() - began
                    if not self._put(item):
                        return
                    began = time.monotonic()
            self.busy_s += time.monotonic() - began
        except BaseException as caught:
            error = caught
        self._put(_End(error))

    def _put(self, item: "T | _End") -> bool:
        """False when the other side has closed."""
        while not self._closed.is_set():
            try:
                self._queue.put(item, timeout=POLL_S)
            except queue.Full:
                continue
            return True
        return False


@dataclass(frozen=True, slots=True)
class _End:
    error: BaseException | None
