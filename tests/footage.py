"""Where tests find footage and ground truth: nothing of it lies in the repository."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]


def data_dir() -> Path | None:
    """The folder of test data: ``CURTILAGE_DATA``, then ``../shared/data``; None without either."""
    named = os.environ.get("CURTILAGE_DATA")
    if named:
        return Path(named)
    beside = REPOSITORY.parent / "shared" / "data"
    return beside if beside.is_dir() else None


def need(path: str) -> Path:
    """The file at ``path`` below the data folder; skips the test, saying so, without it."""
    base = data_dir()
    found = base / path if base else None
    if found is None or not found.exists():
        pytest.skip(f"needs {path} of the test data (set CURTILAGE_DATA to its folder)")
    return found
