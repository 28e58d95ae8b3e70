"""Microphones: how often cameras were asked for sound, by default and when the owner wants it."""

import time
from typing import Any

from bench.record.ours import recording
from bench.record.scene import hd_cameras, scratch

CAMERAS = 10
SECONDS = 15.0


def measure(quick: bool = False) -> dict[str, Any]:
    """SETUP requests that cameras with microphones saw."""
    cameras, seconds = (3, 6.0) if quick else (CAMERAS, SECONDS)
    return {
        "cameras": cameras,
        "seconds": seconds,
        "default": _asked(cameras, seconds, audio=False),
        "audio: record": _asked(cameras, seconds, audio=True),
    }


def _asked(count: int, seconds: float, *, audio: bool) -> dict[str, int]:
    with hd_cameras(count, "--audio", "aac") as cameras, scratch() as folder:
        with recording(folder, cameras.urls, audio=audio) as ours:
            ours.wait_for_all(count)
            cameras.tell("drop")  # a reconnect must not ask either
            time.sleep(seconds)
        counts = cameras.tell("counts")
    return {"video": counts["video_setups"], "audio": counts["audio_setups"]}
