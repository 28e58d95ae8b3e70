"""The first run: first command, first account, first camera, first picture; nothing is edited."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from curtilage.config import load_site
from tests.browser.control_room.first_run import FirstRun, first_run
from tests.browser.control_room.house import PHONE, WIDE, House, Room, house, room
from tests.cameras import Account, CameraServer
from tests.cameras.onvif import Behaviour, Offered, OnvifDevice
from tests.web.live.site import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright").expect

PATIENCE_MS = 60_000
PURPOSE = "Shows who comes into the yard."


@pytest.fixture
def new(tmp_path: Path) -> Iterator[FirstRun]:
    with first_run(tmp_path) as made:
        yield made


@pytest.fixture
def device() -> Iterator[OnvifDevice]:
    """A camera with a password and a microphone, whose clock is wrong."""
    account = Account("admin", "hunter22")
    with CameraServer("tiny", audio="pcma", account=account) as server:
        server.add("wide", "small")
        offered = [
            Offered("s", server.url("small"), size=(320, 180)),
            Offered("l", server.url("wide"), size=(640, 360), sound=True),
        ]
        with OnvifDevice(Behaviour(offered, account, ahead_s=-7500.0)) as made:
            yield made


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("site")) as made:
        yield made


def looks_right(here: Room, step: str) -> None:
    """Nothing serious by axe, and no page wider than its window, large and small."""
    for size in (PHONE, WIDE):
        here.size(*size)
        assert here.overflow() <= 0, (step, size)
        assert here.serious() == [], (step, size)


def button(here: Room, name: str) -> "Locator":
    return here.page.get_by_role("button", name=name)


def heading(here: Room, name: str) -> None:
    here.page.get_by_role("heading", name=name).wait_for(timeout=PATIENCE_MS)


def adding(here: Room, address: str, user: str = "", password: str = "") -> None:
    """An address is typed, and the camera signed in to."""
    here.page.get_by_label("Address of the camera").fill(address)
    button(here, "Use this address").click()
    here.page.get_by_label("User of the camera").fill(user)
    here.page.get_by_label("Password of the camera").fill(password)
    button(here, "Look at the camera").click()


def test_from_the_first_command_to_the_first_picture(browser: "Browser", new: FirstRun) -> None:
    with room(browser, new.house, signed_in=False) as here:
        page = here.page
        here.open("/")
        page.get_by_label("Set-up token").fill(new.token)
        page.get_by_label("Name").fill("ada")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("Password again").fill(PASSWORD)
        looks_right(here, "account")
        button(here, "Make the account").click()

        page.get_by_role("link", name="Add a camera").first.click()
        button(here, "Back yard.mp4").wait_for(timeout=PATIENCE_MS)
        looks_right(here, "find")
        button(here, "Back yard.mp4").click()

        heading(here, "Is this the right one?")
        shown = page.get_by_alt_text("First picture of the camera")
        assert shown.evaluate("(picture) => picture.naturalWidth") == 640
        expect(page.get_by_role("row", name="main")).to_contain_text("H.264")
        expect(page.get_by_role("row", name="main")).to_contain_text("640 \u00d7 360")
        looks_right(here, "look")
        button(here, "Yes, this one").click()

        expect(page.get_by_label("Name")).to_have_value("back-yard")
        button(here, "Next").click()
        expect(page.get_by_label("What this camera is for")).to_have_attribute(
            "aria-invalid", "true"
        )
        looks_right(here, "purpose")
        page.get_by_label("What this camera is for").fill(PURPOSE)
        button(here, "Next").click()

        board = page.get_by_role("group", name="Draw masks here")
        box = board.bounding_box()
        assert box is not None
        for x, y in ((0.1, 0.1), (0.5, 0.1), (0.5, 0.5), (0.1, 0.5)):
            board.click(position={"x": x * box["width"], "y": y * box["height"]})
        board.press("Enter")
        looks_right(here, "mask")
        button(here, "Add this camera").click()

        heading(here, "back-yard is added")
        stage = page.locator('[data-camera="back-yard"]')
        page.locator('[data-camera="back-yard"][data-state="live"]').wait_for(timeout=PATIENCE_MS)
        took_s = time.monotonic() - new.began_s
        sys.stdout.write(f"first picture {took_s:.1f} s after the first command\n")
        assert stage.locator(".masks polygon").count() == 1
        looks_right(here, "done")

        page.get_by_role("link", name="Watch it live").click()
        page.locator('[data-camera="back-yard"][data-state="live"]').wait_for()

        camera = load_site(new.settings).cameras[0]
        assert (camera.name, camera.purpose, camera.audio) == ("back-yard", PURPOSE, "off")
        assert camera.masks[0][0] == pytest.approx((0.1, 0.1), abs=0.01)
        explained = "# The settings of this site."
        assert new.settings.read_text().startswith(explained)  # still

        settings_are_changed(here, new)
        it_is_removed(here, new)


def settings_are_changed(here: Room, new: FirstRun) -> None:
    """On the camera's own page; what is wrong is said where it stands, and nothing is sent."""
    here.open("/cameras/back-yard")
    here.page.get_by_role("button", name="Corner 1 of mask 1", exact=True).wait_for()
    looks_right(here, "settings")
    sound = here.page.get_by_role("form", name="Sound")
    sound.get_by_label("Record sound").check()
    sound.get_by_role("button", name="Save").click()
    expect(sound.get_by_role("alert")).to_contain_text("at least eight letters")
    kept = here.page.get_by_role("form", name="Recordings")
    kept.get_by_label("Keep for days").fill("")
    kept.get_by_label("Keep at most").fill("3GB")
    kept.get_by_role("button", name="Save").click()
    here.page.get_by_text("takes it up within seconds").wait_for()
    camera = load_site(new.settings).cameras[0]
    assert (camera.retention.days, camera.retention.size) == (None, 3_000_000_000)
    assert (camera.audio, camera.purpose) == ("off", PURPOSE)


