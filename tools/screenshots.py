"""``python -m tools.screenshots FOLDER``: photographs every page of the control room, as it is.

A real ``curtilage run`` records and analyses two drawn cameras (``tests.cameras.garden``: nobody's
footage) for some minutes; what they counted on the days before is made up. Headless Chromium then
opens each page, wide and on a phone, light and dark. Nobody's picture gets into the repository.
"""

import argparse
import io
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import httpx
import numpy as np
from PIL import Image
from ruamel.yaml import YAML

from curtilage.config import load_site
from curtilage.store.found.results import CountRow, OccupancyRow, Results, commit
from curtilage.store.index.database import Database
from curtilage.web.accounts.setup import new_token
from tests.browser.control_room.house import PHONE, WIDE, chromium
from tests.cameras import CameraServer
from tests.cameras.garden import GARDEN, SHOP
from tests.web.live.site import NAME, PASSWORD, free_port, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Page

WATCHED_S = 240.0  # before pictures are taken
STARTS_S = 120.0
DAYS = 14
QUALITY = 82  # of WebP
NS = 1_000_000_000
FLOOR = [[0.05, 0.52], [0.95, 0.52], [1.0, 1.0], [0.0, 1.0]]
LAWN = [[0.4, 0.7], [0.61, 0.7], [0.68, 1.0], [0.28, 1.0]]
RULES: dict[str, list[dict[str, Any]]] = {
    "front": [
        {"id": "gate", "type": "line_crossing", "points": [[0.44, 0.69], [0.585, 0.69]]},
        {"id": "street", "type": "line_crossing", "points": [[0.76, 0.53], [0.76, 0.67]]},
        {"id": "visitors", "type": "counter", "lines": [{"line": "gate", "in": "a_to_b"}]},
        {"id": "garden", "type": "intrusion", "polygon": LAWN},
        {"id": "garden_people", "type": "occupancy", "polygon": LAWN},
        {"id": "presence", "type": "heatmap"},
    ],
    "shop": [
        {"id": "door", "type": "line_crossing", "points": [[0.4, 0.52], [0.6, 0.52]]},
        {"id": "customers", "type": "counter", "lines": [{"line": "door", "in": "a_to_b"}]},
        {"id": "floor", "type": "occupancy", "polygon": FLOOR},
        {"id": "stay", "type": "dwell", "polygon": FLOOR},
        {"id": "presence", "type": "heatmap"},
    ],
}
PURPOSE = {"front": "Who comes to the front door.", "shop": "How many customers there are."}
BUSY = {"front": 2.0, "shop": 14.0}  # people an hour at noon, of the days before


@dataclass(frozen=True)
class Shot:
    """A page, and what must be there before it is photographed."""

    name: str
    path: str
    awaits: str  # a selector


SHOTS = (
    Shot("live", "/live", '[data-state="live"]'),
    Shot("camera", "/live/front", '[data-state="live"]'),
    Shot("playback", "/recordings/front", "main h1"),
    Shot("events", "/events", "ol.cards img"),
    Shot("rules", "/rules/front", "main h1"),
    Shot("insights", "/insights/counts", "main h1"),
    Shot("heat-map", "/insights/heat", "main h1"),
    Shot("system", "/system", "main h1"),
    Shot("storage", "/system/storage", "main h1"),
    Shot("add-a-camera", "/cameras/add", "main h1"),
)


