"""A change of settings concerns only those parts that see it."""

import pytest

from curtilage.app.run.needs import needs
from curtilage.app.run.parts import RECORDER, WEB, PartName
from curtilage.config import SiteSettings, parse_site
from tests.app.run.sites import site_text

DOOR = "{name: door, url: 'rtsp://me:geheim@192.0.2.1/1', rules: [{id: map, type: heatmap}]}"
ANALYSER = PartName("analyser", 0, 1)


def site(*cameras: str, extra: str = "", port: int = 8960) -> SiteSettings:
    return parse_site(site_text(*cameras, extra=extra, port=port))


OLD = site(DOOR)


def test_the_same_settings_need_nothing() -> None:
    wanted = needs(OLD, site(DOOR))
    assert (wanted.whole, wanted.apply) == (None, [])


@pytest.mark.parametrize(
    "camera",
    [
        "{name: door, url: 'rtsp://me:geheim@192.0.2.1/1', rules: [{id: other, type: heatmap}]}",
        "{name: door, url: 'rtsp://me:geheim@192.0.2.1/1', analysis: {fps: 2}}",
        "{name: door, url: 'rtsp://me:geheim@192.0.2.1/1', classes: [car], purpose: parking cars}",
    ],
)
def test_rules_do_not_concern_the_recorder(camera: str) -> None:
    wanted = needs(OLD, site(camera))
    assert wanted.apply == [ANALYSER, WEB]
    assert wanted.whole is None


@pytest.mark.parametrize(
    "camera",
    [
        "{name: door, url: 'rtsp://me:other@192.0.2.1/1', rules: [{id: map, type: heatmap}]}",
        "{name: gate, url: 'rtsp://me:geheim@192.0.2.1/1', rules: [{id: map, type: heatmap}]}",
        "{name: door, url: 'rtsp://me:geheim@192.0.2.1/1', enabled: false}",
        "{name: door, url: 'rtsp://me:geheim@192.0.2.1/1', retention: {days: 2}}",
    ],
)
def test_cameras_concern_all_parts(camera: str) -> None:
    assert needs(OLD, site(camera)).apply == [RECORDER, ANALYSER, WEB]


def test_where_the_web_listens_does_not_concern_the_recorder() -> None:
    assert needs(OLD, site(DOOR, port=9000)).apply == [ANALYSER, WEB]


def test_volumes_concern_the_recorder() -> None:
    new = parse_site(site_text(DOOR).replace("path: video", "path: other"))
    assert RECORDER in needs(OLD, new).apply


@pytest.mark.parametrize("key", ["state", "database"])
def test_what_all_hold_open_restarts_all(key: str) -> None:
    text = site_text(DOOR)
    text = text.replace("state: state", "state: elsewhere") if key == "state" else text
    text += "database: postgresql://me:geheim@db/x\n" if key == "database" else ""
    wanted = needs(OLD, parse_site(text))
    assert wanted.whole is not None
    assert wanted.whole.startswith(key)
    assert "geheim" not in wanted.whole


def test_more_analysers_share_the_cameras_anew() -> None:
    new = site(DOOR, extra="analysis: {processes: 2}\n")
    there = needs(OLD, new)
    assert there.gone == [ANALYSER]
    assert there.come == [PartName("analyser", 0, 2), PartName("analyser", 1, 2)]
    back = needs(new, OLD)
    assert (back.gone, back.come) == (there.come, there.gone)
    assert RECORDER not in there.apply
