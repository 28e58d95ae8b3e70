"""Compiled kernels of one state of the sources are never run with another."""

import os
from pathlib import Path

import pytest

from curtilage import kernels


def test_a_folder_that_the_user_named_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(kernels.VARIABLE, "mine")
    kernels.keep_kernels_apart()
    assert os.environ[kernels.VARIABLE] == "mine"


def test_the_folder_is_named_after_the_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(kernels.VARIABLE)
    kernels.keep_kernels_apart()
    first = os.environ[kernels.VARIABLE]
    monkeypatch.delenv(kernels.VARIABLE)
    other = tmp_path / "kernels.py"
    other.write_text("# other sources")
    monkeypatch.setattr(kernels, "__file__", str(other))
    kernels.keep_kernels_apart()
    assert os.environ[kernels.VARIABLE] not in ("", first)
