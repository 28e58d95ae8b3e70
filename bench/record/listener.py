"""One subscriber to all packets of a recorder, as an analyser or live view is: ``ENDPOINT``."""

import signal
import sys
import threading

from curtilage.ingest.bus import Subscriber


def main(endpoint: str) -> None:
    """Read until SIGTERM."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    with Subscriber(endpoint) as subscriber:
        for _ in subscriber.items(stop):
            pass


if __name__ == "__main__":
    main(*sys.argv[1:])
