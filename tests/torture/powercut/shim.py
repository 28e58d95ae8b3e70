"""Builds the shim, and runs programs under it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("shim.c")


@cache
def shim() -> Path | None:
    """The built library; None where there is no C compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        return None
    folder = Path(tempfile.mkdtemp(prefix="powercut"))
    built = folder / "shim.so"
    subprocess.run(
        [compiler, "-O1", "-shared", "-fPIC", "-o", built, SOURCE, "-ldl", "-lpthread"],
        check=True,
        timeout=120,
    )
    return built


def need_shim() -> None:
    """Skips the test, saying so, where the shim cannot be built."""
    if shim() is None:
        pytest.skip("power cuts need a C compiler (apt: gcc) to build the layer that records")


def recording(roots: Sequence[Path], journal: Path, kill_at: str = "0") -> dict[str, str]:
    """Environment in which a program's doings below ``roots`` are written to ``journal``.

    With ``kill_at`` the program kills itself after so many of them ("5"), or after so many from the
    making of the n-th file of a kind on ("5 2 .mp4").
    """
    library = shim()
    assert library is not None
    return {
        **os.environ,
        "POWERCUT_KILL_AT": kill_at,
        "LD_PRELOAD": str(library),
        "POWERCUT_ROOTS": ":".join(str(root.resolve()) for root in roots),
        "POWERCUT_JOURNAL": str(journal.resolve()),
    }
