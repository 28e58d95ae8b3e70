"""Each process imports its own part only: memory, and what could crash, stay where they belong."""

import subprocess
import sys

import pytest

HEAVY = {"cv2", "numba", "openvino", "onnxruntime", "pyarrow", "duckdb", "matplotlib", "PIL"}


@pytest.mark.parametrize(
    ("modules", "without"),
    [
        ("curtilage.app.run.run", HEAVY | {"fastapi", "av", "curtilage.record.recorder"}),
        ("curtilage.app.run.child", HEAVY | {"fastapi", "av"}),
        ("curtilage.app.run.child, curtilage.record.recorder", HEAVY | {"fastapi"}),
    ],
)
def test_a_process_is_without_what_is_not_its_own(modules: str, without: set[str]) -> None:
    program = f"import sys, {modules}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    ).stdout.split()
    assert without & set(loaded) == set()
