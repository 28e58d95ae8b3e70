"""The frame of the pages: first account, signing in and out, what a role may open, appearance."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from curtilage.web.accounts.setup import new_token
from tests.browser.control_room.house import PHONE, WIDE, House, Room, room, sign_in
from tests.web.live.site import NAME, PASSWORD, free_port, settings, web

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Adding a camera is looked at step by step in test_first_run.
PATHS = ("/live", "/recordings", "/events", "/rules", "/insights", "/system")


def test_the_first_account_is_made_with_the_token(
    browser: "Browser", home: House, tmp_path: Path
) -> None:
    with web(settings(tmp_path, [], free_port())) as served:
        fresh = House(served, home.cameras, tmp_path)
        with room(browser, fresh, signed_in=False) as made:
            made.open("/")
            page = made.page
            page.get_by_role("heading", name="Welcome").wait_for()
            assert made.serious() == []
            made.allowed.append("status of 403")
            page.get_by_label("Set-up token").fill("wrong")
            page.get_by_label("Name").fill("ada")
            page.get_by_label("Password", exact=True).fill(PASSWORD)
            page.get_by_label("Password again").fill(PASSWORD[:-1])
            assert page.get_by_text("The two passwords differ.").is_visible()
            page.get_by_label("Password again").fill(PASSWORD)
            page.get_by_role("button", name="Make the account").click()
            page.get_by_role("alert").wait_for()
            page.get_by_label("Set-up token").fill(new_token(served.context.database))
            page.get_by_role("button", name="Make the account").click()
            page.get_by_text("No camera yet").wait_for()


def test_signing_in_and_out(browser: "Browser", home: House) -> None:
    with room(browser, home, signed_in=False) as made:
        made.allowed += ["status of 401", "WebSocket connection"]  # it ends with the session
        made.open("/")
        sign_in(made.page, NAME, "wrong")
        made.page.get_by_role("alert").wait_for()
        sign_in(made.page, NAME)
        made.page.get_by_role("navigation").wait_for()
        made.page.get_by_role("button", name="Account").click()
        made.page.get_by_role("button", name="Sign out").click()
        made.page.get_by_role("heading", name="Sign in").wait_for()


def test_a_viewer_finds_no_page_that_is_not_for_them(browser: "Browser", home: House) -> None:
    given = {"name": "vera", "password": PASSWORD, "role": "viewer", "cameras": ["yard"]}
    status, told = home.web.ask("POST", "/api/users", given)
    assert status == 201, told
    with room(browser, home, signed_in=False) as made:
        made.open("/live")
        sign_in(made.page, "vera")
        made.page.get_by_role("navigation").wait_for()
        names = made.page.get_by_role("navigation").get_by_role("link").all_inner_texts()
        assert "Rules" not in names
        assert "Live" in names
        made.page.get_by_role("article", name="yard").wait_for()
        assert made.page.get_by_role("article", name="film").count() == 0
        made.open("/live/film")  # the camera is not theirs: they see the one that is
        made.page.get_by_role("article", name="yard").wait_for()
        assert made.page.get_by_text("film").count() == 0
        made.open("/rules")
        made.page.get_by_text("Your role does not include this page.").wait_for()


@pytest.mark.parametrize(
    ("size", "dark"),
    [
        (WIDE, False),
        (PHONE, True),
        *(
            pytest.param(size, dark, marks=pytest.mark.slow)
            for size, dark in (
                (WIDE, True), (PHONE, False), ((3840, 2160), False), ((3840, 2160), True),
            )
        ),
    ],
)  # fmt: skip
def test_every_page_fits_and_can_be_read(here: Room, size: tuple[int, int], dark: bool) -> None:
    here.size(*size, dark=dark)
    for path in (
        "/live",
        "/recordings",
        "/events",
        "/rules",
        "/insights",
        "/system",
        "/cameras/add",
    ):
        here.open(path)
        here.page.get_by_role("heading", level=1).first.wait_for()
        assert here.overflow() <= 0, path
        assert here.serious() == [], path
