"""Sixteen live pictures in one browser: CPU of the page, without that of decoding.

The control room's grid in headless Chromium, each tile the small stream (640x360, 15 pictures/s)
of another camera, lines and boxes over it. Chromium decodes on threads of their own; the page is
all other threads of the process that draws it, and all other processes of the browser stand beside.
"""

import contextlib
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.live.processes import process
from tests.browser.control_room.house import chromium
from tests.cameras import CameraProcess
from tests.web.live.site import free_port

TILES = 16
BAR = 1.0  # cores
WARM_S = 15.0
DECODING = ("Media", "ffmpeg", "VideoDecoder", "Dav1d", "H264", "ThreadPoolForeg")
"""Beginnings of the names of Chromium's threads that decode; FFmpeg decodes on its thread pool."""
TICKS = 100.0  # of /proc, per second


def measure(quick: bool) -> dict[str, Any]:
    """CPU seconds per second, of the page's process and of the others."""
    count, window_s = (4, 10.0) if quick else (TILES, 30.0)
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        options = ("--n", str(count), "--hosts", str(count))
        small = stack.enter_context(CameraProcess("--video", "small", *options))
        settings = folder / "site.json"
        settings.write_text(json.dumps(_site(folder, small.urls)), encoding="utf-8")
        stack.enter_context(process("bench.record.recorder", str(settings), "60"))
        site = stack.enter_context(process("bench.live.web_process", str(settings)))
        browser = stack.enter_context(chromium())
        address = f"http://127.0.0.1:{site['port']}"
        context = browser.new_context(viewport={"width": 1920, "height": 1080})
        cookie, _, value = site["cookie"].partition("=")
        context.add_cookies([{"name": cookie, "value": value, "url": address}])
        page = context.new_page()
        page.goto(f"{address}/#/live")
        page.wait_for_function(
            "count => document.querySelectorAll('[data-state=live]').length === count",
            arg=count,
            timeout=60_000,
        )
        time.sleep(WARM_S)
        session = browser.new_browser_cdp_session()
        shown = _shown(page)
        before, begun = _used(_renderer(session)), time.monotonic()
        time.sleep(window_s)
        after, seconds = _used(_renderer(session)), time.monotonic() - begun
        pictures = (_shown(page) - shown) / seconds / count
    spent = {key: (after[key] - before.get(key, 0.0)) / seconds for key in after}
    decoding = sum(used for key, used in spent.items() if key.startswith(DECODING))
    whole = sum(spent.values())
    return {
        "tiles": count,
        "pictures_per_s": pictures,
        "page_cores": whole - decoding,
        "decoding_cores": decoding,
        "threads": dict(sorted(spent.items(), key=lambda one: -one[1])[:8]),
        "bar_cores": BAR,
        "met": whole - decoding <= BAR,
    }


def _site(folder: Path, urls: list[str]) -> dict[str, Any]:
    line = {"id": "gate", "type": "line_crossing", "points": [[0.3, 0.2], [0.3, 0.8]]}
    return {
        "state": str(folder / "state"),
        "volumes": [{"path": str(folder / "disk")}],
        "cameras": [
            {"name": f"cam{n:02d}", "url": url, "rules": [line]} for n, url in enumerate(urls)
        ],
        "web": {"port": free_port()},
    }


def _shown(page: Any) -> int:
    """Pictures that all tiles have shown so far."""
    return int(
        page.evaluate(
            "[...document.querySelectorAll('video')].reduce("
            "(sum, one) => sum + one.getVideoPlaybackQuality().totalVideoFrames, 0)"
        )
    )


def _renderer(session: Any) -> int:
    """The process that draws the page."""
    told = session.send("SystemInfo.getProcessInfo")["processInfo"]
    [busiest] = sorted(
        (one for one in told if one["type"] == "renderer"), key=lambda one: -one["cpuTime"]
    )[:1]
    return int(busiest["id"])


def _used(pid: int) -> dict[str, float]:
    """CPU seconds of each thread of a process, by name and number."""
    found = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            text = (task / "stat").read_text()
            name, _, rest = text[text.index("(") + 1 :].rpartition(")")
            fields = rest.split()
            found[f"{name} {task.name}"] = (int(fields[11]) + int(fields[12])) / TICKS
    return found
