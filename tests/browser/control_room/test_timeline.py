"""The page of recordings: played over gaps, scrubbed, several cameras in step, ranges taken."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest

from tests.browser.control_room.house import PHONE, WIDE, House, Room, house, room, sign_in, two
from tests.cameras import CameraServer
from tests.web.api.found import seen
from tests.web.live.site import PASSWORD, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

MASK = [[0.0, 0.0], [0.25, 0.0], [0.25, 0.3], [0.0, 0.3]]
PATIENCE_MS = 30_000


@dataclass
class Gap:
    """When nothing was recorded of ``yard``."""

    begin: datetime
    end: datetime


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    def cameras(server: CameraServer) -> list[dict[str, Any]]:
        yard, film = two(server)
        return [yard, film | {"masks": [MASK]}]

    with house(tmp_path_factory.mktemp("site"), cameras) as made:
        yield made


@pytest.fixture(scope="module")
def gap(home: House) -> Gap:
    """Ten seconds or so are recorded, then ``yard`` is away for some, then it is back."""
    wait_for(lambda: on_disk_s(home, "yard") > 10, 60)
    home.cameras.fault("main", "down")
    home.cameras.fault("main", "drop")
    time.sleep(5)
    home.cameras.clear("main")
    wait_for(
        lambda: len(gaps(home, "yard")) == 1 and on_disk_s(home, "yard", after_gap=True) > 9, 90
    )
    [told] = gaps(home, "yard")
    return Gap(moment(told["from"]), moment(told["to"]))


@pytest.mark.slow
def test_over_a_gap_it_plays_on_and_says_why(here: Room, gap: Gap) -> None:
    opened(here, "yard", gap.begin - timedelta(seconds=3))
    assert here.serious() == []
    here.page.keyboard.press("Space")
    skipped = here.page.get_by_text("Skipped")
    skipped.wait_for()
    assert "camera unreachable" in skipped.inner_text()
    wait_for(lambda: shown_at(here, "yard") > gap.end + timedelta(seconds=1), 30)
    shows(here, "yard")
    here.page.keyboard.press("Space")
    video = screen(here, "yard").locator("video")
    assert video.evaluate("(video) => video.getVideoPlaybackQuality().totalVideoFrames") > 20


def test_scrubbing_over_a_gap_shows_pictures_and_the_reason(here: Room, gap: Gap) -> None:
    opened(here, "yard", gap.begin - timedelta(seconds=5))
    to_minutes(here, 2)
    mouse, box = here.page.mouse, box_of(strip(here))
    y = box["y"] + box["height"] - 30
    before, within = gap.begin - timedelta(seconds=4), gap.begin + (gap.end - gap.begin) / 2
    mouse.move(x_of(here, before), y)
    mouse.down()
    wait_for(lambda: abs(thumb_at(here, "yard") - before) < timedelta(seconds=3))
    mouse.move(x_of(here, within), y, steps=5)
    said = screen(here, "yard").get_by_role("status")
    said.get_by_text("Not recorded: camera unreachable").wait_for()
    after = gap.end + timedelta(seconds=4)
    mouse.move(x_of(here, after), y, steps=5)
    wait_for(lambda: abs(thumb_at(here, "yard") - after) < timedelta(seconds=3))
    mouse.up()
    shows(here, "yard")
    assert abs(shown_at(here, "yard") - after) < timedelta(seconds=1)
    wait_for(lambda: quote(shown_at(here, "yard").strftime("%Y-%m-%dT%H:%M:%S")) in here.page.url)


def test_gaps_and_events_are_listed_in_words(here: Room, gap: Gap) -> None:
    event = seen(here.house.web.context.database, "yard", ns_of(gap.begin - timedelta(seconds=2)))
    opened(here, "yard", gap.begin - timedelta(seconds=6))
    here.page.get_by_text("1 gap and 1 event in view").click()
    assert here.serious() == []
    here.page.get_by_role("button", name="person crossed gate").click()
    wait_for(lambda: abs(ns_of(shown_at(here, "yard")) - event.time_ns) < 10**9)
    here.page.get_by_role("button", name="Not recorded: camera unreachable").click()
    screen(here, "yard").get_by_text("Not recorded: camera unreachable").wait_for()
    strip(here).focus()
    here.page.keyboard.press("k")
    wait_for(lambda: abs(ns_of(shown_at(here, "yard")) - event.time_ns) < 10**9)
    here.page.keyboard.press("j")
    here.page.get_by_text("There is no later event.").wait_for()


@pytest.mark.slow
def test_picture_by_picture(here: Room, gap: Gap) -> None:
    opened(here, "yard", gap.begin - timedelta(seconds=4))
    times = [shown_at(here, "yard")]
    for key in "..,,":
        here.page.keyboard.press(key)
        wait_for(lambda: shown_at(here, "yard") != times[-1])
        shows(here, "yard")
        times.append(shown_at(here, "yard"))
    first, second, third, back, again = times
    assert first < second < third
    assert back == second
    assert again < second
    assert third - second < timedelta(seconds=0.3)


@pytest.mark.slow
def test_several_cameras_are_in_step(here: Room, gap: Gap) -> None:
    opened(here, "film", gap.begin - timedelta(seconds=8))
    here.page.get_by_label("Add a camera to the view").select_option("yard")
    shows(here, "film")
    shows(here, "yard")
    strip(here).focus()
    here.page.get_by_label("Speed").select_option("0.5")
    standing = media(here)  # both at the same moment
    strip(here).press("Space")
    begin = shown_at(here, "film")
    wait_for(lambda: shown_at(here, "film") > begin + timedelta(seconds=1.5), 30)
    running = media(here)
    strip(here).press("Space")
    went = [now["at"] - then["at"] for then, now in zip(standing, running, strict=True)]
    assert went[0] > 1
    assert went[0] == pytest.approx(went[1], abs=0.2)
    assert all(not one["paused"] and 0.4 < one["rate"] < 0.6 for one in running)
    for camera in ("film", "yard"):
        shows(here, camera)
    assert "with=yard" in here.page.url
    assert here.serious() == []
    # While one has a gap the other goes on.
    here.open(
        f"/recordings/film?with=yard&at={quote((gap.begin + timedelta(seconds=1)).isoformat())}"
    )
    shows(here, "film")
    screen(here, "yard").get_by_text("Not recorded: camera unreachable").wait_for()
    here.page.get_by_role("button", name="Remove yard from the view").click()
    screen(here, "yard").wait_for(state="detached")
    shows(here, "film")


def test_from_a_day_to_a_minute_by_wheel_keys_and_fingers(here: Room, gap: Gap) -> None:
    opened(here, "yard", gap.begin)
    box = box_of(strip(here))
    here.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    for _ in range(20):
        here.page.mouse.wheel(0, 400)
    wait_for(lambda: span_s(here) == 86_400)
    for _ in range(20):
        here.page.mouse.wheel(0, -600)
    wait_for(lambda: span_s(here) == 60)
    strip(here).press("-")
    wait_for(lambda: span_s(here) == 120)
    strip(here).press("+")
    wait_for(lambda: span_s(here) == 60)
    at = shown_at(here, "yard")
    strip(here).press("ArrowLeft")
    wait_for(lambda: shown_at(here, "yard") == at - timedelta(seconds=1))
    strip(here).press("PageUp")
    wait_for(lambda: shown_at(here, "yard") == at - timedelta(seconds=61))
    pinch(here, [0.4, 0.6], [0.45, 0.55])
    wait_for(lambda: span_s(here) == 120)


@pytest.mark.slow
def test_another_day(here: Room, gap: Gap) -> None:
    opened(here, "yard", gap.begin - timedelta(seconds=4))
    before = shown_at(here, "yard")
    here.page.get_by_role("button", name="Day before").click()
    here.page.get_by_text("Nothing is recorded of this time").wait_for()
    assert shown_at(here, "yard") == before - timedelta(days=1)
    here.page.get_by_label("Day", exact=True).fill(before.strftime("%Y-%m-%d"))
    wait_for(lambda: shown_at(here, "yard") == before)
    here.page.get_by_role("button", name="Newest").click()
    wait_for(lambda: shown_at(here, "yard") > gap.end)
    shows(here, "yard")


def test_a_range_is_marked_exported_and_kept(here: Room, gap: Gap, tmp_path: Path) -> None:
    opened(here, "yard", gap.begin - timedelta(seconds=6))
    to_minutes(here, 1)
    here.page.keyboard.press("i")
    for _ in range(3):
        here.page.keyboard.press("ArrowRight")
    here.page.keyboard.press("o")
    here.page.get_by_text("(3 s)").wait_for()
    here.page.get_by_role("slider", name="End of the range").press("ArrowRight")
    here.page.get_by_text("(4 s)").wait_for()
    end = here.page.get_by_role("slider", name="End of the range")
    box = box_of(end)
    here.page.mouse.move(box["x"] + 4, box["y"] + 40)
    here.page.mouse.down()
    here.page.mouse.move(x_of(here, gap.begin - timedelta(seconds=1)), box["y"] + 40, steps=4)
    here.page.mouse.up()
    here.page.get_by_text("(5 s)").wait_for()
    here.page.get_by_role("button", name="Export").click()
    dialog = here.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Make the movie").click()
    dialog.get_by_text("Ready to download").wait_for(timeout=PATIENCE_MS)
    assert here.serious() == []
    with here.page.expect_download() as downloading:
        dialog.get_by_role("link", name="Movie (MP4)").click()
    downloading.value.save_as(tmp_path / "movie.mp4")
    assert (tmp_path / "movie.mp4").read_bytes()[4:8] == b"ftyp"
    dialog.get_by_role("button", name="Close").last.click()
    here.page.get_by_role("button", name="Keep").click()
    dialog.get_by_role("button", name="Keep it").click()
    dialog.get_by_text("Say why").wait_for()
    dialog.get_by_label("Reason").fill("The police asked for it.")
    assert here.serious() == []
    dialog.get_by_role("button", name="Keep it").click()
    here.page.get_by_text("yard: this stretch is kept.").wait_for()
    [hold] = here.house.web.ask("GET", "/api/holds")[1]
    assert (hold["camera"], hold["reason"]) == ("yard", "The police asked for it.")
    assert moment(hold["to"]) - moment(hold["from"]) == pytest.approx(
        timedelta(seconds=5), abs=timedelta(seconds=0.6)
    )


def test_masks_cover_what_is_shown_and_what_is_saved(here: Room, gap: Gap, tmp_path: Path) -> None:
    opened(here, "film", gap.begin - timedelta(seconds=4))
    whole = box_of(screen(here, "film"))
    cover = box_of(screen(here, "film").locator(".masks polygon"))
    assert cover["width"] / whole["width"] == pytest.approx(0.25, abs=0.01)
    assert cover["height"] / whole["height"] == pytest.approx(0.3, abs=0.01)
    with here.page.expect_download() as downloading:
        here.page.get_by_role("button", name="Save this picture").click()
    downloading.value.save_as(tmp_path / "picture.jpg")
    assert downloading.value.suggested_filename.startswith("film-20")
    assert (tmp_path / "picture.jpg").read_bytes()[:2] == b"\xff\xd8"


@pytest.mark.slow
def test_on_a_phone_light_and_dark(here: Room, gap: Gap) -> None:
    for size, dark in ((PHONE, True), (PHONE, False), (WIDE, True)):
        here.size(*size, dark=dark)
        opened(here, "yard", gap.begin - timedelta(seconds=4))
        assert here.overflow() <= 0
        right = here.page.get_by_role("button", name="Newest").evaluate(
            "(button) => button.getBoundingClientRect().right"
        )
        assert right <= size[0]
        assert here.serious() == []


def test_who_may_see_one_camera_gets_nothing_else(
    browser: "Browser", home: House, gap: Gap
) -> None:
    vera = {"name": "vera", "role": "viewer", "password": PASSWORD, "cameras": ["film"]}
    assert home.web.ask("POST", "/api/users", vera)[0] == 201
    mine = replace(home.web, cookie="")
    with room(browser, home, signed_in=False) as made:
        made.open(f"/recordings/yard?at={quote((gap.begin - timedelta(seconds=4)).isoformat())}")
        sign_in(made.page, "vera")
        shows(made, "film")
        assert "yard" not in made.page.locator("main").inner_text()
        assert made.page.get_by_role("button", name="Mark the beginning").count() == 0
        made.page.keyboard.press("i")
        assert made.page.get_by_role("slider", name="Beginning of the range").count() == 0
    assert mine.ask("POST", "/api/login", {"name": "vera", "password": PASSWORD})[0] == 200
    span = urlencode({"from": gap.begin.isoformat(), "to": gap.end.isoformat()})
    for path in (f"recordings?{span}", f"recordings/media?{span}", f"activity?{span}"):
        assert mine.ask("GET", f"/api/cameras/yard/{path}")[0] == 404


def opened(here: Room, camera: str, at: datetime) -> None:
    """The page at a moment, its picture shown."""
    here.open("/live")
    here.open(f"/recordings/{camera}?at={quote(at.isoformat())}")
    screen(here, camera).wait_for()
    wait_for(lambda: abs(shown_at(here, camera) - at) < timedelta(seconds=0.01))
    strip(here).focus()
    if any(moment(one["from"]) <= at < moment(one["to"]) for one in gaps(here.house, camera)):
        return
    shows(here, camera)


def shows(here: Room, camera: str) -> None:
    here.page.locator(f'[data-camera="{camera}"][data-standing="shown"]').wait_for(
        timeout=PATIENCE_MS
    )


def screen(here: Room, camera: str) -> "Locator":
    return here.page.locator(f'[data-camera="{camera}"]')


def strip(here: Room) -> "Locator":
    return here.page.get_by_role("slider", name="Timeline")


def shown_at(here: Room, camera: str) -> datetime:
    told = screen(here, camera).locator("time").get_attribute("datetime")
    assert told is not None
    return moment(told)


def media(here: Room) -> list[dict[str, Any]]:
    """How the film of each screen stands, all at one time; each counts from its own zero."""
    told: list[dict[str, Any]] = here.page.evaluate(
        """() => [...document.querySelectorAll("[data-camera] video")].map((video) => ({
          at: video.currentTime, paused: video.paused, rate: video.playbackRate,
        }))"""
    )
    return told


def thumb_at(here: Room, camera: str) -> datetime:
    """Of the picture that is shown while one scrubs; long ago: there is none."""
    told = screen(here, camera).get_attribute("data-thumb")
    return datetime.fromtimestamp(float(told or 0) / 1000, UTC)


def span_s(here: Room) -> int:
    low, high = (strip(here).get_attribute(f"aria-value{end}") for end in ("min", "max"))
    return round(float(high or 0) - float(low or 0))


def x_of(here: Room, at: datetime) -> float:
    box = box_of(strip(here))
    low = float(strip(here).get_attribute("aria-valuemin") or 0)
    return float(box["x"] + (at.timestamp() - low) / span_s(here) * box["width"])


def to_minutes(here: Room, minutes: int) -> None:
    for _ in range(12):
        if span_s(here) <= 60 * minutes:
            break
        strip(here).press("+")


def box_of(one: "Locator") -> Any:
    box = one.bounding_box()
    assert box is not None
    return box


def pinch(here: Room, before: list[float], after: list[float]) -> None:
    """Two fingers on the timeline, at shares of its width."""
    box = box_of(strip(here))
    fingers = here.context.new_cdp_session(here.page)

    def touch(kind: str, places: list[float]) -> None:
        points = [
            {"x": box["x"] + share * box["width"], "y": box["y"] + 60, "id": n}
            for n, share in enumerate(places)
        ]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", before)
    for part in (0.25, 0.5, 0.75, 1.0):
        touch("touchMove", [a + part * (b - a) for a, b in zip(before, after, strict=True)])
    touch("touchEnd", [])


def recordings(home: House, camera: str) -> dict[str, Any]:
    now = datetime.now(UTC)
    span = urlencode({"from": (now - timedelta(hours=1)).isoformat(), "to": now.isoformat()})
    status, told = home.web.ask("GET", f"/api/cameras/{camera}/recordings?{span}&stream=main")
    assert status == 200
    return dict(told[0]) if told else {"intervals": [], "formats": []}


def gaps(home: House, camera: str) -> list[dict[str, Any]]:
    """Those that are longer than a moment, without the one before all recordings."""
    found = recordings(home, camera)["intervals"]
    first = next((n for n, one in enumerate(found) if one["recorded"]), len(found))
    return [
        one
        for one in found[first:]
        if not one["recorded"] and moment(one["to"]) - moment(one["from"]) > timedelta(seconds=0.5)
    ]


def on_disk_s(home: House, camera: str, *, after_gap: bool = False) -> float:
    told = recordings(home, camera)
    if not told["formats"]:
        return 0.0
    begin = told["formats"][0]["from"] if not after_gap else gaps(home, camera)[-1]["to"]
    return (moment(told["formats"][-1]["to"]) - moment(begin)).total_seconds()


def moment(told: str) -> datetime:
    return datetime.fromisoformat(told)


def ns_of(at: datetime) -> int:
    return round(at.timestamp() * 1e9)
