"""The pages of the system: accounts and what they see, tokens, versions, modes, the log, health."""

import contextlib
import http.client
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from curtilage.config.versions import FIRST, Versions
from curtilage.store.health import report
from curtilage.store.logs.files import FOLDER, LogFiles
from curtilage.store.logs.line import Level, LogLine
from tests.browser.control_room.house import PHONE, WIDE, House, Room, room, sign_in
from tests.web.live.site import NAME, PASSWORD, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

VIEWS = (
    "cameras", "storage", "processes", "modes", "logs", "settings", "users", f"users/{NAME}",
    "tokens", "account", "about",
)  # fmt: skip
OTHER = "a longer sentence to remember"
BEFORE = "# before\nstate: state\nvolumes: [{path: disk}]\ncameras: []\n"
AFTER = "# after\nstate: state\nvolumes: [{path: disk}]\ncameras: []\nmodes: [home, away]\n"


@pytest.fixture(scope="module", autouse=True)
def lived_in(home: House) -> Path:
    """Two versions of a settings file, some lines of the log."""
    context = home.web.context
    file = home.folder / "curtilage.yaml"
    file.write_text(AFTER)
    versions = Versions(context.site.state)
    versions.keep(BEFORE, file, FIRST)
    versions.keep(AFTER, file, "API (owner)")
    now_ns = time.time_ns()
    with LogFiles(context.site.state / FOLDER) as files:
        for place in range(250):
            files.put(LogLine(now_ns + place, "recorder", Level.INFO, f"segment {place} is kept"))
        files.put(LogLine(now_ns + 300, "web", Level.WARNING, "somebody typed a wrong password"))
    return file


@dataclass
class Recorder:
    """What the recorder says each second, as its process would; silent ones are told as wrong."""

    home: House
    reason: str | None = None
    """Why yard is not recorded."""
    problems: tuple[str, ...] = ()
    over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.over.wait(1.0):
            self.say()

    def say(self) -> None:
        now_ns = time.time_ns()
        times = {"since_ns": now_ns, "end_ns": now_ns}
        why = {"yard": self.reason, "film": None}
        streams = [
            {"camera": camera, "stream": "main", "reason": reason, "sentence": "", **times}
            for camera, reason in why.items()
        ]
        facts = {"streams": streams, "waiting_bytes": 0, "behind_s": 0.0}
        facts |= {"problems": list(self.problems)}
        self.home.web.context.database.now(lambda c: report(c, "recorder", now_ns, facts))


@pytest.fixture(scope="module", autouse=True)
def recorder(home: House) -> Iterator[Recorder]:
    made = Recorder(home)
    made.say()
    saying = threading.Thread(target=made.run)
    saying.start()
    yield made
    made.over.set()
    saying.join()


def bearer(home: House, path: str, token: str) -> int:
    """Status of what a program gets with a token."""
    client = http.client.HTTPConnection("127.0.0.1", home.web.port, timeout=20)
    with contextlib.closing(client):
        client.request("GET", path, headers={"authorization": f"Bearer {token}"})
        return client.getresponse().status


def dialog(here: Room) -> "Locator":
    return here.page.get_by_role("dialog")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "dark"),
    [
        (WIDE, False),
        (PHONE, True),
        pytest.param(WIDE, True, marks=pytest.mark.slow),
        pytest.param(PHONE, False, marks=pytest.mark.slow),
        pytest.param((3840, 2160), False, marks=pytest.mark.slow),
        pytest.param((3840, 2160), True, marks=pytest.mark.slow),
    ],
)
def test_every_view_is_sound(here: Room, size: tuple[int, int], dark: bool) -> None:
    here.size(*size, dark=dark)
    for view in VIEWS:
        here.open(f"/system/{view}")
        here.page.get_by_role("heading", level=1).wait_for()
        here.page.locator("main .loading").first.wait_for(state="hidden")
        assert here.overflow() <= 0, view
        assert here.serious() == [], view


