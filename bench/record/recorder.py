"""``curtilage record`` with another length of segments: ``SETTINGS SECONDS``.

Says as a line of JSON how long its start took, recovery of the last run included.
"""

import json
import logging
import signal
import sys
import threading
import time
from pathlib import Path

from curtilage.app.recording.settings_file import site_of
from curtilage.record.recorder import Recorder

SECOND_NS = 1_000_000_000


def main(settings: str, segment_s: str) -> None:
    """Record until SIGTERM."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    recorder = Recorder(site_of(Path(settings)), segment_ns=int(segment_s) * SECOND_NS)
    begun, used = time.perf_counter(), time.process_time()
    with recorder:
        took = {"start_s": time.perf_counter() - begun, "cpu_s": time.process_time() - used}
        print(json.dumps(took), flush=True)
        while not stop.wait(3600.0):
            pass


if __name__ == "__main__":
    main(*sys.argv[1:])
