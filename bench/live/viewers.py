"""What it costs the web to show one camera to many: CPU of its process for 1, 10 and 40 viewers.

A 720p camera of 15 pictures/s and 2 Mbit/s, the recorder, and the web in processes of their own;
viewers are WebSockets of one more process that reads and counts.
"""

import asyncio
import contextlib
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import websockets

from bench.live.processes import process
from bench.record.processes import between
from tests.cameras import CameraProcess
from tests.web.live.site import free_port

RATE = 15
NUMBERS = (0, 1, 10, 40)
SETTLE_S = 3.0


def measure(quick: bool) -> dict[str, Any]:
    """CPU of the web's process, ms per second, by number of viewers; memory; pictures received."""
    window_s = 8.0 if quick else 30.0
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        cameras = stack.enter_context(CameraProcess("--video", "hd", "--n", "1"))
        settings = folder / "site.json"
        settings.write_text(
            json.dumps(
                {
                    "state": str(folder / "state"),
                    "volumes": [{"path": str(folder / "disk")}],
                    "cameras": [{"name": "yard", "url": cameras.urls[0]}],
                    "web": {"port": free_port()},
                }
            ),
            encoding="utf-8",
        )
        stack.enter_context(process("bench.record.recorder", str(settings), "60"))
        site = stack.enter_context(process("bench.live.web_process", str(settings)))
        rows = [_row(site, number, window_s) for number in NUMBERS]
    alone, one, most = rows[0], rows[1], rows[-1]
    each = (most["cpu_ms_s"] - one["cpu_ms_s"]) / (most["viewers"] - one["viewers"])
    return {
        "rows": rows,
        "first_viewer_ms_s": round(one["cpu_ms_s"] - alone["cpu_ms_s"], 2),
        "each_more_ms_s": round(each, 2),
    }


def _row(site: dict[str, Any], number: int, window_s: float) -> dict[str, Any]:
    with contextlib.ExitStack() as stack:
        watching: dict[str, Any] = {}
        if number:
            watching = stack.enter_context(
                process("bench.live.viewers", json.dumps(site), str(number))
            )
        time.sleep(SETTLE_S)
        ((cores, use),) = between(window_s, [[site["pid"]]])
    return {
        "viewers": number,
        "cpu_ms_s": round(cores * 1000, 2),
        "rss_mb": round(use.rss / 1e6),
        "streams": watching.get("streams", 0),
    }


async def _watch(site: dict[str, Any], number: int) -> None:
    """Opens so many viewers, says so when all have a picture, and reads for ever."""
    address = f"ws://127.0.0.1:{site['port']}/api/cameras/yard/live"
    headers = {"cookie": site["cookie"], "origin": f"http://127.0.0.1:{site['port']}"}
    ready: asyncio.Queue[int] = asyncio.Queue()

    async def one() -> None:
        async with websockets.connect(
            address, additional_headers=headers, max_size=None, compression=None
        ) as socket:
            pictures = 0
            async for message in socket:
                pictures += isinstance(message, bytes)
                if pictures == 3:
                    ready.put_nowait(1)

    tasks = [asyncio.ensure_future(one()) for _ in range(number)]
    async with asyncio.timeout(60):
        for _ in range(number):
            await ready.get()
    print(json.dumps({"streams": number}), flush=True)
    await asyncio.gather(*tasks)


if __name__ == "__main__":
    asyncio.run(_watch(json.loads(sys.argv[1]), int(sys.argv[2])))
