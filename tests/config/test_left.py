"""Masks of a camera that left the settings go on being known: its recordings stay."""

from pathlib import Path

from curtilage.config.left import masks_when_it_left
from curtilage.config.versions import EDITED, Versions

HEAD = "state: s\nvolumes: [{path: v}]\ncameras:\n"
YARD = "  - {name: yard, url: 'rtsp://h/1', masks: [[[0, 0], [0.5, 0], [0.5, 1]]]}\n"
GATE = "  - {name: gate, url: 'rtsp://h/2'}\n"


def test_the_last_settings_that_had_it_count(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    file = tmp_path / "curtilage.yaml"
    older = YARD.replace("0.5", "0.9")
    for text in (HEAD + older + GATE, HEAD + YARD + GATE, HEAD + GATE, HEAD + GATE + "# yard\n"):
        versions.keep(text, file, EDITED)
    versions.keep("nonsense: yard", file, EDITED, accepted=False)
    assert masks_when_it_left(versions, "yard") == ([(0.0, 0.0), (0.5, 0.0), (0.5, 1.0)],)
    assert masks_when_it_left(versions, "gate") == ()
    assert masks_when_it_left(versions, "attic") == ()


def test_without_versions_there_are_none(tmp_path: Path) -> None:
    assert masks_when_it_left(Versions(tmp_path), "yard") == ()


def test_a_version_that_is_lost_hides_none_before_it(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    versions.keep(HEAD + YARD, tmp_path / "c.yaml", EDITED)
    lost = versions.keep(HEAD + YARD.replace("0.5", "0.9"), tmp_path / "c.yaml", EDITED)
    versions.path(lost.number).unlink()
    assert masks_when_it_left(versions, "yard") == ([(0.0, 0.0), (0.5, 0.0), (0.5, 1.0)],)
