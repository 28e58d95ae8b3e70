"""Half an hour of 20 streams with a new file every 2 s: memory and open files over time."""

import statistics
import time
from typing import Any

from bench.record.ours import recording
from bench.record.processes import use
from bench.record.scene import hd_cameras, scratch

STREAMS = 20
MINUTES = 30.0
EVERY_S = 9.3  # no multiple of the segments: a stream has no file open between two of them
WARM = 0.1  # of the time, before memory is compared


def measure(quick: bool = False) -> dict[str, Any]:
    """Samples, and the change from the first third after the warm-up to the last."""
    minutes = 2.0 if quick else MINUTES
    samples: list[tuple[float, int, int, int]] = []
    with (
        hd_cameras(STREAMS) as cameras,
        scratch() as folder,
        recording(folder, cameras.urls, segment_s=2) as ours,
    ):
        ours.wait_for_all(STREAMS)
        begun = time.monotonic()
        while (now := time.monotonic() - begun) < minutes * 60:
            held = use(ours.pid)
            samples.append((now, held.rss, held.files, held.threads))
            time.sleep(EVERY_S)
        files = len(ours.files())
    steady = [sample for sample in samples if sample[0] >= WARM * minutes * 60]
    third = max(1, len(steady) // 3)
    first, last = steady[:third], steady[-third:]
    return {
        "streams": STREAMS,
        "minutes": minutes,
        "segments": files,
        "samples": samples,
        "rss_first": statistics.median(s[1] for s in first),
        "rss_last": statistics.median(s[1] for s in last),
        "files_first": max(s[2] for s in first),
        "files_last": max(s[2] for s in last),
    }