def test_a_user_with_one_camera_sees_only_it(browser: "Browser", here: Room) -> None:
    page = here.page
    here.open("/system/users")
    page.get_by_role("button", name="Add a user").click()
    sheet = dialog(here)
    sheet.get_by_label("Name").fill("Vera")
    assert sheet.get_by_text("Use small letters").is_visible()
    sheet.get_by_label("Name").fill("vera")
    sheet.get_by_label("Password", exact=True).fill("short")
    sheet.get_by_role("checkbox", name="yard").check()
    assert here.serious() == []
    here.allowed.append("status of 422")
    sheet.get_by_role("button", name="Add a user").click()
    assert "12 to 256 characters" in sheet.get_by_role("alert").inner_text()
    sheet.get_by_label("Password", exact=True).fill(PASSWORD)
    sheet.get_by_role("button", name="Add a user").click()
    sheet.wait_for(state="hidden")
    row = page.get_by_role("row", name="vera")
    assert "yard" in row.inner_text()

    with room(browser, here.house, signed_in=False) as hers:
        hers.open("/system")
        sign_in(hers.page, "vera")
        parts = hers.page.get_by_role("navigation", name="Parts of the system")
        parts.wait_for()
        names = parts.get_by_role("link").all_inner_texts()
        assert names == ["Modes", "API tokens", "My account", "About"]
        hers.open("/system/modes")
        hers.page.get_by_role("main").get_by_text("Operators and administrators").wait_for()
        assert hers.page.get_by_role("button", name="Away").is_disabled()
        hers.page.get_by_role("rowheader", name="gate").wait_for()
        hers.open("/system/account")
        hers.page.get_by_text("yard", exact=True).wait_for()
        hers.open("/system/users")
        hers.page.get_by_text("Your role does not include this part.").wait_for()
        hers.open("/live")
        hers.page.get_by_role("article", name="yard").wait_for()
        assert "film" not in hers.page.locator("body").inner_text()
        hers.open("/system/account")
        hers.page.get_by_role("heading", name="My account").wait_for()
        # What is taken away is gone.
        row.get_by_role("link", name="vera").click()
        page.get_by_role("button", name="Remove the account").click()
        assert "vera" in dialog(here).inner_text()
        dialog(here).get_by_role("button", name="Remove the account").click()
        page.get_by_role("row", name=NAME).wait_for()
        row.wait_for(state="detached")
        hers.allowed.append("status of 401")
        hers.open("/system/tokens")
        hers.page.get_by_role("heading", name="Sign in").wait_for()


@pytest.mark.slow
def test_role_and_cameras_are_changed(here: Room) -> None:
    given = {"name": "otto", "password": PASSWORD, "role": "viewer", "cameras": ["yard"]}
    assert here.house.web.ask("POST", "/api/users", given)[0] == 201
    page = here.page
    here.open("/system/users/otto")
    page.get_by_role("radio", name="Operator").check()
    page.get_by_role("checkbox", name="film").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved for otto.").wait_for()
    _, told = here.house.web.ask("GET", "/api/users/otto")
    assert (told["role"], told["cameras"]) == ("operator", ["film", "yard"])
    page.get_by_role("radio", name="Auditor").check()
    page.get_by_role("button", name="Save").click()
    wait_for(lambda: here.house.web.ask("GET", "/api/users/otto")[1]["role"] == "auditor")
    page.get_by_role("button", name="Disable").click()
    dialog(here).get_by_role("button", name="Disable").click()
    page.get_by_role("button", name="Enable").wait_for()
    assert here.house.web.ask("GET", "/api/users/otto")[1]["enabled"] is False
    assert here.serious() == []


