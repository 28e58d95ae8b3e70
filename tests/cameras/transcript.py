"""What clients asked the test server for: every request, in order, without secrets."""

import threading
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    """One request as it came in."""

    client: int  # number of the connection, from 1
    utc_ns: int
    method: str
    url: str
    path: str  # of the camera
    track: str | None  # "video" or "audio" where the URL names one
    headers: dict[str, str]  # names in lower case; of Authorization only the scheme
    status: int  # what was answered; 0: nothing


class Transcript:
    """Grows while the server runs; may be read from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: list[Request] = []

    def add(
        self, client: int, method: str, url: str, path: str, track: str | None,
        headers: dict[str, str], status: int,
    ) -> None:  # fmt: skip
        """Keep a request."""
        kept = {
            name: value.split(" ", 1)[0] + " ***" if name == "authorization" else value
            for name, value in headers.items()
        }
        with self._lock:
            self._requests.append(
                Request(client, time.time_ns(), method, url, path, track, kept, status)
            )

    def requests(self, path: str | None = None, method: str | None = None) -> list[Request]:
        """All, or those of a camera or of a method."""
        with self._lock:
            return [
                r
                for r in self._requests
                if (path is None or r.path == path) and (method is None or r.method == method)
            ]

    def setups(self, track: str, path: str | None = None) -> int:
        """How often a track ("video", "audio") was asked for, whatever the answer."""
        return sum(r.track == track for r in self.requests(path, "SETUP"))
