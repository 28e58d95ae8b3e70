"""The log by the API: for who may, newest first, without passwords."""

from starlette.testclient import TestClient

from curtilage.store.logs.files import FOLDER, LogFiles
from curtilage.store.logs.line import Level, LogLine
from curtilage.web.guard.rights import Right
from tests.web.house import WHEN_NS, House


def test_lines_newest_first_without_passwords(house: House, browser: TestClient) -> None:
    with LogFiles(house.context.site.state / FOLDER) as files:
        files.put(LogLine(WHEN_NS, "recorder", Level.INFO, "it begins"))
        files.put(LogLine(WHEN_NS + 10**9, "web", Level.WARNING, "rtsp://me:geheim@192.0.2.7/x"))
    headers = house.as_session("audrey")
    told = browser.get("/api/logs", headers=headers).json()
    assert [(one["process"], one["level"]) for one in told["lines"]] == [
        ("web", "warning"),
        ("recorder", "info"),
    ]
    assert "geheim" not in str(told)
    assert told["before"] is None
    first = browser.get("/api/logs?most=1", headers=headers).json()
    older = browser.get(f"/api/logs?most=1&before={first['before']}", headers=headers).json()
    assert [one["text"] for one in older["lines"]] == ["it begins"]


def test_who_may_not(house: House, browser: TestClient) -> None:
    assert browser.get("/api/logs", headers=house.as_session("otto")).status_code == 403
    some = house.as_token("ada", [Right.LOGS], ["front"])
    assert browser.get("/api/logs", headers=some).status_code == 403


def test_no_log_yet(house: House, browser: TestClient) -> None:
    told = browser.get("/api/logs", headers=house.as_session("ada")).json()
    assert told == {"lines": [], "before": None}