def test_a_token_is_shown_once_works_and_ends(here: Room) -> None:
    page = here.page
    here.context.grant_permissions(["clipboard-read", "clipboard-write"])
    here.open("/system/tokens")
    page.get_by_text("You have no tokens").wait_for()
    page.get_by_role("button", name="Make a token").click()
    sheet = dialog(here)
    sheet.get_by_label("What is it for?").fill("the kitchen screen")
    sheet.get_by_role("button", name="Make it").click()
    sheet.get_by_text("Choose at least one.").wait_for()
    sheet.get_by_role("checkbox", name="Read events, counts, heat maps").check()
    sheet.get_by_role("radio", name="Only these").check()
    sheet.get_by_role("checkbox", name="film").check()
    assert here.serious() == []
    sheet.get_by_role("button", name="Make it").click()
    secret = sheet.get_by_label("Your new token").input_value()
    sheet.get_by_role("button", name="Copy").click()
    sheet.get_by_text("The token is copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == secret
    assert here.serious() == []
    sheet.get_by_role("button", name="I have it").click()
    assert secret not in page.content()
    assert bearer(here.house, "/api/cameras/film/rules", secret) == 200
    assert bearer(here.house, "/api/cameras/yard/rules", secret) == 404
    assert bearer(here.house, "/api/logs", secret) == 403
    page.get_by_role("button", name="End: the kitchen screen").click()
    assert "the kitchen screen" in dialog(here).inner_text()
    dialog(here).get_by_role("button", name="End").click()
    page.get_by_text("You have no tokens").wait_for()
    assert bearer(here.house, "/api/cameras/film/rules", secret) == 401


def test_a_version_of_the_settings_comes_back(here: Room, lived_in: Path) -> None:
    page = here.page
    here.open("/system/settings/2")
    added = page.locator("li.added")
    added.filter(has_text="modes: [home, away]").wait_for()
    assert "added:" in added.all_inner_texts()[0]  # said in words, not by colour alone
    assert page.get_by_text("2 lines added, 1 line removed").is_visible()
    assert page.get_by_role("button", name="Restore this version").count() == 0  # it holds
    page.get_by_role("link", name="Version 1").click()
    page.get_by_text("This is the first version").wait_for()
    page.get_by_role("button", name="In full").click()
    page.locator("pre").filter(has_text="# before").wait_for()
    page.get_by_role("button", name="Restore this version").click()
    sheet = dialog(here)
    sheet.locator("li.removed").filter(has_text="modes: [home, away]").wait_for()
    assert here.serious() == []
    sheet.get_by_role("button", name="Restore this version").click()
    page.get_by_role("link", name="Version 3").wait_for()
    assert lived_in.read_text() == BEFORE
    newest = here.house.web.ask("GET", "/api/settings/versions")[1][0]
    assert newest["by"] == f"API ({NAME})"


def test_the_mode_is_changed_in_the_frame_and_told_everywhere(
    browser: "Browser", here: Room
) -> None:
    page = here.page
    here.open("/system/modes")
    chosen = page.get_by_role("main").get_by_role("button", pressed=True)
    assert "At home" in chosen.inner_text()
    with room(browser, here.house) as other:
        other.open("/events")
        other.page.get_by_role("button", name="Mode: At home").wait_for()
        page.get_by_role("button", name="Mode: At home").click()
        assert here.serious() == []
        page.locator("[popover]").get_by_role("button", name="Away").click()
        page.get_by_role("button", name="Mode: Away").wait_for()
        wait_for(lambda: "Away" in chosen.inner_text())
        page.get_by_role("main").get_by_text(f"Chosen by {NAME}").wait_for()
        page.locator("ol > li").filter(has_text="Away").wait_for()  # who chose which when
        other.page.get_by_role("button", name="Mode: Away").wait_for(timeout=20_000)
    page.get_by_role("main").get_by_role("button", name="Night").press("Enter")
    page.get_by_role("button", name="Mode: Night").wait_for()
    assert here.house.web.ask("GET", "/api/mode")[1]["mode"] == "night"


@pytest.mark.slow
def test_the_log_is_filtered_and_goes_on(here: Room) -> None:
    page = here.page
    lines = page.locator("li.line")
    here.open("/system/logs")
    wait_for(lambda: lines.count() == 200)
    assert "somebody typed a wrong password" in lines.first.inner_text()
    page.get_by_role("button", name="Show older lines").click()
    page.get_by_text("There is nothing older.").wait_for()
    assert lines.count() == 251
    page.get_by_label("Contains").fill("segment 24")
    wait_for(lambda: lines.count() == 11)
    assert "text=segment+24" in page.url
    page.get_by_label("Contains").fill("")
    page.get_by_label("At least").select_option("warning")
    wait_for(lambda: lines.count() == 1)
    page.get_by_label("Process").select_option("recorder")
    page.get_by_text("Nothing was said that fits.").wait_for()
    here.open("/system/logs?day=2020-02-02")
    page.get_by_text("Nothing was said that fits.").wait_for()
    here.open("/system/logs?level=warning")
    wait_for(lambda: lines.count() == 1)
    page.get_by_role("button", name="Follow").click()
    with LogFiles(here.house.web.context.site.state / FOLDER) as files:
        files.put(LogLine(time.time_ns(), "web", Level.ERROR, "rtsp://me:geheim@192.0.2.7/x"))
    wait_for(lambda: lines.count() == 2)
    assert "geheim" not in page.content()


@pytest.mark.slow
def test_what_is_wrong_is_said_at_the_entry_and_on_the_page(here: Room, recorder: Recorder) -> None:
    page = here.page
    here.open("/events")
    entry = page.get_by_role("navigation", name="Pages").get_by_role("link", name="System")
    entry.wait_for()
    assert "wrong" not in (entry.text_content() or "")
    recorder.reason, recorder.problems = "camera unreachable", ("/disk: is read-only",)
    recorder.say()
    page.reload()
    wait_for(lambda: "2 things are wrong" in (entry.text_content() or ""))
    entry.click()
    page.get_by_text("yard is not recorded: camera unreachable.").wait_for()
    assert here.serious() == []
    page.get_by_role("main").get_by_role("alert").get_by_role("link", name="Processes").click()
    page.get_by_role("heading", name="recorder").wait_for()
    page.get_by_text("/disk: is read-only").wait_for()
    recorder.reason, recorder.problems = None, ()
    wait_for(lambda: "wrong" not in (entry.text_content() or ""), 40)


@pytest.fixture
def anna(home: House) -> Iterator[dict[str, Any]]:
    given = {"name": "anna", "password": PASSWORD, "role": "viewer", "cameras": ["yard"]}
    assert home.web.ask("POST", "/api/users", given)[0] == 201
    yield given
    home.web.ask("DELETE", "/api/users/anna")


@pytest.mark.slow
@pytest.mark.usefixtures("anna")
def test_one_changes_one_s_password_and_ends_another_session(
    browser: "Browser", home: House
) -> None:
    elsewhere = replace(home.web, cookie="")
    sent = {"name": "anna", "password": PASSWORD}
    assert elsewhere.ask("POST", "/api/login", sent)[0] == 200
    with room(browser, home, signed_in=False) as hers:
        page = hers.page
        hers.open("/system/account")
        sign_in(page, "anna")
        page.get_by_role("button", name="Sign out there").click()
        dialog(hers).get_by_role("button", name="Sign out there").click()
        page.get_by_text("Signed out there.").wait_for()
        assert elsewhere.ask("GET", "/api/me")[0] == 401
        assert page.get_by_role("button", name="Sign out there").count() == 0

        hers.allowed.append("status of 403")
        fields = [
            page.get_by_label(one, exact=True)
            for one in ("Current password", "New password", "New password again")
        ]
        for one, typed in zip(fields, ("wrong", OTHER, OTHER[1:]), strict=True):
            one.fill(typed)
        assert page.get_by_text("The two passwords differ.").is_visible()
        fields[2].fill(OTHER)
        page.get_by_role("button", name="Change it").click()
        page.get_by_text("The current password is wrong.").wait_for()
        fields[0].fill(PASSWORD)
        page.get_by_role("button", name="Change it").click()
        page.get_by_text("The password is changed").wait_for()
        assert fields[0].input_value() == ""
        hers.open("/system/tokens")  # still signed in, by a new secret
        page.get_by_text("You have no tokens").wait_for()
    assert elsewhere.ask("POST", "/api/login", sent)[0] == 401
    assert elsewhere.ask("POST", "/api/login", sent | {"password": OTHER})[0] == 200


def test_licence_notices_are_there(here: Room) -> None:
    here.open("/system/about")
    link = here.page.get_by_role("link", name="Licence notices of these pages")
    answer = here.context.request.get(here.house.web.address + (link.get_attribute("href") or ""))
    assert answer.status == 200
    assert "## svelte" in answer.text()
    here.page.get_by_text("There is no face model in it.").wait_for()
    assert "openapi" in json.loads(
        here.context.request.get(here.house.web.address + "/api/openapi.json").text()
    )
