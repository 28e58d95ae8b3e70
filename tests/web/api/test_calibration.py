"""Calibration by the API, and a heat map of the ground drawn over the picture."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from starlette.testclient import TestClient

from curtilage.config import load_site
from curtilage.config.versions import Versions
from curtilage.store.found.heat import HeatStretch
from curtilage.store.found.results import Results, commit
from curtilage.web.guard.rights import Role
from tests.web.house import NS, WHEN_NS, House, house_in
from tests.web.test_ground import GROUND, IMAGE

POINTS = {"image": IMAGE, "ground": GROUND}
SPAN = {"from": "2026-11-18T00:00:00Z", "to": "2026-11-19T00:00:00Z"}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The front camera is calibrated, and has a map of the ground; its settings are a file."""
    with house_in(tmp_path) as house:
        file = tmp_path / "site.yaml"
        file.write_text(
            f"state: {house.context.site.state}\nvolumes: [{{path: {tmp_path}}}]\ncameras:\n"
            "  - name: front\n    url: rtsp://192.0.2.7/one\n"
            f"    calibration:\n      image: {[list(p) for p in IMAGE]}\n"
            f"      ground: {[list(p) for p in GROUND]}\n"
            "    rules:\n      - {id: floor, type: heatmap, plane: ground, grid: [10, 20]}\n"
            "  - name: nursery\n    url: rtsp://192.0.2.8/one\n"
        )
        Versions(house.context.site.state).keep(file.read_text(), file, "test")
        house.context.apply(load_site(file))
        house.add("ada", Role.ADMINISTRATOR)
        house.add("vera", Role.VIEWER, ["front"])
        yield house


def asked(house: House, browser: TestClient, what: str, who: str = "vera", **more: Any) -> Any:
    browser.cookies.clear()
    method, path = what.split()
    return browser.request(method, f"/api/cameras/{path}", headers=house.as_session(who), **more)


def test_a_calibration_is_told_with_what_is_drawn_of_it(house: House, browser: TestClient) -> None:
    told = asked(house, browser, "GET front/calibration").json()
    assert told["calibration"]["ground"] == [list(point) for point in GROUND]
    check = told["check"]
    assert check["works"] is True
    assert check["residuals_m"] == pytest.approx([0] * 4)
    assert check["step_m"] == 2.0
    assert {line["axis"] for line in check["grid"]} == {"x", "y"}
    assert check["horizon"] == [[0.0, pytest.approx(-0.1)], [1.0, pytest.approx(-0.1)]]
    none = asked(house, browser, "GET nursery/calibration", "ada").json()
    assert none == {"calibration": None, "check": None}


def test_points_are_checked_before_they_are_kept(house: House, browser: TestClient) -> None:
    answer = asked(house, browser, "POST front/calibration/check", json=POINTS)
    assert answer.json()["works"] is True
    bow = {"image": [IMAGE[0], IMAGE[2], IMAGE[1], IMAGE[3]], "ground": GROUND}
    answer = asked(house, browser, "POST front/calibration/check", json=bow).json()
    assert answer["works"] is False
    assert "do not fit" in answer["sentence"]
    few = {"image": IMAGE[:3], "ground": GROUND[:3]}
    assert asked(house, browser, "POST front/calibration/check", json=few).status_code == 422


def test_a_calibration_is_kept_and_forgotten(house: House, browser: TestClient) -> None:
    assert asked(house, browser, "PUT nursery/calibration", json=POINTS).status_code in (403, 404)
    changed = asked(house, browser, "PUT nursery/calibration", "ada", json=POINTS)
    assert changed.status_code == 202, changed.text
    versions = Versions(house.context.site.state)
    latest = versions.latest()
    assert latest is not None
    nursery = load_site(Path(latest.file)).cameras[1]
    assert nursery.calibration is not None
    assert list(nursery.calibration.image) == IMAGE
    assert asked(house, browser, "DELETE nursery/calibration", "ada").status_code == 202
    assert load_site(Path(latest.file)).cameras[1].calibration is None
    bow = {"image": [IMAGE[0], IMAGE[2], IMAGE[1], IMAGE[3]], "ground": GROUND}
    assert asked(house, browser, "PUT nursery/calibration", "ada", json=bow).status_code == 422


def test_a_map_of_the_ground_is_drawn_over_the_picture(house: House, browser: TestClient) -> None:
    stretch = HeatStretch(
        "floor", WHEN_NS - WHEN_NS % (600 * NS), 600 * NS, "person", (20, 10),
        (0.0, 0.0, 10.0, 20.0), np.array([0, 199], np.int32), np.array([2.5, 4.0]),
    )  # fmt: skip
    results = Results(camera="front", at_ns=WHEN_NS, zone=ZoneInfo("UTC"), heat=[stretch])
    house.database.now(lambda connection: commit(connection, results))
    told = asked(house, browser, "GET front/heatmaps/floor", params=SPAN).json()
    near, far = told["overlay"]
    assert (near["seconds"], far["seconds"]) == (2.5, 4.0)
    assert near["corners"][0] == pytest.approx([0.1, 0.9])
    assert far["corners"][2] == pytest.approx([0.7, 0.4])


def test_a_map_of_nobody_has_cells_for_none(house: House, browser: TestClient) -> None:
    told = asked(house, browser, "GET front/heatmaps/floor", params=SPAN).json()
    assert (told["overlay"], told["extent"], told["total"]) == ([], [0, 0, 10, 20], 0)
    frame = asked(house, browser, "GET nursery/heatmaps/presence", "ada", params=SPAN).json()
    assert frame["overlay"] is None
