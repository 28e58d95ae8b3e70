"""Where tests find footage and ground truth: nothing of it lies in the repository."""

import os
from functools import cache
from pathlib import Path

import pytest

from curtilage.app.demo.footage import BELOW, FootageNotFoundError, find_footage

REPOSITORY = Path(__file__).resolve().parents[1]


def data_dir() -> Path | None:
    """The folder of test data: ``CURTILAGE_DATA``, then ``../shared/data``; None without either."""
    named = os.environ.get("CURTILAGE_DATA")
    if named:
        return Path(named)
    beside = REPOSITORY.parent / "shared" / "data"
    return beside if beside.is_dir() else None


def need(path: str) -> Path:
    """The file at ``path`` below the data folder; skips the test, saying so, without it.

    The demo's clip is also found as the demo finds it: in the cache, or from public packages.
    """
    base = data_dir()
    found = base / path if base else None
    if found is not None and found.exists():
        return found
    if path == BELOW.as_posix():
        return _demo_clip()
    pytest.skip(f"needs {path} of the test data (set CURTILAGE_DATA to its folder)")


@cache
def _demo_clip() -> Path:
    try:
        return find_footage(print)
    except FootageNotFoundError as error:
        pytest.skip(str(error))