def it_is_removed(here: Room, new: FirstRun) -> None:
    button(here, "Remove …").click()
    looks_right(here, "question")
    here.page.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()
    here.page.get_by_text("back-yard is removed").wait_for()
    assert load_site(new.settings).cameras == ()


@pytest.mark.slow
def test_what_a_camera_says_of_itself_is_shown(here: Room, device: OnvifDevice) -> None:
    here.open("/cameras/add")
    adding(here, f"127.0.0.1:{device.port}", "admin", "hunter22")
    heading(here, "Is this the right one?")
    told = here.page.get_by_role("main")
    for words in ("Acme", "2 h 5 min behind", "Offered, and stays off", "grids and motion"):
        expect(told).to_contain_text(words)
    assert "hunter22" not in here.page.content()
    looks_right(here, "look")


@pytest.mark.slow
def test_a_wrong_password_is_said_and_mended_in_place(here: Room, device: OnvifDevice) -> None:
    here.open("/cameras/add")
    adding(here, f"127.0.0.1:{device.port}", "admin", "a guess")
    here.page.locator('[data-reason="wrong_password"]').wait_for(timeout=PATIENCE_MS)
    looks_right(here, "refused")
    button(here, "Change user and password").click()
    expect(here.page.get_by_role("alert")).to_contain_text("refused this user or password")
    expect(here.page.get_by_label("User of the camera")).to_have_value("admin")
    here.page.get_by_label("Password of the camera").fill("hunter22")
    button(here, "Look at the camera").click()
    heading(here, "Is this the right one?")


@pytest.mark.slow
def test_back_and_on_again_nothing_is_lost_or_asked_twice(here: Room, device: OnvifDevice) -> None:
    page = here.page
    here.open("/cameras/add")
    adding(here, f"127.0.0.1:{device.port}", "admin", "hunter22")
    button(here, "Yes, this one").click(timeout=PATIENCE_MS)
    page.get_by_label("What this camera is for").fill(PURPOSE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.go_back()
    heading(here, "Is this the right one?")
    button(here, "Back").click()
    expect(page.get_by_label("Password of the camera")).to_have_value("hunter22")
    page.go_forward()
    button(here, "Look at the camera").click()
    button(here, "Yes, this one").click()
    expect(page.get_by_label("What this camera is for")).to_have_value(PURPOSE)
    assert not [url for url in asked if "examine" in url]
    here.open("/live")
    page.get_by_role("heading", name="Live").wait_for()
    here.open("/cameras/add/mask")
    heading(here, "Which camera?")  # the page was left: all of it is forgotten
    expect(page.get_by_label("Address of the camera")).to_have_value("")


@pytest.mark.slow
def test_where_there_is_no_camera_it_is_said(here: Room) -> None:
    here.open("/cameras/add")
    button(here, "Use this address").click()
    expect(here.page.get_by_label("Address of the camera")).to_have_attribute(
        "aria-invalid", "true"
    )
    adding(here, "rtsp://127.0.0.1:1/stream")
    here.page.locator('[data-reason="port_closed"]').wait_for(timeout=PATIENCE_MS)
    looks_right(here, "nobody")
    button(here, "Choose another camera").click()
    expect(here.page.get_by_label("Address of the camera")).to_have_value(
        "rtsp://127.0.0.1:1/stream"
    )


@pytest.mark.slow
def test_masks_are_drawn_by_keyboard_alone(here: Room, device: OnvifDevice) -> None:
    page = here.page
    here.open("/cameras/add")
    adding(here, f"127.0.0.1:{device.port}", "admin", "hunter22")
    button(here, "Yes, this one").click(timeout=PATIENCE_MS)
    page.get_by_label("What this camera is for").fill(PURPOSE)
    button(here, "Next").press("Enter")
    button(here, "Add a rectangle").press("Enter")
    corner = page.get_by_role("button", name="Corner 1 of mask 1", exact=True)
    corner.focus()
    for key in ("ArrowLeft", "Shift+ArrowUp"):
        page.keyboard.press(key)
    expect(page.locator("polygon")).to_have_attribute(
        "points", "0.29,0.25 0.55,0.3 0.55,0.55 0.3,0.55"
    )
    button(here, "Undo").press("Enter")
    button(here, "Undo").press("Enter")
    expect(page.locator("polygon")).to_have_attribute(
        "points", "0.3,0.3 0.55,0.3 0.55,0.55 0.3,0.55"
    )
    corner.focus()
    page.keyboard.press("Delete")
    expect(page.get_by_text("3 corners")).to_be_visible()
    button(here, "Remove mask 1").press("Enter")
    expect(page.get_by_text("No mask: all of the picture may be watched.")).to_be_visible()
