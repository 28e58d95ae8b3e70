"""Rules tried by the API: what is told, what is refused, and that nobody waits for ever."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from curtilage.analysis.tracks.camera_scene import CameraScene
from curtilage.analysis.tracks.looks import keep
from curtilage.config import load
from curtilage.store.found.observations.log import ObservationLog
from curtilage.web.refusal import Refused
from curtilage.web.trial.answers import Trial
from curtilage.web.trial.asked import TryRules
from curtilage.web.trial.desk import TrialDesk
from tests.analysis.scenes import ASPECT, NS, T0, found, stroll
from tests.web.house import House

GATE = {"id": "gate", "type": "line_crossing", "points": [[0.56, 0.2], [0.56, 0.8]]}
PLAZA = [[0.46, 0.3], [0.7, 0.3], [0.7, 0.6], [0.46, 0.6]]


def rfc(ns: int) -> str:
    return datetime.fromtimestamp(ns / NS, UTC).isoformat()


SPAN = {"from": rfc(T0), "to": rfc(T0 + 100 * NS)}


class LastingDesk(TrialDesk):
    """One for all sites of a module: its process takes longer to start than a trial."""

    def stop(self) -> None:
        """A site that ends takes nothing with it."""


@pytest.fixture(scope="module")
def desk() -> Iterator[TrialDesk]:
    lasting = LastingDesk()
    yield lasting
    TrialDesk.stop(lasting)


@pytest.fixture
def seen(house: House, desk: TrialDesk) -> House:
    """Somebody has walked from left to right before the front camera."""
    house.context.part(TrialDesk, lambda _context: desk)
    site = house.context.site
    scene = CameraScene(site, site.cameras[0], ASPECT)
    log = ObservationLog(site.state / "observations", "analyser-0")
    for at_ns, box in stroll((0.0, 0.3, 0.45), (10.0, 0.8, 0.45)):
        for look in scene.update(at_ns, found(box)).looks:
            keep(log, "front", look)
    for look in scene.hold(T0 + 20 * NS).looks:
        keep(log, "front", look)
    log.close(T0)
    house.clock.ns = T0 + 1000 * NS
    return house


@pytest.fixture
def tried(seen: House, browser: TestClient) -> Any:
    def tried(who: str, **body: Any) -> Any:
        browser.cookies.clear()
        return browser.post(
            "/api/cameras/front/rules/try", json=SPAN | body, headers=seen.as_session(who)
        )

    return tried


def test_rules_are_tried_on_what_was_seen(tried: Any) -> None:
    rules = [
        GATE,
        {"id": "hall", "type": "counter", "lines": [{"line": "gate", "in": "b_to_a"}]},
        {"id": "plaza", "type": "intrusion", "polygon": PLAZA},
        {"id": "floor", "type": "occupancy", "polygon": PLAZA},
        {"id": "stay", "type": "dwell", "polygon": PLAZA},
        {"id": "ways", "type": "paths", "zones": {
            "west": [[0, 0], [0.5, 0], [0.5, 1], [0, 1]],
            "east": [[0.6, 0], [1, 0], [1, 1], [0.6, 1]]}},
        {"id": "map", "type": "heatmap"},
    ]  # fmt: skip
    answer = tried("vera", rules=rules)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    gate, hall, plaza, floor, stay, ways, heat = told["rules"]
    assert gate["counts"] in ({"b_to_a": 1}, {"a_to_b": 1})
    [crossing] = gate["events"]
    assert crossing["direction"] in gate["counts"]
    assert crossing["time"].startswith("2026-11-18T11:10:05.")
    assert sum(hall["counts"].values()) == 1
    assert plaza["counts"] == {"alarms": 1}
    assert [e["phase"] for e in plaza["events"]] == ["start", "end"]
    assert floor["occupancy"]["most"] == 1
    assert stay["dwell"]["presences"] == [1, 0, 0, 0, 0, 0, 0, 0, 0]
    assert ways["flows"] == {
        "zones": ["west", "east"], "legs": [[0, 1], [0, 0]], "journeys": [[0, 0], [0, 0]],
    }  # fmt: skip
    assert heat["presence_s"] == pytest.approx(20, abs=1)  # he stood for ten
    [track] = told["tracks"]
    assert track["track"] == crossing["track"]
    assert track["points"][0] == pytest.approx([0.3, 0.45], abs=0.02)
    assert told["done"] is True
    assert told["until"] == told["to"]
    assert told["seen"] == pytest.approx(0.2, abs=0.01)
    assert len(told["stretches"]) == 1


def test_ways_are_drawn(seen: House, browser: TestClient) -> None:
    answer = browser.get(
        "/api/cameras/front/tracks/paths", params=SPAN, headers=seen.as_session("vera")
    )
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["total"] == 1
    assert len(told["tracks"][0]["points"]) > 10


def test_where_nothing_was_seen_nothing_is_counted(tried: Any) -> None:
    later = {"from": rfc(T0 + 500 * NS), "to": rfc(T0 + 600 * NS)}
    told = tried("vera", rules=[GATE], **later).json()
    assert (told["seen"], told["stretches"], told["looks"]) == (0.0, [], 0)
    assert told["rules"][0]["counts"] == {}


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"rules": [GATE | {"points": [[0.5, 0.5]]}]}, "rules[0].points"),
        ({"rules": [GATE | {"pionts": 1}]}, "pionts"),
        ({"rules": [{"id": "x", "type": "counter", "lines": [{"line": "gate", "in": "a_to_b"}]}]},
         "does not exist"),
        ({"rules": [GATE], "to": rfc(T0 + 90_000 * NS)}, "24 hours"),
        ({"rules": [{"id": "m", "type": "heatmap", "plane": "ground"}]}, "calibration"),
        ({"rules": [GATE], "calibration": {
            "image": [[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]],
            "ground": [[0, 0], [1, 0], [1, 1], [0, 1]]}}, "calibration"),
        ({"rules": []}, "rules"),
    ],
)  # fmt: skip
def test_what_cannot_be_tried_is_said(tried: Any, body: dict[str, Any], sentence: str) -> None:
    answer = tried("ada", **body)
    assert answer.status_code == 422, answer.text
    assert sentence in answer.text


def test_long_rules_are_not_read_as_yaml(tried: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its reader takes 2.4 s for 120 kB, in which the server does nothing else."""
    monkeypatch.setattr(load, "YAML", lambda **_: pytest.fail("read as YAML"))
    assert tried("vera", rules=[GATE | {"points": [0] * 40_000}]).status_code == 422


