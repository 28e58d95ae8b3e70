"""Modules of ours as processes that say a line of JSON when they are ready."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def process(*command: str) -> Iterator[dict[str, Any]]:
    """``python -m`` that module with its arguments; what it said, and its ``pid``."""
    started = subprocess.Popen(
        [sys.executable, "-m", *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert started.stdout is not None
    assert started.stdin is not None
    try:
        line = started.stdout.readline()
        if not line:
            raise RuntimeError(f"{command[0]} ended with code {started.wait(10)}")
        about: dict[str, Any] = json.loads(line)
        yield about | {"pid": started.pid}
    finally:
        started.stdin.close()
        started.terminate()
        try:
            started.wait(15)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()
        started.stdout.close()
