"""The insights page: counts and what they are compared with, heat map, floor plan, ways, files."""

import csv
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from curtilage.store.found.results import CountRow, Results, commit
from tests.browser.control_room.house import PHONE, House, Room, room, sign_in
from tests.web.api.found import NS, ZONE, seen
from tests.web.live.site import PASSWORD, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Download

DAY_NS = 86_400 * NS
HOUR_NS = 3600 * NS
VIEWS = ("counts", "occupancy", "dwell", "heat", "paths", "reports")
PLACES = [[0.3, 0.5], [0.7, 0.5], [0.8, 0.9], [0.2, 0.9]]


@pytest.fixture(scope="module", autouse=True)
def happened(home: House) -> None:
    """Today five at the gate; yesterday, at its first hour, two."""
    database = home.web.context.database
    now_ns = time.time_ns()
    today_ns = now_ns - now_ns % DAY_NS
    for _ in range(5):
        seen(database, "yard", max(today_ns, now_ns - 60 * NS))
    before = [CountRow("gate", today_ns - DAY_NS + 60 * NS, "person", ins=2)]
    results = Results("yard", now_ns, ZONE, counts=before)
    database.now(lambda connection: commit(connection, results))


def saved(here: Room, press: Callable[[], object]) -> "Download":
    with here.page.expect_download() as expected:
        press()
    return expected.value


def rows_of(download: "Download") -> list[list[str]]:
    text = Path(download.path()).read_text("utf-8-sig")
    return list(csv.reader(text.splitlines()))


def shape_of(picture: "Download") -> tuple[int, ...]:
    read = cv2.imread(str(picture.path()))
    assert read is not None
    return tuple(int(side) for side in read.shape)


def test_counts_are_those_of_the_day_beside_those_of_the_day_before(here: Room) -> None:
    here.open("/insights")
    card = here.page.get_by_role("region", name="gate · yard")
    card.get_by_text("A to B", exact=True).wait_for()
    assert figure(card, "A to B") == "5"
    here.page.get_by_label("Compare with").select_option("before")
    card.get_by_text("150 % more than then (2)").wait_for()
    assert "against=before" in here.page.url
    card.get_by_text("As a table").click()
    assert card.locator("tbody tr").first.locator("td").all_inner_texts()[2] == "2"
    assert here.serious() == []
    download = saved(here, card.get_by_role("button", name="Save gate · yard as CSV").click)
    assert download.suggested_filename.startswith("counts-yard-gate-")
    rows = rows_of(download)
    assert rows[0][:3] == ["Time", "A to B", "B to A"]
    assert sum(int(row[1]) for row in rows[1:]) == 5
    picture = saved(here, lambda: card.get_by_role("button", name="as a picture").click())
    assert shape_of(picture)[1] > 500


def figure(card: Any, name: str) -> str:
    return str(card.locator("dl > div", has_text=name).locator(".value").first.inner_text())


@pytest.mark.slow
def test_what_is_chosen_stays_in_the_address(here: Room) -> None:
    here.open("/insights/counts?range=yesterday&step=quarter&camera=yard")
    card = here.page.get_by_role("region", name="gate · yard")
    card.get_by_text("A to B", exact=True).wait_for()
    assert figure(card, "A to B") == "2"
    assert here.page.get_by_label("In steps of").input_value() == "quarter"
    card.get_by_text("As a table").click()
    assert card.locator("tbody tr").count() == 96
    here.page.get_by_role("button", name="7 days").click()
    wait_for(lambda: figure(card, "A to B") == "7")
    assert "range=7d" in here.page.url
    here.page.get_by_role("button", name="Stays").click()
    here.page.get_by_role("region", name="stay · yard").wait_for()
    assert "/insights/dwell?range=7d" in here.page.url
    here.page.go_back()
    card.get_by_text("A to B", exact=True).wait_for()


@pytest.mark.slow
def test_opening_hours_are_kept_in_the_browser(here: Room) -> None:
    here.open("/insights/counts?range=yesterday")
    card = here.page.get_by_role("region", name="gate · yard")
    card.get_by_text("A to B", exact=True).wait_for()
    here.page.get_by_role("button", name="Opening hours").click()
    for box in here.page.get_by_role("checkbox").all():
        box.check()
    assert here.serious() == []
    here.page.get_by_role("button", name="Save", exact=True).click()
    assert figure(card, "In opening hours") == "0 %"  # two came just after midnight
    here.page.reload()
    card.get_by_text("In opening hours").wait_for()


@pytest.mark.slow
def test_stays_and_ways_have_their_tables(here: Room) -> None:
    here.open("/insights/dwell")
    card = here.page.get_by_role("region", name="stay · yard")
    card.get_by_text("As a table").click()
    said = card.locator("tbody").inner_text()
    assert "0\N{EN DASH}5 s" in said
    here.open("/insights/paths")
    card = here.page.get_by_role("region", name="ways · yard")
    card.get_by_role("cell", name="15").first.wait_for()  # five times three legs
    here.page.get_by_label("Ways", exact=True).select_option("journeys")
    card.get_by_role("cell", name="5", exact=True).first.wait_for()


