"""What the readers of the bus want, by the words that their subscriptions are told in. No I/O.

A word is a byte (1: wanted, 0: no more) and the topic's beginning; libzmq says it once however
many readers want the same, and takes it back for a reader that dies.
"""

import threading

from curtilage.ingest.bus.wire import KEY_BYTES, PRIVATE, PROMPT, SOON

NAME_AT = 1 + KEY_BYTES  # of a stream, in a private topic


class Wishes:
    """All that is wanted now."""

    def __init__(self) -> None:
        self.readers: dict[bytes, bytes] = {}  # private subscription -> beginning of names
        self._prompt: set[bytes] = set()  # beginnings of names
        self._soon: set[bytes] = set()

    def take(self, word: bytes) -> bytes | None:
        """Takes a word; the private subscription of a reader that came, if it is one."""
        wanted, subscription = word[:1] == b"\1", word[1:]
        kind = subscription[:1]
        if kind == PRIVATE:
            if wanted:
                self.readers[subscription] = subscription[NAME_AT:]
                return subscription
            self.readers.pop(subscription, None)
        elif kind in (PROMPT, SOON):
            some = self._prompt if kind == PROMPT else self._soon
            (some.add if wanted else some.discard)(subscription[1:])
        return None

    def hears(self, name: bytes) -> bool:
        """Whether anybody gets the stream of that name (``CAMERA/STREAM`` and a zero byte)."""
        return any(name.startswith(beginning) for beginning in self.readers.values())

    def hurries(self, name: bytes) -> bool:
        """Whether anybody wants it as it comes."""
        return any(name.startswith(beginning) for beginning in self._prompt)

    def wants(self, name: bytes) -> bool:
        """Whether anybody gets it, or will soon."""
        return self.hears(name) or any(name.startswith(beginning) for beginning in self._soon)


class Demand:
    """What is wanted of one stream, as whoever asks the camera for it sees it. Thread-safe.

    Attributes:
        wanted: set while anybody wants it, and a little longer.
        unwanted: set while nobody does.

    """

    def __init__(self) -> None:
        self.wanted, self.unwanted = threading.Event(), threading.Event()
        self.unwanted.set()
        self._ended = False
        self._lock = threading.Lock()

    def want(self) -> None:
        """Somebody wants it."""
        with self._lock:
            if not self._ended:
                self.unwanted.clear()
                self.wanted.set()

    def let_go(self) -> None:
        """Nobody wants it any more."""
        with self._lock:
            if not self._ended:
                self.wanted.clear()
                self.unwanted.set()

    def end(self) -> None:
        """Whoever waits for anything here goes on; for good."""
        with self._lock:
            self._ended = True
            self.wanted.set()
            self.unwanted.set()
