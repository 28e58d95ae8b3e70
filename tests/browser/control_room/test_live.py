"""The live page in a real browser: it shows, says how it stands, recovers, tells what is seen."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from curtilage.analysis.outcome.feed import Feed
from curtilage.model import Kind
from curtilage.store.found.results import Results, commit
from curtilage.store.health import report
from tests.browser.control_room.house import RULES, House, Room, house, room, sign_in
from tests.cameras import CameraServer
from tests.web.api.found import ZONE, crossing, seen
from tests.web.live.site import PASSWORD, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from sqlalchemy import Connection

PATIENCE_MS = 25_000
INKED = """(camera) => {
  const canvas = document.querySelector(`[data-camera="${camera}"] > .boxes`);
  if (!canvas?.width) return false;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value) => value > 0);
}"""
OVER = """(camera) => {
  const stage = document.querySelector(`[data-camera="${camera}"]`);
  const whole = stage.getBoundingClientRect();
  const box = (name) => {
    const found = stage.querySelector(name)?.getBoundingClientRect();
    return found && [(found.x - whole.x) / whole.width, (found.y - whole.y) / whole.height,
                     found.width / whole.width, found.height / whole.height];
  };
  return {
    line: box(".line polyline:not(.arrow)"), zone: box(".zone"),
    zones: stage.querySelectorAll(".zone").length, arrows: stage.querySelectorAll(".arrow").length,
  };
}"""
FLAWS = ("WebSocket connection", "ERR_CONNECTION_REFUSED", "EventSource")
"""What browsers say of a server that was away."""


def streams(cameras: CameraServer, **paths: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "url": cameras.url(path), "record": False} for name, path in paths.items()
    ]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    def cameras(server: CameraServer) -> list[dict[str, Any]]:
        server.add("hevc", "brief-hevc")
        yard = streams(server, main="main", sub="sub")
        yard[0]["record"] = True  # for the pictures of events
        return [
            {"name": "yard", "streams": yard, "rules": RULES},
            {"name": "film", "streams": streams(server, main="bframes")},
            {"name": "new", "streams": streams(server, main="hevc")},
            {
                "name": "web",
                "streams": [{"name": "main", "url": server.mjpeg_url("jpeg"), "record": False}],
            },
        ]

    with house(tmp_path_factory.mktemp("site"), cameras) as made:
        yield made


def until(here: Room, camera: str, state: str, shows: str = "") -> None:
    """The camera's picture is so."""
    more = f'[data-shows="{shows}"]' if shows else ""
    stage = here.page.locator(f'[data-camera="{camera}"][data-state="{state}"]{more}')
    stage.wait_for(timeout=PATIENCE_MS)


def plays(here: Room, camera: str) -> None:
    """It shows pictures, of now."""
    until(here, camera, "live")
    video = here.page.locator(f'[data-camera="{camera}"] > video')
    count = "(video) => video.getVideoPlaybackQuality().totalVideoFrames"
    before = video.evaluate(count)
    wait_for(lambda: video.evaluate(count) >= before + 5)
    tile = here.page.get_by_role("article", name=camera)
    taken = tile.locator("time").get_attribute("datetime")
    age = here.page.evaluate("(taken) => Date.now() - Date.parse(taken)", taken)
    assert -500 < age < 3000


def width(here: Room, camera: str) -> int:
    video = here.page.locator(f'[data-camera="{camera}"] > video')
    return int(video.evaluate("(video) => video.videoWidth"))


def test_every_kind_of_stream_plays(here: Room) -> None:
    here.open()
    for camera in ("yard", "film"):
        plays(here, camera)
    until(here, "web", "live", "still")
    until(here, "new", "refused")
    said = here.page.get_by_role("article", name="new").get_by_role("status").inner_text()
    assert "H.265, which this browser cannot show" in said
    assert here.serious() == []


def test_by_keyboard_one_camera_is_large_and_back(here: Room) -> None:
    here.open()
    plays(here, "yard")
    viewers = here.house.cameras.viewers("main")
    here.page.get_by_role("link", name="Enlarge yard").press("Enter")
    here.page.get_by_role("heading", name="yard").wait_for()
    plays(here, "yard")
    assert here.house.cameras.viewers("main") == viewers  # the recorder's; nobody else asks
    assert here.serious() == []
    here.page.keyboard.press("Escape")
    here.page.get_by_role("link", name="Enlarge yard").wait_for()


