"""The settings that run: taken, kept, and the last good ones when the file is wrong."""

import hashlib
import shutil
from pathlib import Path

import pytest

from curtilage.app.run.settings import KEPT, accept, accept_or_last, state_of, with_whole_paths
from curtilage.app.run.watch import FileWatch
from curtilage.config import SettingsError, load_site, parse_site
from curtilage.config.versions import Versions
from tests.app.run.sites import make_site, site_text

DOOR = "{name: door, url: 'rtsp://me:geheim@192.0.2.1/1'}"


def test_children_read_the_same_from_anywhere(tmp_path: Path) -> None:
    source = make_site(
        tmp_path, DOOR, extra="analysis: {detector: {model: m.onnx, sha256: " + "a" * 64 + "}}\n"
    )
    accepted = accept(source)
    assert load_site(accepted.file) == load_site(source) == accepted.site
    assert parse_site(accepted.file.read_text()).state == tmp_path / "state"
    assert accepted.file.stat().st_mode & 0o077 == 0
    assert Versions(accepted.site.state).path(1).stat().st_mode & 0o077 == 0


def test_only_the_newest_files_for_children_are_kept(tmp_path: Path) -> None:
    for n in range(KEPT + 3):
        accepted = accept(make_site(tmp_path, extra=f"mode: m{n}\nmodes: [m{n}]\n"))
    newest = [f"{n:04}.yaml" for n in range(4, KEPT + 4)]
    assert sorted(p.name for p in accepted.file.parent.iterdir()) == newest


def test_a_wrong_file_at_start_runs_the_last_good_version(tmp_path: Path) -> None:
    source = make_site(tmp_path, DOOR)
    good = accept(source)
    make_site(tmp_path, DOOR, extra="mood: home\n")
    last = accept_or_last(source)
    assert last.site == good.site
    assert last.version == good.version
    assert last.problem is not None
    assert "line 6: mood: 'mood' is no key here; did you mean 'mode'?" in last.problem


def test_a_file_that_is_no_yaml_at_all_still_names_its_state(tmp_path: Path) -> None:
    source = make_site(tmp_path, DOOR)
    good = accept(source)
    source.write_text(site_text(DOOR) + "cameras: [}\n")
    assert accept_or_last(source).site == good.site


def test_a_wrong_file_without_a_good_version_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="line 6"):
        accept_or_last(make_site(tmp_path, extra="mood: home\n"))


@pytest.mark.parametrize(
    "line", ["state: /a/b", "state: '/a/b'", 'state: "/a/b" # here', "state:   /a/b  # here"]
)
def test_state_is_found_in_a_wrong_file(tmp_path: Path, line: str) -> None:
    source = tmp_path / "site.yaml"
    source.write_text(f"# c\n{line}\nvolumes: [}}\n")
    assert state_of(source) == Path("/a/b")


def test_whole_paths_stay(tmp_path: Path) -> None:
    text = "state: /s\nvolumes: [{path: /v}]\n"
    assert parse_site(with_whole_paths(text, tmp_path)) == parse_site(text)


def test_folders_beside_the_file_are_whole_for_the_children(tmp_path: Path) -> None:
    text = "state: s\nvolumes: [{path: v}]\nfootage: [films, /other]\n"
    site = parse_site(with_whole_paths(text, tmp_path))
    assert (site.state, site.volumes[0].path) == (tmp_path / "s", tmp_path / "v")
    assert site.footage == (tmp_path / "films", Path("/other"))


class TestWatch:
    def watch(self, path: Path) -> FileWatch:
        return FileWatch(path, hashlib.sha256(path.read_bytes()).hexdigest())

    def looks(self, watch: FileWatch) -> list[bool]:
        return [watch.changed() for _ in range(3)]

    def test_what_is_the_same_is_no_change(self, tmp_path: Path) -> None:
        path = tmp_path / "a"
        path.write_text("one")
        watch = self.watch(path)
        assert not any(self.looks(watch))
        path.touch()
        shutil.copy(path, tmp_path / "b")
        (tmp_path / "b").rename(path)
        assert not any(self.looks(watch))

    def test_each_change_is_told_once(self, tmp_path: Path) -> None:
        path = tmp_path / "a"
        path.write_text("one")
        watch = self.watch(path)
        path.write_text("two")
        assert self.looks(watch) == [False, True, False]
        (tmp_path / "b").write_text("three")
        (tmp_path / "b").rename(path)  # as editors do
        assert self.looks(watch) == [False, True, False]

    def test_what_could_not_be_taken_is_told_again(self, tmp_path: Path) -> None:
        path = tmp_path / "site"
        path.write_text("one")
        watch = self.watch(path)
        path.write_text("another")
        assert any(self.looks(watch))
        watch.again()
        assert any(self.looks(watch))
        assert not any(self.looks(watch))

    def test_a_file_that_is_gone_is_a_change_and_so_is_its_return(self, tmp_path: Path) -> None:
        path = tmp_path / "a"
        path.write_text("one")
        watch = self.watch(path)
        path.unlink()
        assert self.looks(watch) == [False, True, False]
        path.write_text("two")
        assert self.looks(watch) == [False, True, False]

    def test_a_link_that_leads_elsewhere_is_a_change(self, tmp_path: Path) -> None:
        for name in ("one", "two"):
            (tmp_path / name).write_text(name)
        path = tmp_path / "a"
        path.symlink_to("one")
        watch = self.watch(path)
        (tmp_path / "b").symlink_to("two")
        (tmp_path / "b").rename(path)
        assert self.looks(watch) == [False, True, False]

    def test_an_edit_between_reading_and_watching_is_seen(self, tmp_path: Path) -> None:
        path = tmp_path / "a"
        path.write_text("two")
        watch = FileWatch(path, "of one")
        assert any(self.looks(watch))
