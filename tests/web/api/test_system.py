"""How the site is, by the API: cameras, processes, notices, figures for Prometheus."""

from functools import partial
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from curtilage.store import health, notices
from curtilage.store.notices import Notice, NoticeKind
from curtilage.web.guard.rights import Right, Role
from tests.web.house import NS, House

RECORDER = {
    "streams": [
        {"camera": "front", "stream": "main", "since_ns": 1, "end_ns": 2, "reason": None,
         "sentence": ""},
        {"camera": "nursery", "stream": "main", "since_ns": 1, "end_ns": 2, "reason": "stalled",
         "sentence": "no picture for 5 s"},
    ]
}  # fmt: skip
ANALYSER = {"cameras": {"front": {"lag_s": 0.2, "gate": {"mode": "sizes", "awake": True}}}}


@pytest.fixture
def lively(house: House) -> House:
    for process, facts in (("recorder", RECORDER), ("analyser-0", ANALYSER)):
        told: dict[str, Any] = facts
        house.database.now(
            partial(health.report, process=process, at_ns=house.clock.ns, facts=told)
        )
    for camera in ("front", "nursery", None):
        notice = Notice(house.clock.ns - NS, camera, None, NoticeKind.NOT_RECORDING, f"of {camera}")
        house.database.now(partial(notices.add, notice=notice))
    return house


def test_the_cameras_that_one_sees_and_how_they_are(lively: House, browser: TestClient) -> None:
    [front] = browser.get("/api/cameras", headers=lively.as_session("vera")).json()
    assert front["name"] == "front"
    assert front["state"]["recording"][0]["recording"] is True
    assert front["state"]["analysis"]["lag_s"] == 0.2
    both = browser.get("/api/cameras", headers=lively.as_session("ada")).json()
    assert [one["name"] for one in both] == ["front", "nursery"]
    assert both[1]["state"]["recording"][0]["reason"] == "stalled"
    assert browser.get("/api/cameras/nursery", headers=lively.as_session("vera")).status_code == 404


def test_a_process_that_says_nothing_is_not_believed(lively: House, browser: TestClient) -> None:
    lively.clock.go_on(60)
    told = browser.get("/api/system", headers=lively.as_session("ada")).json()
    assert {one["process"]: one["alive"] for one in told["processes"]} == {
        "analyser-0": False,
        "recorder": False,
    }
    [front, _] = browser.get("/api/cameras", headers=lively.as_session("ada")).json()
    assert front["state"] == {"recording": [], "analysis": None}


def test_notices_of_other_cameras_are_not_told(lively: House, browser: TestClient) -> None:
    lively.add("olga", Role.OPERATOR, ["front"])
    told = browser.get("/api/notices", headers=lively.as_session("olga")).json()
    assert [one["sentence"] for one in told] == ["of front"]
    everything = browser.get("/api/notices", headers=lively.as_session("audrey")).json()
    assert {"of front", "of nursery", "of None"} <= {one["sentence"] for one in everything}


def test_prometheus_reads_the_figures(lively: House, browser: TestClient) -> None:
    headers = lively.as_token("ada", [Right.HEALTH])
    answer = browser.get("/api/metrics", headers=headers)
    assert answer.headers["content-type"].startswith("text/plain; version=")
    found = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    stream = (("camera", "front"), ("stream", "main"))
    assert found[("curtilage_stream_recording", *stream)] == 1.0
    assert found[("curtilage_camera_lag_s", ("camera", "front"))] == 0.2
    assert found[("curtilage_camera_gate_awake", ("camera", "front"))] == 1.0
    assert found[("curtilage_process_alive", ("process", "recorder"))] == 1.0
    granted = lively.as_token("ada", [Right.HEALTH], ["front"])
    assert "nursery" not in browser.get("/api/metrics", headers=granted).text