@pytest.mark.slow
def test_cameras_are_moved_by_keys_and_stay_so(here: Room) -> None:
    def order() -> list[str | None]:
        tiles = here.page.get_by_role("article").all()
        return [tile.get_attribute("aria-label") for tile in tiles]

    here.open()
    here.page.get_by_role("article", name="yard").wait_for()
    assert order() == ["film", "new", "web", "yard"]
    grip = here.page.get_by_role("button", name="Move film")
    grip.press("ArrowRight")
    wait_for(lambda: order() == ["new", "film", "web", "yard"])
    grip.press("ArrowDown")
    wait_for(lambda: order() == ["new", "web", "yard", "film"])
    here.page.get_by_role("button", name="Move yard").drag_to(
        here.page.get_by_role("article", name="new")
    )
    wait_for(lambda: order() == ["yard", "new", "web", "film"])
    here.page.reload()
    here.page.get_by_role("article", name="yard").wait_for()
    assert order() == ["yard", "new", "web", "film"]


def test_a_picture_goes_on_while_the_cameras_are_asked_for_again(here: Room) -> None:
    here.open()
    plays(here, "yard")
    video = here.page.locator('[data-camera="yard"] > video')
    source = video.get_attribute("src")
    asked = "performance.getEntriesByType('resource').filter((e) => e.name.endsWith('/cameras'))"
    before = here.page.evaluate(f"{asked}.length")
    wait_for(lambda: here.page.evaluate(f"{asked}.length") >= before + 2)
    assert video.get_attribute("src") == source


def test_a_camera_lost_and_back(here: Room) -> None:
    here.open()
    plays(here, "yard")
    here.house.cameras.fault("sub", "down")
    here.house.cameras.fault("sub", "drop")
    until(here, "yard", "lost")
    said = here.page.get_by_role("article", name="yard").get_by_role("status").inner_text()
    assert said.startswith("camera unreachable: ")
    assert ", since " in said
    here.house.cameras.clear("sub")
    plays(here, "yard")


@pytest.mark.slow
def test_parameters_change_in_the_stream(here: Room) -> None:
    here.open()
    plays(here, "film")
    assert width(here, "film") == 320
    here.house.cameras.fault("bframes", "change=small")
    wait_for(lambda: width(here, "film") == 640)
    plays(here, "film")
    here.house.cameras.fault("bframes", "change=tiny-bframes")
    wait_for(lambda: width(here, "film") == 320)
    plays(here, "film")


@pytest.mark.slow
def test_the_camera_s_clock_jumps(here: Room) -> None:
    here.open()
    plays(here, "yard")
    here.house.cameras.fault("sub", "jump=3600")
    time.sleep(2)
    plays(here, "yard")


def test_events_and_counts_come_by_themselves_each_once(here: Room) -> None:
    here.allowed.extend(FLAWS)
    rows = here.page.locator("aside ol > li")
    database = here.house.web.context.database
    here.open()
    plays(here, "yard")
    before = rows.count()
    seen(database, "yard", time.time_ns())
    wait_for(lambda: rows.count() == before + 1)
    assert "person crossed gate, A to B" in rows.first.inner_text()
    here.page.locator("aside").get_by_text("A→B").wait_for()
    here.house.restart()
    until(here, "yard", "away")
    plays(here, "yard")
    plays(here, "film")
    database = here.house.web.context.database
    seen(database, "yard", time.time_ns())
    wait_for(lambda: rows.count() == before + 2)
    seen(database, "yard", time.time_ns())
    wait_for(lambda: rows.count() == before + 3)


def inside(home: House, count: int) -> None:
    """So many are in the zone now."""
    now_ns = time.time_ns()
    said = replace(
        crossing("yard", now_ns), rule="people", kind=Kind.OCCUPANCY, direction=None,
        track=None, label=None, box=None, details={"count": count},
    )  # fmt: skip
    results = Results("yard", now_ns, ZONE, events=[said])
    home.web.context.database.now(lambda connection: commit(connection, results))


