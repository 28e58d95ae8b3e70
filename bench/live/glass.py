"""Glass to glass: how old is the picture that a browser shows?

A camera that burns the time into its pictures, encoded live (libx264, zerolatency, 15 pictures/s),
the recorder, the packet bus, the web and its own page in headless Chromium. The time is read back
from each picture that ``<video>`` presents, by canvas, on the same machine's clock.
"""

import contextlib
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.live import clock_camera as camera
from bench.live.processes import process
from tests.browser.chromium import chromium
from tests.web.live.site import free_port

BAR_MS = 400
WARM_S = 12.0  # the player settles


def measure(quick: bool) -> dict[str, Any]:
    """Percentiles of the age of pictures when they are shown, ms."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        about = stack.enter_context(process("bench.live.clock_camera"))
        settings = folder / "site.json"
        settings.write_text(
            json.dumps(
                {
                    "state": str(folder / "state"),
                    "volumes": [{"path": str(folder / "disk")}],
                    "cameras": [{"name": "clock", "url": about["url"]}],
                    "web": {"port": free_port()},
                }
            ),
            encoding="utf-8",
        )
        stack.enter_context(process("bench.record.recorder", str(settings), "60"))
        site = stack.enter_context(process("bench.live.web_process", str(settings)))
        browser = stack.enter_context(chromium(folder / "profile"))
        return _watch(browser, site, 15.0 if quick else 120.0)


def _watch(browser: Any, site: dict[str, Any], seconds: float) -> dict[str, Any]:
    address = f"http://127.0.0.1:{site['port']}"
    browser.get(f"{address}/mark.svg")  # a cookie is for a page that is open
    name, _, value = site["cookie"].partition("=")
    browser.add_cookie({"name": name, "value": value, "path": "/"})
    browser.get(address)
    begun = time.monotonic()
    while not browser.execute_script("return document.querySelector('video')?.videoWidth"):
        if time.monotonic() - begun > 30:
            raise TimeoutError("no picture came")
        time.sleep(0.02)
    first_s = time.monotonic() - begun
    browser.execute_script(READ, camera.BLOCK, camera.COLUMNS, camera.BITS, camera.CHECK)
    time.sleep(WARM_S)
    browser.execute_script("window.ages = []; window.unread = 0;")
    time.sleep(seconds)
    ages, unread, state = browser.execute_script(
        "const v = document.querySelector('video');"
        "return [window.ages, window.unread, v.getVideoPlaybackQuality().droppedVideoFrames];"
    )
    if not ages:
        raise RuntimeError("no picture could be read")
    ages.sort()
    return {
        "pictures": len(ages),
        "expected": round(seconds * camera.RATE),
        "unread": unread,
        "dropped": state,
        "p50_ms": round(statistics.median(ages)),
        "p95_ms": round(ages[int(len(ages) * 0.95)]),
        "most_ms": round(ages[-1]),
        "first_picture_s": round(first_s, 2),
        "bar_p95_ms": BAR_MS,
        "met": ages[int(len(ages) * 0.95)] <= BAR_MS,
    }


READ = """
const [block, columns, bits, check] = arguments;
const video = document.querySelector("video");
const canvas = new OffscreenCanvas(block * columns, block * bits / columns);
const pen = canvas.getContext("2d", { willReadFrequently: true });
window.ages = [];
window.unread = 0;
const read = () => {
  pen.drawImage(video, 0, 0, canvas.width, canvas.height, 0, 0, canvas.width, canvas.height);
  const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
  let word = 0n;
  for (let i = 0; i < bits; i++) {
    const x = (i % columns + 0.5) * block | 0;
    const y = (Math.floor(i / columns) + 0.5) * block | 0;
    if (data[4 * (y * canvas.width + x)] > 127) word |= 1n << BigInt(i);
  }
  const utc = Number(word >> 6n);
  return utc % check === Number(word & 63n) ? utc : null;
};
const shown = (now, about) => {
  const utc = read();
  // When it reaches the glass, or now where that is past.
  const wait = Math.max(0, about.expectedDisplayTime - performance.now());
  if (utc === null) window.unread += 1;
  else window.ages.push(Date.now() + wait - utc);
  video.requestVideoFrameCallback(shown);
};
video.requestVideoFrameCallback(shown);
"""
