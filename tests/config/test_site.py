"""A site's settings: what is right, and one sentence for what is wrong."""

from pathlib import Path

import jsonschema
import pytest

from curtilage.config import SettingsError, load_site, parse_site, site_schema

GOOD = """
state: state
volumes:
  - path: video
    reserve: 5GB
cameras:
  - name: front-door
    url: rtsp://admin:secretword@192.0.2.7/stream1
    retention: {days: 30, size: 200GB}
  - name: yard
    audio: off
    streams:
      - {name: main, url: "rtsp://192.0.2.8/1"}
      - {name: sub, url: "rtsp://192.0.2.8/2", record: false}
"""
BEGIN = "state: s\nvolumes:\n  - path: v\ncameras:\n  - name: front\n"


def test_a_good_file(tmp_path: Path) -> None:
    file = tmp_path / "site.yaml"
    file.write_text(GOOD)
    site = load_site(file)
    assert site.state == tmp_path / "state"
    assert site.volumes[0].path == tmp_path / "video"
    assert int(site.volumes[0].reserve) == 5_000_000_000
    door, yard = site.cameras
    assert [stream.name for stream in door.all_streams] == ["main"]
    assert [(s.name, s.record) for s in yard.all_streams] == [("main", True), ("sub", False)]
    assert door.retention.days == 30
    assert door.audio == yard.audio == "off"
    assert "secretword" not in repr(site)
    assert "secretword" not in site.model_dump_json()


def test_sound_is_off_unless_asked_for_with_a_purpose() -> None:
    site = parse_site(
        f"{BEGIN}    url: rtsp://h/\n    audio: record\n    audio_purpose: gate call\n"
    )
    assert site.cameras[0].audio == "record"
    with pytest.raises(SettingsError, match=r"line 5: .*audio_purpose"):
        parse_site(f"{BEGIN}    url: rtsp://h/\n    audio: record\n")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("cameras: []", "state: is missing"),
        ("state: s\nvolumes: []\n", "line 2: volumes"),
        ("state: s\nvolumes:\n  - path: v\n    reserv: 1GB\n", "line 4.*did you mean 'reserve'"),
        (f"{BEGIN}    url: rtp://h/\n", "line 6: cameras.0..url: is no address"),
        (f"{BEGIN}    url: 7\n", "line 6.*must be text"),
        (BEGIN, "line 5: cameras.0.: needs either `url`"),
        (f"{BEGIN}    url: rtsp://h/\n  - name: front\n    url: rtsp://h/\n", "two cameras"),
        (f"{BEGIN}    streams: [{{url: 'rtsp://h/'}}, {{url: 'rtsp://h/'}}]\n", "two streams"),
        (f"{BEGIN}    url: rtsp://h/\n    retention: {{days: -1}}\n", "line 7.*days"),
        (BEGIN.replace("front", "Front Door"), "must be of a-z"),
        ("state: s\nvolumes: [{path: v}, {path: v}]\n", "two volumes have the same path"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        parse_site(text)


def test_the_schema_takes_what_the_reader_takes() -> None:
    from ruamel.yaml import YAML

    jsonschema.validate(YAML(typ="safe", pure=True).load(GOOD), site_schema())
