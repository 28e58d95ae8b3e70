"""The live page in a real browser: it signs in, shows, says how it stands, and recovers."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from curtilage.analysis.feed import Feed
from curtilage.record.recorder import Recorder
from curtilage.web.accounts.setup import new_token
from tests.browser.chromium import chromium
from tests.browser.test_report_page import FAINT
from tests.cameras import CameraServer
from tests.web.api.found import seen
from tests.web.live.site import NAME, PASSWORD, Web, free_port, settings, wait_for, web

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
        site = settings(
            folder,
            [
                {"name": "yard", "streams": yard},
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


def test_signing_in_and_out(page: Page) -> None:
    browser = page.browser
    browser.get(page.served.address)
    browser.delete_all_cookies()
    browser.get(page.served.address)
    wait_for(lambda: browser.find_elements("name", "password"))
    browser.find_element("name", "name").send_keys(NAME)
    browser.find_element("name", "password").send_keys("wrong\ue007")
    wait_for(lambda: "wrong" in browser.find_element("css selector", ".problem").text)
    browser.find_element("name", "password").send_keys(PASSWORD + "\ue007")
    page.plays("yard")
    browser.find_element("id", "sign-out").click()
    wait_for(lambda: browser.find_elements("name", "password"))


def test_every_kind_of_stream_plays(page: Page) -> None:
    page.open()
    for camera in ("yard", "film"):
        page.plays(camera)
    assert page.until("web", state="live", shows="still")["still"] == 320
    said = page.until("new", state="refused")["said"]
    assert "H.265, which this browser cannot show" in said


def test_nothing_is_asked_of_others_and_no_rule_is_broken(page: Page) -> None:
    page.browser.get_log("browser")
    page.open()
    page.plays("yard")
    said = [entry["message"] for entry in page.browser.get_log("browser")]
    assert [text for text in said if "Content Security Policy" in text or ".js" in text] == []
    names = page.browser.execute_script(
        "return performance.getEntriesByType('resource').map((e) => e.name)"
    )
    assert all(name.startswith(page.served.address) for name in names)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("dark", [False, True])
def test_fits_and_can_be_read(page: Page, width: int, dark: bool) -> None:
    page.open(width, dark=dark)
    page.plays("yard")
    assert page.browser.execute_script("return document.documentElement.scrollWidth") <= width
    faint = page.browser.execute_script(FAINT)
    assert [text for text in faint if "H.265" not in text] == []


def test_by_keyboard_one_camera_is_large_and_back(page: Page) -> None:
    page.open()
    page.plays("yard")
    setups = page.cameras.viewers("main")
    button = page.browser.find_element("css selector", "[data-camera=yard] .enlarge")
    button.send_keys("\ue007")
    assert page.until("yard", large=True, state="live")
    page.plays("yard")
    assert page.cameras.viewers("main") == setups  # the recorder's; nobody else asks a camera
    page.browser.find_element("css selector", "body").send_keys("\ue00c")
    page.until("yard", large=False, state="live")
    focused = page.browser.execute_script("return document.activeElement.className")
    assert "enlarge" in focused


def test_a_camera_lost_and_back(page: Page) -> None:
    page.open()
    page.plays("yard")
    page.cameras.fault("sub", "down")
    page.cameras.fault("sub", "drop")
    said = page.until("yard", state="lost")["said"]
    assert said.startswith("camera unreachable: ")
    assert ", since " in said
    page.cameras.clear("sub")
    page.plays("yard")


def test_parameters_change_in_the_stream(page: Page) -> None:
    page.open()
    page.plays("film")
    assert page.tile("film")["width"] == 320
    page.cameras.fault("bframes", "change=small")
    page.until("film", width=640, state="live")
    page.plays("film")
    page.cameras.fault("bframes", "change=tiny-bframes")
    page.until("film", width=320, state="live")
    page.plays("film")


def test_the_camera_s_clock_jumps(page: Page) -> None:
    page.open()
    page.plays("yard")
    page.cameras.fault("sub", "jump=3600")
    time.sleep(2)
    page.plays("yard")


def test_the_server_is_restarted(page: Page) -> None:
    page.open()
    page.plays("yard")
    page.restart()
    page.until("yard", state="away")
    page.plays("yard")
    page.plays("film")


def test_events_and_counts_come_by_themselves_each_once(page: Page) -> None:
    def rows() -> list[str]:
        script = "return [...document.querySelectorAll('#events li')].map((li) => li.innerText)"
        return list(page.browser.execute_script(script))

    page.open()
    page.plays("yard")
    assert page.browser.find_element("id", "no-events").is_displayed()
    seen(page.served.context.database, "yard", time.time_ns())
    wait_for(lambda: len(rows()) == 1)
    assert "yard · gate: person, crossed, a to b" in rows()[0]
    counts = page.browser.find_element("id", "counts")
    wait_for(lambda: "1 in" in counts.text)
    page.restart()
    seen(page.served.context.database, "yard", time.time_ns())
    wait_for(lambda: len(rows()) == 2)
    seen(page.served.context.database, "yard", time.time_ns())
    wait_for(lambda: len(rows()) == 3)


def test_boxes_are_drawn_in_time_with_the_picture(page: Page) -> None:
    page.open()
    page.plays("yard")
    page.browser.find_element("css selector", "[data-camera=yard] .enlarge").click()
    page.plays("yard")
    inked = """
    const canvas = document.querySelector("[data-camera=yard] .boxes");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.some((value) => value > 0);
    """
    assert not page.browser.execute_script(inked)
    over = threading.Event()

    def analyse() -> None:
        feed = Feed(page.folder / "state", 0)
        while not over.wait(0.2):
            seen = {"ids": [7], "labels": ["person"], "boxes": [[0.2, 0.2, 0.4, 0.8]]}
            feed.welcome()
            feed.say("tracks", "yard", {"time_ns": time.time_ns(), "seen": [True], **seen})
        feed.close()

    analysing = threading.Thread(target=analyse)
    analysing.start()
    try:
        wait_for(lambda: bool(page.browser.execute_script(inked)))
    finally:
        over.set()
        analysing.join()
    wait_for(lambda: not page.browser.execute_script(inked))  # what is old is not drawn


def test_the_first_administrator_is_made_in_the_browser(page: Page, tmp_path: Path) -> None:
    browser = page.browser
    with web(settings(tmp_path, [], free_port())) as fresh:
        browser.get(fresh.address)
        wait_for(lambda: browser.find_elements("name", "token"))
        browser.find_element("name", "token").send_keys(new_token(fresh.context.database))
        browser.find_element("name", "name").send_keys(NAME)
        browser.find_element("name", "password").send_keys(PASSWORD + "\ue007")
        wait_for(lambda: "No camera yet" in browser.find_element("id", "main").text)
        browser.get("about:blank")
