"""The rules editor in a real browser: drawn by mouse and by keys, undone, tried, saved."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from curtilage.config.versions import FIRST, Versions
from curtilage.model import Tracks
from curtilage.store.found.observations.log import ObservationLog
from tests.analysis.scenes import NS, RATE, T0, stroll
from tests.browser.control_room.house import PHONE, House, Room, house, room, sign_in
from tests.web.live.site import PASSWORD, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

ASPECT = 16 / 9
MINUTES_AGO = 20
GATE = {"id": "gate", "type": "line_crossing", "points": [[0.3, 0.2], [0.3, 0.8]]}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("site")) as made:
        somebody_walked(made, time.time_ns() - MINUTES_AGO * 60 * NS)
        in_a_file(made)
        yield made


def somebody_walked(made: House, begin_ns: int) -> None:
    """From left to right before the yard's camera, and was seen."""
    log = ObservationLog(made.web.context.site.state / "observations", "analyser-0")
    for n, (at_ns, box) in enumerate(stroll((0.0, 0.1, 0.5), (10.0, 0.9, 0.5))):
        log.append_look("yard", at_ns + begin_ns - T0, ASPECT, walker(box, hits=n + 1), still=False)
    log.close(begin_ns + 20 * NS)


def walker(box: list[float], hits: int) -> Tracks:
    return Tracks(
        np.array([7], np.int64),
        np.array([box], np.float32),
        np.zeros(1, np.int16),
        np.full(1, 0.9, np.float32),
        np.full(1, hits, np.int32),
        np.full(1, hits / RATE, np.float32),
        np.zeros(1, np.float32),
        np.zeros((1, 2), np.float32),
    )


def in_a_file(made: House) -> Path:
    """The settings, as an owner's file: only those can be changed."""
    site = made.web.context.site
    path = made.folder / "curtilage.yaml"
    told = site.model_dump(mode="json", by_alias=True, exclude_unset=True)
    YAML().dump(told, path)
    Versions(site.state).keep(path.read_text(), path, FIRST)
    return path


def rules_in_file(made: House) -> list[dict[str, Any]]:
    told = YAML(typ="safe").load(made.folder / "curtilage.yaml")
    yard = next(camera for camera in told["cameras"] if camera["name"] == "yard")
    return list(yard["rules"])


def opened(here: Room) -> "Locator":
    """The picture to draw on, of the yard, when it is there."""
    here.open("/rules/yard")
    plane = here.page.locator("[data-plane]")
    plane.wait_for()
    here.page.get_by_alt_text("A still picture of yard").wait_for()
    return plane


def place(plane: "Locator", x: float, y: float) -> tuple[float, float]:
    """A point of the picture, 0..1, in pixels of the window."""
    plane.scroll_into_view_if_needed()
    box = plane.bounding_box()
    assert box is not None
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def drag(
    here: Room, plane: "Locator", begin: tuple[float, float], end: tuple[float, float]
) -> None:
    here.page.mouse.move(*place(plane, *begin))
    here.page.mouse.down()
    here.page.mouse.move(*place(plane, *end), steps=6)
    here.page.mouse.up()


def corners(here: Room) -> list[tuple[float, float]]:
    """Those of the chosen shape, as the handles stand."""
    found = here.page.get_by_role("button", name="Corner ").all()
    places = [
        one.evaluate("(b) => [parseFloat(b.style.left), parseFloat(b.style.top)]") for one in found
    ]
    return [(x / 100, y / 100) for x, y in places]


def begin(here: Room, kind: str) -> None:
    here.page.get_by_role("button", name="Add a rule").click()
    here.page.get_by_role("dialog").get_by_role("button", name=kind).click()


def test_a_line_is_drawn_by_mouse_a_corner_dragged_undone_and_done_again(here: Room) -> None:
    plane = opened(here)
    begin(here, "Line crossing")
    drag(here, plane, (0.6, 0.25), (0.6, 0.75))
    assert corners(here) == [pytest.approx(p, abs=0.01) for p in ((0.6, 0.25), (0.6, 0.75))]
    drag(here, plane, (0.6, 0.75), (0.7, 0.999))
    assert corners(here)[1] == pytest.approx((0.7, 1.0), abs=0.01)
    assert corners(here)[1][1] == 1.0  # on the border
    here.page.mouse.click(*place(plane, 0.63, 0.475))  # an edge
    assert len(corners(here)) == 3
    here.page.keyboard.press("Control+z")
    assert len(corners(here)) == 2
    here.page.keyboard.press("Control+z")
    assert corners(here)[1] == pytest.approx((0.6, 0.75), abs=0.01)
    here.page.keyboard.press("Control+Shift+Z")
    assert corners(here)[1][1] == 1.0
    assert here.serious() == []


def test_all_can_be_done_by_keys(here: Room) -> None:
    opened(here)
    here.page.get_by_role("button", name="Add a rule").press("Enter")
    here.page.get_by_role("dialog").get_by_role("button", name="Intrusion").press("Enter")
    here.page.get_by_role("button", name="Place one for me").press("Enter")
    assert len(corners(here)) == 4
    first = here.page.get_by_role("button", name="Corner 1 of 4")
    first.press("ArrowRight")
    here.page.keyboard.press("Shift+ArrowUp")
    assert corners(here)[0] == pytest.approx((0.355, 0.30), abs=1e-6)
    here.page.keyboard.press("Insert")
    assert len(corners(here)) == 5
    here.page.get_by_role("button", name="Corner 2 of 5").press("Delete")
    assert len(corners(here)) == 4
    here.page.get_by_role("button", name="Move zone as a whole").press("ArrowDown")
    assert corners(here)[0] == pytest.approx((0.355, 0.305), abs=1e-6)
    here.page.get_by_text("Corners as numbers").press("Enter")
    here.page.get_by_label("Corner 1, from the left").fill("10")
    assert corners(here)[0] == pytest.approx((0.10, 0.305), abs=1e-6)
    assert here.serious() == []