def test_who_may_not_see_what_was_found_may_not_try(tried: Any) -> None:
    assert tried("audrey", rules=[GATE]).status_code == 403


@pytest.fixture
def question(tmp_path: Path) -> TryRules:
    return TryRules.model_validate(
        {
            "folder": tmp_path, "camera": "yard", "from_ns": T0, "to_ns": T0 + NS, "budget_s": 1,
            "settings": {"rules": [GATE]}, "interval": 0.2,
        }
    )  # fmt: skip


def desk_with(program: str, longest_s: float = 20.0) -> Iterator[TrialDesk]:
    desk = TrialDesk(command=(sys.executable, "-c", program), longest_s=longest_s)
    yield desk
    desk.stop()


@pytest.mark.parametrize(
    ("program", "status"),
    [
        ('while input(): print(\'{"refused": "no"}\', flush=True)', 422),
        ('while input(): print(\'{"fault": "KeyError"}\', flush=True)', 503),
        ("input()", 503),
        ("import time; time.sleep(60)", 503),
    ],
    ids=["refused", "fault", "ended", "silent"],
)
def test_a_process_that_fails_is_said(question: TryRules, program: str, status: int) -> None:
    for one in desk_with(program, 1.0 if "sleep" in program else 20.0):
        for _ in range(2):  # and the next question is asked of a new one
            with pytest.raises(Refused) as refused:
                one.ask(question, Trial)
            assert refused.value.status == status


def test_a_desk_that_was_stopped_starts_nothing(question: TryRules) -> None:
    for one in desk_with("input()"):
        one.stop()
        with pytest.raises(Refused):
            one.ask(question, Trial)


def test_the_present_moment_is_the_last_that_can_be_tried(seen: House, tried: Any) -> None:
    seen.clock.ns = T0 + 50 * NS
    told = tried("vera", rules=[GATE]).json()
    assert told["to"] == "2026-11-18T11:10:50.000Z"
    assert np.isclose(told["seen"], 0.4, atol=0.02)
