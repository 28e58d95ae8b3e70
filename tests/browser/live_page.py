"""A small site in a real browser, for the tests of the live page: ``page`` is it, ready to open."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from curtilage.record.recorder import Recorder
from tests.browser.chromium import chromium
from tests.cameras import CameraServer
from tests.web.live.site import Web, free_port, settings, wait_for, web

STATE = """
const tile = document.querySelector(`.tile[data-camera="${arguments[0]}"]`);
if (!tile) return null;
const video = tile.querySelector("video");
const stage = tile.querySelector(".stage");
const still = tile.querySelector("canvas.still");
return {
  state: stage.dataset.state, shows: stage.dataset.shows,
  said: tile.querySelector(".said").textContent,
  note: tile.querySelector(".note").textContent, taken: tile.querySelector(".taken").dateTime,
  width: video.videoWidth, at: video.currentTime, still: still.width,
  shown: video.getVideoPlaybackQuality().totalVideoFrames, large: tile.classList.contains("large"),
};
"""

ZONE = [[0.5, 0.4], [0.8, 0.4], [0.8, 0.9], [0.5, 0.9]]
RULES = [
    {"id": "gate", "type": "line_crossing", "points": [[0.3, 0.2], [0.3, 0.8]]},
    {"id": "plaza", "type": "intrusion", "polygon": ZONE},
    {"id": "people", "type": "occupancy", "polygon": ZONE},
    {"id": "presence", "type": "heatmap"},
]
OVER = """
const tile = document.querySelector(`.tile[data-camera="${arguments[0]}"]`);
const video = tile.querySelector("video").getBoundingClientRect();
const heat = tile.querySelector("canvas.heat");
const box = (name) => {
  const found = tile.querySelector(name)?.getBoundingClientRect();
  return found && [(found.x - video.x) / video.width, (found.y - video.y) / video.height,
                   found.width / video.width, found.height / video.height];
};
return {
  line: box(".rules .line polyline:not(.arrow)"), arrows: tile.querySelectorAll(".arrow").length,
  zone: box(".rules .zone"), zones: tile.querySelectorAll(".zone").length,
  says: [...tile.querySelectorAll(".labels p")].map((one) => one.textContent),
  heat: !heat.hidden && heat.getContext("2d")
    .getImageData(0, 0, heat.width, heat.height).data.some((one) => one > 0),
  legend: tile.querySelector(".legend:not([hidden])")?.innerText ?? "",
  stands: tile.querySelector(".stands").innerText,
};
"""


@dataclass
class Page:
    browser: Any
    cameras: CameraServer
    folder: Path
    served: Web
    restart: Callable[[], None]

    def open(self, width: int = 1280, *, dark: bool = False) -> None:
        """The page of one who is signed in."""
        self.browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
        )
        self.browser.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]},
        )
        self.browser.get(f"{self.served.address}/mark.svg")
        name, _, value = self.served.cookie.partition("=")
        self.browser.add_cookie({"name": name, "value": value, "path": "/"})
        self.browser.get(self.served.address)

    def tile(self, camera: str) -> dict[str, Any]:
        return self.browser.execute_script(STATE, camera) or {}

    def over(self, camera: str) -> dict[str, Any]:
        """What lies over the picture."""
        return dict(self.browser.execute_script(OVER, camera))

    def enlarge(self, camera: str) -> None:
        """Shows it large; the page was just opened perhaps."""
        wait_for(lambda: bool(self.tile(camera)))
        self.browser.find_element("css selector", f"[data-camera={camera}] .enlarge").click()
        self.until(camera, large=True, state="live")

    def until(self, camera: str, **wanted: Any) -> dict[str, Any]:
        """The tile, once it is so."""
        found: dict[str, Any] = {}

        def is_so() -> bool:
            nonlocal found
            found = self.tile(camera)
            return all(found.get(key) == value for key, value in wanted.items())

        try:
            wait_for(is_so, 25)
        except AssertionError:
            raise AssertionError(f"{camera} is {found}, never {wanted}") from None
        return found

    def plays(self, camera: str) -> None:
        """It shows pictures, of now."""
        before = self.until(camera, state="live")["shown"]
        wait_for(lambda: self.tile(camera)["shown"] >= before + 5)
        taken = self.browser.execute_script(
            "return Date.now() - Date.parse(arguments[0])", self.tile(camera)["taken"]
        )
        assert -500 < taken < 3000


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("site")
    with contextlib.ExitStack() as stack:
        cameras = stack.enter_context(CameraServer("tiny"))
        cameras.add("bframes", "brief-bframes")
        cameras.add("hevc", "brief-hevc")

        def streams(**urls: str) -> list[dict[str, Any]]:
            return [{"name": n, "url": url, "record": False} for n, url in urls.items()]

        yard = streams(main=cameras.url("main"), sub=cameras.url("sub"))
        yard[0]["record"] = True  # for the pictures of events
        site = settings(
            folder,
            [
                {"name": "yard", "streams": yard, "rules": RULES},
                {"name": "film", "streams": streams(main=cameras.url("bframes"))},
                {"name": "new", "streams": streams(main=cameras.url("hevc"))},
                {"name": "web", "streams": streams(main=cameras.mjpeg_url("jpeg"))},
            ],
            free_port(),
        )  # fmt: skip
        browser = stack.enter_context(chromium(folder / "profile"))
        stack.enter_context(Recorder(site))
        serving = stack.enter_context(contextlib.ExitStack())
        served = serving.enter_context(web(site))
        served.set_up()

        def restart() -> None:
            serving.close()
            time.sleep(1.0)
            made.served.context = serving.enter_context(web(site)).context

        made = Page(browser, cameras, folder, served, restart)
        yield made