def test_the_heat_map_is_read_cell_by_cell_and_played(here: Room) -> None:
    here.open("/insights/heat")
    stage = here.page.get_by_role("application")
    stage.wait_for()
    assert inked(here) > 0
    stage.focus()
    here.page.keyboard.press("ArrowLeft")
    here.page.locator("output").get_by_text("Column").wait_for()
    stage.hover(position={"x": 5, "y": 5})
    here.page.locator("output").get_by_text("Column 1, row 1: nobody").wait_for()
    assert here.serious() == []
    begin = here.page.get_by_label("From", exact=True)
    begin.focus()
    begin.press("End")  # the last hour of the day
    here.page.get_by_role("button", name="The whole time").click()
    here.page.get_by_role("button", name="Play hour by hour").click()
    wait_for(lambda: begin.input_value() == "2")
    here.page.get_by_role("button", name="Pause").click()
    table = here.page.get_by_role("region", name="presence · yard")
    download = saved(here, lambda: table.get_by_role("button", name="as CSV").click())
    assert rows_of(download)[0] == ["Column", "Row", "Seconds"]


def inked(here: Room) -> int:
    """Points of the map that are drawn."""
    return int(
        here.page.evaluate(
            """() => {
              const canvas = document.querySelector("canvas");
              const pen = canvas.getContext("2d");
              const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
              let drawn = 0;
              for (let at = 3; at < data.length; at += 4) drawn += data[at] > 0;
              return drawn;
            }"""
        )
    )


@pytest.mark.slow
def test_a_camera_is_placed_on_a_floor_plan_by_keyboard(here: Room, tmp_path: Path) -> None:
    plan = tmp_path / "plan.png"
    cv2.imwrite(str(plan), np.full((300, 400, 3), 240, np.uint8))
    here.open("/insights/heat")
    here.page.get_by_role("button", name="Floor plans").click()
    dialog = here.page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Ground floor")
    dialog.get_by_label("Picture").set_input_files(plan)
    dialog.get_by_role("button", name="Keep this plan").click()
    dialog.get_by_role("heading", name="Ground floor").wait_for()
    dialog.get_by_role("button", name="Place yard").click()
    point = dialog.get_by_role("button", name="Point 1, Plan")
    for _ in range(10):
        point.press("ArrowLeft")
    assert here.serious() == []
    dialog.get_by_role("button", name="Place it so").click()
    dialog.get_by_role("button", name="Place yard again").wait_for()
    status, told = here.house.web.ask("GET", "/api/plans")
    assert status == 200
    [placed] = told[0]["cameras"]
    assert placed["plan"][0] == pytest.approx([0.2, 0.3])
    dialog.get_by_role("button", name="Show", exact=True).click()
    here.page.get_by_role("region", name="Ground floor").get_by_role("application").wait_for()
    assert "plan=ground-floor" in here.page.url
    picture = saved(here, lambda: here.page.get_by_role("button", name="as a picture").click())
    assert shape_of(picture) == (960 + 110, 1280, 3)
    here.page.get_by_role("button", name="Floor plans").click()
    dialog.get_by_role("button", name="Delete the plan Ground floor").click()
    dialog.get_by_role("alert").get_by_role("button", name="Delete").click()
    dialog.get_by_text("No floor plan yet").wait_for()


@pytest.mark.slow
def test_points_that_place_nothing_are_said_to(here: Room) -> None:
    picture = cv2.imencode(".png", np.zeros((90, 160, 3), np.uint8))[1].tobytes()
    headers = {"content-type": "image/png", "x-curtilage": "test"}
    address = f"{here.house.web.address}/api/plans/yardplan?title=Yard"
    assert here.context.request.put(address, data=picture, headers=headers).status == 200
    here.open("/insights/heat")
    here.page.get_by_role("button", name="Floor plans").click()
    dialog = here.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Place yard").click()
    point = dialog.get_by_role("button", name="Point 2, Camera")
    for _ in range(40):  # onto the first
        point.press("ArrowLeft")
    dialog.get_by_text("lie on one line").wait_for()
    assert dialog.get_by_role("button", name="Place it so").is_disabled()


@pytest.mark.slow
def test_a_report_is_made_now(here: Room) -> None:
    here.allowed.append("409")  # these settings come from no file
    here.open("/insights/reports")
    link = here.page.get_by_role("link", name="Save as CSV")
    download = saved(here, link.click)
    assert download.suggested_filename.startswith("curtilage-day-")
    assert any("gate" in row for row in rows_of(download))


def test_a_viewer_sees_numbers_of_their_cameras_alone(browser: "Browser", home: House) -> None:
    vera = {"name": "vera", "role": "viewer", "password": PASSWORD, "cameras": ["film"]}
    assert home.web.ask("POST", "/api/users", vera)[0] == 201
    with room(browser, home, signed_in=False) as made:
        made.allowed.append("404")
        made.open("/insights/counts?camera=yard")
        sign_in(made.page, "vera")
        for view in VIEWS:
            made.open(f"/insights/{view}?range=30d")
            made.page.get_by_role("heading", level=1, name="Insights").wait_for()
            made.page.wait_for_load_state("networkidle")
            assert "yard" not in made.page.locator("main").inner_text()


@pytest.mark.slow
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [PHONE, (2560, 1440)])
def test_every_view_fits_and_can_be_read(here: Room, size: tuple[int, int], dark: bool) -> None:
    here.allowed.append("409")
    here.size(*size, dark=dark)
    for view in VIEWS:
        here.open(f"/insights/{view}?range=7d")
        here.page.get_by_role("region").first.wait_for()
        assert here.overflow() <= 0, view
        assert here.serious() == [], view