def crossings(home: House) -> int:
    """Of today, from A to B."""
    now = datetime.now(UTC)
    span = urlencode({"from": now.isoformat(), "to": (now + timedelta(seconds=1)).isoformat()})
    status, told = home.web.ask("GET", f"/api/counts?{span}&step=day")
    assert status == 200
    return sum(one["in"][-1] for one in told["counts"] if one["rule"] == "gate")


def test_lines_and_zones_lie_over_the_picture_with_live_numbers(here: Room) -> None:
    here.open("/live/yard")
    plays(here, "yard")
    here.page.locator(".zone").wait_for(state="attached")
    over = here.page.evaluate(OVER, "yard")
    assert over["zones"] == 1  # two rules, one zone
    assert over["line"] == pytest.approx([0.3, 0.2, 0.0, 0.6], abs=0.02)
    assert over["zone"] == pytest.approx([0.5, 0.4, 0.3, 0.5], abs=0.02)
    assert over["arrows"] == 4  # both ways, with their tips
    stage = here.page.locator('[data-camera="yard"]')
    gate = stage.locator(".of-line")
    before = crossings(here.house)
    wait_for(lambda: f"A→B {before}" in gate.inner_text())
    seen(here.house.web.context.database, "yard", time.time_ns())
    wait_for(lambda: f"A→B {before + 1}" in gate.inner_text(), 12)  # sooner than each half minute
    inside(here.house, 3)
    stage.get_by_text("3 people now").wait_for(timeout=12_000)
    inside(here.house, 1)
    stage.get_by_text("1 person now").wait_for(timeout=12_000)
    here.page.get_by_role("button", name="Lines and zones").click()
    stage.locator(".zone").wait_for(state="detached")


def test_boxes_are_drawn_in_time_with_the_picture(here: Room) -> None:
    here.allowed.append("willReadFrequently")  # of the test itself
    here.open("/live/yard")
    plays(here, "yard")
    assert not here.page.evaluate(INKED, "yard")
    over = threading.Event()

    def analyse() -> None:
        feed = Feed(here.house.folder / "state", 0)
        while not over.wait(0.2):
            told = {"ids": [7], "labels": ["person"], "boxes": [[0.2, 0.2, 0.4, 0.8]]}
            feed.welcome()
            feed.say("tracks", "yard", {"time_ns": time.time_ns(), "seen": [True], **told})
        feed.close()

    analysing = threading.Thread(target=analyse)
    analysing.start()
    try:
        wait_for(lambda: bool(here.page.evaluate(INKED, "yard")))
    finally:
        over.set()
        analysing.join()
    wait_for(lambda: not here.page.evaluate(INKED, "yard"))  # what is old is not drawn


def recorder_reports(connection: "Connection") -> None:
    """As its process does every five seconds."""
    now_ns = time.time_ns()
    stream = {"camera": "yard", "stream": "main", "since_ns": now_ns, "end_ns": now_ns}
    report(connection, "recorder", now_ns, {"streams": [stream | {"reason": None, "sentence": ""}]})


@pytest.mark.slow
def test_how_a_camera_stands_is_said(here: Room) -> None:
    here.open("/live/film")
    here.page.get_by_text("Not recorded, as its settings say.").wait_for()
    here.house.web.context.database.now(recorder_reports)
    here.open("/live/yard")
    here.page.get_by_text("Recorded since").wait_for()


def test_who_may_see_another_camera_sees_none_of_it(browser: "Browser", home: House) -> None:
    vera = {"name": "vera", "role": "viewer", "password": PASSWORD, "cameras": ["film"]}
    assert home.web.ask("POST", "/api/users", vera)[0] == 201
    mine = replace(home.web, cookie="")
    with room(browser, home, signed_in=False) as made:
        made.open()
        sign_in(made.page, "vera")
        plays(made, "film")
        seen(home.web.context.database, "yard", time.time_ns())
        seen(home.web.context.database, "film", time.time_ns())
        made.page.locator("aside").get_by_text("crossed").first.wait_for()
        assert "yard" not in made.page.locator("main").inner_text()
        assert made.page.locator("aside").get_by_text("crossed").count() == 1
    assert mine.ask("POST", "/api/login", {"name": "vera", "password": PASSWORD})[0] == 200
    for path in ("rules", "heatmaps/presence?from=2026-01-01T00:00Z&to=2126-01-01T00:00Z"):
        assert mine.ask("GET", f"/api/cameras/yard/{path}")[0] == 404
