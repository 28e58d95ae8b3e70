"""How the site is, by the API: cameras, processes, notices, figures for Prometheus."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from curtilage.store import health, notices
from curtilage.store.notices import Notice, NoticeKind
from curtilage.web.guard.rights import Right, Role
from curtilage.web.tls.files import Certificates
from tests.web.house import NS, House, house_in

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


ODD_FACTS = {
    "cameras": {
        "front": {
            'a key {with} "quotes"\nand lines': 1,
            "gate": {"lag": 2.0},
            "gate_lag": 3.0,
            "huge": 10**400,
            "nothing": None,
            "": 4,
            "sentence": "rtsp://me:hunter2@192.0.2.7/one does not answer",
        }
    }
}


def test_odd_facts_do_not_break_the_figures(lively: House, browser: TestClient) -> None:
    facts: dict[str, Any] = ODD_FACTS
    lively.database.now(
        partial(health.report, process="analyser-0", at_ns=lively.clock.ns, facts=facts)
    )
    text = browser.get("/api/metrics", headers=lively.as_token("ada", [Right.HEALTH])).text
    samples = [s for family in text_string_to_metric_families(text) for s in family.samples]
    keys = [(one.name, *sorted(one.labels.items())) for one in samples]
    assert len(keys) == len(set(keys))  # Prometheus refuses the whole page otherwise
    names = {one.name for one in samples}
    assert "curtilage_camera_gate_lag" in names
    assert "curtilage_camera_huge" not in names


def test_no_process_tells_a_password(lively: House, browser: TestClient) -> None:
    facts: dict[str, Any] = {"ended": [{"why": "no rtsp://me:hunter2@192.0.2.7/one"}], **ODD_FACTS}
    lively.database.now(
        partial(health.report, process="analyser-0", at_ns=lively.clock.ns, facts=facts)
    )
    ada = lively.as_session("ada")
    for path in ("/api/system", "/api/cameras", "/api/cameras/front", "/api/metrics"):
        answer = browser.get(path, headers=ada)
        assert answer.status_code == 200
        assert "hunter2" not in answer.text
    assert "192.0.2.7" in browser.get("/api/system", headers=ada).text


def test_the_authority_is_told_to_who_is_signed_in(tmp_path: Path) -> None:
    with house_in(tmp_path, host="0.0.0.0") as encrypted:  # noqa: S104 - nothing listens
        encrypted.add("vera", Role.VIEWER, [])
        certificates = Certificates(encrypted.context.site.state)
        certificates.renew(["localhost"], datetime.now(UTC))
        browser = encrypted.client()
        assert browser.get("/api/authority.crt").status_code == 401
        answer = browser.get("/api/authority.crt", headers=encrypted.as_session("vera"))
        assert answer.headers["content-type"] == "application/x-x509-ca-cert"
        assert x509.load_pem_x509_certificate(answer.content) == certificates.authority()
        assert b"PRIVATE" not in answer.content


def test_without_tls_there_is_no_authority(house: House, browser: TestClient) -> None:
    assert browser.get("/api/authority.crt", headers=house.as_session("ada")).status_code == 404
