"""Results as JSON under the build folder, one file per benchmark."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

from bench import machine
from bench.folders import build_folder


def keep_own_state_apart() -> None:
    """What the detector learns here (tuning, choice of back end) stays out of the user's folders.

    What was tuned before is forgotten: a run begins as the machine of a new owner.
    """
    for name in ("DATA", "CACHE"):
        folder = build_folder() / name.lower()
        os.environ[f"XDG_{name}_HOME"] = str(folder)
    shutil.rmtree(build_folder() / "data", ignore_errors=True)


def save(name: str, results: dict[str, Any]) -> Path:
    """Write the parts that were measured, with the machine; parts of before that were not, stay."""
    path = build_folder() / f"{name}.json"
    content = load(name) or {"parts": {}}
    about = machine.describe()
    for part, figures in results.items():
        content["parts"][part] = {"machine": about, "figures": figures}
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
    return path


def load(name: str) -> dict[str, Any] | None:
    """What ``save`` wrote, None if nothing was measured yet."""
    path = build_folder() / f"{name}.json"
    if not path.exists():
        return None
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
