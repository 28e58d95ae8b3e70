"""The live page shows what is understood: lines, zones, numbers, heat map, pictures of events."""

import time
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from curtilage.model import Kind
from curtilage.store.found.results import Results, commit
from curtilage.store.health import report
from tests.browser.live_page import Page
from tests.web.api.found import ZONE, crossing, seen
from tests.web.live.site import PASSWORD, wait_for


def inside(page: Page, count: int) -> None:
    """So many are in the zone now."""
    now_ns = time.time_ns()
    said = replace(
        crossing("yard", now_ns), rule="people", kind=Kind.OCCUPANCY, direction=None,
        track=None, label=None, box=None, details={"count": count},
    )  # fmt: skip
    results = Results("yard", now_ns, ZONE, events=[said])
    page.served.context.database.now(lambda connection: commit(connection, results))


def test_lines_and_zones_lie_over_the_picture_with_live_numbers(page: Page) -> None:
    page.open()
    page.plays("yard")
    assert page.over("yard")["says"] == []  # only where it is large
    page.enlarge("yard")
    wait_for(lambda: page.over("yard")["zones"] == 1)  # two rules, one zone
    over = page.over("yard")
    assert over["line"] == pytest.approx([0.3, 0.2, 0.0, 0.6], abs=0.02)
    assert over["zone"] == pytest.approx([0.5, 0.4, 0.3, 0.5], abs=0.02)
    assert over["arrows"] == 4  # both ways, with their tips

    def says(name: str) -> str:
        texts: list[str] = page.over("yard")["says"]
        return next(text for text in texts if text.startswith(name))

    assert says("gate") == "gate A→B 0 · B→A 0"
    seen(page.served.context.database, "yard", time.time_ns())
    wait_for(lambda: says("gate") == "gate A→B 1 · B→A 0", 3)  # at once, not each half minute
    inside(page, 3)
    wait_for(lambda: says("plaza").endswith("3 people now"), 3)
    inside(page, 1)
    wait_for(lambda: says("plaza").endswith("1 person now"), 3)
    told = page.browser.find_element("id", "events").text
    assert told.count("people: ") == 1  # what was before is not worth a row
    assert "people: 1 person" in told
    page.browser.find_element("css selector", "[data-camera=yard] [data-shows=rules]").click()
    wait_for(lambda: page.over("yard")["says"] == [] and page.over("yard")["zones"] == 0)


def test_the_heat_map_is_shown_when_asked_for(page: Page) -> None:
    page.open()
    page.enlarge("yard")
    seen(page.served.context.database, "yard", time.time_ns())
    assert not page.over("yard")["heat"]
    choice = page.browser.find_element("css selector", "[data-camera=yard] .heat-span")
    choice.find_element("css selector", "[value=hour]").click()
    wait_for(lambda: page.over("yard")["heat"])
    assert "of presence; seconds per cell" in page.over("yard")["legend"].replace("\n", " ")
    choice.find_element("css selector", "[value='']").click()
    wait_for(lambda: not page.over("yard")["heat"])
    assert page.over("yard")["legend"] == ""


def recorder_reports(connection: Connection) -> None:
    """As its process does every five seconds."""
    now_ns = time.time_ns()
    stream = {"camera": "yard", "stream": "main", "since_ns": now_ns, "end_ns": now_ns}
    report(connection, "recorder", now_ns, {"streams": [stream | {"reason": None, "sentence": ""}]})


def test_an_event_shows_its_picture_and_how_the_camera_stands_is_said(page: Page) -> None:
    page.open()
    page.plays("yard")
    assert "Not recorded: the recorder says nothing." in page.over("yard")["stands"]
    page.served.context.database.now(recorder_reports)
    wait_for(lambda: "Recorded since" in page.over("yard")["stands"])
    assert "Not recorded, as its settings say." in page.over("film")["stands"]
    seen(page.served.context.database, "yard", time.time_ns())
    wait_for(lambda: bool(page.browser.find_elements("css selector", ".event")))
    page.browser.find_element("css selector", ".event").send_keys("\ue007")
    dialog = page.browser.find_element("id", "snapshot")
    box = dialog.find_element("css selector", ".box")
    wait_for(box.is_displayed)
    image = dialog.find_element("tag name", "img").rect
    assert box.rect["width"] == pytest.approx(0.2 * image["width"], abs=3)
    assert box.rect["x"] == pytest.approx(image["x"] + 0.1 * image["width"], abs=3)
    box.parent.switch_to.active_element.send_keys("\ue00c")
    wait_for(lambda: not dialog.is_displayed())


def test_who_may_see_another_camera_sees_none_of_it(page: Page) -> None:
    vera = {"name": "vera", "role": "viewer", "password": PASSWORD, "cameras": ["film"]}
    assert page.served.ask("POST", "/api/users", vera)[0] == 201
    mine = replace(page.served, cookie="")
    status, _ = mine.ask("POST", "/api/login", {"name": "vera", "password": PASSWORD})
    assert status == 200
    replace(page, served=mine).open()
    page.browser.get_log("browser")
    page.plays("film")
    names = "return [...document.querySelectorAll('.tile')].map((one) => one.dataset.camera)"
    assert page.browser.execute_script(names) == ["film"]
    seen(page.served.context.database, "yard", time.time_ns())
    seen(page.served.context.database, "film", time.time_ns())
    wait_for(lambda: "crossed" in page.browser.find_element("id", "events").text)
    text = page.browser.find_element("tag name", "main").text
    assert "yard" not in text
    assert page.browser.find_element("id", "events").text.count("crossed") == 1
    for path in ("rules", "heatmaps/presence?from=2026-01-01T00:00Z&to=2126-01-01T00:00Z"):
        assert mine.ask("GET", f"/api/cameras/yard/{path}")[0] == 404
