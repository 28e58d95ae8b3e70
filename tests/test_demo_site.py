"""The demo's site: it can be read, offers its footage as a film, keeps what was changed."""

from pathlib import Path

from curtilage.config import load_site
from curtilage.config.edit import add_camera, edit
from tests.cameras import CameraServer, clip
from tools.demo import offer_film, write_settings


def test_a_second_start_keeps_what_was_added(tmp_path: Path) -> None:
    film = {"name": "film", "url": "file:///films/court-film.mp4", "purpose": "a second camera"}
    with CameraServer("tiny") as first:
        path = write_settings(tmp_path, first, 8961)
        assert load_site(path).cameras[0].all_streams[0].url.secret == first.url("court")
    path.write_text(edit(path.read_text(), add_camera(film)))
    with CameraServer("tiny") as second:
        write_settings(tmp_path, second, 8962)
        site = load_site(path)
        court, added = site.cameras
        urls = [stream.url.secret for stream in court.all_streams]
        assert urls == [second.url("court"), second.url("court-small")]
    assert added.name == "film"
    assert len(court.rules) > 5
    assert site.web.port == 8962


def test_the_footage_is_offered_as_a_film(tmp_path: Path) -> None:
    with CameraServer("tiny") as server:
        for _ in range(2):
            offer_film(tmp_path, clip("tiny"))
            site = load_site(write_settings(tmp_path, server, 8961))
    assert [path.name for path in site.footage[0].iterdir()] == ["court-film.mp4"]
