"""A site without settings gets a file that is good, explains itself, and can be edited."""

from pathlib import Path

import pytest

from curtilage.app.run.first_start import HOST, first_settings, local_zone, settings_or_new
from curtilage.app.run.welcome import address_of
from curtilage.config import SettingsError, load_site, parse_site
from curtilage.config.edit import add_camera, edit

EVERYWHERE = "0.0.0.0"  # noqa: S104 - nothing is bound


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CURTILAGE_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "my config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data: 'mine' #1"))


def test_it_is_made_once_in_the_usual_place(tmp_path: Path) -> None:
    path, is_new = settings_or_new(None)
    assert is_new
    assert path == tmp_path / "my config" / "curtilage" / "curtilage.yaml"
    assert path.stat().st_mode & 0o077 == 0
    site = load_site(path)
    assert site.state == tmp_path / "data: 'mine' #1" / "curtilage" / "state"
    assert not site.cameras
    assert settings_or_new(None) == (path, False)


def test_it_is_made_where_it_is_named(tmp_path: Path) -> None:
    assert settings_or_new(tmp_path / "deep" / "a.yaml") == (tmp_path / "deep" / "a.yaml", True)
    load_site(tmp_path / "deep" / "a.yaml")


def test_where_it_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="cannot be made"):
        settings_or_new(tmp_path / "file" / "a.yaml")


def test_its_explanations_stay_when_a_camera_is_added() -> None:
    before = first_settings()
    after = edit(before, add_camera({"name": "door", "url": "rtsp://192.0.2.1/1"}))
    assert [line for line in after.splitlines() if line.startswith("#")] == [
        line for line in before.splitlines() if line.startswith("#")
    ]
    assert parse_site(after).cameras[0].name == "door"


def test_a_container_listens_to_its_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOST, EVERYWHERE)
    site = parse_site(first_settings())
    assert site.web.host == EVERYWHERE
    assert address_of(site.web).startswith("https://")


@pytest.mark.parametrize(
    ("named", "zone"), [("Europe/Berlin", "Europe/Berlin"), (":Asia/Tokyo", "Asia/Tokyo")]
)
def test_the_zone_is_this_machines(monkeypatch: pytest.MonkeyPatch, named: str, zone: str) -> None:
    monkeypatch.setenv("TZ", named)
    assert local_zone() == zone


def test_a_zone_that_is_none_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Atlantis/Town")
    parse_site(first_settings())


@pytest.mark.parametrize(
    ("web", "address"),
    [
        ("{}", "http://127.0.0.1:8960"),
        ("{host: '::1', port: 9000}", "http://[::1]:9000"),
        ("{host: 192.0.2.4}", "https://192.0.2.4:8960"),
        ("{host: 0.0.0.0, names: [cams.example]}", "https://cams.example:8960"),
    ],
)
def test_the_address_that_is_told(web: str, address: str) -> None:
    site = parse_site(f"state: s\nvolumes: [{{path: v}}]\nweb: {web}\n")
    assert address_of(site.web) == address
