"""The container's files: no shell, no root; compose takes rights away and names what is there."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "container"
KNOWN = re.compile(
    "FROM|WORKDIR|COPY|RUN|LABEL|ENV|USER|VOLUME|EXPOSE|STOPSIGNAL|HEALTHCHECK|ENTRYPOINT|CMD"
)


def instructions() -> list[tuple[str, str]]:
    """Name and rest of each, continued lines joined."""
    text = re.sub(r"\\\n\s*", " ", (FOLDER / "Containerfile").read_text())
    lines = [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines)]


def all_of(name: str) -> list[str]:
    return [rest for found, rest in instructions() if found == name]


def last_stage() -> list[tuple[str, str]]:
    found = instructions()
    begin = max(n for n, (name, _) in enumerate(found) if name == "FROM")
    return found[begin:]


def test_every_instruction_is_one_that_is_wanted() -> None:
    """ADD, SHELL and ONBUILD are not."""
    assert [name for name, _ in instructions() if not KNOWN.fullmatch(name)] == []


@pytest.mark.parametrize("name", ["RUN", "CMD", "ENTRYPOINT"])
def test_no_shell_runs_anything(name: str) -> None:
    for rest in all_of(name):
        words = json.loads(rest)
        assert isinstance(words, list)
        assert not {"sh", "bash", "-c", "curl", "wget", "sudo", "apt-get"} & set(words)


def test_it_runs_as_a_user_without_rights() -> None:
    [user] = [rest for name, rest in last_stage() if name == "USER"]
    assert user == "8960:8960"
    after = [name for name, _ in last_stage()]
    assert "RUN" not in after[after.index("USER") :]


def test_it_looks_after_its_health_with_a_command_that_exists() -> None:
    [check] = all_of("HEALTHCHECK")
    assert json.loads(check.partition("CMD ")[2]) == ["curtilage", "health"]
    assert json.loads(all_of("ENTRYPOINT")[0]) == ["curtilage"]
    assert json.loads(all_of("CMD")[0]) == ["run"]
    reference = (ROOT / "docs" / "reference" / "cli.md").read_text()
    assert "curtilage health" in reference
    assert "curtilage run" in reference


def test_what_is_copied_is_there() -> None:
    for rest in all_of("COPY"):
        if not rest.startswith("--from"):
            *sources, _target = rest.split()
            assert [source for source in sources if not (ROOT / source).exists()] == []


def test_environment_is_set_for_a_read_only_root() -> None:
    [environment] = all_of("ENV")
    values = dict(re.findall(r'(\w+)="([^"]*)"', environment))
    assert {values[key].split("/")[1] for key in values if key.startswith("XDG_")} == {"data"}
    assert all_of("VOLUME") == ['["/data"]']


@pytest.fixture
def compose() -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe", pure=True).load((FOLDER / "compose.yaml").read_text())
    return found


def test_compose_takes_rights_away(compose: dict[str, Any]) -> None:
    service = compose["services"]["curtilage"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert service.get("network_mode") is None
    assert not any("docker.sock" in volume for volume in service["volumes"])


def test_compose_names_what_is_there(compose: dict[str, Any]) -> None:
    service = compose["services"]["curtilage"]
    assert (FOLDER / service["build"]["context"]).resolve() == ROOT
    assert (ROOT / service["build"]["dockerfile"]).is_file()
    named = {volume.split(":")[0] for volume in service["volumes"]}
    assert named == set(compose["volumes"])
    assert set(service["networks"]) == set(compose["networks"])
