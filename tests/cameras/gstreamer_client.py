#!/usr/bin/python3
"""A client that is not ours: GStreamer plays a camera for a while, under the system's Python.

``URL SECONDS``; says as JSON how many pictures were decoded, the times from one to the next (ms),
and what went wrong.
"""

import json
import sys
import time

import gi  # type: ignore[import-not-found,import-untyped,unused-ignore]  # Debian's own package

gi.require_version("Gst", "1.0")
from gi.repository import (  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: E402
    Gst,
)

NS_PER_MS = 1_000_000


def main(url: str, seconds: str) -> None:
    """Play and report."""
    Gst.init(None)
    pipeline = Gst.parse_launch(
        "rtspsrc name=camera protocols=tcp latency=200 ! decodebin ! appsink name=out sync=false"
    )
    pipeline.get_by_name("camera").set_property("location", url)
    pipeline.set_state(Gst.State.PLAYING)
    sink, times = pipeline.get_by_name("out"), []
    end = time.monotonic() + float(seconds)
    while time.monotonic() < end:
        sample = sink.emit("try-pull-sample", 500 * NS_PER_MS)
        if sample is not None:
            times.append(sample.get_buffer().pts)
    problems, bus = [], pipeline.get_bus()
    while message := bus.pop_filtered(Gst.MessageType.ERROR | Gst.MessageType.WARNING):
        parse = "parse_error" if message.type == Gst.MessageType.ERROR else "parse_warning"
        problems.append(str(getattr(message, parse)()[0]))
    pipeline.set_state(Gst.State.NULL)
    steps = [round((b - a) / NS_PER_MS) for a, b in zip(times, times[1:])]  # noqa: B905, RUF007
    sys.stdout.write(json.dumps({"pictures": len(times), "steps": steps, "problems": problems}))


if __name__ == "__main__":
    main(*sys.argv[1:])