def main(arguments: list[str] | None = None) -> int:
    """Write ``NAME-wide-light.webp`` and its three sisters for every page."""
    parser = argparse.ArgumentParser("python -m tools.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--watch", type=float, default=WATCHED_S, help="seconds before the first")
    given = parser.parse_args(arguments)
    given.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, site(Path(name)) as address:
        sys.stderr.write(f"The site runs at {address}; watching for {given.watch:.0f} s …\n")
        time.sleep(given.watch)
        photograph(address, given.folder)
    return 0


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """``curtilage run`` on the drawn cameras, with an administrator and some days behind it."""
    with CameraServer(GARDEN.path()) as server:
        server.add("shop", SHOP.path())
        port = free_port()
        path = folder / "curtilage.yaml"
        YAML().dump(_settings(server, port), path)
        command = [sys.executable, "-m", "curtilage", "run", "--config", str(path)]
        log = folder / "log"
        with (
            log.open("wb") as said,
            subprocess.Popen(  # noqa: S603 - our own program
                command, stdout=said, stderr=said
            ) as running,
        ):
            try:
                wait_for(lambda: _answers(port), STARTS_S)
                with Database.of(load_site(path)) as database:
                    for camera, most in BUSY.items():
                        _before(database, camera, most)
                    _account(f"http://127.0.0.1:{port}", new_token(database))
                yield f"http://127.0.0.1:{port}"
            finally:
                running.terminate()
                running.wait(20)


def photograph(address: str, folder: Path) -> None:
    """Every page at both sizes, light and dark."""
    with chromium() as browser:
        for size, (width, height) in (("wide", WIDE), ("phone", PHONE)):
            for look in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme="dark" if look == "dark" else "light",
                    device_scale_factor=1.5 if size == "wide" else 2,
                    has_touch=size == "phone",
                    locale="en-GB",
                )
                page = context.new_page()
                _sign_in(page, address)
                for shot in SHOTS:
                    _take(page, address, shot, folder / f"{shot.name}-{size}-{look}.webp")
                context.close()


def _take(page: "Page", address: str, shot: Shot, path: Path) -> None:
    page.goto(f"{address}/#{shot.path}")
    page.locator(shot.awaits).first.wait_for(timeout=30_000)
    page.wait_for_timeout(4000)  # pictures come, charts are drawn
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").save(path, quality=QUALITY, method=6)


def _sign_in(page: "Page", address: str) -> None:
    page.goto(address)
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("navigation").wait_for()


def _settings(server: CameraServer, port: int) -> dict[str, Any]:
    return {
        "state": "state",
        "volumes": [{"path": "recordings", "reserve": "100MB"}],
        "cameras": [
            {
                "name": name,
                "purpose": PURPOSE[name],
                "url": server.url(name),
                "retention": {"days": 14},
                "rules": rules,
            }
            for name, rules in RULES.items()
        ],
        "web": {"port": port},
    }


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/api/health", timeout=2.0).status_code == 200
    except httpx.HTTPError:
        return False


def _account(address: str, token: str) -> None:
    told = {"token": token, "name": NAME, "password": PASSWORD}
    headers = {"x-curtilage": "page"}
    httpx.post(f"{address}/api/setup", json=told, headers=headers, timeout=20).raise_for_status()


def _before(database: Database, camera: str, most: float) -> None:
    """Counts of the days before: more at noon, fewer at night, none on Sundays in the shop."""
    random = np.random.default_rng(len(camera))
    line, zone = ("gate", "garden_people") if camera == "front" else ("door", "floor")
    counter = "visitors" if camera == "front" else "customers"
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    counts: list[CountRow] = []
    occupied: list[OccupancyRow] = []
    for hour in range(1, 24 * DAYS):
        moment = now - timedelta(hours=hour)
        if camera == "shop" and moment.weekday() == 6:
            continue
        at_ns = int(moment.timestamp()) * NS
        ins, outs = (int(one) for one in random.poisson(most * _share(moment), 2))
        rules = (line, counter)
        counts += [CountRow(rule, at_ns, "person", ins=ins, outs=outs) for rule in rules]
        occupied += [
            OccupancyRow(zone, at_ns + 60 * minute * NS, 60.0, 60.0, 1) for minute in range(ins)
        ]
    results = Results(
        camera=camera,
        at_ns=time.time_ns(),
        zone=ZoneInfo("UTC"),
        counts=counts,
        occupancy=occupied,
    )
    database.now(lambda connection: commit(connection, results))


def _share(moment: datetime) -> float:
    """Of the busiest hour."""
    return float(np.exp(-(((moment.hour - 13.5) / 3.6) ** 2)))


if __name__ == "__main__":
    sys.exit(main())
