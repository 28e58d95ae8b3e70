"""The unit: systemd takes it, and it gives the service no more than it needs."""

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from curtilage.app.run.firewall import drop_in
from curtilage.config import parse_site

FOLDER = Path(__file__).parents[2] / "deploy" / "systemd"
UNIT = FOLDER / "curtilage.service"
PROGRAM = "/opt/curtilage/bin/curtilage"

systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="there is no systemd on this machine"
)


def settings() -> dict[str, list[str]]:
    """Keys of the section [Service] and all their values."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in UNIT.read_text().splitlines():
        if line.startswith("["):
            section = line
        elif section == "[Service]" and "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with a program that is on this machine, and a drop-in for its firewall."""
    path = tmp_path / UNIT.name
    path.write_text(UNIT.read_text().replace(PROGRAM, sys.executable))
    folder = tmp_path / f"{UNIT.name}.d"
    folder.mkdir()
    site = parse_site(
        "state: s\nvolumes: [{path: v}]\ncameras: [{name: a, url: 'rtsp://192.0.2.1/'}]\n"
    )
    (folder / "firewall.conf").write_text(drop_in(site, ["192.168.1.0/24", "fd00::/64"]))
    return path


@systemd
def test_systemd_takes_unit_and_drop_in(unit: Path) -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "curtilage" in line or "firewall" in line]
    assert (done.returncode, ours) == (0, [])


@systemd
def test_systemd_finds_it_hardened(unit: Path) -> None:
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--no-pager", "--threshold=20", str(unit)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout  # exposure below 2.0 of 10


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("User", ["curtilage"]),
        ("ProtectSystem", ["strict"]),
        ("NoNewPrivileges", ["yes"]),
        ("CapabilityBoundingSet", [""]),
        ("IPAddressDeny", ["any"]),
        ("IPAddressAllow", ["localhost"]),
        ("KillMode", ["mixed"]),
        ("Type", ["notify"]),
    ],
)
def test_what_it_must_say(key: str, values: list[str]) -> None:
    assert settings()[key] == values


def test_its_user_is_the_one_that_is_made() -> None:
    lines = (FOLDER / "curtilage.sysusers.conf").read_text().splitlines()
    [line] = [line for line in lines if not line.startswith("#")]
    assert line.split()[:2] == ["u", settings()["User"][0]]


def test_the_file_is_whole() -> None:
    parser = configparser.RawConfigParser(strict=False)
    parser.read_string(UNIT.read_text())
    assert parser.sections() == ["Unit", "Service", "Install"]
