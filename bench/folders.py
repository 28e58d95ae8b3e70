"""Where results, and what is worth keeping between runs, lie: ``build/bench`` (not in git)."""

from pathlib import Path

from bench.data import REPOSITORY


def build_folder() -> Path:
    """``build/bench`` of the repository, made if it is not there."""
    folder = REPOSITORY / "build" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
