"""From the wish to watch a camera to its first picture: ours, and PyAV's defaults."""

import statistics
import threading
import time
from typing import Any

import av

from bench.record.scene import hd_cameras
from curtilage.config.address import Address
from curtilage.ingest.live import LiveSource, Opened
from tests.cameras import CameraProcess

TURNS = 20


def measure(quick: bool = False) -> list[dict[str, Any]]:
    """A row per codec; seconds of wall time."""
    turns = 5 if quick else TURNS
    rows = []
    with hd_cameras(1) as h264, CameraProcess("--video", "hevc") as h265:
        for codec, cameras in (("H.264", h264), ("H.265", h265)):
            url = cameras.urls[0].rpartition("/")[0]
            ours = [_ours(f"{url}/ours{n}") for n in range(turns)]
            theirs = [_theirs(f"{url}/theirs{n}") for n in range(max(3, turns // 4))]
            rows.append(
                {
                    "codec": codec,
                    "turns": turns,
                    "ours": statistics.median(ours),
                    "ours_most": max(ours),
                    "pyav": statistics.median(theirs),
                }
            )
    return rows


def _ours(url: str) -> float:
    """To the first item: what the stream is, with the keyframe behind it."""
    stop, begun = threading.Event(), time.perf_counter()
    took = float("nan")
    for item in LiveSource("camera", "main", Address(url)).items(stop):
        if isinstance(item, Opened):
            took = time.perf_counter() - begun
        stop.set()
    return took


def _theirs(url: str) -> float:
    begun = time.perf_counter()
    with av.open(url, options={"rtsp_transport": "tcp"}) as source:
        next(source.demux(video=0))
        return time.perf_counter() - begun
