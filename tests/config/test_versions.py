"""Versions of settings: kept once each, over crashes, and brought back."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from curtilage.config import SettingsError, parse_site
from curtilage.config.change import change_file
from curtilage.config.edit import add_camera, edit
from curtilage.config.replace import replace_file
from curtilage.config.versions import EDITED, INDEX, RESTORED, Versions, VersionsError

GOOD = "state: s\nvolumes: [{path: v}]  # one\n"
OTHER = GOOD + "mode: away\n"


def test_each_text_is_kept_once_with_when_and_who(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    file = tmp_path / "a.yaml"
    first = versions.keep(GOOD, file, EDITED)
    assert versions.keep(GOOD, file, EDITED) == first
    second = versions.keep(OTHER, file, "API (anna)")
    third = versions.keep(GOOD, file, EDITED)
    assert [(one.number, one.by) for one in versions.all()] == [
        (1, EDITED),
        (2, "API (anna)"),
        (3, EDITED),
    ]
    assert versions.latest() == third
    assert versions.text(second) == OTHER
    assert versions.version(1).file == str(file)


def test_what_was_never_accepted_is_not_the_latest(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    good = versions.keep(GOOD, tmp_path / "a", EDITED)
    versions.keep("wrong", tmp_path / "a", EDITED, accepted=False)
    assert versions.latest() == good
    assert len(versions.all()) == 2


def test_a_line_that_a_crash_tore_is_passed_over(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    first = versions.keep(GOOD, tmp_path / "a", EDITED)
    index = versions.folder / INDEX
    with index.open("ab") as torn:
        torn.write(b'{"number": 2, "time_')
    versions.path(2).write_text("never taken")
    assert versions.all() == [first]
    third = versions.keep(OTHER, tmp_path / "a", EDITED)
    assert third.number == 3  # the file of 2 is there; it is not written over
    assert versions.all() == [first, third]


def test_a_version_that_was_changed_on_the_disk_is_not_used(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    first = versions.keep(GOOD, tmp_path / "a", EDITED)
    versions.path(1).write_text(OTHER)
    with pytest.raises(VersionsError, match="is not what was kept"):
        versions.text(first)


def test_a_number_that_is_none(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    with pytest.raises(VersionsError, match="none was kept yet"):
        versions.version(1)
    versions.keep(GOOD, tmp_path / "a", EDITED)
    with pytest.raises(VersionsError, match="no version 7 of the settings; there are 1 to 1"):
        versions.version(7)


def test_passwords_in_versions_are_for_their_owner(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    versions.keep(GOOD, tmp_path / "a", EDITED)
    assert all(path.stat().st_mode & 0o077 == 0 for path in versions.folder.iterdir())


class TestChange:
    def test_it_is_written_and_who_did_it_is_known(self, tmp_path: Path) -> None:
        file = tmp_path / "a.yaml"
        file.write_text(GOOD)
        versions = Versions(tmp_path)
        change_file(versions, file, "API (anna)", lambda text: text + "mode: away\n")
        assert file.read_text() == OTHER
        assert [one.by for one in versions.all()] == [EDITED, "API (anna)"]

    def test_two_who_change_at_once_both_do(self, tmp_path: Path) -> None:
        file = tmp_path / "a.yaml"
        file.write_text(GOOD)

        def add(name: str) -> None:
            camera = add_camera({"name": name, "url": "rtsp://192.0.2.1/1"})
            change_file(Versions(tmp_path), file, name, lambda text: edit(text, camera))

        names = [f"cam{n}" for n in range(6)]
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(add, names))
        assert sorted(one.name for one in parse_site(file.read_text()).cameras) == names
        assert sorted(one.by for one in Versions(tmp_path).all()) == [*names, EDITED]

    def test_what_would_be_wrong_is_not_written(self, tmp_path: Path) -> None:
        file = tmp_path / "a.yaml"
        file.write_text(GOOD)
        with pytest.raises(SettingsError, match="line 3: mood"):
            change_file(Versions(tmp_path), file, "API", lambda text: text + "mood: x\n")
        assert file.read_text() == GOOD
        assert Versions(tmp_path).all() == []

    def test_a_wrong_text_that_is_replaced_is_kept(self, tmp_path: Path) -> None:
        file = tmp_path / "a.yaml"
        file.write_text("an hour of work, almost right: [")
        versions = Versions(tmp_path)
        change_file(versions, file, RESTORED, lambda _text: GOOD, note="version 1")
        kept = versions.all()
        assert [(one.accepted, one.by) for one in kept] == [(False, EDITED), (True, RESTORED)]
        assert versions.text(kept[0]) == "an hour of work, almost right: ["


class TestReplace:
    def test_it_keeps_permissions_and_links(self, tmp_path: Path) -> None:
        file, link = tmp_path / "real", tmp_path / "link"
        file.write_text("one")
        file.chmod(0o640)
        link.symlink_to(file)
        replace_file(link, b"two")
        assert link.is_symlink()
        assert file.read_text() == "two"
        assert file.stat().st_mode & 0o777 == 0o640
        assert sorted(p.name for p in tmp_path.iterdir()) == ["link", "real"]

    def test_a_new_one_is_for_its_owner(self, tmp_path: Path) -> None:
        replace_file(tmp_path / "new", b"x")
        assert (tmp_path / "new").stat().st_mode & 0o777 == 0o600

    def test_a_file_that_cannot_be_replaced_is_written_in_place(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "mounted"
        file.write_text("longer than what comes")

        def busy(_self: Path, _target: Path) -> None:
            raise OSError(16, "Device or resource busy")

        monkeypatch.setattr(Path, "rename", busy)  # a file mounted into a container
        replace_file(file, b"two")
        assert file.read_text() == "two"
        assert [p.name for p in tmp_path.iterdir()] == ["mounted"]
