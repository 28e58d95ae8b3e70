"""A small site with its control room in a real Chromium: cameras that play, somebody signed in.

Whatever a test does with a ``Room``, at its end nothing may have been asked of another host, no
rule of the content policy broken, nothing complained of in the console.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from curtilage.record.recorder import Recorder
from curtilage.web.page_files import FOLDER
from tests.cameras import CameraServer
from tests.web.live.site import PASSWORD, Web, free_port, settings, web

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ZONE = [[0.5, 0.4], [0.8, 0.4], [0.8, 0.9], [0.5, 0.9]]
RULES = [
    {"id": "gate", "type": "line_crossing", "points": [[0.3, 0.2], [0.3, 0.8]]},
    {"id": "plaza", "type": "intrusion", "polygon": ZONE},
    {"id": "people", "type": "occupancy", "polygon": ZONE},
    {"id": "presence", "type": "heatmap"},
]
WIDE, PHONE = (1280, 800), (360, 780)
FLAGS = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking")
_PATIENCE_MS = 15_000


@contextmanager
def chromium() -> Iterator["Browser"]:
    """Debian's Chromium, driven by Playwright; nothing is downloaded for it."""
    api = pytest.importorskip("playwright.sync_api", reason="needs playwright (the test extra)")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("needs a browser (apt-get install chromium)")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


@dataclass
class House:
    """Recorder and web of a small site, with an administrator."""

    web: Web
    cameras: CameraServer
    folder: Path
    restart: Callable[[], None] = lambda: None
    """Ends the web and begins it anew, a second later."""


@contextmanager
def house(
    folder: Path, cameras: Callable[[CameraServer], list[dict[str, Any]]] | None = None
) -> Iterator[House]:
    """A site with the cameras that are given, or ``two``."""
    if not (FOLDER / "index.html").is_file():
        pytest.skip("needs the built control room (python -m build_pages)")
    with ExitStack() as stack:
        server = stack.enter_context(CameraServer("tiny"))
        server.add("bframes", "brief-bframes")
        site = settings(folder, (cameras or two)(server), free_port())
        stack.enter_context(Recorder(site))
        serving = stack.enter_context(ExitStack())
        served = serving.enter_context(web(site))
        served.set_up()

        def restart() -> None:
            serving.close()
            time.sleep(1.0)
            served.context = serving.enter_context(web(site)).context

        yield House(served, server, folder, restart)


def two(server: CameraServer) -> list[dict[str, Any]]:
    """The cameras of a usual house."""
    yard = [
        {"name": "main", "url": server.url("main")},
        {"name": "sub", "url": server.url("sub"), "record": False},
    ]
    return [
        {"name": "yard", "purpose": "Who comes in.", "streams": yard, "rules": RULES},
        {"name": "film", "streams": [{"name": "main", "url": server.url("bframes")}]},
    ]


@dataclass
class Room:
    """A page of the control room, and what went wrong in it."""

    page: "Page"
    context: "BrowserContext"
    house: House
    complaints: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    """Parts of complaints that a test expects."""

    def open(self, path: str = "/live") -> None:
        """Opens a page by its address after the ``#``."""
        self.page.goto(f"{self.house.web.address}/#{path}")

    def size(self, width: int, height: int, *, dark: bool = False) -> None:
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(color_scheme="dark" if dark else "light")

    def serious(self) -> list[str]:
        """What axe finds serious or critical (WCAG 2.2 A and AA), one line each."""
        axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found = axe.run(self.page, options={"runOnly": tags}).response["violations"]
        return [
            f"{one['id']}: {node['html'][:150]} ({node['failureSummary'][:200]})"
            for one in found
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        return int(
            self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
        )

    def unexpected(self) -> list[str]:
        return [one for one in self.complaints if not any(part in one for part in self.allowed)]


@contextmanager
def room(browser: "Browser", home: House, *, signed_in: bool = True) -> Iterator[Room]:
    """A fresh profile in the browser; its complaints fail the test."""
    context = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    context.set_default_timeout(_PATIENCE_MS)
    if signed_in:
        name, _, value = home.web.cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": home.web.address}])
    page = context.new_page()
    made = Room(page, context, home)
    _listen(made)
    try:
        yield made
    finally:
        context.close()
    wrong = made.unexpected()
    assert not wrong, wrong


def sign_in(page: "Page", name: str, password: str = PASSWORD) -> None:
    """Fills in the form."""
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def _listen(made: Room) -> None:
    ours = (made.house.web.address, "data:", "blob:")

    def said(message: Any) -> None:
        if message.type in ("error", "warning"):
            made.complaints.append(f"console: {message.text}")

    def asked(request: Any) -> None:
        if not request.url.startswith(ours):
            made.complaints.append(f"another host: {request.url}")

    made.page.on("console", said)
    made.page.on("pageerror", lambda error: made.complaints.append(f"error: {error}"))
    made.page.on("request", asked)
