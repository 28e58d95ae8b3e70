"""The page of events: what is shown, found, gone through by keyboard, seen to."""

import time
from dataclasses import replace

import pytest

from curtilage.store.found.results import Results, commit
from tests.browser.control_room.house import House, Room
from tests.web.api.found import ZONE, crossing, seen
from tests.web.live.site import wait_for


@pytest.fixture(scope="module", autouse=True)
def happened(home: House) -> None:
    """Three crossings of people at the gate, and one of a car elsewhere."""
    now_ns = time.time_ns()
    for age_s in (30, 20, 10):
        seen(home.web.context.database, "yard", now_ns - age_s * 10**9)
    car = replace(crossing("film", now_ns - 10**9, "road"), label="car", direction=None)
    results = Results("film", now_ns, ZONE, events=[car])
    home.web.context.database.now(lambda connection: commit(connection, results))


@pytest.fixture(autouse=True)
def unrecorded(here: Room) -> None:
    """What happened before the recorder ran has no picture, of which browsers complain."""
    here.allowed.append("404")


def cards(here: Room) -> list[str]:
    return here.page.locator("ol.cards > li").all_inner_texts()


def test_what_is_chosen_is_in_the_address(here: Room) -> None:
    here.open("/events")
    wait_for(lambda: len(cards(here)) == 4)
    assert "car crossed road" in cards(here)[0]  # the newest first
    assert here.serious() == []
    here.page.get_by_label("Who or what").select_option("person")
    wait_for(lambda: len(cards(here)) == 3)
    assert "class=person" in here.page.url
    here.page.get_by_label("Direction").select_option("b_to_a")
    here.page.get_by_text("No event was noticed that fits what is chosen.").wait_for()
    here.page.get_by_role("button", name="Show everything").click()
    wait_for(lambda: len(cards(here)) == 4)
    here.page.go_back()
    here.open("/events?camera=film")
    wait_for(lambda: len(cards(here)) == 1)


def test_by_keyboard_one_goes_through_them_and_sees_to_them(here: Room) -> None:
    here.open("/events")
    wait_for(lambda: len(cards(here)) == 4)
    here.page.keyboard.press("j")
    here.page.keyboard.press("j")
    focused = "document.activeElement.innerText"
    assert "person crossed gate" in here.page.evaluate(focused)
    here.page.keyboard.press("Enter")
    sheet = here.page.get_by_role("dialog")
    sheet.get_by_text("gate", exact=True).wait_for()
    assert here.serious() == []
    here.page.keyboard.press("k")
    sheet.get_by_text("road", exact=True).wait_for()
    here.page.keyboard.press("Escape")
    sheet.wait_for(state="hidden")
    here.page.keyboard.press("j")
    here.page.keyboard.press("Enter")
    sheet.get_by_label("Note (optional)").fill("the postman")
    sheet.get_by_role("button", name="Seen to").click()
    sheet.get_by_text("the postman").wait_for()
    here.page.keyboard.press("Escape")
    here.page.get_by_label("State").select_option("open")
    wait_for(lambda: len(cards(here)) == 3)
    here.page.keyboard.press("j")
    here.page.keyboard.press("x")
    wait_for(lambda: here.page.locator(".tick").count() == 1)


def test_new_ones_wait_until_they_are_asked_for(here: Room) -> None:
    here.open("/events?camera=yard")
    wait_for(lambda: len(cards(here)) >= 3)
    before = len(cards(here))
    seen(here.house.web.context.database, "yard", time.time_ns())
    here.page.get_by_role("button", name="1 new event: show").click()
    assert len(cards(here)) == before + 1


def test_an_event_has_an_address(here: Room) -> None:
    event = seen(here.house.web.context.database, "yard", time.time_ns() - 3600 * 10**9)
    here.open(f"/events/{event.id}?camera=film")  # not among those that are shown
    here.page.get_by_role("dialog").get_by_text("gate", exact=True).wait_for()
    here.page.get_by_role("dialog").get_by_role("link", name="Open in playback").click()
    wait_for(lambda: "/recordings/yard" in here.page.url)
