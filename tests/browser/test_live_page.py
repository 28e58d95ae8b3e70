"""The live page in a real browser: it signs in, shows, says how it stands, and recovers."""

import threading
import time
from pathlib import Path

import pytest

from curtilage.analysis.outcome.feed import Feed
from curtilage.web.accounts.setup import new_token
from tests.browser.live_page import Page
from tests.browser.test_report_page import FAINT
from tests.web.api.found import seen
from tests.web.live.site import NAME, PASSWORD, free_port, settings, wait_for, web


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
    page.enlarge("yard")
    wait_for(lambda: page.over("yard")["zones"] == 1)
    assert [entry["message"] for entry in page.browser.get_log("browser")] == []
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
    assert "person crossed gate, A to B" in rows()[0]
    counts = page.browser.find_element("id", "counts")
    wait_for(lambda: "A→B 1" in counts.text)
    page.restart()
    seen(page.served.context.database, "yard", time.time_ns())
    wait_for(lambda: len(rows()) == 2)
    seen(page.served.context.database, "yard", time.time_ns())
    wait_for(lambda: len(rows()) == 3)


def test_boxes_are_drawn_in_time_with_the_picture(page: Page) -> None:
    page.open()
    page.plays("yard")
    page.enlarge("yard")
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
        browser.get_log("browser")
        browser.get(fresh.address)
        wait_for(lambda: browser.find_elements("name", "token"))
        browser.find_element("name", "token").send_keys(new_token(fresh.context.database))
        browser.find_element("name", "name").send_keys(NAME)
        browser.find_element("name", "password").send_keys(PASSWORD + "\ue007")
        wait_for(lambda: "No camera yet" in browser.find_element("id", "main").text)
        assert [entry["message"] for entry in browser.get_log("browser")] == []
        browser.get("about:blank")
