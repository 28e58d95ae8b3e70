"""The guide to recording: its settings are good, its program runs as it is printed."""

import re
import time
from pathlib import Path
from typing import Any

import pytest

from curtilage.config import parse_site
from tests.cameras import clip

GUIDE = Path(__file__).parents[1] / "docs" / "guide" / "recording.md"


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def test_the_settings_are_good() -> None:
    site = parse_site(block("yaml"))
    assert [camera.name for camera in site.cameras] == ["front-door", "yard"]


def test_the_program_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("curtilage.yaml").write_text(
        f"state: {tmp_path / 'state'}\nvolumes: [{{path: {tmp_path / 'video'}, reserve: 1MB}}]\n"
        f"cameras:\n  - {{name: film, url: '{clip('tiny')}'}}\n"
    )

    program: dict[str, Any] = {}

    def press_enter(_prompt: str) -> str:
        end = time.monotonic() + 20.0
        while any(stream.reason for stream in program["recorder"].health().streams):
            assert time.monotonic() < end
            time.sleep(0.05)
        return ""

    monkeypatch.setattr("builtins.input", press_enter)
    exec(compile(block("python"), str(GUIDE), "exec"), program)  # noqa: S102 - our own guide's code
    assert "film main recording" in capsys.readouterr().out
