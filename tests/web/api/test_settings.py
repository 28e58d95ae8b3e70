"""Settings by the API: read without passwords, changed with a version kept, brought back."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from curtilage.config import load_site
from curtilage.config.versions import FIRST, Versions
from tests.web.house import House

TEXT = """\
# my house
state: state
volumes: [{path: recordings}]
cameras:
  - name: front  # the door
    url: rtsp://me:hunter2@192.0.2.7/one
    purpose: Who comes to the door
"""
NEW = {"name": "yard", "url": "rtsp://you:hunter3@192.0.2.9/one", "purpose": "The yard at night"}


@pytest.fixture
def file(house: House, tmp_path: Path) -> Path:
    path = tmp_path / "curtilage.yaml"
    path.write_text(TEXT)
    Versions(house.context.site.state).keep(TEXT, path, FIRST)
    return path


def test_a_camera_is_added_and_the_owners_comments_stay(
    house: House, browser: TestClient, file: Path
) -> None:
    ada = house.as_session("ada")
    made = browser.post("/api/cameras", json=NEW, headers=ada)
    assert made.status_code == 202, made.text
    assert "# my house" in file.read_text()
    assert "# the door" in file.read_text()
    assert [camera.name for camera in load_site(file).cameras] == ["front", "yard"]
    newest = browser.get("/api/settings/versions", headers=ada).json()[0]
    assert newest["number"] == made.json()["version"]
    assert newest["by"] == "API (ada)"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({**NEW, "purpose": ""}, "purpose"),
        ({**NEW, "name": "front"}, "front"),
        ({**NEW, "url": "gopher://x"}, "url"),
        ({**NEW, "name": "Über den Dächern"}, "name"),
        ({**NEW, "rules": [{"id": "a", "type": "line_crossing"}]}, "points"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_happens(
    house: House, browser: TestClient, file: Path, given: dict[str, object], words: str
) -> None:
    answer = browser.post("/api/cameras", json=given, headers=house.as_session("ada"))
    assert answer.status_code == 422
    assert words in answer.json()["detail"]
    assert "hunter" not in answer.text
    assert file.read_text() == TEXT


@pytest.mark.usefixtures("file")
def test_passwords_are_never_told(house: House, browser: TestClient) -> None:
    ada = house.as_session("ada")
    for path in ("/api/settings", "/api/settings/versions/1"):
        answer = browser.get(path, headers=ada)
        assert "192.0.2.7" in answer.text
        assert "hunter2" not in answer.text
    assert "hunter" not in browser.get("/api/cameras/front/settings", headers=ada).text


def test_an_old_version_comes_back(house: House, browser: TestClient, file: Path) -> None:
    ada = house.as_session("ada")
    changed = browser.patch("/api/cameras/front/settings", json={"analysis.fps": 2}, headers=ada)
    assert changed.status_code == 202, changed.text
    assert load_site(file).cameras[0].analysis.fps == 2
    assert "hunter2" in file.read_text()  # the password that nobody is told stays
    back = browser.post("/api/settings/versions/1/restore", headers=ada)
    assert back.status_code == 202, back.text
    assert file.read_text() == TEXT
    assert browser.post("/api/settings/versions/99/restore", headers=ada).status_code == 422


def test_rules_are_set(house: House, browser: TestClient, file: Path) -> None:
    ada = house.as_session("ada")
    rules = [{"id": "gate", "type": "line_crossing", "points": [[0.5, 0.3], [0.5, 0.6]]}]
    answer = browser.put("/api/cameras/front/rules", json=rules, headers=ada)
    assert answer.status_code == 202, answer.text
    assert [rule.id for rule in load_site(file).cameras[0].rules] == ["gate"]
    wrong = [{"id": "door", "type": "counter", "lines": [{"line": "gate", "in": "a_to_b"}]}]
    refused = browser.put("/api/cameras/front/rules", json=wrong, headers=ada)
    assert refused.status_code == 422
    assert "gate" in refused.json()["detail"]


def test_a_camera_is_removed(house: House, browser: TestClient, file: Path) -> None:
    ada = house.as_session("ada")
    browser.post("/api/cameras", json=NEW, headers=ada)
    assert browser.delete("/api/cameras/front", headers=ada).status_code == 202
    assert [camera.name for camera in load_site(file).cameras] == ["yard"]
    assert browser.delete("/api/cameras/nowhere", headers=ada).status_code == 404


def test_settings_of_no_file_cannot_be_changed(house: House, browser: TestClient) -> None:
    answer = browser.post("/api/cameras", json=NEW, headers=house.as_session("ada"))
    assert answer.status_code == 409


@pytest.mark.usefixtures("file")
def test_what_changed_is_told_without_passwords(house: House, browser: TestClient) -> None:
    ada = house.as_session("ada")
    browser.patch("/api/cameras/front/settings", json={"analysis.fps": 2}, headers=ada)
    url = {"url": "rtsp://me:hunter4@192.0.2.7/one"}
    browser.patch("/api/cameras/front/settings", json=url, headers=ada)
    told = browser.get("/api/settings/versions/1/diff", headers=ada).json()["text"].split("\n")
    assert told[:2] == ["--- version 1", "+++ settings"]
    assert "+      fps: 2" in told
    assert "-    url: rtsp://me:***@192.0.2.7/one" in told  # that it changed, not to what
    assert "+    url: rtsp://me:***@192.0.2.7/one" in told
    between = "/api/settings/versions/2/diff"
    told = browser.get(between, params={"to": 3}, headers=ada).json()["text"].split("\n")
    assert not [line for line in told if line[:1] in "+-" and "fps" in line]
    assert browser.get(between, params={"to": 2}, headers=ada).json() == {"text": ""}
    assert browser.get(between, params={"to": 99}, headers=ada).status_code == 422


@pytest.mark.parametrize(
    "given",
    [
        {"url.x": 1},
        {"purpose.x.y": 1},
        {"a." * 900: 1},
        {"streams": "hunter2"},
        {"rules": {"__class__": 1}},
        {"__class__": 1},
        {"analysis.fps": 10**400},
        {"name": None},
    ],
)
def test_keys_that_are_none_are_refused(
    house: House, browser: TestClient, file: Path, given: dict[str, object]
) -> None:
    ada = house.as_session("ada")
    answer = browser.patch("/api/cameras/front/settings", json=given, headers=ada)
    assert answer.status_code == 422, answer.text
    assert file.read_text() == TEXT


def test_settings_that_would_take_seconds_are_refused(
    house: House, browser: TestClient, file: Path
) -> None:
    ada = house.as_session("ada")
    many = [{"id": "z", "type": "intrusion", "polygon": [[n * 1e-6, 0.2] for n in range(30_000)]}]
    answers = (
        browser.put("/api/cameras/front/rules", json=many, headers=ada),
        browser.patch("/api/cameras/front/settings", json={"rules": many}, headers=ada),
        browser.put("/api/cameras/front/settings", json={"rules": many}, headers=ada),
        browser.post("/api/cameras", json={**NEW, "rules": many}, headers=ada),
    )
    assert [answer.status_code for answer in answers] == [413] * 4
    assert file.read_text() == TEXT