def test_a_zone_that_crosses_itself_is_marked_and_not_saved(here: Room) -> None:
    plane = opened(here)
    begin(here, "Loitering")
    for x, y in ((0.55, 0.1), (0.95, 0.1), (0.55, 0.35), (0.95, 0.35)):
        here.page.mouse.click(*place(plane, x, y))
    here.page.keyboard.press("Enter")
    here.page.get_by_role("alert").get_by_text("crosses or touches itself").wait_for()
    assert here.page.locator("polyline.bad").count() == 2
    assert here.page.get_by_role("button", name="Save", exact=True).is_disabled()
    drag(here, plane, (0.55, 0.35), (0.97, 0.6))
    assert here.page.locator("polyline.bad").count() == 0
    assert here.page.get_by_role("button", name="Save", exact=True).is_enabled()


@pytest.mark.slow  # the kernels of a trial may have to be made first
def test_rules_are_tried_on_what_was_seen(here: Room) -> None:
    plane = opened(here)
    here.page.get_by_role("button", name="the last hour").click()
    here.page.get_by_role("button", name="Try it").click()
    gate = here.page.get_by_role("button", name="Show what gate noticed")
    gate.wait_for(timeout=60_000)
    assert "B→A 1" in gate.inner_text()
    assert "as it is saved" in gate.inner_text()
    gate.click()
    event = here.page.get_by_role("list", name="What it noticed: gate").get_by_role("button")
    assert "person, B→A" in event.inner_text()
    event.click()
    assert here.page.locator("polyline.way.lit").count() == 1
    here.page.get_by_role("button", name="gate Line crossing").click()
    drag(here, plane, (0.3, 0.8), (0.3, 0.3))  # he walks past its end
    here.page.get_by_text("The rules were changed since").wait_for()
    here.page.get_by_role("button", name="Try it").click()
    here.page.get_by_text("as saved: B→A 1").wait_for(timeout=60_000)
    assert "nothing" in gate.inner_text()
    assert here.serious() == []


def test_what_is_saved_is_in_the_settings(here: Room) -> None:
    opened(here)
    here.page.get_by_role("button", name="gate Line crossing").click()
    here.page.get_by_label("Direction").select_option(label="From B to A")
    here.page.get_by_label("Name").fill("front_gate")
    here.page.get_by_label("Name").press("Tab")
    here.page.get_by_role("button", name="Save", exact=True).click()
    here.page.get_by_text("Saved. It holds within seconds.").wait_for()
    saved = rules_in_file(here.house)
    assert saved[0] == GATE | {"id": "front_gate", "direction": "b_to_a"}  # and no default
    assert [rule["id"] for rule in saved[1:]] == ["plaza", "people", "presence"]
    assert here.page.get_by_role("button", name="Save", exact=True).is_disabled()


@pytest.mark.slow
def test_who_leaves_without_saving_is_asked(here: Room) -> None:
    opened(here)
    here.page.get_by_role("button", name="plaza Intrusion").click()
    here.page.get_by_label("Alarm after (s)").fill("5")
    here.page.get_by_role("link", name="Events").click()
    dialog = here.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Stay here").click()
    assert here.page.get_by_label("Alarm after (s)").input_value() == "5"
    here.page.get_by_role("link", name="Events").click()
    dialog.get_by_role("button", name="Drop changes").click()
    here.page.get_by_role("heading", name="Events", level=1).wait_for()
    opened(here)
    here.page.get_by_role("button", name="plaza Intrusion").click()
    assert here.page.get_by_label("Alarm after (s)").input_value() == "0.5"


@pytest.mark.slow
def test_the_ground_is_measured_by_four_points(here: Room) -> None:
    opened(here)
    here.page.get_by_role("button", name="Ground").click()
    here.page.get_by_role("button", name="Mark four points").click()
    wait_for(lambda: here.page.locator("polyline.grid").count() > 4)
    here.page.get_by_label("Point 3, metres away").fill("12")
    here.page.get_by_label("Point 4, metres away").fill("12")
    assert here.serious() == []
    here.page.get_by_role("button", name="Save the ground").click()
    here.page.get_by_text("Distances are metres from now on").wait_for()
    told = YAML(typ="safe").load(here.house.folder / "curtilage.yaml")
    yard = next(camera for camera in told["cameras"] if camera["name"] == "yard")
    assert yard["calibration"]["ground"] == [[0, 0], [5, 0], [5, 12], [0, 12]]


@pytest.mark.slow
def test_it_fits_a_phone_in_the_dark(here: Room) -> None:
    here.size(*PHONE, dark=True)
    opened(here)
    assert here.overflow() <= 0
    here.page.get_by_role("button", name="plaza Intrusion").click()
    assert here.overflow() <= 0
    assert here.serious() == []


def test_who_may_not_change_settings_changes_nothing(browser: "Browser", home: House) -> None:
    aud = {"name": "aud", "role": "auditor", "password": PASSWORD, "cameras": None}
    status, told = home.web.ask("POST", "/api/users", aud)
    assert status == 201, told
    with room(browser, home, signed_in=False) as made:
        made.open("/rules/yard")
        sign_in(made.page, "aud")
        made.page.get_by_text("You may look at the rules").wait_for()
        made.page.get_by_role("button", name="plaza Intrusion").click()
        assert made.page.get_by_label("Alarm after (s)").is_disabled()
        assert made.page.get_by_role("button", name="Save", exact=True).count() == 0
        assert made.page.get_by_role("button", name="Add a rule").count() == 0
